"""The near side of exiftool's compartment: one call at a time, each with a deadline, killed whole and started again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from remote.errors import Internal, Timeout
from remote.sandbox.channel import DONE
from remote.sandbox.locks.process import NOBODY
from remote.sandbox.memory import contents, memory_file, memory_folder
from remote.sandbox.sockets import KIND

TOOLBOX = (sys.executable, "-I", "-m", "remote.sandbox.toolbox")


class Compartment:
    """exiftool behind the wall, started when it is first needed."""

    def __init__(self, level: str, seconds: float, command: tuple[str, ...] = TOOLBOX) -> None:
        self.level, self.seconds, self.command = level, seconds, command
        self.lock = threading.Lock()
        self.running: Running | None = None

    def restore(self, carrier: bytes) -> bytes:
        """A JPEG of one pixel with the allowed tags of `carrier`, or nothing when exiftool cannot read it.

        Raises `Timeout` after the deadline and `Internal` when the compartment dies of it. One that was killed for
        another reason, as Heroku kills every process of a service that stops, is started again.
        """
        with self.lock:
            try:
                return self.attempt(carrier)
            except Internal:
                return self.attempt(carrier)

    def attempt(self, carrier: bytes) -> bytes:
        with memory_file("carrier") as source, memory_file("restored") as output:
            source.write(carrier)
            if self.running is None:
                self.running = Running(self.level, self.command, self.seconds)
            try:
                self.running.call(source.fileno(), output.fileno())
            except BaseException:
                self.running.end()
                self.running = None
                raise
            return contents(output.fileno())

    def close(self) -> None:
        with self.lock:
            if self.running:
                self.running.end()
                self.running = None


class Running:
    """One started compartment with its folder."""

    def __init__(self, level: str, command: tuple[str, ...], seconds: float) -> None:
        self.seconds = seconds
        self.folder = tempfile.mkdtemp(prefix="remote-", dir=memory_folder())
        if os.geteuid() == 0 and level != "off":
            os.chown(self.folder, NOBODY, NOBODY)
        self.control, far = socket.socketpair(socket.AF_UNIX, KIND)
        with far:
            self.process = subprocess.Popen(  # noqa: S603  our own program
                [*command, str(far.fileno()), level, self.folder],
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": self.folder},
                stdin=subprocess.DEVNULL,
                pass_fds=[far.fileno()],
                start_new_session=True,  # a group of its own, to be killed whole
            )
        try:
            self.hear()
        except BaseException:
            self.end()
            raise

    def call(self, source: int, output: int) -> None:
        """Hand over two descriptors and wait until the second is written."""
        try:
            socket.send_fds(self.control, [DONE], [source, output])
        except (BrokenPipeError, ConnectionResetError):
            raise Internal from None
        self.hear()

    def hear(self) -> None:
        """Wait for a sign of completion; raises `Timeout` or `Internal`."""
        self.control.settimeout(self.seconds)
        try:
            told = self.control.recv(16)
        except TimeoutError:
            raise Timeout(self.seconds) from None
        except ConnectionResetError:
            told = b""
        if not told:
            raise Internal

    def end(self) -> None:
        """Kill the process, its exiftool and all else in its group, and remove its folder."""
        self.control.close()
        os.killpg(self.process.pid, signal.SIGKILL)  # not reaped yet: the number is still its own, alive or dead
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
