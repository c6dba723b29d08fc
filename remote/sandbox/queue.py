"""Where uploads wait for a core: a bounded number, and only while somebody wants the answer."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from remote import metrics
from remote.errors import Busy, ClientGone, NotReady
from remote.sandbox.slots import AnySlots


class Queue:
    """The queue of one worker before the slots of the whole service; used by all its threads."""

    def __init__(self, most: int, patience: float) -> None:
        """`most` uploads may wait; `patience`: seconds for which they go on waiting when the service is stopping."""
        self.most, self.patience = most, patience
        self.slots: AnySlots | None = None
        self.lock = threading.Lock()
        self.waiting = 0
        self.stopping_since: float | None = None

    @contextmanager
    def slot(self, meanwhile: Callable[[], None], wanted: Callable[[], bool]) -> Iterator[None]:
        """One of the service's cores.

        `meanwhile` is done before an upload waits, and may raise. Raises `Busy` when too many wait already or the
        service stops too soon, `ClientGone` when it is not `wanted` any more.
        """
        assert self.slots
        began = time.monotonic()
        if not wanted():
            raise ClientGone
        slot = self.slots.try_acquire() if self.waiting == 0 else None
        if slot is None:
            with self.place():
                meanwhile()
                slot = self.slots.acquire(lambda: wanted() and not self.too_late())
        metrics.QUEUE_WAIT.observe(time.monotonic() - began)
        if slot is None:
            raise Busy if self.too_late() else ClientGone
        try:
            yield
        finally:
            self.slots.release(slot)

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places in the queue; raises `Busy` when there is none."""
        with self.lock:
            if self.waiting >= self.most:
                raise Busy
            self.waiting += 1
        metrics.QUEUE.inc()
        try:
            yield
        finally:
            metrics.QUEUE.dec()
            with self.lock:
                self.waiting -= 1

    def stop(self) -> None:
        """The service is going to end."""
        self.stopping_since = self.stopping_since or time.monotonic()

    def too_late(self) -> bool:
        """Whether a job that started now might not be done when the service ends."""
        return self.stopping_since is not None and time.monotonic() > self.stopping_since + self.patience

    def check_ready(self) -> None:
        """Raise `NotReady` while an upload would be refused."""
        if self.stopping_since is not None:
            raise NotReady("the service is stopping")
        if self.waiting >= max(1, self.most):
            raise NotReady("the queue is full")

    def close(self) -> None:
        if self.slots:
            self.slots.close()
            self.slots = None
