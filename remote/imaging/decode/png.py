"""A PNG without what is not needed to show it, so that a fault in there does not matter; browsers do the same.

Chunk names and layouts are those of W3C PNG (third edition), sections 5 and 11.
"""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"

SHOWN = {
    b"tRNS": range(1, 257),
    b"gAMA": range(4, 5),
    b"cHRM": range(32, 33),
    b"sRGB": range(1, 2),
    b"iCCP": range(3, 1 << 31),
    b"eXIf": range(4, 1 << 31),
    b"acTL": range(8, 9),
    b"fcTL": range(26, 27),
    b"fdAT": range(4, 1 << 31),
}
"""The ancillary chunks that bear on what is seen, with the lengths they can have in bytes."""

GREY, RGB = 0, 2
AS_EIGHT_BIT = {(GREY, 2), (GREY, 4), (RGB, 16)}
"""Colour types and depths whose samples Pillow makes eight bits wide, and not their transparent colour."""

TRNS_LENGTHS = {GREY: 2, RGB: 6}
"""Bytes of tRNS for grey and for RGB."""


def essential(data: bytes) -> bytes:
    """The file with its critical chunks and those ancillary ones that are `SHOWN` and sound.

    Critical chunks stay as they are: what is wrong with them is for the decoder to say.
    """
    kept = [SIGNATURE]
    depth = colour_type = 0
    for kind, start, end in chunks(data):
        body = data[start + 8 : end - 4]
        if kind == b"IHDR" and len(body) == 13:
            depth, colour_type = body[8], body[9]
        if kind[0] & 0x20:  # ancillary: the first letter is a small one
            if len(body) not in SHOWN.get(kind, ()) or zlib.crc32(data[start + 4 : end - 4]) != crc(data, end):
                continue
            if kind == b"tRNS" and len(body) != TRNS_LENGTHS.get(colour_type, len(body)):
                continue
            if kind == b"tRNS" and (colour_type, depth) in AS_EIGHT_BIT:
                kept.append(as_eight_bit(body, depth))
                continue
        kept.append(data[start:end])
    return b"".join(kept)


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of each chunk up to IEND; one that is cut off ends with the file."""
    position = len(SIGNATURE)
    while position + 12 <= len(data):
        kind = data[position + 4 : position + 8]
        end = position + 12 + int.from_bytes(data[position : position + 4])
        yield kind, position, min(end, len(data))
        if kind == b"IEND":
            return
        position = end


def crc(data: bytes, end: int) -> int:
    return int.from_bytes(data[end - 4 : end])


def as_eight_bit(body: bytes, depth: int) -> bytes:
    """A tRNS chunk for samples that have been brought from `depth` bits to eight."""
    values = (int.from_bytes(body[at : at + 2]) for at in range(0, len(body), 2))
    scaled = [value >> 8 if depth == 16 else (value * 255 // ((1 << depth) - 1)) & 0xFF for value in values]
    chunk = b"tRNS" + struct.pack(f">{len(scaled)}H", *scaled)
    return struct.pack(">I", len(body)) + chunk + struct.pack(">I", zlib.crc32(chunk))
