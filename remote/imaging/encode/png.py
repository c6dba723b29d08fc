"""PNG of one frame: the filter and the deflate that suit the kind of picture.

Pillow takes all five filters of every row, then zlib: 33 ms and 503 KB for a photo of 512 px, 30 ms and 263 KB for a
drawing of 1024 x 768 with alpha. One filter for all rows is as good: 5 ms and 507 KB, 5 ms and 268 KB.
"""

import struct
from collections.abc import Callable

from isal import isal_zlib
from PIL import Image, ImageChops
from zlib_ng import zlib_ng

COLOUR_TYPE = {"L": 0, "LA": 4, "RGB": 2, "RGBA": 6}
"""W3C PNG, 11.2.1."""

NONE, SUB, UP, AVERAGE = 0, 1, 2, 3
"""W3C PNG, 9.2. Most drawings are smallest with the first, most photos with the last."""

BANDS, ROWS = 4, 12
"""The parts of a picture that the filters are tried on: so many bands, spread over it, of so many rows."""

DRAWING, SMALL = 0.5, 64 << 10
"""A picture that deflates to less than this share is a drawing, more or less, where effort pays; one that comes to no
more than so many bytes costs it 3 ms at most."""

LEVEL, EFFORT = 2, 5
"""Of igzip: zlib-ng takes five times the time for 2 % less of a photo, 7 ms more for 14 % less of the drawing above. Of
zlib-ng: 23 % less than igzip of small drawings; level 4 is 8 % larger, 6 takes a fifth more for 2 %."""


def still_png(image: Image.Image) -> bytes:
    """A picture in mode L, LA, RGB or RGBA as a PNG, 8 bits a channel, not interlaced."""
    header = struct.pack(">2I5B", *image.size, 8, COLOUR_TYPE[image.mode], 0, 0, 0)
    number, ratio = best_filter(image)
    rows = filtered(image, number)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", deflated(rows, ratio)) + chunk(b"IEND", b"")


def deflated(rows: bytes | bytearray, ratio: float) -> bytes:
    """The rows as a zlib stream, given about what share of them it will be."""
    if ratio < DRAWING and ratio * len(rows) < SMALL:
        return zlib_ng.compress(rows, EFFORT)
    return isal_zlib.compress(rows, LEVEL)


def chunk(kind: bytes, data: bytes) -> bytes:
    """W3C PNG, 5.3."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", isal_zlib.crc32(data, isal_zlib.crc32(kind)))


def best_filter(image: Image.Image) -> tuple[int, float]:
    """The filter that makes a sample of the picture smallest, and how small: its share of the bytes before."""
    part = sample(image)
    shares = {number: share(filtered(part, number), part.height) for number in RESIDUAL}
    best = min(shares, key=lambda number: shares[number])
    return best, shares[best]


def share(rows: bytearray, height: int) -> float:
    """What deflate makes of the rows of a sample, but for the first of each band: what was above it is not there."""
    stride = len(rows) // height
    counted = b"".join(rows[stride * (top + 1) : stride * (top + ROWS)] for top in range(0, height, ROWS)) or rows
    return len(isal_zlib.compress(counted, LEVEL)) / len(counted)


def sample(image: Image.Image) -> Image.Image:
    """Bands of the picture, one below the other; all of one that is hardly higher than these are."""
    if image.height <= BANDS * ROWS:
        return image
    result = Image.new(image.mode, (image.width, BANDS * ROWS))
    for band in range(BANDS):
        top = (image.height - ROWS) * (band + 1) // (BANDS + 1)
        result.paste(image.crop((0, top, image.width, top + ROWS)), (0, band * ROWS))
    return result


def filtered(image: Image.Image, number: int) -> bytearray:
    """The picture's rows, each one behind the number of its filter."""
    stride = len(image.getbands()) * image.width + 1
    rows = bytearray(1) + RESIDUAL[number](image).tobytes("raw", image.mode, stride)
    del rows[-1]  # each row was padded at its end by what is now the next one's first byte
    rows[::stride] = bytes([number]) * image.height
    return rows


def sub(image: Image.Image) -> Image.Image:
    """What differs from the pixel to the left."""
    return ImageChops.subtract_modulo(image, moved(image, 1, 0))


def up(image: Image.Image) -> Image.Image:
    """What differs from the pixel above."""
    return ImageChops.subtract_modulo(image, moved(image, 0, 1))


def average(image: Image.Image) -> Image.Image:
    """What differs from the mean, rounded down, of the pixels to the left and above."""
    return ImageChops.subtract_modulo(image, Image.blend(moved(image, 1, 0), moved(image, 0, 1), 0.5))


def moved(image: Image.Image, right: int, down: int) -> Image.Image:
    """The picture moved, with zeros where nothing is left."""
    result = Image.new(image.mode, image.size)
    result.paste(image, (right, down))
    return result


RESIDUAL: dict[int, Callable[[Image.Image], Image.Image]] = {
    NONE: lambda image: image,
    SUB: sub,
    UP: up,
    AVERAGE: average,
}
