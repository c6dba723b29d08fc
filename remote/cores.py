"""How much of the machine is ours."""

import math
import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Microseconds of CPU that a container may have in each period, or "max", and the period (cgroup v2)."""


def cores() -> int:
    """The cores this process may use: those it is bound to, and no more than a container's quota rounded up."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(bound, quota(QUOTA)))


def quota(file: Path) -> int:
    """In whole cores; more than any machine has where there is none."""
    try:
        most, period = file.read_text().split()
        return math.ceil(int(most) / int(period))
    except (OSError, ValueError):  # no container, the older cgroups, or "max"
        return 1 << 16
