"""ICO and ICNS files hold one icon in many sizes: the largest of them, as a file of its own."""

import struct
from collections.abc import Iterator

from remote.errors import Undecodable

ICO_HEADER = struct.Struct("<HHH")
ICO_ENTRY = struct.Struct("<BBBBHHII")

PNG = b"\x89PNG\r\n\x1a\n"
JP2_SIGNATURES = (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")
SIZ = b"\xff\x4f\xff\x51"
"""A JPEG 2000 codestream starts with SOC and SIZ (ITU-T T.800, A.4.1 and A.5.1)."""

LARGEST_RAW_ICNS = 128 * 128
"""Pixels of it32, the largest of the old types that are neither PNG nor JPEG 2000."""


def best_ico(data: bytes) -> bytes:
    """The largest picture and, of several that large, the deepest: a PNG, or an ICO with this one entry.

    Left to itself Pillow takes the lowest bit depth of the largest size. Raises struct.error on a short directory.
    """
    count = ICO_HEADER.unpack_from(data)[2]
    entries = [ICO_ENTRY.unpack_from(data, ICO_HEADER.size + ICO_ENTRY.size * index) for index in range(count)]
    best = max(entries, key=lambda entry: ico_rank(data, entry))
    picture = ico_picture(data, best)
    if picture.startswith(PNG):
        return picture
    start = ICO_HEADER.size + ICO_ENTRY.size
    return ICO_HEADER.pack(0, 1, 1) + ICO_ENTRY.pack(*best[:6], len(picture), start) + picture


def ico_picture(data: bytes, entry: tuple[int, ...]) -> bytes:
    length, offset = entry[6:]
    return data[offset : offset + length]


def ico_rank(data: bytes, entry: tuple[int, ...]) -> tuple[int, int]:
    """Pixels, then bits a pixel, as the picture itself says rather than the directory, where 0 is 256 pixels."""
    picture = ico_picture(data, entry)
    if picture.startswith(PNG):
        return embedded_pixels(picture), 32
    depth = int.from_bytes(picture[14:16], "little") if len(picture) >= 16 else entry[5]
    return (entry[0] or 256) * (entry[1] or 256), depth


def best_icns(data: bytes) -> bytes:
    """The largest PNG or JPEG 2000 picture, or the whole file where an old type may be larger."""
    pictures = [picture for picture in icns_pictures(data) if embedded_pixels(picture)]
    best = max(pictures, key=embedded_pixels, default=b"")
    return best if embedded_pixels(best) >= LARGEST_RAW_ICNS else data


def icns_pictures(data: bytes) -> Iterator[bytes]:
    """What the entries hold: four bytes of type, four of length, these eight included."""
    position = 8
    while position + 8 <= len(data):
        length = int.from_bytes(data[position + 4 : position + 8])
        if length < 8:
            raise Undecodable
        yield data[position + 8 : position + length]
        position += length


def embedded_pixels(picture: bytes) -> int:
    """Width x height of a PNG or JPEG 2000 file by its header; 0 for anything else."""
    if picture.startswith(PNG):
        return int.from_bytes(picture[16:20]) * int.from_bytes(picture[20:24])
    start = picture.find(SIZ, 0, 1024) if picture.startswith(JP2_SIGNATURES) else -1
    width, height = picture[start + 8 : start + 12], picture[start + 12 : start + 16]
    return int.from_bytes(width) * int.from_bytes(height) if start >= 0 else 0
