"""What Prometheus is told. Under gunicorn every worker counts in files of its own; the one that is asked adds them up.

Names and units follow https://prometheus.io/docs/practices/naming: base units, counters end in ``_total``.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus-client's own variable: the folder of the workers' files. `remote.server` sets it."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
BYTES = tuple(1 << power for power in range(10, 28, 2))
PIXELS = (1e4, 1e5, 5e5, 1e6, 2e6, 4e6, 8e6, 12e6, 24e6, 50e6)

OWN = CollectorRegistry()
disable_created_metrics()  # the multiprocess form has none either

REQUESTS = Counter(
    "remote_requests", "Requests answered", ("method", "endpoint", "status", "code", "format"), registry=OWN
)
DURATION = Histogram(
    "remote_request_duration_seconds",
    "From the request's head to its answer",
    ("endpoint",),
    buckets=SECONDS,
    registry=OWN,
)
QUEUE_WAIT = Histogram("remote_queue_wait_seconds", "Wait of an upload for a free core", buckets=SECONDS, registry=OWN)
DECODING = Histogram(
    "remote_decode_duration_seconds",
    "From the job to the decoder's reply",
    ("operation",),
    buckets=SECONDS,
    registry=OWN,
)
RECEIVED = Histogram("remote_upload_size_bytes", "Uploads as they came", buckets=BYTES, registry=OWN)
SENT = Histogram("remote_response_size_bytes", "Bodies of the answers to uploads", buckets=BYTES, registry=OWN)
CANVAS = Histogram("remote_image_pixels", "Width x height of the uploads", ("format",), buckets=PIXELS, registry=OWN)

STARTED = Counter("remote_decoders_started", "Decoders that were given a first job", registry=OWN)
KILLED = Counter("remote_decoders_killed", "Decoders ended at the deadline", registry=OWN)
CRASHED = Counter("remote_decoders_crashed", "Decoders ended by a signal of their own", registry=OWN)
BLOCKED = Counter("remote_decoders_blocked", "Decoders that attempted a forbidden call or forged a reply", registry=OWN)

QUEUE = Gauge("remote_queue_length", "Uploads that wait", multiprocess_mode="livesum", registry=OWN)

ROLES = ("master", "worker", "zygote", "decoder")
"""By the depth in the tree of processes."""


class Memory(Collector):
    """Resident memory of the service's processes, read from /proc when it is asked for; pages that several share count
    in each. Systems without /proc have no such figures."""

    def __init__(self, root: int) -> None:
        self.root = root

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("remote_memory_bytes", "Resident memory by kind of process", labels=("process",))
        totals: dict[str, float] = {}
        for pid, depth in tree(self.root):
            role = ROLES[min(depth, len(ROLES) - 1)]
            totals[role] = totals.get(role, 0) + resident(pid)
        for role, total in totals.items():
            family.add_metric((role,), total)
        yield family


def tree(pid: int, depth: int = 0) -> Iterator[tuple[int, int]]:
    """A process and its descendants, each with its depth."""
    yield pid, depth
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = children.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in below:
            yield from tree(int(child), depth + 1)


def resident(pid: int) -> int:
    """Bytes; 0 for a process that has just ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def exposition() -> bytes:
    """All figures of the service in Prometheus' text format."""
    registry, root = OWN, os.getpid()
    if SHARED in os.environ:
        registry, root = CollectorRegistry(), os.getppid()
        MultiProcessCollector(registry)
    memory = CollectorRegistry()
    memory.register(Memory(root))
    return generate_latest(registry) + generate_latest(memory)
