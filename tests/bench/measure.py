"""What requests to a running service cost, all its processes counted, those that have exited too."""

import os
import statistics
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from tests.bench.peers import Peer, Task
from tests.processes import descendants

TICK = os.sysconf("SC_CLK_TCK")
SAMPLE_EVERY = 0.02
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Cost:
    """Of one task, a request."""

    cpu: float
    """Milliseconds over all processes."""
    faults: float
    """Minor page faults."""
    rate: float
    """Answers a second."""
    median: float
    """Milliseconds until the whole answer is there."""
    p99: float
    """Milliseconds."""
    size: float
    """Bytes of the answer."""


def measure(peer: Peer, task: Task, count: int, clients: int) -> Cost:
    """Have a task done `count` times by so many clients at once, each on one connection."""
    cpu, faults = used(peer.pid)
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = [pool.submit(client, peer, task, count // clients) for _ in range(clients)]
        answers = [answer for part in parts for answer in part.result()]
    seconds = time.perf_counter() - start
    time.sleep(0.1)  # the decoders of the last requests are gone then
    cpu_after, faults_after = used(peer.pid)
    times = sorted(time for time, _ in answers)
    return Cost(
        cpu=(cpu_after - cpu) / len(answers) * 1000,
        faults=(faults_after - faults) / len(answers),
        rate=len(answers) / seconds,
        median=statistics.median(times) * 1000,
        p99=times[int(len(times) * 0.99)] * 1000,
        size=answers[0][1],
    )


def client(peer: Peer, task: Task, count: int) -> list[tuple[float, int]]:
    """Seconds and bytes of each answer, one request after the other."""
    connection = peer.connection()
    answers = []
    for _ in range(count):
        start = time.perf_counter()
        size = peer.ask(connection, task)
        answers.append((time.perf_counter() - start, size))
    connection.close()
    return answers


def median(costs: Iterable[Cost]) -> Cost:
    """Each figure's median over several rounds."""
    rounds = list(costs)
    return Cost(*(statistics.median(getattr(cost, field.name) for cost in rounds) for field in fields(Cost)))


def used(pid: int) -> tuple[float, float]:
    """Seconds of CPU and minor page faults of a process, its descendants and the children each has outlived."""
    seconds = faults = 0.0
    for each in (pid, *descendants(pid)):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended: its parent has its share
            stat = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            seconds += sum(int(field) for field in stat[11:15]) / TICK
            faults += int(stat[7]) + int(stat[8])
    return seconds, faults


def peak_memory(peer: Peer, task: Task, count: int, clients: int) -> float:
    """The most MB that its processes held at one time, a page that several share counted once, while it does a task.

    In a run of its own: looking costs CPU.
    """
    done, most = threading.Event(), [0.0]

    def watch() -> None:
        while not done.is_set():
            most.append(held(peer.pid))
            time.sleep(SAMPLE_EVERY)

    watcher = threading.Thread(target=watch)
    watcher.start()
    measure(peer, task, count, clients)
    done.set()
    watcher.join()
    return max(most)


def held(pid: int) -> float:
    """Proportional set size of a process and its descendants, in MB."""
    total = 0.0
    for each in (pid, *descendants(pid)):
        with suppress(OSError):
            total += share(each)
    return total


def share(pid: int) -> float:
    """Proportional set size of one process, in MB; raises OSError when it has ended."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
