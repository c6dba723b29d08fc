"""The heap as forks like it: what the zygote has lies in huge pages, and what a decoder allocates in others.

A fork copies one entry of the page table for a huge page and 512 for what else takes its place; a write to what is
shared costs a fault and a copy. For that all has to be in glibc's one heap (Python's own allocator takes pieces of
1 MiB here and there: PYTHONMALLOC in `remote.sandbox.supply`), and no free chunk may be left between things that are
shared.
"""

import ctypes
import os
from pathlib import Path

from remote.sandbox.locks.libc import LINUX, checked, libc

HUGE_PAGE = 2 << 20
MADV_COLLAPSE = 25
"""<linux/mman.h>, from Linux 6.1: what a process's small pages hold becomes huge pages."""

LARGEST_CHUNK, SMALLEST_CHUNK, STEP = 16 << 20, 16, 16
"""Bytes: no buffer that the zygote frees is larger; glibc's chunks grow in steps of 16."""

CACHED, MOST_CACHED = 1032, 7
"""glibc's tcache: so many chunks of each size up to so many bytes are handed out before it looks into the heap."""

AT_ONCE = 64 << 10
"""Bytes: more than any chunk that is free in a packed heap."""

libc.malloc.restype = libc.sbrk.restype = ctypes.c_ssize_t
holding_the_gil = ctypes.PyDLL(None, use_errno=True)


def fork() -> int:
    """As os.fork, without Python's own work in the child: 0.3 ms and 60 page faults, all for the sake of other threads,
    which the zygote does not have. Raises OSError."""
    return checked(holding_the_gil.fork(), "fork") if LINUX else os.fork()


def pack() -> None:
    """In the zygote, once all is loaded."""
    if not hasattr(libc, "malloc_trim"):  # another libc than glibc
        return
    libc.malloc_trim(0)
    use_up()
    libc.malloc_trim(0)
    collapse()
    to_next_huge_page()


def use_up() -> None:
    """Take every free chunk, largest first, so that what comes next is allocated behind all that is there."""
    end = libc.sbrk(0)
    size = LARGEST_CHUNK
    while size >= SMALLEST_CHUNK:
        behind = 0
        while behind <= (MOST_CACHED if size <= CACHED else 0):
            chunk = libc.malloc(ctypes.c_size_t(size))
            behind += chunk >= end
        if size > CACHED:
            libc.free(ctypes.c_void_p(chunk))
        size -= max(STEP, size // 16 // STEP * STEP)


def collapse() -> None:
    """The heap into huge pages. A kernel may refuse."""
    heap = next((line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith("[heap]")), "0-0 ")
    start, end = (int(limit, 16) for limit in heap.split()[0].split("-"))
    first, last = -(-start // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE
    if last > first:
        libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), MADV_COLLAPSE)


def to_next_huge_page() -> None:
    """Leave the rest of the heap's last huge page unused."""
    libc.sbrk(ctypes.c_ssize_t(-libc.sbrk(0) % HUGE_PAGE))


def start_afresh() -> None:
    """In a decoder: leave unused what is left of the huge page that the zygote has begun since."""
    if LINUX:
        chunk = libc.malloc(ctypes.c_size_t(AT_ONCE))
        libc.malloc(ctypes.c_size_t(-(chunk + AT_ONCE + STEP) % HUGE_PAGE))
