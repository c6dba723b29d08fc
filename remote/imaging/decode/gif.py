"""GIF files as a chain of blocks: frames counted without decoding, and a first frame that leaves canvas uncovered.

The blocks are those of the GIF89a specification, sections 17 to 27.
"""

import struct
from collections.abc import Iterator

from remote.imaging.limits import Limits

IMAGE, EXTENSION, TRAILER = 0x2C, 0x21, 0x3B
GRAPHIC_CONTROL = 0xF9
HEADER = 13
"""Bytes of signature and logical screen descriptor."""

UNUSED = 255
"""The index of a colour table of less than 256 entries that no pixel has."""


def check_gif(data: bytes, limits: Limits) -> None:
    """Raise `TooManyFrames` or `TooManyPixels` as soon as there is one too many.

    Pillow counts to the end, however far it is, and has the canvas grow where a frame reaches beyond it.
    """
    width, height = struct.unpack_from("<2H", data.ljust(HEADER, b"\x00"), 6)
    for frames, image in enumerate(starts(data, IMAGE), 1):
        left, top, across, down = placed(data, image)
        width, height = max(width, left + across), max(height, top + down)
        limits.check_canvas(width, height)
        limits.check_frames(width, height, frames)


def with_clear_canvas(data: bytes) -> bytes:
    """The file with its first frame given a transparent index, where that frame does not cover the canvas.

    Browsers leave the rest of the canvas clear; Pillow fills it with the transparent index if there is one, else with
    index 0. A full colour table has no index to spare: such a file stays as it is.
    """
    image = next(starts(data, IMAGE), 0)
    if not image or covers(data, image) or colours(data, image) > UNUSED:
        return data
    control = next((start for start in starts(data, EXTENSION) if data[start + 1] == GRAPHIC_CONTROL), len(data))
    if control > image:
        return data[:image] + bytes((EXTENSION, GRAPHIC_CONTROL, 4, 1, 0, 0, UNUSED, 0)) + data[image:]
    flags = data[control + 3]
    if flags & 1:
        return data
    return (
        data[: control + 3]
        + bytes([flags | 1])
        + data[control + 4 : control + 6]
        + bytes([UNUSED])
        + data[control + 7 :]
    )


def covers(data: bytes, image: int) -> bool:
    """Whether the frame whose descriptor is at `image` fills the logical screen."""
    left, top, width, height = placed(data, image)
    canvas_width, canvas_height = struct.unpack_from("<2H", data, 6)
    return not left and not top and width >= canvas_width and height >= canvas_height


def placed(data: bytes, image: int) -> tuple[int, ...]:
    """Left, top, width and height of the frame whose descriptor is at `image`."""
    return struct.unpack("<4H", data[image + 1 : image + 9].ljust(8, b"\x00"))


def colours(data: bytes, image: int) -> int:
    """Entries of the colour table that a frame uses: its own or the global one."""
    return (color_table(data[image + 9 : image + 10]) or color_table(data[10:11])) // 3


def starts(data: bytes, introducer: int) -> Iterator[int]:
    """Where each block of this kind starts, up to the trailer or the end of the file."""
    position = HEADER + color_table(data[10:11])
    while position < len(data) and data[position] != TRAILER:
        found = data[position]
        if found == introducer:
            yield position
        if found == IMAGE:  # descriptor, colour table, LZW code size
            position = after_sub_blocks(data, position + 10 + color_table(data[position + 9 : position + 10]) + 1)
        elif found == EXTENSION:  # introducer and label
            position = after_sub_blocks(data, position + 2)
        else:
            position += 1


def color_table(flags: bytes) -> int:
    """Bytes of the color table that these packed fields announce."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def after_sub_blocks(data: bytes, position: int) -> int:
    """The position after a chain of sub-blocks and its terminator."""
    while position < len(data) and data[position]:
        position += data[position] + 1
    return position + 1
