"""Where results go: which file, and how it comes into being."""

import os
import secrets
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from remote.errors import BadParameter, Exists, Unwritable
from remote.jobs import ANSWERED, EXTENSIONS

STANDARD = "-"
"""Standard input or output."""

FORMATS = {name: name for name in ANSWERED} | {extension: name for name, extension in EXTENSIONS.items()}
"""What an extension, or --format, means."""


class Outputs:
    """The outputs of one run. No input, and no output of the same run, is ever overwritten."""

    def __init__(self, out: str, sources: Sequence[str], force: bool, format: str | None) -> None:
        """`format`: what was asked for, whatever the name; raises `BadParameter` when that does not go together."""
        self.out, self.sources, self.force = out, sources, force
        self.directory = out.endswith("/") or Path(out).is_dir()
        self.check_number()
        self.format = format or self.named_format()
        """The format of all results; None: each has its own."""
        if not self.directory and format_of(out) not in (None, self.format):
            raise BadParameter(f"a name that goes with {self.format}", "OUT", out)
        self.inputs = {identity(source) for source in sources} - {None}
        self.written: set[Path] = set()
        if self.directory:
            make_directory(out)

    def check_number(self) -> None:
        """Several files need a directory, standard input a name for its result."""
        if not self.directory and len(self.sources) > 1:
            raise BadParameter("a directory for several files (one that ends in / is made)", "OUT", self.out)
        if STANDARD in self.sources and (self.directory or len(self.sources) > 1):
            raise BadParameter("files for a directory", "IN", STANDARD)
        if self.out == STANDARD and sys.stdout.isatty():
            raise BadParameter("a file, since standard output is a terminal", "OUT", self.out)

    def named_format(self) -> str | None:
        """As the name of the one output says; None where it says nothing, as that of a directory."""
        if self.directory or self.out == STANDARD:
            return None
        found = format_of(self.out)
        if found is None:
            raise BadParameter(f"--format, or one of .{', .'.join(FORMATS)}", "OUT", self.out)
        return found

    def path(self, source: str, format: str) -> Path:
        """In a directory the source's name, under the extension of the format unless it has one already."""
        if not self.directory:
            return Path(self.out)
        name = Path(source).name
        kept = format_of(name) == format
        return Path(self.out, name if kept else f"{Path(name).stem}.{EXTENSIONS[format]}")

    def check(self, path: Path) -> None:
        """Raise `Exists` for what must not be written."""
        if path in self.written:
            raise Exists("another result of this run")
        if identity(path) in self.inputs:
            raise Exists("an input")
        if not self.force and os.path.lexists(path):
            raise Exists("a file that is there; --force overwrites it")

    def write(self, source: str, format: str, data: bytes) -> None:
        """Raises `Exists` and `Unwritable`; then nothing has been written."""
        try:
            if self.out == STANDARD:
                with open(sys.stdout.fileno(), "wb", closefd=False) as out:
                    out.write(data)
                return
            path = self.path(source, format)
            self.check(path)
            write_whole(path, data, self.force)
            self.written.add(path)
        except OSError as error:
            raise Unwritable(error.strerror or "for no known reason") from None


def format_of(name: str) -> str | None:
    """The format that a file's name says, if it is one that results have."""
    return FORMATS.get(Path(name).suffix.removeprefix(".").lower())


def identity(path: str | Path) -> tuple[int, int] | None:
    """What tells a file from all others, by whatever name; None when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def make_directory(out: str) -> None:
    try:
        os.makedirs(out, exist_ok=True)
    except OSError as error:
        raise BadParameter(f"a directory that can be made ({error.strerror})", "OUT", out) from None


def write_whole(path: Path, data: bytes, force: bool) -> None:
    """Make the file under another name first: it appears complete or not at all. Raises `Exists` and OSError."""
    temporary = path.with_name(f".remote-{secrets.token_hex(8)}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
        if force or not linked(temporary, path):
            os.replace(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def linked(temporary: Path, path: Path) -> bool:
    """Give the file its name unless that exists, in one step; False where the file system has no hard links."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise Exists("a file that is there; --force overwrites it") from None
    except OSError:
        return False
    return True
