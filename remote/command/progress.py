"""Lines on standard error, and beneath them a bar where a terminal shows it."""

import os
import threading
from typing import IO

ERASE = "\r\x1b[K"
"""To the start of the line, and clear it (ECMA-48, EL)."""

WIDEST = 40
"""Characters of the bar itself."""


class Progress:
    """A stream that lines are written to, by any thread; a write is whole lines."""

    def __init__(self, stream: IO[str], total: int) -> None:
        """There is no bar for one file, nor where `stream` is no terminal or one without control sequences."""
        self.stream, self.total, self.done = stream, total, 0
        self.bar = total > 1 and stream.isatty() and os.environ.get("TERM") != "dumb"
        self.lock = threading.Lock()

    def write(self, text: str) -> int:
        with self.lock:
            self.stream.write(f"{ERASE}{text}{self.drawn()}" if self.bar else text)
            self.stream.flush()
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def tell(self, name: str, text: str) -> None:
        """One line about a file."""
        self.write(f"{printable(name)}: {text}\n")

    def show(self, done: int) -> None:
        """So many files are done, well or not."""
        self.done = done
        if self.bar:
            self.write("")

    def end(self) -> None:
        """Leave the last bar where it is."""
        if self.bar:
            self.bar = False
            self.write("\n")

    def drawn(self) -> str:
        """``[#####-----] 5 of 10``, as wide as the terminal lets it be."""
        count = f"{self.done} of {self.total}"
        width = min(WIDEST, columns(self.stream) - len(count) - 4)  # brackets, a space, and the last column free
        filled = width * self.done // self.total
        return f"[{'#' * filled}{'-' * (width - filled)}] {count}" if width > 0 else count


def columns(terminal: IO[str]) -> int:
    """0, which is too narrow for a bar, where the terminal does not tell."""
    try:
        return os.get_terminal_size(terminal.fileno()).columns
    except OSError:
        return 0


def printable(name: str) -> str:
    """A file name on one line: what would move the cursor, or is not text, is escaped."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name)
