"""Tries what a locked process must not be able to do, so that the level told is one that was seen."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from remote.sandbox.locks import Locks, landlock

SURELY_THERE = "/etc/passwd"


def open_a_file() -> None:
    os.open(SURELY_THERE, os.O_RDONLY)


def open_a_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def run_a_program() -> None:
    os.execv(sys.executable, [sys.executable, "-c", ""])  # noqa: S606  it must fail


def start_a_process() -> None:
    if os.fork() == 0:
        os._exit(0)


def signal_another_process() -> None:
    os.kill(os.getppid(), 0)


def be_root() -> None:
    os.setresuid(0, 0, 0)


def take_more_memory_than_allowed() -> None:
    bytearray(1 << 43)


PROBES: dict[str, Callable[[], None]] = {
    "files": open_a_file,
    "network": open_a_socket,
    "programs": run_a_program,
    "processes": start_a_process,
    "signals": signal_another_process,
    "user": be_root,
    "memory": take_more_memory_than_allowed,
}
"""Each must raise an exception or end its process."""

ESCAPED = 42
"""Exit status of a process in which a probe went through."""


def report(locks: Locks) -> dict[str, Any]:
    """What `GET /healthz` says of the sandbox: the parts that hold and those that do not."""
    holds = {name: contained(locks, probe) for name, probe in PROBES.items()}
    return {
        "level": "full" if all(holds.values()) else "partial" if any(holds.values()) else "off",
        "landlock": landlock.abi() if locks.ruleset is not None else 0,
        "seccomp": locks.filter is not None,
        "holds": [name for name, held in holds.items() if held],
        "missing": [name for name, held in holds.items() if not held],
    }


def contained(locks: Locks, probe: Callable[[], None]) -> bool:
    """Whether a locked process fails at the probe, or is ended for it. One that cannot be locked contains nothing."""
    parent, (keep, _) = os.getpid(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            locks.put_on(parent, keep)
        except BaseException:
            os._exit(ESCAPED)
        try:
            probe()
        except (OSError, MemoryError):
            os._exit(0)
        finally:
            os._exit(ESCAPED)
    os.close(keep)
    os.close(_)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status) in (0, -signal.SIGSYS)
