"""Time and CPU of requests to a running service, all its processes counted, those that have exited too."""

import os
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Service

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Milliseconds a request, and page faults."""

    median: float
    cpu: float
    faults: float


def measure(service: Service, path: str, upload: bytes, count: int) -> Cost:
    """Post `count` times, one after the other, on one connection."""
    before, faults = used(service)
    times = []
    for _ in range(count):
        start = time.perf_counter()
        answer = service.post(path, files={"file": upload})
        times.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.text
    time.sleep(0.1)  # the decoders of the last requests are gone then
    after, more = used(service)
    return Cost(statistics.median(times) * 1000, (after - before) / count * 1000, (more - faults) / count)


def used(service: Service) -> tuple[float, float]:
    """Seconds of CPU and minor page faults of every process and of the children each has outlived."""
    seconds = faults = 0.0
    for pid in service.everything():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended: its parent has its share
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            seconds += sum(int(field) for field in fields[11:15]) / TICK
            faults += int(fields[7]) + int(fields[8])
    return seconds, faults
