"""An EXIF block built anew from the tags that may stay. Nothing of the old block but their values gets into it.

The layout is that of TIFF 6.0, section 2, and EXIF 2.32, section 4.5.
"""

import struct
from collections.abc import Iterator, Mapping

from remote.imaging.jpeg.allowed import EXPOSURE, IMAGE, LONG, Tag
from remote.imaging.orientation import SWAPS_SIDES
from remote.jobs import Size

HEADER = b"Exif\x00\x00"
EXIF_IFD = 0x8769
PIXEL_X, PIXEL_Y = 0xA002, 0xA003
X_RESOLUTION, Y_RESOLUTION = 0x011A, 0x011B

BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""How long one value of each type is."""

ENTRY = 12
"""Bytes: tag, type, count, and the value or where it is."""

MOST_ENTRIES = 1000
"""Of one directory: cameras write under a hundred."""

Values = dict[int, tuple[int, int, bytes]]
"""Tag to type, count and the bytes of its value."""


def rebuilt(exif: bytes | None, size: Size, orientation: int) -> bytes | None:
    """The block with allowed tags only and the upright `size` in pixels, or None when nothing is left to say."""
    if not exif or not exif.startswith(HEADER):
        return None
    tiff = exif[len(HEADER) :]
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None:
        return None
    first = directory(tiff, order, number(tiff, order, 4, 4))
    image = allowed(first, IMAGE)
    pointer = first.get(EXIF_IFD)
    where = number(pointer[2], order, 0, 4) if pointer else 0
    exposure = allowed(directory(tiff, order, where), EXPOSURE) if where else {}
    if not image and not exposure:
        return None
    if orientation in SWAPS_SIDES and image.keys() >= {X_RESOLUTION, Y_RESOLUTION}:
        image[X_RESOLUTION], image[Y_RESOLUTION] = image[Y_RESOLUTION], image[X_RESOLUTION]
    for tag, side in zip((PIXEL_X, PIXEL_Y), size, strict=True):
        exposure[tag] = (LONG, 1, struct.pack(order + "I", side))
    return HEADER + written(order, image, exposure)


def number(data: bytes, order: str, at: int, length: int) -> int:
    """An unsigned number; 0 where the data ends before it."""
    return int.from_bytes(data[at : at + length], "little" if order == "<" else "big")


def directory(tiff: bytes, order: str, at: int) -> Values:
    """The entries of a directory whose values lie within the block; others are passed over."""
    count = min(number(tiff, order, at, 2), MOST_ENTRIES)
    return dict(entries(tiff, order, at + 2, count))


def entries(tiff: bytes, order: str, at: int, count: int) -> Iterator[tuple[int, tuple[int, int, bytes]]]:
    for start in range(at, at + count * ENTRY, ENTRY):
        if start + ENTRY > len(tiff):
            return
        tag, kind = number(tiff, order, start, 2), number(tiff, order, start + 2, 2)
        values = number(tiff, order, start + 4, 4)
        length = BYTES.get(kind, 0) * values
        place = start + 8 if length <= 4 else number(tiff, order, start + 8, 4)
        if length and place + length <= len(tiff):
            yield tag, (kind, values, tiff[place : place + length])


def allowed(found: Values, table: Mapping[int, Tag]) -> Values:
    """The entries that the table names, of the types and lengths it gives."""
    return {
        tag: value
        for tag, value in found.items()
        if tag in table and value[0] in table[tag].types and value[1] <= table[tag].most
    }


def written(order: str, image: Values, exposure: Values) -> bytes:
    """A TIFF header with IFD0 and the Exif IFD."""
    header = b"II*\x00" if order == "<" else b"MM\x00*"
    pointer = (LONG, 1, bytes(4))
    after = 8 + len(packed(order, image | {EXIF_IFD: pointer}, 8))
    image[EXIF_IFD] = (LONG, 1, struct.pack(order + "I", after))
    first = packed(order, image, 8)
    return header + struct.pack(order + "I", 8) + first + packed(order, exposure, after)


def packed(order: str, values: Values, at: int) -> bytes:
    """A directory that starts at offset `at`, its entries sorted, followed by the values that do not fit in them."""
    table, rest = struct.pack(order + "H", len(values)), b""
    behind = at + 2 + len(values) * ENTRY + 4
    for tag, (kind, count, value) in sorted(values.items()):
        table += struct.pack(order + "HHI", tag, kind, count)
        if len(value) <= 4:
            table += value.ljust(4, b"\x00")
        else:
            table += struct.pack(order + "I", behind + len(rest))
            rest += value + b"\x00" * (len(value) % 2)  # offsets are even
    return table + bytes(4) + rest
