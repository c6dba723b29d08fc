"""The far side of exiftool's compartment: a confined process that holds pyexiftool and its exiftool.

``python -m remote.sandbox.toolbox CONTROL_DESCRIPTOR LEVEL FOLDER``

It takes a descriptor to read and one to write at a time, and answers one byte. exiftool sees two files in the folder,
whose names are ours, and arguments that are constants: in its argument language a newline runs any command.
"""

import os
import shutil
import signal
import socket
import sys
from pathlib import Path

import exiftool

from remote.imaging.jpeg.allowed import EXIFTOOL_TAGS
from remote.imaging.jpeg.rights import SKELETON
from remote.sandbox import locks
from remote.sandbox.channel import DONE, FAILED
from remote.sandbox.decoder import write_all
from remote.sandbox.locks.landlock import Paths
from remote.sandbox.memory import contents

EXIFTOOL = shutil.which("exiftool") or "/usr/bin/exiftool"

PERL = Paths(
    readable=(
        *("/usr/share/perl", "/usr/share/perl5", "/usr/local/share/perl", "/usr/local/lib", "/etc/perl"),
        *("/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime", "/dev/urandom"),
    ),
    executable=(EXIFTOOL, "/usr/bin/perl", "/usr/bin/env", "/lib", "/lib64", "/usr/lib"),
    writable=("/dev/null",),
)
"""perl, its modules and libraries, on Debian and its kin."""

MEMORY = 1 << 30
"""Bytes of address space: exiftool holds 55 MB over a thousand writes."""
CPU = 365 * 24 * 3600
"""Seconds: it lives as long as its worker; each call has a deadline of its own, kept from outside."""
FILE_SIZE = 16 << 20
"""Bytes; metadata segments of a JPEG, 64 KB each, and a picture of one pixel."""
OPEN_FILES = 64


def main() -> None:
    control, level, folder = socket.socket(fileno=int(sys.argv[1])), sys.argv[2], Path(sys.argv[3])
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: None)  # exiftool must not inherit it ignored: it dies of it when we die
    paths = Paths(PERL.readable, PERL.executable, (*PERL.writable, str(folder)))
    prepared = locks.prepare(level, MEMORY, CPU, FILE_SIZE, paths, tool=True)
    os.chdir(folder)
    prepared.put_on(os.getppid(), control.fileno(), OPEN_FILES)
    signal.signal(signal.SIGCHLD, lambda *_: end_with_exiftool())
    try:
        serve(control, folder)
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        shutil.rmtree(folder, ignore_errors=True)


def end_with_exiftool() -> None:
    """pyexiftool spins for ever when exiftool has died: its compartment ends with it, and is started again."""
    if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        os._exit(1)


def serve(control: socket.socket, folder: Path) -> None:
    """Answer calls until the worker is gone."""
    tool = exiftool.ExifTool(EXIFTOOL, common_args=[], config_file="", encoding="utf-8")
    tool.run()
    control.send(DONE)
    while True:
        message, files, _, _ = socket.recv_fds(control, 16, 2)
        if not message:
            return
        source, output = files
        restored = restore(tool, folder, contents(source))
        write_all(output, restored)
        control.send(DONE if restored else FAILED)
        os.close(source)
        os.close(output)


def restore(tool: exiftool.ExifTool, folder: Path, carrier: bytes) -> bytes:
    """A JPEG of one pixel with the allowed tags of another; empty when exiftool makes none of it."""
    source, target = folder / "source.jpg", folder / "target.jpg"
    tags = [f"-{tag}" for tag in EXIFTOOL_TAGS]
    try:
        source.write_bytes(carrier)
        target.write_bytes(SKELETON)
        tool.execute(
            "-m", "-q", "-z", "-overwrite_original", "-TagsFromFile", str(source), *tags, str(target), raw_bytes=True
        )
        return target.read_bytes() if tool.last_status == 0 else b""
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
