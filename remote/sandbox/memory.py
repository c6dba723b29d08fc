"""Files that are nowhere but in memory: how uploads and results cross the wall."""

import io
import os
import tempfile
from typing import IO

from remote.sandbox.locks.libc import LINUX, libc

SHARED_MEMORY = "/dev/shm"  # noqa: S108  a folder, not a file with a name that could be foreseen

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""<malloc.h>"""
KEPT = 8 << 20
"""Bytes: some buffers of a body and a result."""


def memory_file(name: str) -> IO[bytes]:
    """An empty file without a place on any disk; where the kernel has no memfds, a temporary file without a name."""
    if hasattr(os, "memfd_create"):
        return io.FileIO(os.memfd_create(name, os.MFD_CLOEXEC), "r+")
    return tempfile.TemporaryFile(buffering=0)


def memory_folder() -> str | None:
    """A folder whose files are in memory, for names of mkdtemp's; None where the system has none."""
    return SHARED_MEMORY if os.path.isdir(SHARED_MEMORY) else None


def contents(descriptor: int) -> bytes:
    """All bytes of a file by its descriptor, wherever it is positioned."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    return os.pread(descriptor, size, 0)


def keep_freed_memory() -> None:
    """Have malloc keep what is freed: glibc's default gives the buffers of every upload back to the kernel, and each
    new one is then mapped page by page again (2,600 page faults for one of 2.6 MB)."""
    if LINUX:
        libc.mallopt(M_MMAP_THRESHOLD, KEPT)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT)
