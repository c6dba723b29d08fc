"""What is mutated: files of every format and of the kinds within a format that decoders treat apart."""

import base64
import gzip
import struct
from collections.abc import Callable, Mapping
from functools import cache

from PIL import Image, ImageCms

from remote.imaging.icc import matrix_profile
from tests.conftest import CORPUS_FILES
from tests.fuzz.structure import sealed
from tests.planting import PLACES
from tests.pngs import chunk, png
from tests.samples import EVERY_FORMAT, animation, exif, icns_of, saved, scene, svg

LARGEST = 100 << 10
"""Bytes of a file of the corpus: larger ones are mostly pixels, and slow."""

LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
WIDE = matrix_profile(2.2, (0.3127, 0.3290, 0.7, 0.29, 0.2, 0.7, 0.14, 0.05))


def small(mode: str = "RGB") -> Image.Image:
    return scene(48, 32, mode)


def jpegs() -> dict[str, bytes]:
    oriented = {f"jpeg orientation {turn}": saved(small(), "JPEG", exif=exif(turn, gps=True)) for turn in (3, 5, 6)}
    return oriented | {
        "jpeg progressive": saved(small(), "JPEG", progressive=True, exif=exif(6)),
        "jpeg 4:2:0 with restarts": saved(scene(), "JPEG", subsampling=2, restart_marker_blocks=2),
        "jpeg 4:1:1": saved(small(), "JPEG", subsampling="4:1:1"),
        "jpeg grey": saved(small("L"), "JPEG"),
        "jpeg cmyk": saved(small("CMYK"), "JPEG"),
        "jpeg with icc": saved(small(), "JPEG", icc_profile=WIDE),
        "jpeg mpo": saved(small(), "MPO", save_all=True, append_images=[scene(16, 16)]),
    }


def pngs() -> dict[str, bytes]:
    rows = [bytes(range(32))] * 4
    return {
        "png palette": saved(small().quantize(16), "PNG", transparency=3),
        "png 16 bit": png(4, 4, 16, 6, rows, chunk(b"gAMA", struct.pack(">I", 100000))),
        "png with colours": png(8, 4, 8, 2, [row[:24] for row in rows], chunk(b"cHRM", bytes(range(1, 33))),
                                chunk(b"gAMA", struct.pack(">I", 50000)), chunk(b"tRNS", bytes(6))),
        "png 1 bit": png(8, 4, 1, 0, [b"\xa5"] * 4, chunk(b"tRNS", bytes(2))),
        "png interlaced": interlaced(),
        "png with icc": saved(small(), "PNG", icc_profile=WIDE, exif=exif(6)),
        "apng": animation("PNG"),
        "apng with a default image": saved(small(), "PNG", save_all=True, default_image=True,
                                           append_images=[small(), small("L").convert("RGB")], duration=99),
    }  # fmt: skip


def interlaced() -> bytes:
    """Adam7 with the one pixel that its first pass has."""
    data = bytearray(png(1, 1, 8, 0, [b"\x80"]))
    data[28] = 1
    return sealed(bytes(data))


def others() -> dict[str, bytes]:
    return {
        "gif animated": animation("GIF"),
        "gif with alpha": saved(small("RGBA").quantize(8), "GIF", transparency=1, interlace=1),
        "webp animated": animation("WEBP"),
        "webp lossy with alpha": saved(small("RGBA"), "WEBP", exif=exif(6), icc_profile=WIDE),
        "avif animated": animation("AVIF"),
        "avif with alpha": saved(small("RGBA"), "AVIF", exif=exif(6)),
        "heif with alpha": saved(small("RGBA"), "HEIF", exif=exif(6)),
        "heif of two": saved(small(), "HEIF", save_all=True, append_images=[scene(16, 16)]),
        "jp2 with alpha": saved(small("RGBA"), "JPEG2000"),
        "jp2 codestream": saved(small(), "JPEG2000", no_jp2=True, irreversible=True, tile_size=(32, 32)),
        "bmp palette": saved(small().quantize(16), "BMP"),
        "bmp with alpha": saved(small("RGBA"), "BMP"),
        "bmp run lengths": run_length_bmp(),
        "ico of bmps": saved(scene(32, 32, "RGBA"), "ICO", sizes=[(16, 16), (32, 32)], bitmap_format="bmp"),
        "icns raw": b"icns" + struct.pack(">I", 28) + b"is32" + struct.pack(">I", 20) + b"\xff\x10\xfb\x10" * 3,
        "icns jp2": icns_of(saved(scene(128, 128), "JPEG2000")),
        "psd packed with alpha": packed_psd(),
        "psd cmyk": psd_of(4, 4),
        "psd indexed": psd_of(1, 2),
    } | tiffs()  # fmt: skip


def run_length_bmp() -> bytes:
    """8 x 4 pixels, RLE8 (Microsoft's BITMAPINFOHEADER, biCompression 1)."""
    pixels = b"\x08\x01\x00\x00" * 3 + b"\x00\x04\x01\x02\x03\x04\x04\x05\x00\x01"
    head = struct.pack("<IiiHHIIiiII", 40, 8, 4, 1, 8, 1, len(pixels), 0, 0, 8, 0) + bytes(range(32))
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(pixels), 0, 0, 14 + len(head)) + head + pixels


def psd_of(channels: int, mode: int) -> bytes:
    """8 x 4 pixels, uncompressed, with a palette and an empty resource."""
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, channels, 4, 8, 8, mode)
    palette = struct.pack(">I", 768) + bytes(range(256)) * 3 if mode == 2 else bytes(4)
    resources = struct.pack(">I4sHHI4s", 16, b"8BIM", 0x03ED, 0, 4, b"abcd")
    return head + palette + resources + bytes(6) + bytes(range(32)) * channels


def packed_psd() -> bytes:
    """8 x 4 pixels in five channels, PackBits, with a negative count of layers, which means alpha."""
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 5, 4, 8, 8, 3) + bytes(8)
    layers = struct.pack(">IIhI", 10, 6, -1, 0)
    return head + layers + struct.pack(">H20H", 1, *[2] * 20) + b"\xf9\x33" * 20


def tiffs() -> dict[str, bytes]:
    compressed = {
        f"tiff {name}": saved(small(mode), "TIFF", compression=name)
        for name, mode in (("tiff_lzw", "RGB"), ("tiff_adobe_deflate", "RGBA"), ("packbits", "L"), ("jpeg", "RGB"),
                           ("group4", "1"), ("zstd", "RGB"))
    }  # fmt: skip
    return compressed | {
        "tiff cmyk": saved(small("CMYK"), "TIFF", tiffinfo={274: 6}),
        "tiff floats": saved(small("L").convert("F"), "TIFF"),
        "tiff lab": saved(Image.new("LAB", (8, 4)), "TIFF", icc_profile=LAB),
        "tiff 16 bit": saved(Image.new("I;16", (8, 4), 999), "TIFF"),
        "tiff of two pages": saved(small(), "TIFF", save_all=True, append_images=[small("L")]),
    }


def svgs() -> dict[str, bytes]:
    declared = '<?xml version="1.0" encoding="utf-16"?>' + svg().decode()
    return {
        "svg of everything": EVERYTHING.encode(),
        "svg utf-16": declared.encode("utf-16"),
        "svgz": gzip.compress(EVERYTHING.encode(), mtime=0),
        "svg with entities": ENTITIES,
    }


ENTITIES = b"""<!DOCTYPE svg [<!ENTITY a "&b;&b;"><!ENTITY b '4'>]><svg xmlns="http://www.w3.org/2000/svg"
width="&a;" height="&b;0"><rect width="&a;" height="9"/></svg>"""

EMBEDDED = base64.b64encode(saved(scene(8, 8), "PNG")).decode()
EVERYTHING = f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 99 80">
<style>rect, .a {{ fill: hsl(120 50% 50% / 0.5); stroke-width: 2px }} #g > path {{ opacity: 50% }}</style>
<defs><linearGradient id="l" gradientUnits="userSpaceOnUse" x1="0" x2="100%" gradientTransform="rotate(30)">
<stop offset="0" stop-color="#f008"/><stop offset="90%" stop-color="blue" stop-opacity=".3"/></linearGradient>
<radialGradient id="r" r=".4" fx="0.1" xlink:href="#l" spreadMethod="reflect"/>
<pattern id="p" width="5" height="5" patternUnits="userSpaceOnUse"><circle r="2" cx="3" cy="3"/></pattern>
<clipPath id="c"><rect width="60" height="50" rx="5"/></clipPath><mask id="m"><path d="M0 0h90v70z" fill="#fff"/></mask>
<marker id="k" markerWidth="3" markerHeight="3" refX="1" orient="auto"><path d="M0,0 L3,1.5 L0,3 z"/></marker>
<symbol id="s" viewBox="0 0 9 9"><ellipse cx="4" cy="4" rx="3" ry="2"/></symbol>
<filter id="f"><feOffset dx="2" dy="2"/><feFlood flood-color="red" flood-opacity="0.5"/></filter></defs>
<g id="g" clip-path="url(#c)" mask="url(#m)" transform="translate(2,3) scale(.9) skewX(5) matrix(1 0 0 1 0 0)">
<rect width="80" height="48" fill="url(#l)" stroke="url(#p)" stroke-dasharray="4 2 1" stroke-linejoin="round"/>
<path d="M10 10 C 20 20, 40 20, 50 10 S 60 0 70 9 Q 9 9 8 8 T 3 3 a 5 6 30 1 0 7 7 h9 v-3 l1e1-.5z" fill="url(#r)"
marker-start="url(#k)" marker-mid="url(#k)" marker-end="url(#k)"/></g>
<polyline points="1,2 3,4 5 6" stroke="currentColor" color="teal"/>
<polygon points="9 9 20 9 15 20" fill-rule="evenodd"/>
<line x1="1" y1="1" x2="9" y2="9" stroke="#123"/><use xlink:href="#s" x="10" y="9" width="20" height="20"/>
<text x="10 20" y="50" dy="1" rotate="5" font-size="2em" text-anchor="middle" letter-spacing="1" textLength="60">a b
<tspan font-weight="bold">c</tspan><textPath xlink:href="#g">d</textPath></text><switch><a><circle r="3"/></a></switch>
<svg x="3" y="3" width="10" height="10" viewBox="0 0 5 5" preserveAspectRatio="xMaxYMin slice"><circle r="9"/></svg>
<image width="8" height="8" xlink:href="data:image/png;base64,{EMBEDDED}"/></svg>"""


NEAR_AT_HAND = (
    "junk between segments", "comment between scans", "EXIF between scans", "EXIF maker note", "JFXX", "MPF", "APP2",
    "EXIF thumbnail", "EXIF allowed tag of a wrong type", "a second EXIF block", "motion photo",
)  # fmt: skip
"""Places of planting that need no exiftool, which takes a quarter of a second for each."""


def planted(places: Mapping[str, Callable[[], bytes]]) -> dict[str, bytes]:
    return {f"planted {name}": make() for name, make in places.items()}


@cache
def few() -> dict[str, bytes]:
    """By a name of its own, each file; made in a second."""
    near = {name: PLACES[name] for name in NEAR_AT_HAND}
    return EVERY_FORMAT | jpegs() | pngs() | others() | svgs() | planted(near)


@cache
def all_bases() -> dict[str, bytes]:
    """Those, every place of planting and, where it is there, the corpus."""
    real = {f"corpus {path.name}": path.read_bytes() for path in CORPUS_FILES if path.stat().st_size <= LARGEST}
    return few() | planted(PLACES) | real
