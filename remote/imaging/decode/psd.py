"""A PSD's merged picture without the channels beside it: masks and spot colours, at which Pillow shifts the rows.

Layout: Adobe Photoshop File Formats Specification, "File Header Section" to "Image Data Section".
"""

import struct

HEADER = 26
COMPRESSED = 1
"""PackBits, with the length of each row before all rows."""

COLOURS = {0: 1, 1: 1, 2: 1, 3: 3, 4: 4, 8: 1, 9: 3}
"""How many channels a colour mode has: bitmap, grey, indexed, RGB, CMYK, duotone, Lab."""
RGB = 3


def merged(data: bytes) -> bytes:
    """The file with the channels of its colour mode, and alpha where it has one; raises struct.error when cut off."""
    channels, height, _, _, mode = struct.unpack_from(">HIIHH", data, 12)
    resources = section_end(data, HEADER)
    layers = section_end(data, resources)
    image = section_end(data, layers)
    wanted = COLOURS.get(mode, channels)
    if mode == RGB and has_transparency(data, layers):
        wanted += 1
    if wanted >= channels:
        return data
    head = data[:12] + struct.pack(">H", wanted) + data[14:image]
    (compression,) = struct.unpack_from(">H", data, image)
    if compression != COMPRESSED:
        return head + data[image:]
    lengths = struct.unpack_from(f">{channels * height}H", data, image + 2)
    kept = lengths[: wanted * height]
    rows = image + 2 + 2 * len(lengths)
    return head + data[image : image + 2 + 2 * len(kept)] + data[rows : rows + sum(kept)]


def section_end(data: bytes, start: int) -> int:
    """Where a section ends that begins with its length."""
    return start + 4 + int(struct.unpack_from(">I", data, start)[0])


def has_transparency(data: bytes, layers: int) -> bool:
    """Whether the first channel after the colours is the merged picture's alpha: the count of layers is negative."""
    length = struct.unpack_from(">I", data, layers)[0]
    return bool(length >= 6 and struct.unpack_from(">h", data, layers + 8)[0] < 0)
