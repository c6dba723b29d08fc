"""Author, rights and licence in XMP and IPTC: handed to exiftool in a small carrier, and looked at when they return."""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from remote.errors import Internal
from remote.imaging.jpeg import segments as jpeg
from remote.imaging.jpeg.allowed import IPTC, XMP
from remote.imaging.jpeg.segments import Segment

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"
PHOTOSHOP_HEADER = b"Photoshop 3.0\x00"
HEADERS = {jpeg.APP1: XMP_HEADER, jpeg.APP13: PHOTOSHOP_HEADER}

MOST_BYTES = 32767
"""Of XMP, and of IPTC: the longest value of a plain dataset (IPTC IIM 4.2, section 1.6). Longer ones are no notice."""

SKELETON = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300"
    + "01" * 64
    + "ffc0000b080001000101011100ffc40014000100000000000000000000000000000000ffc400141001000000000000000000"
    "00000000000000ffda0008010100003f003fffd9"
)
"""A grey JPEG of one pixel."""

NAMES = b"|".join(name.encode() for _, names in XMP.values() for name in names)
IN_XMP = re.compile(rb"[:/](?:" + NAMES + rb")[\s=/>]")
IN_IPTC = re.compile(rb"\x1c\x02[" + bytes(IPTC) + rb"]")
"""A dataset's tag marker, record 2, and its number (IPTC IIM 4.2, section 1.6)."""

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
STRUCTURE = {RDF + name for name in ("RDF", "Description", "Alt", "Bag", "Seq", "li", "about", "resource")} | {XML_LANG}
ENVELOPE = {"{adobe:ns:meta/}xmpmeta", "{adobe:ns:meta/}xmptk"}
PROPERTIES = {f"{{{namespace}}}{name}" for namespace, (_, names) in XMP.items() for name in names}

IPTC_RESOURCES = {0x0404, 0x0425}
"""Photoshop image resources: IPTC and its digest."""
ENVELOPE_RECORD, APPLICATION_RECORD = 1, 2
DATASETS = {(APPLICATION_RECORD, number) for number in (0, *IPTC)} | {(ENVELOPE_RECORD, 90)}
"""Besides the allowed ones: the record's version and the character set."""


def carrier(data: bytes) -> bytes:
    """A JPEG of one pixel with the XMP and IPTC of `data`; empty when they hold nothing that may stay."""
    kept = [data[segment.start : segment.end] for segment in jpeg.head(data) if worth_asking(data, segment)]
    return b"\xff\xd8" + b"".join(kept) + SKELETON[2:] if kept else b""


def worth_asking(data: bytes, segment: Segment) -> bool:
    payload = jpeg.payload(data, segment) if segment.marker in HEADERS else b""
    if not payload.startswith(HEADERS.get(segment.marker, b"-")):
        return False
    return bool((IN_XMP if segment.marker == jpeg.APP1 else IN_IPTC).search(payload))


def grafted(picture: bytes, restored: bytes) -> bytes:
    """The picture with the XMP and IPTC of the restored carrier behind its JFIF and EXIF segments.

    Raises `Internal` when the carrier holds anything that may not stay: exiftool did not do as it was told.
    """
    kept = [each for marker, check in CHECKS.items() for each in checked(restored, marker, check)]
    at = 2
    for segment in jpeg.segments(picture):
        if segment.marker != jpeg.APP0 and not jpeg.is_exif(picture, segment):
            break
        at = segment.end
    return picture[:at] + b"".join(kept) + picture[at:]


def checked(restored: bytes, marker: int, check: Callable[[bytes], None]) -> list[bytes]:
    """The segments of a marker when `check` finds all of them right; none when they hold more than `MOST_BYTES`."""
    found = [segment for segment in jpeg.segments(restored) if segment.marker == marker]
    if sum(segment.end - segment.start for segment in found) > MOST_BYTES:
        return []
    for segment in found:
        header, payload = HEADERS[marker], jpeg.payload(restored, segment)
        if not payload.startswith(header):
            raise Internal
        check(payload[len(header) :])
    return [restored[segment.start : segment.end] for segment in found]


def check_xmp(packet: bytes) -> None:
    """Raise `Internal` for any element or attribute besides the allowed properties and RDF's own."""
    root: Element = ElementTree.fromstring(packet.rstrip(b"\x00"))
    for element in root.iter():
        for name in (element.tag, *element.attrib):
            if name not in STRUCTURE | ENVELOPE | PROPERTIES:
                raise Internal


def check_iptc(resources: bytes) -> None:
    """Raise `Internal` for any resource or dataset besides the allowed ones."""
    for number, content in image_resources(resources):
        if number not in IPTC_RESOURCES:
            raise Internal
        if number == 0x0404 and not set(datasets(content)) <= DATASETS:
            raise Internal


CHECKS = {jpeg.APP1: check_xmp, jpeg.APP13: check_iptc}


def image_resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Photoshop's image resource blocks: number and content."""
    position = 0
    while position < len(data):
        if data[position : position + 4] != b"8BIM":
            raise Internal
        name = data[position + 6]
        start = position + 6 + name + 1 + (name + 1) % 2
        length = int.from_bytes(data[start : start + 4])
        yield int.from_bytes(data[position + 4 : position + 6]), data[start + 4 : start + 4 + length]
        position = start + 4 + length + length % 2


def datasets(content: bytes) -> Iterator[tuple[int, int]]:
    """Record and number of each dataset; exiftool writes no extended ones."""
    position = 0
    while position < len(content):
        if content[position] != 0x1C:
            raise Internal
        yield content[position + 1], content[position + 2]
        position += 5 + int.from_bytes(content[position + 3 : position + 5])
