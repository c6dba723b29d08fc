"""Runs the installed command."""

import os
import subprocess
import sys
from pathlib import Path

from tests.processes import ROOT

BIN = Path(sys.executable).parent
REMOTE = str(BIN / "remote")


def environment(**variables: str) -> dict[str, str]:
    """This one, with the command on the path; the repository is importable from any folder."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **variables}


def remote(
    *words: str | Path, cwd: Path | None = None, stdin: bytes = b"", **variables: str
) -> "subprocess.CompletedProcess[bytes]":
    """``remote WORDS...`` with these environment variables."""
    return run([REMOTE, *map(str, words)], cwd, stdin, **variables)


def run(
    argv: list[str], cwd: Path | None = None, stdin: bytes = b"", **variables: str
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        argv, input=stdin, capture_output=True, cwd=cwd, env=environment(**variables), timeout=120, check=False
    )


def failures(ran: "subprocess.CompletedProcess[bytes]") -> dict[str, str]:
    """The lines of standard error: the code of each file."""
    lines = [line.split(": ", 2) for line in ran.stderr.decode().splitlines()]
    assert all(len(line) == 3 for line in lines), ran.stderr.decode()
    return {name: code for name, code, _ in lines}
