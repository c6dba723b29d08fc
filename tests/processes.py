"""Processes of a running service, looked up in /proc; and ways to run one as somebody else or on a lesser kernel."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNPRIVILEGED = "12345"


def children(pid: int) -> list[int]:
    """Direct children; none of a process that has just ended."""
    found = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def descendants(pid: int) -> list[int]:
    return [each for child in children(pid) for each in (child, *descendants(child))]


def parent(pid: int) -> int:
    """Its parent, or 0 of a process that has just ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def as_user(argv: list[str]) -> list[str]:
    """The command as a user without privileges. Where the interpreter lies in a home that is closed to others, that
    home is opened in a mount namespace of the command's own."""
    if os.geteuid() != 0:
        return argv
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        pytest.skip("needs unshare and setpriv")
    home, inside = Path.home(), Path(sys.base_prefix)
    reopen = ""
    if inside.is_relative_to(home):
        top = home / inside.relative_to(home).parts[0]
        reopen = (
            f"d=$(mktemp -d) && mount --bind {top} $d && mount -t tmpfs -o mode=755 none {home} && mkdir {top} && "
            f"mount --bind $d {top} && umount $d && rmdir $d && "
        )
    setpriv = f"setpriv --reuid {UNPRIVILEGED} --regid {UNPRIVILEGED} --clear-groups --inh-caps=-all"
    return ["unshare", "-m", "sh", "-c", f'{reopen}exec {setpriv} "$@"', "sh", *argv]


def on_kernel_without(denied: str, argv: list[str]) -> list[str]:
    """The command under a filter that makes the kernel look as if it had not what `denied` names, or as Docker does."""
    return [sys.executable, "-m", "tests.lesser_kernel", denied, *argv]
