"""Arbitrary code in a decoder: an operation that no served application has, for the tests of the wall.

Each attack either gets through and returns, or ends in an exception, or ends its process.
"""

import ctypes
import mmap
import os
import pickle
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from remote.app import create_app as create_remote
from remote.errors import Undecodable
from remote.imaging.operations import OPERATIONS
from remote.jobs import JOBS, Encoded, Facts, Job, Result
from remote.sandbox import channel
from remote.sandbox.locks.libc import libc

ZYGOTE = (
    sys.executable,
    "-c",
    f"import sys; sys.path[:0] = {[str(Path(__file__).parent.parent), *sys.path]!r};"
    "import tests.attacker; from remote.sandbox.zygote import main; main()",
)
"""A zygote that knows the operation, started with any Python that has the modules."""


@dataclass(frozen=True)
class AttackOptions:
    name: str


def attack(format: object, data: bytes, limits: object, options: AttackOptions) -> Result:
    """Whoever gets through is answered with a result; whoever is refused by the kernel with `Undecodable`."""
    try:
        gained = ATTACKS[options.name]()
        return gained if isinstance(gained, Result) else Result("png", Facts(1, 1))
    except OSError as error:
        raise Undecodable from error


OPERATIONS["attack"] = attack
JOBS["attack"] = Job(AttackOptions, range(2))


def endless_loop() -> None:
    while True:
        pass


def memory_bomb() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))


def mapping_bomb() -> None:
    hoard = []
    try:
        while True:
            hoard.append(mmap.mmap(-1, 256 << 20))
    except OSError:
        raise MemoryError from None


def thread_bomb() -> None:
    try:
        while True:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    except RuntimeError:
        raise MemoryError from None


def job_socket() -> socket.socket:
    """The decoder's end of the channel, out of the frame that reads it."""
    frame = sys._getframe()
    while "jobs" not in frame.f_locals:
        assert frame.f_back
        frame = frame.f_back
    found: socket.socket = frame.f_locals["jobs"]
    return found


def forge(message: bytes, times: int = 1) -> None:
    for _ in range(times):
        job_socket().send(message)
    os._exit(0)


def lie(width: int = 1, height: int = 1, claimed: int = 0, format: str = "png", orientation: int = 1) -> None:
    file = Encoded(b"", format, width, height)
    honest = channel.encode_result(Result("png", Facts(1, 1, 1, False, orientation), (file,)))
    at = channel.HEAD.size + channel.FACTS.size
    forged = bytearray(honest)
    channel.FILE.pack_into(forged, at, channel.place(format), width, height, 1, False, claimed)
    forge(bytes(forged))


class Exploit:
    """Its pickle runs a program where it is loaded."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch /tmp/pickled",)


def call(number: int, *arguments: object) -> None:
    if libc.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


ATTACKS: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "silent_exit": lambda: os._exit(0),
    "endless_loop": endless_loop,
    "nap": lambda: time.sleep(0.5),
    "sleep": lambda: time.sleep(600),
    "memory_bomb": memory_bomb,
    "mapping_bomb": mapping_bomb,
    "output_bomb": lambda: Result("png", Facts(1, 1), (Encoded(bytes(80 << 20), "png", 1, 1),)),
    "thread_bomb": thread_bomb,
    "fork": os.fork,
    "read_passwd": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "list_root": lambda: os.listdir("/"),
    "write_tmp": lambda: os.open("/tmp/attacked", os.O_WRONLY | os.O_CREAT),
    "write_fonts": lambda: os.open("/usr/share/fonts/attacked", os.O_WRONLY | os.O_CREAT),
    "own_memory_file": lambda: os.open("/proc/self/mem", os.O_RDWR),
    "parent_memory_file": lambda: os.open(f"/proc/{os.getppid()}/mem", os.O_RDONLY),
    "parent_environment": lambda: os.open(f"/proc/{os.getppid()}/environ", os.O_RDONLY),
    "socket": lambda: socket.socket(socket.AF_INET),
    "unix_socket": lambda: socket.socket(socket.AF_UNIX),
    "execve": lambda: os.execv("/bin/true", ["true"]),
    "ptrace_parent": lambda: libc.ptrace(16, os.getppid(), 0, 0),
    "read_parent": lambda: libc.process_vm_readv(os.getppid(), None, 0, None, 0, 0),
    "kill_parent": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "kill_all": lambda: os.kill(-1, signal.SIGKILL),
    "io_uring": lambda: call(425, 8, None),
    "memfd": lambda: os.memfd_create("code"),
    "become_root": lambda: os.setuid(0),
    "namespaces": lambda: libc.unshare(0x10000000),
    "executable_memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "keyring": lambda: call(250, 0, 0, 0, 0, 0),
    "reply_of_one_byte": lambda: forge(b"x"),
    "reply_too_long": lambda: forge(bytes(channel.REPLY.size + 1)),
    "reply_of_zeros": lambda: forge(bytes(channel.REPLY.size)),
    "reply_pickled": lambda: forge(pickle.dumps(Exploit())),
    "reply_flood": lambda: forge(b"x" * 10_000, times=100_000),
    "reply_claims_bytes": lambda: lie(claimed=1 << 20),
    "reply_claims_more_than_memory": lambda: lie(claimed=1 << 60),
    "reply_without_width": lambda: lie(width=0),
    "reply_huge": lambda: lie(width=4_000_000_000),
    "reply_not_an_image_format": lambda: lie(format="svg"),
    "reply_orientation": lambda: lie(orientation=9),
}


def create_app() -> Flask:
    """The application with one endpoint more: ``POST /attack/<name>``; its worker's process id is at ``/worker``."""
    from remote.blueprints import images, status
    from remote.sandbox.door import Sandbox

    app = create_remote()
    app.extensions["remote.sandbox"] = Sandbox(app.extensions["remote.settings"], ZYGOTE)

    @app.post("/attack/<name>")
    def attacked(name: str) -> object:
        images.run("attack", AttackOptions(name))  # type: ignore[arg-type]
        return {"code": "escaped"}

    @app.get("/worker")
    def worker() -> object:
        return {"pid": os.getpid(), "uptime": status.uptime()}

    return app
