"""The process that decoders are forked from: every codec loaded, no user data, ever.

A gunicorn worker starts it and holds the other end of its control socket. First the report of the self-test goes over
it; then, for each "+" the worker sends, one decoder as two sockets: one for its jobs, one for its fate. They wait in
the control socket until the worker takes them. When that socket ends, the zygote ends, and with it the decoders.
"""

import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import replace

from remote.imaging.versions import versions
from remote.sandbox import channel, decoder, heap, locks, selftest
from remote.sandbox.config import Config
from remote.sandbox.preload import preload
from remote.sandbox.settle import settle
from remote.sandbox.sockets import KIND


def main() -> None:
    """``python -m remote.sandbox.zygote CONTROL_DESCRIPTOR CONFIG``"""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = Config.from_json(sys.argv[2])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the worker finishes its jobs first; its end is ours
    preload()
    prepared = locks.prepare(config.level, config.memory, config.cpu, channel.MOST_OUTPUT_BYTES)
    found = selftest.report(prepared)
    if config.level != "off" and prepared.ruleset is None:  # fonts cannot be read then, or else any file
        config = replace(config, limits=replace(config.limits, refused_formats=frozenset({"svg"})))
    told = json.dumps((found, versions())).encode()
    settle()
    with suppress(BrokenPipeError, ConnectionResetError):  # the worker is gone
        control.send(told)
        Zygote(control, config, prepared).run()


class Zygote:
    """Keeps spare decoders, tells their fate, ends them when asked."""

    def __init__(self, control: socket.socket, config: Config, prepared: locks.Locks) -> None:
        self.control, self.config, self.locks = control, config, prepared
        self.fates: dict[int, socket.socket] = {}
        """By process id, where to tell how it ended; what comes from there is the wish that it ends."""
        self.wake, wake = socket.socketpair()
        self.wake.setblocking(False)
        wake.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno())
        self.wake_writer = wake

    def run(self) -> None:
        """Until the worker is gone."""
        try:
            self.serve()
        finally:
            signal.set_wakeup_fd(-1)  # its socket goes before the last decoders do

    def serve(self) -> None:
        while True:
            readable = self.wait()
            if self.control.fileno() in readable:
                wanted = self.control.recv(16)
                if not wanted:
                    return
                for _ in wanted:
                    self.fork()
            for pid, fate in list(self.fates.items()):
                if fate.fileno() in readable:
                    self.end(pid, fate)
            self.reap()

    def wait(self) -> set[int]:
        """The descriptors that have something to say."""
        poller = select.poll()
        for source in (self.control, self.wake, *self.fates.values()):
            poller.register(source.fileno(), select.POLLIN)
        return {descriptor for descriptor, _ in poller.poll()}

    def fork(self) -> None:
        """One more decoder, handed to the worker at once; it takes its job when it is locked."""
        job, jobs = socket.socketpair(socket.AF_UNIX, KIND)
        fate, fate_told = socket.socketpair(socket.AF_UNIX, KIND)
        zygote = os.getpid()
        pid = heap.fork()
        if pid == 0:
            self.be_decoder(zygote, jobs)
        self.fates[pid] = fate_told
        jobs.close()
        with job, fate:
            socket.send_fds(self.control, [b"d"], [job.fileno(), fate.fileno()])

    def be_decoder(self, zygote: int, jobs: socket.socket) -> None:
        """In the child; never returns."""
        status = channel.LOCKS_FAILED
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            heap.start_afresh()
            self.locks.put_on(zygote, jobs.fileno())
            status = 1
            decoder.serve(jobs, self.config.limits, self.config.reuse)
            status = 0
        finally:
            os._exit(status)

    def end(self, pid: int, fate: socket.socket) -> None:
        """The worker wants it gone, or does not care any more."""
        os.kill(pid, signal.SIGKILL)
        if not fate.recv(16):
            self.fates[pid].close()
            del self.fates[pid]

    def reap(self) -> None:
        """Tell the fate of those that ended."""
        drain(self.wake)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            fate = self.fates.pop(pid, None)
            if fate:
                with fate:
                    tell(fate, os.waitstatus_to_exitcode(status))


def tell(fate: socket.socket, code: int) -> None:
    """An exit status, or minus the signal that ended the process."""
    with suppress(BrokenPipeError):  # nobody cares any more
        fate.send(str(code).encode())


def drain(wake: socket.socket) -> None:
    """Empty the wake-up socket."""
    with suppress(BlockingIOError):
        while wake.recv(4096):
            pass


if __name__ == "__main__":
    main()
