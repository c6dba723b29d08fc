"""How the formats are recognised on which libmagic errs or is not needed. Each function is for its format alone."""

import re
import zlib

AVIF_BRANDS = frozenset({b"avif", b"avis", b"avio", b"MA1A", b"MA1B"})
"""AV1 Image File Format 1.1, sections 6 and 8."""

HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"MiHE"})
"""ISO/IEC 23008-12, annex B: still images and sequences coded with HEVC."""

MIAF_BRANDS = frozenset({b"mif1", b"mif2", b"mif3", b"msf1", b"miaf", b"tmap", b"1pic"})
"""Containers that leave the coding open: the other brands, or else the decoder, tell."""

SVG_HEAD = 65536
"""How far the root element of an SVG is looked for, bytes: licence comments and DTDs run to several KB."""

SVG_ROOT = re.compile(r"<(?:[\w.-]+:)?svg[\s/>]")
DTD_END = re.compile(r"\]\s*>")


def brands(data: bytes) -> tuple[bytes, frozenset[bytes]]:
    """The major brand and all brands of an ISO base media file (ISO/IEC 14496-12, 4.3); empty for other files."""
    if data[4:8] != b"ftyp":
        return b"", frozenset()
    end = min(int.from_bytes(data[:4]), 1024)
    return data[8:12], frozenset(data[at : at + 4] for at in (8, *range(16, end - 3, 4)))


def is_jpeg(data: bytes) -> bool:
    """SOI and the first byte of a marker (ITU-T T.81, B.1.1)."""
    return data.startswith(b"\xff\xd8\xff")


def is_png(data: bytes) -> bool:
    """W3C PNG, 5.2."""
    return data.startswith(b"\x89PNG\r\n\x1a\n")


def is_avif(data: bytes) -> bool:
    """By its major brand, or by any brand where the major one leaves the coding open."""
    major, every = brands(data)
    return major in AVIF_BRANDS or (major in MIAF_BRANDS and bool(every & AVIF_BRANDS))


def is_heif(data: bytes) -> bool:
    """By its major brand, or one that leaves the coding open and is not AVIF."""
    major, every = brands(data)
    return major in HEIF_BRANDS or (major in MIAF_BRANDS and not every & AVIF_BRANDS)


def with_major_brand(data: bytes, known: frozenset[bytes], brand: bytes) -> bytes:
    """The file under a major brand that its decoder's plugin accepts: `brand` where it is none of `known`."""
    return data if data[8:12] in known else data[:8] + brand + data[12:]


def is_psd(data: bytes) -> bool:
    """Version 1; version 2 is the large document format PSB, which libmagic calls a PSD too."""
    return data[:6] == b"8BPS\x00\x01"


def is_ico(data: bytes) -> bool:
    """A directory of 1 to 255 icons, the first of which is a BMP header or a PNG (libmagic may say TGA)."""
    if data[:4] != b"\x00\x00\x01\x00" or not 0 < int.from_bytes(data[4:6], "little") < 256:
        return False
    offset = int.from_bytes(data[18:22], "little")
    return data[offset : offset + 4] in (b"\x28\x00\x00\x00", b"\x89PNG")


def is_svg(data: bytes) -> bool:
    """The root element is ``svg``, after a byte-order mark, comments, a DTD, in UTF-8 or UTF-16, gzip or not."""
    head = inflated(data, SVG_HEAD)[:SVG_HEAD]
    if not re.match(rb"[\s\xef\xbb\xbf\xfe\xff\x00]*<", head):
        return False
    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff")
    return bool(SVG_ROOT.match(text, root_of(text)))


def root_of(text: str) -> int:
    """Where the root element of an XML document starts, or its end when it has none."""
    position = 0
    while True:
        position += len(text[position:]) - len(text[position:].lstrip())
        if text.startswith("<?", position):
            end = text.find("?>", position)
        elif text.startswith("<!--", position):
            end = text.find("-->", position)
        elif text.startswith("<!DOCTYPE", position):
            end = doctype_end(text, position)
        else:
            return position
        if end < 0:
            return len(text)
        position = text.index(">", end) + 1


def doctype_end(text: str, position: int) -> int:
    """Where the document type declaration ends, an internal subset in brackets included; -1 when it does not."""
    end = text.find(">", position)
    if "[" not in text[position:end]:
        return end
    found = DTD_END.search(text, position)
    return found.start() if found else -1


def encoding_of(head: bytes) -> str:
    """The encoding of an XML file's markup (XML 1.0, appendix F.1)."""
    if head.startswith((b"\xff\xfe", b"<\x00")):
        return "utf-16-le"
    if head.startswith((b"\xfe\xff", b"\x00<")):
        return "utf-16-be"
    return "utf-8"


def inflated(data: bytes, most: int) -> bytes:
    """A gzip file's content up to `most` bytes, other files as they are."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, most)
    except zlib.error:
        return b""
