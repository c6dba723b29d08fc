"""Where the parts of a file are: chunks, segments, boxes and directories, and the numbers that say how long they are.

No more than a mutator needs: what is damaged is taken as far as it goes.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

Order = str
"""`struct`'s: "<" or ">"."""


class Unit(NamedTuple):
    """One chunk, segment, box or directory entry: ``data[start:end]``, with where its body starts."""

    start: int
    end: int
    body: int


class Number(NamedTuple):
    """A number that a decoder believes."""

    at: int
    size: int
    """Bytes: 1, 2, 4 or 8."""
    order: Order


def units(data: bytes) -> list[Unit]:
    """The parts that a file is made of; none of a format without any."""
    return list(LAYOUTS[layout](data)) if (layout := layout_of(data)) in LAYOUTS else []


def numbers(data: bytes) -> list[Number]:
    """Lengths, sizes and counts: those of every unit, and the first ones of each body, where dimensions are."""
    order = "<" if layout_of(data) in ("riff", "gif", "ico", "bmp") or data.startswith(b"II") else ">"
    found = [Number(at, size, order) for size in (1, 2, 4) for at in range(0, 32, size)]
    for unit in units(data):
        for size in (1, 2, 4):
            found += [Number(at, size, order) for at in range(unit.start, min(unit.body + 16, unit.end), size)]
    return [number for number in found if number.at + number.size <= len(data)]


def layout_of(data: bytes) -> str:
    return next((name for name, (at, magic) in MAGIC.items() if data[at : at + len(magic)] == magic), "")


def of_jpeg(data: bytes) -> Iterator[Unit]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xD9:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] == 0xDA:  # with the scan behind it
            end = next((found for found in range(end, len(data) - 1) if is_marker(data, found)), len(data))
        yield Unit(at, end, at + 4)
        at = end


def is_marker(data: bytes, at: int) -> bool:
    return data[at] == 0xFF and data[at + 1] not in (0, 0xFF) and not 0xD0 <= data[at + 1] <= 0xD7


def of_png(data: bytes) -> Iterator[Unit]:
    at = 8
    while at + 12 <= len(data):
        end = min(len(data), at + 12 + int.from_bytes(data[at : at + 4]))
        yield Unit(at, end, at + 8)
        at = end


def of_riff(data: bytes) -> Iterator[Unit]:
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = min(len(data), at + 8 + length + length % 2)
        yield Unit(at, end, at + 8)
        at = end


NESTED = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"jp2h": 0}
"""Boxes that hold boxes, and how many bytes come before these."""


def of_boxes(data: bytes, at: int = 0, end: int | None = None) -> Iterator[Unit]:
    end = len(data) if end is None else end
    while at + 8 <= end:
        stop = min(end, at + (int.from_bytes(data[at : at + 4]) or end - at))
        if stop < at + 8:
            return
        yield Unit(at, stop, at + 8)
        kind = data[at + 4 : at + 8]
        if kind in NESTED:
            yield from of_boxes(data, at + 8 + NESTED[kind], stop)
        at = stop


def of_tiff(data: bytes) -> Iterator[Unit]:
    """The entries of the first directory."""
    order = "<" if data.startswith(b"II") else ">"
    (at,) = struct.unpack_from(order + "I", data.ljust(8, b"\0"), 4)
    count = int.from_bytes(data[at : at + 2], "little" if order == "<" else "big")
    for start in range(at + 2, min(at + 2 + 12 * count, len(data) - 11), 12):
        yield Unit(start, start + 12, start)


def of_icns(data: bytes) -> Iterator[Unit]:
    at = 8
    while at + 8 <= len(data) and (length := int.from_bytes(data[at + 4 : at + 8])) >= 8:
        yield Unit(at, min(len(data), at + length), at + 8)
        at += length


def of_ico(data: bytes) -> Iterator[Unit]:
    """The directory's entries, and what stands behind them."""
    for index in range(min(16, int.from_bytes(data[4:6], "little"))):
        yield Unit(6 + 16 * index, 22 + 16 * index, 6 + 16 * index)
        offset = int.from_bytes(data[18 + 16 * index : 22 + 16 * index], "little")
        yield Unit(offset, len(data), offset)


MAGIC = {
    "jpeg": (0, b"\xff\xd8"), "png": (0, b"\x89PNG"), "riff": (0, b"RIFF"), "boxes": (4, b"ftyp"),
    "jp2": (4, b"jP  "), "tiff le": (0, b"II*\0"), "tiff be": (0, b"MM\0*"), "icns": (0, b"icns"),
    "ico": (0, b"\0\0\1\0"), "gif": (0, b"GIF8"), "bmp": (0, b"BM"),
}  # fmt: skip
LAYOUTS: dict[str, Callable[[bytes], Iterator[Unit]]] = {
    "jpeg": of_jpeg, "png": of_png, "riff": of_riff, "boxes": of_boxes, "jp2": of_boxes,
    "tiff le": of_tiff, "tiff be": of_tiff, "icns": of_icns, "ico": of_ico,
}  # fmt: skip


def sealed(data: bytes) -> bytes:
    """A PNG with the checksums that its chunks should have: behind a wrong one no decoder looks at a chunk."""
    out = bytearray(data)
    for unit in of_png(data) if layout_of(data) == "png" else ():
        out[unit.end - 4 : unit.end] = zlib.crc32(data[unit.start + 4 : unit.end - 4]).to_bytes(4)
    return bytes(out)
