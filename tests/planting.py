"""JPEGs with a location planted in every place that a JPEG has."""

import struct
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.samples import exif, saved, scene

SECRET = b"Zwettl-Stift"
"""A place that no honest file names."""
PLACE = SECRET.decode()

GPS = [
    "-GPSLatitude=48.62", "-GPSLatitudeRef=N", "-GPSLongitude=15.17", "-GPSLongitudeRef=E", "-GPSAltitude=500",
    "-GPSImgDirection=90", "-GPSDateStamp=2024:01:01", "-GPSTimeStamp=12:00:00", "-GPSMapDatum=WGS-84",
    f"-GPSAreaInformation={PLACE}", f"-GPSProcessingMethod={PLACE}",
]  # fmt: skip


def plain(progressive: bool = False) -> bytes:
    return saved(scene(), "JPEG", progressive=progressive, quality=85)


def by_exiftool(*tags: str) -> bytes:
    """A JPEG with these tags, as exiftool writes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "planted.jpg")
        path.write_bytes(plain())
        subprocess.run(["exiftool", "-q", "-m", "-overwrite_original", *tags, str(path)], check=True)
        return path.read_bytes()


def segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2) + payload


def after_soi(added: bytes, to: bytes = b"") -> bytes:
    to = to or plain()
    return to[:2] + added + to[2:]


def between_scans(added: bytes) -> bytes:
    """Before the second scan of a progressive file, behind its tables."""
    data = plain(progressive=True)
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    return data[:second] + added + data[second:]


def before_marker(marker: bytes, data: bytes) -> bytes:
    """In the entropy-coded data, behind its last coefficient before that marker."""
    at = data.rindex(marker)
    return data[:at] + SECRET + data[at:]


def exif_with(**tags: object) -> bytes:
    """EXIF by Pillow, with tags that exiftool will not write."""
    block = Image.Exif()
    for name, value in tags.items():
        (block.get_ifd(0x8769) if name.startswith(("x9", "xA")) else block)[int(name[1:], 16)] = value
    return saved(scene(), "JPEG", exif=block.tobytes())


def with_thumbnail() -> bytes:
    """IFD1 with a JPEG that has its own GPS."""
    thumbnail = saved(scene(32, 32), "JPEG", exif=exif(1, gps=True), comment=SECRET)
    entries = struct.pack("<HHII", 0x0201, 4, 1, 100) + struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
    ifd0 = struct.pack("<H", 1) + struct.pack("<HHI4s", 0x010F, 2, 4, b"abc\0") + struct.pack("<I", 26)
    tiff = (b"II*\x00" + struct.pack("<I", 8) + ifd0 + struct.pack("<H", 2) + entries + bytes(4)).ljust(100, b"\0")
    return after_soi(segment(0xE1, b"Exif\x00\x00" + tiff + thumbnail))


def mpf() -> bytes:
    """Multi-picture format: a second image behind the first, with its own GPS."""
    return saved(scene(), "MPO", save_all=True, append_images=[scene(40, 40)], exif=exif(1, gps=True)) + saved(
        scene(40, 40), "JPEG", exif=exif(1, gps=True), comment=SECRET
    )


MP4 = (
    struct.pack(">I4s4sI4s", 20, b"ftyp", b"mp42", 0, b"mp42")
    + struct.pack(">I4sI4sI4sHH", 60, b"moov", 52, b"udta", 44, b"\xa9xyz", 32, 0)
    + b"+48.6200+015.1700/" + SECRET
)  # fmt: skip

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    f'<rdf:Description rdf:about="" xmlns:any="http://nobody.example/{PLACE}" any:place="{PLACE}" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt><rdf:li xml:lang="x-default">mine</rdf:li>'
    f"</rdf:Alt></dc:rights><any:deep><rdf:Bag><rdf:li>{PLACE}</rdf:li></rdf:Bag></any:deep></rdf:Description></rdf:RDF>"
    "</x:xmpmeta>"
)

PLACES: dict[str, Callable[[], bytes]] = {
    "EXIF GPS": lambda: by_exiftool(*GPS),
    "EXIF description": lambda: by_exiftool(f"-EXIF:ImageDescription={PLACE}"),
    "EXIF user comment": lambda: by_exiftool(f"-EXIF:UserComment={PLACE}"),
    "EXIF keywords of Windows": lambda: by_exiftool(f"-EXIF:XPKeywords={PLACE}", f"-EXIF:XPComment={PLACE}"),
    "EXIF owner": lambda: by_exiftool(f"-EXIF:OwnerName={PLACE}", f"-EXIF:ImageUniqueID={PLACE}"),
    "EXIF time zone": lambda: by_exiftool("-EXIF:OffsetTimeOriginal=+05:45", "-EXIF:Make=x"),
    "EXIF maker note": lambda: exif_with(x927C=SECRET * 20),
    "EXIF unknown tag": lambda: exif_with(xC4A5=SECRET, x010E=PLACE, x9286=SECRET),
    "EXIF allowed tag of a wrong type": lambda: exif_with(x0132=PLACE * 9, xA434=PLACE * 40),
    "EXIF thumbnail": with_thumbnail,
    "a second EXIF block": lambda: after_soi(segment(0xE1, exif(1, gps=True)), exif_with(x010F="a")),
    "XMP exif": lambda: by_exiftool("-XMP-exif:GPSLatitude=48.62", "-XMP-exif:GPSLongitude=15.17"),
    "XMP photoshop": lambda: by_exiftool(*(f"-XMP-photoshop:{name}={PLACE}" for name in ("City", "State", "Country"))),
    "XMP iptcCore": lambda: by_exiftool(f"-XMP-iptcCore:Location={PLACE}", "-XMP-iptcCore:CountryCode=AT"),
    "XMP iptcExt": lambda: by_exiftool(f"-XMP-iptcExt:LocationShownCity={PLACE}"),
    "XMP caption and keywords": lambda: by_exiftool(f"-XMP-dc:Description={PLACE}", f"-XMP-dc:Subject={PLACE}"),
    "XMP with rights beside": lambda: by_exiftool("-XMP-dc:Rights=mine", f"-XMP-photoshop:City={PLACE}", *GPS),
    "XMP of unknown schema": lambda: after_soi(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + XMP.encode())),
    "extended XMP": lambda: after_soi(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\x00" + bytes(40) + SECRET)),
    "IPTC": lambda: by_exiftool(*(f"-IPTC:{name}={PLACE}" for name in ("City", "Sub-location", "Province-State",
                                  "Country-PrimaryLocationName", "Keywords", "Caption-Abstract"))),
    "IPTC with rights beside": lambda: by_exiftool("-IPTC:CopyrightNotice=mine", f"-IPTC:City={PLACE}"),
    "Photoshop resources": lambda: after_soi(
        segment(0xED, b"Photoshop 3.0\x008BIM\x03\xed\x00\x00\x00\x00\x00\x0c" + SECRET)
    ),
    "comment": lambda: saved(scene(), "JPEG", comment=SECRET),
    "JFIF thumbnail": lambda: b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x02" + SECRET)
                      + plain()[20:],
    "JFXX": lambda: after_soi(segment(0xE0, b"JFXX\x00\x10" + SECRET)),
    "FlashPix": lambda: after_soi(segment(0xE2, b"FPXR\x00" + SECRET)),
    "Adobe with more behind": lambda: after_soi(segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01" + SECRET)),
    "JUMBF": lambda: after_soi(segment(0xEB, b"JP\x00\x01\x00\x00\x00\x01" + SECRET)),
    "Ricoh": lambda: after_soi(segment(0xE5, b"RMETA\x00" + SECRET)),
    "FLIR": lambda: after_soi(segment(0xE1, b"FLIR\x00\x01\x00\x00" + SECRET)),
    **{f"APP{n}": lambda n=n: after_soi(segment(0xE0 + n, SECRET)) for n in range(16)},
    "MPF": mpf,
    "motion photo": lambda: plain() + MP4,
    "trailer": lambda: plain() + SECRET,
    "junk between segments": lambda: plain()[:20] + SECRET + plain()[20:],
    "comment between scans": lambda: between_scans(segment(0xFE, SECRET)),
    "behind the last coefficient": lambda: before_marker(b"\xff\xd9", plain()),
    "behind the last coefficient of a progressive file": lambda: before_marker(b"\xff\xd9", plain(progressive=True)),
    "behind the last coefficient of a scan": lambda: before_marker(b"\xff\xda", plain(progressive=True)),
    "behind the last coefficient of a restart interval": lambda: before_marker(
        b"\xff\xd0", saved(scene(), "JPEG", quality=85, restart_marker_rows=1)
    ),
    "EXIF between scans": lambda: between_scans(segment(0xE1, exif(1, gps=True) + SECRET)),
}  # fmt: skip
"""By the name of the place, what makes a file with it."""


def findings(data: bytes) -> list[str]:
    """What exiftool, looking everywhere, and a search of the bytes find of location."""
    words = ("gps", "city", "country", "location", "state", "offsettime", PLACE.lower())
    command = ["exiftool", "-ee3", "-G:0:1", "-a", "-U", "-s", "-"]
    lines = subprocess.run(command, input=data, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    found = [line for line in lines.splitlines() if any(word in line.lower() for word in words)]
    return found + (["bytes"] if SECRET in data or PLACE.encode("utf-16-le") in data else [])
