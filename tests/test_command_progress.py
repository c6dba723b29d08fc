"""The progress bar of `remote convert` and `remote strip`, on a terminal and nowhere else."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.commands import REMOTE, environment, remote
from tests.processes import alive, descendants, eventually
from tests.samples import EVERY_FORMAT

COLUMNS = 60


class Terminal:
    """A command in a terminal of its own."""

    def __init__(self, master: int, process: "subprocess.Popen[bytes]") -> None:
        self.master, self.process = master, process
        self.shown = ""

    def read(self) -> bool:
        """More of what it shows; False at its end."""
        with suppress(OSError):  # Linux: the last of those that have it open is gone
            piece = os.read(self.master, 4096).decode()
            self.shown += piece
            return bool(piece)
        return False


@contextmanager
def terminal(*words: str | Path, cwd: Path, **variables: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [REMOTE, *map(str, words)],
        cwd=cwd,
        env=environment(**{"TERM": "xterm", **variables}),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        process.wait(30)
        os.close(master)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(8):
        (tmp_path / f"{number}.png").write_bytes(EVERY_FORMAT["png"])
    (tmp_path / "3.png").write_bytes(b"text")
    return tmp_path


def test_a_terminal_shows_a_bar_that_grows_with_failures_above_it(folder: Path) -> None:
    with terminal("convert", "--format", "gif", *sorted(folder.iterdir()), "out/", cwd=folder) as screen:
        while screen.read():
            pass
    assert screen.process.returncode == 1
    bars = re.findall(r"\[(#*)(-*)\] (\d) of 8", screen.shown)
    assert [int(done) for *_, done in bars] == [0, 1, 2, 3, 3, 4, 5, 6, 7, 8]
    assert [len(full) for full, *_ in bars] == sorted(len(full) for full, *_ in bars)
    assert len({len(full + rest) for full, rest, _ in bars}) == 1
    assert bars[-1][:2] == ("#" * 40, "")
    assert re.search(r"\r\x1b\[K\S+/3\.png: unsupported_type: [^\r\n]+\r\n\[#", screen.shown)
    assert screen.shown.endswith("8 of 8\r\n")
    assert all(len(line) < COLUMNS for line in re.split(r"\r\x1b\[K|\r\n", screen.shown) if ".png" not in line)


@pytest.mark.parametrize(
    ("sources", "variables"), [(["0.png"], {"TERM": "xterm"}), (["0.png", "1.png"], {"TERM": "dumb"})]
)
def test_there_is_none_for_one_file_or_on_a_dumb_terminal(
    folder: Path, sources: list[str], variables: dict[str, str]
) -> None:
    with terminal("convert", "--format", "gif", *sources, "out/", cwd=folder, **variables) as screen:
        while screen.read():
            pass
    assert (screen.process.returncode, screen.shown) == (0, "")


def test_there_is_none_in_a_pipe(folder: Path) -> None:
    ran = remote("convert", "--format", "gif", "0.png", "1.png", "2.png", "out/", cwd=folder)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_an_image_is_not_written_to_a_terminal(folder: Path) -> None:
    with terminal("convert", "0.png", "-", cwd=folder) as screen:
        while screen.read():
            pass
    assert screen.process.returncode == 2
    assert "Expected a file, since standard output is a terminal for OUT" in screen.shown.replace("\r\n", " ")


def test_ctrl_c_ends_it_with_all_processes(folder: Path) -> None:
    for number in range(300):
        (folder / f"more{number}.png").write_bytes(EVERY_FORMAT["png"])
    with terminal("convert", "--format", "avif", *sorted(folder.iterdir()), "out/", cwd=folder) as screen:
        while " 5 of " not in screen.shown:
            assert screen.read()
        below = descendants(screen.process.pid)
        os.write(screen.master, b"\x03")
        began = time.monotonic()
        while screen.read():
            pass
        assert screen.process.wait(5) == 130
        assert time.monotonic() - began < 5
    assert below
    assert eventually(lambda: not any(map(alive, below)))
    assert "Traceback" not in screen.shown
    assert screen.shown.endswith("\n")
    assert all(path.suffix == ".avif" for path in (folder / "out").iterdir())
