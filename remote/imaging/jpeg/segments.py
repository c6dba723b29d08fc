"""A JPEG file as a list of its segments. Nothing is decoded.

Marker names and the structure are those of ITU-T T.81, annex B.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from remote.errors import Undecodable

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
DQT, DHT, DAC, DRI, DNL = 0xDB, 0xC4, 0xCC, 0xDD, 0xDC
APP0, APP1, APP2, APP13, APP14 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, DAC, 0xC8}
"""SOF0 to SOF15: the segments that hold width and height."""
PIXELS = frozenset({DQT, DHT, DAC, DRI, DNL, SOS}) | FRAMES
"""Without these the coefficients cannot be read."""
TEM = 0x01
"""The one marker besides SOI, EOI and the restarts that stands without a length."""

SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""In entropy-coded data FF is followed by 00 (a stuffed byte), D0 to D7 (a restart) or FF (fill)."""


@dataclass(frozen=True)
class Segment:
    """One marker segment: ``data[start:end]`` of the file, from its FF to its last byte."""

    marker: int
    start: int
    end: int
    scan_end: int = 0
    """For SOS: where the entropy-coded data that follows it ends; otherwise 0."""


def segments(data: bytes) -> Iterator[Segment]:
    """The segments from SOI to the first EOI, both left out; raises `Undecodable` where the structure is broken."""
    if data[:2] != b"\xff\xd8":
        raise Undecodable
    position = 2
    while True:
        start, marker = next_marker(data, position)
        if marker == EOI:
            return
        if marker == TEM:
            position = start + 2
            continue
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4])
        if marker == SOI or end < start + 4 or end > len(data):
            raise Undecodable
        if marker == SOS:
            position = scan_end(data, end)
            yield Segment(marker, start, end, position)
        else:
            position = end
            yield Segment(marker, start, end)


def next_marker(data: bytes, position: int) -> tuple[int, int]:
    """Where the next marker is and which it is; junk, fill and stray restarts are passed over, as decoders do."""
    start = scan_end(data, position)
    return start, data[start + 1]


def scan_end(data: bytes, position: int) -> int:
    """Where the next marker after entropy-coded data is; raises `Undecodable` when the file ends first."""
    found = SCAN_END.search(data, position)
    if not found:
        raise Undecodable
    return found.start()


def payload(data: bytes, segment: Segment) -> bytes:
    """What the segment holds, after marker and length."""
    return data[segment.start + 4 : segment.end]


def is_exif(data: bytes, segment: Segment) -> bool:
    """Whether it is APP1 with an EXIF block."""
    return segment.marker == APP1 and data[segment.start + 4 : segment.start + 10] == b"Exif\x00\x00"


def count_scans(data: bytes) -> int:
    """How many scans the file has up to its EOI, or to where its structure breaks."""
    scans = 0
    try:
        for segment in segments(data):
            scans += segment.marker == SOS
    except Undecodable:
        pass  # the decoder has its own say about damaged files
    return scans
