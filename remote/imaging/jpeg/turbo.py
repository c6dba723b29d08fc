"""libjpeg-turbo where Pillow does not reach: the lossless transform, and planes of YCbCr in and out.

The constants and structures are those of turbojpeg.h 2.1; the calls exist unchanged in 3.x.
"""

import ctypes
from collections.abc import Sequence
from ctypes import POINTER, byref, c_char_p, c_int, c_ubyte, c_ulong, c_void_p
from typing import Any

from PIL import Image

from remote.imaging.resize import extended

Planes = list[Image.Image]
"""Y, Cb and Cr, or Y alone: images in mode L."""

LIBRARIES = ("libturbojpeg.so.0", "libturbojpeg.dylib")

OPERATION = {2: 1, 3: 6, 4: 2, 5: 3, 6: 5, 7: 4, 8: 7}
"""EXIF orientation to TJXOP: flip, 180, flip vertically, transpose, 90, transverse, 270."""

PERFECT, PROGRESSIVE = 1, 32
"""TJXOPT: fail rather than leave partial blocks at an edge; write a progressive file."""

GREY, YCBCR = 2, 1
"""TJCS: the colour spaces whose planes are told apart."""

SAMPLING = ((1, 1), (2, 1), (2, 2), (1, 1), (1, 2), (4, 1))
"""TJSAMP: how many luma samples one chroma sample stands for, across and down: 4:4:4, 4:2:2, 4:2:0, grey, 4:4:0, 4:1:1."""
HALF_BOTH_WAYS, NO_CHROMA = 2, 3

STOP_ON_WARNING = 8192
"""TJFLAG: fail on damaged data rather than fill the gap with grey."""


class Transform(ctypes.Structure):
    """tjtransform."""

    _fields_ = [
        ("region", c_int * 4),
        ("operation", c_int),
        ("options", c_int),
        ("data", c_void_p),
        ("filter", c_void_p),
    ]


def load() -> ctypes.CDLL | None:
    """The library, or None where it is not installed."""
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        for name in ("tjInitTransform", "tjInitDecompress", "tjInitCompress"):
            getattr(library, name).restype = c_void_p
        library.tjDestroy.argtypes = [c_void_p]
        library.tjFree.argtypes = [c_void_p]
        library.tjTransform.argtypes = [
            c_void_p, c_char_p, c_ulong, c_int,
            POINTER(POINTER(c_ubyte)), POINTER(c_ulong), POINTER(Transform), c_int,
        ]  # fmt: skip
        numbers = [POINTER(c_int)] * 4
        library.tjDecompressHeader3.argtypes = [c_void_p, c_char_p, c_ulong, *numbers]
        library.tjDecompressToYUVPlanes.argtypes = [
            c_void_p, c_char_p, c_ulong, POINTER(c_void_p), c_int, c_void_p, c_int, c_int,
        ]  # fmt: skip
        library.tjCompressFromYUVPlanes.argtypes = [
            c_void_p, POINTER(c_void_p), c_int, c_void_p, c_int, c_int,
            POINTER(POINTER(c_ubyte)), POINTER(c_ulong), c_int, c_int,
        ]  # fmt: skip
        return library
    return None


LIBRARY = load()


def turn(data: bytes, orientation: int, progressive: bool) -> bytes | None:
    """The JPEG turned upright with all its segments; None when that cannot be exact or the file is damaged."""
    if LIBRARY is None:
        return None
    handle = LIBRARY.tjInitTransform()
    out, size = POINTER(c_ubyte)(), c_ulong()
    options = PERFECT | (PROGRESSIVE if progressive else 0)
    transform = Transform(operation=OPERATION[orientation], options=options)
    try:
        failed = LIBRARY.tjTransform(
            handle, data, len(data), 1, byref(out), byref(size), byref(transform), STOP_ON_WARNING
        )
        return None if failed else ctypes.string_at(out, size.value)
    finally:
        LIBRARY.tjFree(out)
        LIBRARY.tjDestroy(handle)


def decode_planes(data: bytes, scale: int) -> tuple[Planes, tuple[int, int]] | None:
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
        planes = [Image.frombuffer("L", *each, "raw", "L", 0, 1) for each in zip(sizes, buffers, strict=True)]
        return [planes[0].crop((0, 0, across, down)) if luma != (across, down) else planes[0], *planes[1:]], step
    finally:
        LIBRARY.tjDestroy(handle)


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
