"""libjpeg-turbo's planes: the samples of a JPEG before they become RGB, and after."""

import ctypes
from collections.abc import Sequence
from ctypes import POINTER, byref, c_int, c_ubyte, c_ulong, c_void_p
from typing import Any

from PIL import Image

from remote.imaging.jpeg.turbo import LIBRARY, STOP_ON_WARNING
from remote.imaging.resize import extended
from remote.jobs import Size

Planes = list[Image.Image]
"""Y, Cb and Cr, or Y alone: images in mode L."""

GREY, YCBCR = 2, 1
"""TJCS: the colour spaces whose planes are told apart."""

SAMPLING = ((1, 1), (2, 1), (2, 2), (1, 1), (1, 2), (4, 1))
"""TJSAMP, as luma samples to one of chroma, across and down: 4:4:4, 4:2:2, 4:2:0, grey, 4:4:0, 4:1:1."""
HALF_BOTH_WAYS, NO_CHROMA = 2, 3


def decode_planes(data: bytes, scale: int) -> tuple[Planes, Size] | None:
    """Luma and the two of chroma, or luma alone, at `scale` eighths, and how chroma is subsampled.

    None when the file has another colour space or is damaged.
    """
    if LIBRARY is None:
        return None
    handle = LIBRARY.tjInitDecompress()
    width, height, sampling, space = c_int(), c_int(), c_int(), c_int()
    try:
        numbers = (byref(number) for number in (width, height, sampling, space))
        if LIBRARY.tjDecompressHeader3(handle, data, len(data), *numbers):
            return None
        if space.value not in (GREY, YCBCR) or not 0 <= sampling.value < len(SAMPLING):
            return None
        across, down = (-(-length.value * scale // 8) for length in (width, height))
        step = SAMPLING[sampling.value]
        chroma = (-(-across // step[0]), -(-down // step[1]))
        luma = (chroma[0] * step[0], chroma[1] * step[1])  # its plane ends where that of chroma does
        sizes = [luma] if sampling.value == NO_CHROMA else [luma, chroma, chroma]
        buffers = [(c_ubyte * (size[0] * size[1]))() for size in sizes]
        failed = LIBRARY.tjDecompressToYUVPlanes(
            handle, data, len(data), pointers(buffers), across, None, down, STOP_ON_WARNING
        )
        if failed:
            return None
        planes = [plane(*each) for each in zip(sizes, buffers, strict=True)]
        return [planes[0].crop((0, 0, across, down)) if luma != (across, down) else planes[0], *planes[1:]], step
    finally:
        LIBRARY.tjDestroy(handle)


def plane(size: Size, buffer: Any) -> Image.Image:
    """The samples as an image, not copied."""
    return Image.frombuffer("L", size, buffer, "raw", "L", 0, 1)


def encode_planes(planes: Planes, quality: int) -> bytes:
    """A baseline JPEG of planes: chroma is half of luma both ways, rounded up; or grey when there is luma alone."""
    assert LIBRARY
    handle = LIBRARY.tjInitCompress()
    out, size = POINTER(c_ubyte)(), c_ulong()
    width, height = planes[0].size
    if len(planes) > 1:
        planes = [extended(planes[0], planes[1].width * 2, planes[1].height * 2), *planes[1:]]
    buffers = [plane.tobytes() for plane in planes]
    sampling = HALF_BOTH_WAYS if len(planes) > 1 else NO_CHROMA
    try:
        failed = LIBRARY.tjCompressFromYUVPlanes(
            handle, pointers(buffers), width, None, height, sampling,
            byref(out), byref(size), quality, 0,
        )  # fmt: skip
        assert not failed
        return ctypes.string_at(out, size.value)
    finally:
        LIBRARY.tjFree(out)
        LIBRARY.tjDestroy(handle)


def pointers(buffers: Sequence[Any]) -> Any:
    """An array of their addresses, as C has it."""
    return (c_void_p * len(buffers))(*(ctypes.cast(buffer, c_void_p) for buffer in buffers))
