"""As many jobs at once as there are cores, counted over all workers of the service.

A slot is a file lock on a memfd that the workers inherit from their parent: when a worker is killed, the kernel frees
its slots. A pipe wakes those who wait; it is only a hint, the lock is the truth.
"""

import fcntl
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress

from remote.cores import cores

LOOK_AGAIN = 0.1
"""Seconds after which a waiter looks by itself: nobody writes to the pipe for a worker that was killed."""


def always() -> bool:
    return True


class Slots:
    """Made in the parent before it forks its workers."""

    def __init__(self, count: int) -> None:
        self.files = [os.memfd_create(f"slot{number}") for number in range(count)]
        self.freed, self.free = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.turn = threading.Lock()

    def try_acquire(self) -> int | None:
        """A slot that is free now: an open file that holds its lock."""
        return next((lock for file in self.files if (lock := try_lock(file)) is not None), None)

    def acquire(self, wanted: Callable[[], bool] = always) -> int | None:
        """Wait for a slot; None when it is not wanted any more. Within a process one thread at a time looks, the others
        queue behind it."""
        with self.turn:
            while wanted():
                lock = self.try_acquire()
                if lock is not None:
                    return lock
                select.select([self.freed], [], [], LOOK_AGAIN)
                with suppress(BlockingIOError):
                    os.read(self.freed, 1)
        return None

    def release(self, slot: int) -> None:
        os.close(slot)
        with suppress(BlockingIOError):
            os.write(self.free, b"1")

    def close(self) -> None:
        for file in (*self.files, self.freed, self.free):
            os.close(file)


def try_lock(file: int) -> int | None:
    """A fresh open file description (a lock belongs to one) with the lock, or None when another has it."""
    lock = os.open(f"/proc/self/fd/{file}", os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


class LocalSlots:
    """For systems without memfds: each process counts for itself, so a busy service may run more than one a core."""

    def __init__(self, count: int) -> None:
        self.slots = threading.BoundedSemaphore(count)

    def try_acquire(self) -> int | None:
        return 0 if self.slots.acquire(blocking=False) else None

    def acquire(self, wanted: Callable[[], bool] = always) -> int | None:
        while wanted():
            if self.slots.acquire(timeout=LOOK_AGAIN):
                return 0
        return None

    def release(self, slot: int) -> None:
        self.slots.release()

    def close(self) -> None:
        pass


AnySlots = Slots | LocalSlots


def make_slots() -> AnySlots:
    """One slot for each core."""
    return Slots(cores()) if hasattr(os, "memfd_create") else LocalSlots(cores())
