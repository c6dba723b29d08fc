"""How much memory the service takes, by kind of process: ``python -m tests.bench.memory``

In MB of proportional set size: a page that several processes share is divided among them, so that sums are true.
Uploads and results are memfds, which are in no process's share; they are reckoned apart.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from remote.cores import cores
from remote.metrics import ROLES, tree
from tests.bench.measure import SAMPLE_EVERY, measure, share
from tests.bench.peers import Peer, Task, remote
from tests.bench.samples import photo_of
from tests.samples import saved, scene

COUNT = 8
"""Requests of each client; the peak is that of the worst moment."""


def tasks() -> dict[str, Task]:
    """What is common, what is large, and what takes a decoder most: a PNG with alpha is decoded whole."""
    return {
        "fit 1024 of an 8 MP JPEG": Task("/images/fit/1024", photo_of(8), 2448),
        "fit 1024 of a 48 MP JPEG": Task("/images/fit/1024", photo_of(48), 6000),
        "prepare_jpeg of a 48 MP JPEG": Task("/images/prepare_jpeg", photo_of(48), 6000),
        "fit 1024 of a 48 MP PNG": Task("/images/fit/1024", saved(scene(8000, 6000, "RGBA"), "PNG"), 6000),
    }


def main() -> None:
    for workers in (1, cores()):
        with remote(WEB_CONCURRENCY=str(workers)) as peer:
            print(f"{workers} workers, {cores()} cores")
            time.sleep(1)
            show("idle", shares(peer.pid))
            for title, task in tasks().items():
                show(title, peak(peer, lambda task=task: measure(peer, task, COUNT * cores(), cores())))


def show(title: str, found: dict[str, list[float]]) -> None:
    parts = [f"{role} {len(each)} x {sum(each) / len(each):.0f} (most {max(each):.0f})" for role, each in found.items()]
    print(f"{title:32}{sum(map(sum, found.values())):7.0f} MB: " + ", ".join(parts))


def peak(peer: Peer, work: Callable[[], object]) -> dict[str, list[float]]:
    """The shares at the moment at which they were most."""
    worker = threading.Thread(target=work)
    worker.start()
    most: dict[str, list[float]] = {}
    while worker.is_alive():
        most = max(most, shares(peer.pid), key=lambda found: sum(map(sum, found.values())))
        time.sleep(SAMPLE_EVERY)
    worker.join()
    return most


def shares(pid: int) -> dict[str, list[float]]:
    """Of each process by its kind, and of the memfds."""
    found: dict[str, list[float]] = {role: [] for role in (*ROLES, "memfds")}
    for each, depth in tree(pid):
        with suppress(OSError):
            found[ROLES[min(depth, len(ROLES) - 1)]].append(share(each))
    found["memfds"].append(sum(memfds(pid).values()) / 1e6)
    return {role: each for role, each in found.items() if each}


def memfds(pid: int) -> dict[int, int]:
    """Bytes of those that the processes hold, by inode: the two sides of the wall hold the same."""
    sizes: dict[int, int] = {}
    for each, _ in tree(pid):
        for link in Path(f"/proc/{each}/fd").glob("*"):
            with suppress(OSError):
                if str(link.readlink()).startswith("/memfd:"):
                    sizes[link.stat().st_ino] = link.stat().st_blocks * 512
    return sizes


if __name__ == "__main__":
    main()
