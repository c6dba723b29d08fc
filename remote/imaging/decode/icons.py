"""ICO files hold one icon in many sizes: the best of them, as a file of its own."""

import struct

from remote.errors import Undecodable

HEADER = struct.Struct("<HHH")
ENTRY = struct.Struct("<BBBBHHII")
PNG = b"\x89PNG"


def best_icon(data: bytes) -> bytes:
    """An ICO file with the largest picture only and, of several that large, the deepest.

    Left to itself Pillow takes the lowest bit depth of the largest size.
    """
    count = HEADER.unpack_from(data)[2]
    entries = [ENTRY.unpack_from(data, HEADER.size + ENTRY.size * index) for index in range(count)]
    if not entries:
        raise Undecodable
    best = max(entries, key=lambda entry: rank(data, entry))
    length, offset = best[6:]
    picture = data[offset : offset + length]
    start = HEADER.size + ENTRY.size
    return HEADER.pack(0, 1, 1) + ENTRY.pack(*best[:6], len(picture), start) + picture


def rank(data: bytes, entry: tuple[int, ...]) -> tuple[int, int]:
    """Pixels, then bits a pixel, as the picture itself says where the directory is silent; 0 means 256 pixels."""
    width, height, _, _, _, depth, length, offset = entry
    picture = data[offset : offset + length]
    if picture.startswith(PNG) and len(picture) > 24:
        return int.from_bytes(picture[16:20]) * int.from_bytes(picture[20:24]), 32
    if len(picture) >= 16:
        depth = int.from_bytes(picture[14:16], "little") or depth
    return (width or 256) * (height or 256), depth
