"""Files as uploads: in memory, where they can cross the wall."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO

from remote.command.outputs import STANDARD
from remote.errors import MissingFile, TooLarge, Unreadable
from remote.sandbox.memory import memory_file

READ_AT_ONCE = 1 << 20
"""Bytes."""


@contextmanager
def upload(source: str, limit: int) -> Iterator[IO[bytes]]:
    """The bytes of a file; raises `Unreadable`, `MissingFile` (an empty one) or `TooLarge` (over `limit` bytes)."""
    with memory_file("upload") as file:
        try:
            with opened(source) as stream:
                size = copy(stream, file, limit + 1)
        except OSError as error:
            raise Unreadable(error.strerror or "for no known reason") from None
        if size > limit:
            raise TooLarge(limit)
        if not size:
            raise MissingFile("The file is empty")
        yield file


def opened(source: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if source == STANDARD else open(source, "rb")


def copy(stream: IO[bytes], file: IO[bytes], most: int) -> int:
    """Copy up to `most` bytes; how many there were."""
    left = most
    while left and (piece := stream.read(min(left, READ_AT_ONCE))):
        left -= file.write(piece)
    return most - left
