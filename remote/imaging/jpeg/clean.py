"""A JPEG rebuilt from what its pixels need, so that nothing else can be in it."""

from remote.errors import Undecodable
from remote.imaging.jpeg import segments as jpeg
from remote.imaging.jpeg.segments import Segment

COLOUR = {
    jpeg.APP0: b"JFIF\x00",  # says that the components are YCbCr, and the resolution
    jpeg.APP2: b"ICC_PROFILE\x00",  # says what the numbers mean as colour
    jpeg.APP14: b"Adobe",  # says whether three or four components are transformed and inverted
}
"""Segments that change how the pixels look, with how they begin."""

NOTHING = b"\x00nothing begins so"

JFIF_LENGTH, ADOBE_LENGTH = 14, 12
"""Bytes of payload without the thumbnail that may follow (JFIF 1.02) and of the whole (Adobe TN 5116, section 18)."""
LEAST = {jpeg.APP0: JFIF_LENGTH, jpeg.APP2: 0, jpeg.APP14: ADOBE_LENGTH}
"""A shorter segment is none to a decoder."""


def clean(data: bytes) -> bytes:
    """The same JPEG without metadata, previews and trailers; scans are kept byte for byte.

    Raises `remote.errors.Undecodable` when the structure is broken or there is no scan before the first EOI.
    """
    kept = [b"\xff\xd8"]
    scans = 0
    for segment in jpeg.segments(data):
        scans += segment.marker == jpeg.SOS
        if segment.marker in jpeg.PIXELS:
            kept.append(data[segment.start : max(segment.end, segment.scan_end)])
        elif segment.marker in COLOUR:
            kept.append(colour_segment(data, segment))
    if not scans:
        raise Undecodable
    kept.append(b"\xff\xd9")
    return b"".join(kept)


def colour_segment(data: bytes, segment: Segment) -> bytes:
    """The segment reduced to what bears on colour; empty when it is something else under the same marker."""
    payload = jpeg.payload(data, segment)
    if not payload.startswith(COLOUR.get(segment.marker, NOTHING)) or len(payload) < LEAST[segment.marker]:
        return b""
    if segment.marker == jpeg.APP0:
        payload = payload[: JFIF_LENGTH - 2] + b"\x00\x00"  # no thumbnail: 0 x 0 pixels
    if segment.marker == jpeg.APP14:
        payload = payload[:ADOBE_LENGTH]
    return packed(segment.marker, payload)


def packed(marker: int, payload: bytes) -> bytes:
    """A marker segment."""
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2) + payload


def with_exif(data: bytes, exif: bytes) -> bytes:
    """A cleaned JPEG with an EXIF block, behind its JFIF segment where it has one."""
    first = next(jpeg.head(data))
    at = first.end if first.marker == jpeg.APP0 else 2
    return data[:at] + packed(jpeg.APP1, exif) + data[at:]


def exif_of(data: bytes) -> bytes | None:
    """The first EXIF block with its "Exif" header, as Pillow's ``info["exif"]`` has it."""
    for segment in jpeg.head(data):
        if jpeg.is_exif(data, segment):
            return jpeg.payload(data, segment)
    return None
