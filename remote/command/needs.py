"""What must be on the system: libraries, exiftool, the kernel's locks."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from remote.sandbox.supply import ENVIRONMENT

ANSWER_WITHIN = 30.0
"""Seconds for a program to start and tell its version; perl takes some tenths of one."""


@dataclass(frozen=True)
class Line:
    """What is found of one part."""

    name: str
    ok: bool
    detail: str
    """The version, or what to do when it is missing."""


LIBRARIES = {"libmagic": ("magic", "libmagic1"), "cairo": ("cairocffi", "libcairo2")}
"""Those that no Python package brings along: the module that loads each, and Debian's package."""

SENTENCES = {
    "files": "open files",
    "network": "open a socket",
    "programs": "start a program",
    "processes": "start a process",
    "signals": "signal another process",
    "user": "become root",
    "memory": "take more memory than it may",
}
"""What a decoder cannot do where that part of `remote.sandbox.selftest` holds."""


def absent_libraries() -> list[Line]:
    """Each is tried in a process of its own, for this one is on the near side; decoders tell the versions."""
    return [
        Line(name, False, f"Debian: apt-get install {package}")
        for name, (module, package) in LIBRARIES.items()
        if not loads(module)
    ]


def loads(module: str) -> bool:
    return bool(output([sys.executable, "-I", "-c", f"import {module}; print('loaded')"]))


def exiftool() -> Line:
    """Where its compartment looks for it, which has not this process's PATH."""
    program = shutil.which("exiftool", path=ENVIRONMENT["PATH"])
    version = output([program, "-ver"]) if program else ""
    if version:
        return Line("exiftool", True, version)
    return Line("exiftool", False, "Debian: apt-get install libimage-exiftool-perl")


def output(argv: list[str]) -> str:
    """What a program prints; nothing when it fails."""
    try:
        ran = subprocess.run(  # noqa: S603  our own interpreter, or exiftool
            argv, env=ENVIRONMENT, capture_output=True, text=True, timeout=ANSWER_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if ran.returncode else ran.stdout.strip()


def wall(report: dict[str, Any], setting: str) -> Iterator[Line]:
    """The locks, and what the self-test found them to hold against."""
    off = "REMOTE_SANDBOX is off"
    level, abi, seccomp = report["level"], report["landlock"], report["seccomp"]
    landlock = "needs Linux 5.13 or newer, with Landlock on and, in a container, a profile that allows it"
    filters = "needs a kernel with seccomp filters, and libseccomp (Debian: apt-get install libseccomp2)"
    missing = off if setting == "off" else "see the lines below"
    yield Line("wall", level == "full", f"level {level}" + ("" if level == "full" else f": {missing}"))
    yield Line("wall: landlock", bool(abi), f"ABI {abi}" if abi else off if setting == "off" else landlock)
    yield Line("wall: seccomp", seccomp, "filters" if seccomp else off if setting == "off" else filters)
    for name, sentence in SENTENCES.items():
        held = name in report["holds"]
        yield Line(f"wall: {name}", held, f"a decoder {'cannot' if held else 'can'} {sentence}")
