"""Decoders to be had: starts the zygote, asks it for spares, starts it again when it has died."""

import json
import logging
import socket
import subprocess
import sys
import threading
from typing import Any

from remote import metrics
from remote.cores import cores
from remote.errors import Internal
from remote.sandbox.config import Config
from remote.sandbox.decoders import Decoder
from remote.sandbox.sockets import KIND

log = logging.getLogger(__name__)

ZYGOTE = (sys.executable, "-sP", "-m", "remote.sandbox.zygote")

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",  # an arena of 64 MB for each thread would use up the address space
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.top_pad=16777216",
    "PYTHONMALLOC": "malloc",  # for `remote.sandbox.heap`
    "OPENBLAS_NUM_THREADS": "1",
}
"""Nothing of the service's own environment, where secrets may be."""

MOST_REPORT_BYTES = 1 << 14

START_WITHIN = 30.0
"""Seconds for a zygote to load the codecs and test the locks; it takes about half of one."""

ATTEMPTS = 2
"""A zygote that has died is replaced once for a job."""


class Zygote:
    """A running zygote and our end of its control socket."""

    def __init__(self, config: Config, command: tuple[str, ...]) -> None:
        self.report: dict[str, Any]
        self.codecs: dict[str, str]
        self.control, far = socket.socketpair(socket.AF_UNIX, KIND)
        with far:
            self.process = subprocess.Popen(  # noqa: S603  our own program
                [*command, str(far.fileno()), config.to_json()],
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                pass_fds=[far.fileno()],
                start_new_session=True,  # a Ctrl-C is for the service, which ends us when its jobs are done
            )
        self.control.settimeout(START_WITHIN)
        told = self.control.recv(MOST_REPORT_BYTES)
        if not told:
            raise Internal
        self.report, self.codecs = json.loads(told)
        self.control.send(b"+" * config.spares)

    def take(self) -> Decoder | None:
        """A decoder that is ready or will be in a moment; None when the zygote is gone."""
        try:
            message, files, _, _ = socket.recv_fds(self.control, 1, 2)
            if message:
                self.control.send(b"+")
                metrics.STARTED.inc()
                return Decoder(*files)
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            pass
        return None

    def close(self) -> None:
        """End it, and with it its decoders."""
        self.control.close()
        try:
            self.process.wait(START_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supply:
    """The zygote of this process, and decoders that can take another job."""

    def __init__(self, config: Config, command: tuple[str, ...] = ZYGOTE) -> None:
        self.config, self.command = config, command
        self.lock = threading.Lock()
        self.idle: list[Decoder] = []
        self.zygote: Zygote | None = None

    def running(self) -> Zygote:
        """The zygote, started when there is none yet."""
        with self.lock:
            if self.zygote is None:
                self.zygote = Zygote(self.config, self.command)
            return self.zygote

    def is_up(self) -> bool:
        """Whether there is a zygote now; it never waits for one."""
        return self.zygote is not None and self.zygote.process.poll() is None

    def take(self) -> Decoder:
        """A decoder for one job; raises `Internal` when none can be had."""
        with self.lock:
            if self.idle:
                return self.idle.pop()
        for _ in range(ATTEMPTS):
            zygote = self.running()
            decoder = zygote.take()
            if decoder:
                return decoder
            self.forget(zygote)
        raise Internal

    def forget(self, zygote: Zygote) -> None:
        """It has died; the next to come starts another."""
        with self.lock:
            if self.zygote is not zygote:
                return
            self.zygote = None
        log.error("the zygote has died with status %s", zygote.process.poll())
        zygote.close()

    def give_back(self, decoder: Decoder) -> None:
        """After a reply: keep it while it can take another job, and no more of them than there are cores."""
        with self.lock:
            if decoder.served < self.config.reuse and len(self.idle) < cores():
                self.idle.append(decoder)
                return
        decoder.close()

    def close(self) -> None:
        with self.lock:
            for decoder in self.idle:
                decoder.close()
            self.idle.clear()
            if self.zygote:
                self.zygote.close()
                self.zygote = None
