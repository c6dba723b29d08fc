"""A JPEG file as a list of its segments. Nothing is decoded.

Marker names and the structure are those of ITU-T T.81, annex B.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from remote.errors import Undecodable

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
DQT, DHT, DAC, DRI = 0xDB, 0xC4, 0xCC, 0xDD
APP0, APP1, APP2, APP13, APP14 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, DAC, 0xC8}
"""SOF0 to SOF15: the segments that hold width and height."""
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
"""SOF2, 6, 10 and 14."""
PIXELS = frozenset({DQT, DHT, DAC, DRI, SOS}) | FRAMES
"""Without these the coefficients cannot be read. DNL is not one: decoders pass it over, whatever it holds."""
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
    position = start_of_image(data)
    while segment := next_segment(data, position):
        if segment.marker == SOS:
            segment = replace(segment, scan_end=scan_end(data, segment.end))
        yield segment
        position = max(segment.end, segment.scan_end)


def head(data: bytes) -> Iterator[Segment]:
    """The segments up to the first SOS, that one too; its entropy-coded data is not looked at (`scan_end` is 0)."""
    position = start_of_image(data)
    while segment := next_segment(data, position):
        yield segment
        if segment.marker == SOS:
            return
        position = segment.end


def start_of_image(data: bytes) -> int:
    """Where the first segment is looked for."""
    if data[:2] != b"\xff\xd8":
        raise Undecodable
    return 2


def next_segment(data: bytes, position: int) -> Segment | None:
    """The next segment, None at EOI; junk, fill and stray restarts are passed over, as decoders do."""
    start = scan_end(data, position)
    while data[start + 1] == TEM:
        start = scan_end(data, start + 2)
    marker = data[start + 1]
    if marker == EOI:
        return None
    end = start + 2 + int.from_bytes(data[start + 2 : start + 4])
    if marker == SOI or not start + 4 <= end <= len(data):
        raise Undecodable
    return Segment(marker, start, end)


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
    """How many scans a decoder of the file makes, up to its EOI or to where its structure breaks."""
    scans = 0
    with suppress(Undecodable):  # the decoder has its own say about damaged files
        if is_one_scan(data):
            return 1
        for segment in segments(data):
            scans += segment.marker == SOS
    return scans


def is_one_scan(data: bytes) -> bool:
    """Whether the first scan has all components of a file that is not progressive: decoders then stop behind it."""
    components = b""
    for segment in head(data):
        if segment.marker in PROGRESSIVE:
            return False
        if segment.marker in FRAMES:
            components = payload(data, segment)[5:6]
        if segment.marker == SOS:
            return payload(data, segment)[:1] == components
    return False
