"""libjpeg-turbo itself, and its lossless transform: coefficients are moved, never computed anew.

The constants and structures are those of turbojpeg.h 2.1; the calls exist unchanged in 3.x.
"""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_ubyte, c_ulong, c_void_p

LIBRARIES = ("libturbojpeg.so.0", "libturbojpeg.dylib")

OPERATION = {1: 0, 2: 1, 3: 6, 4: 2, 5: 3, 6: 5, 7: 4, 8: 7}
"""EXIF orientation to TJXOP: none, flip, 180, flip vertically, transpose, 90, transverse, 270."""

PERFECT, PROGRESSIVE = 1, 32
"""TJXOPT: fail rather than leave partial blocks at an edge; write a progressive file."""

STOP_ON_WARNING = 8192
"""TJFLAG: fail on damaged data rather than fill the gap with grey."""


WARNING = 0
"""TJERR: the work was done, in spite of damage."""


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
        library.tjGetErrorCode.argtypes = [c_void_p]
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


def transformed(data: bytes, orientation: int, progressive: bool) -> bytes | None:
    """The JPEG turned upright with all its segments; None when that cannot be exact or the file is damaged.

    One that is upright (1) is written anew, from the coefficients that libjpeg makes out even of a damaged file.
    """
    if LIBRARY is None:
        return None
    handle = LIBRARY.tjInitTransform()
    out, size = POINTER(c_ubyte)(), c_ulong()
    options = PERFECT | (PROGRESSIVE if progressive else 0)
    transform = Transform(operation=OPERATION[orientation], options=options)
    strict = OPERATION[orientation] != 0
    try:
        failed = LIBRARY.tjTransform(
            handle, data, len(data), 1, byref(out), byref(size), byref(transform), STOP_ON_WARNING if strict else 0
        )
        if failed and (strict or LIBRARY.tjGetErrorCode(handle) != WARNING):
            return None
        return ctypes.string_at(out, size.value)
    finally:
        LIBRARY.tjFree(out)
        LIBRARY.tjDestroy(handle)
