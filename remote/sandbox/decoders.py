"""The near side's hold on one decoder: give it a job, wait for the reply, know how it ended."""

import os
import select
import signal
import socket
from contextlib import suppress
from typing import IO

from remote.errors import DecoderBlocked, DecoderCrashed, Internal, RemoteError, Timeout
from remote.sandbox import channel

FATE_WITHIN = 5.0
"""Seconds in which the zygote tells how a decoder ended; it does nothing else that takes time."""


class Gone(Exception):
    """The decoder ended before it was given the job; another can have it."""


class Decoder:
    """A decoder of our zygote's, by its two sockets."""

    def __init__(self, job: int, fate: int) -> None:
        self.job, self.fate = socket.socket(fileno=job), socket.socket(fileno=fate)
        self.served = 0

    def give(self, message: bytes, upload: int, output: int) -> None:
        """Hand over a job with the descriptors of its upload and of what takes the result; raises `Gone`."""
        try:
            socket.send_fds(self.job, [message], [upload, output])
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Gone from error

    def reply(self, seconds: float) -> bytes:
        """The decoder's one reply; raises an error that tells how it ended when there is none within the time."""
        poller = select.poll()
        poller.register(self.job, select.POLLIN)
        if not poller.poll(seconds * 1000):
            self.end()
            raise Timeout(seconds)
        with suppress(ConnectionResetError):
            message = self.job.recv(channel.REPLY.size + 1)
            if message:
                self.served += 1
                return message
        raise self.failure(seconds)

    def failure(self, seconds: float) -> RemoteError:
        """Why there is no reply, by how the decoder ended."""
        told = self.told_fate()
        if told is None or told == channel.LOCKS_FAILED:
            return Internal()
        if told == -signal.SIGSYS:
            return DecoderBlocked()
        return Timeout(seconds) if told == -signal.SIGXCPU else DecoderCrashed()

    def told_fate(self) -> int | None:
        """Exit status or minus the signal; None when the zygote itself is gone."""
        self.fate.settimeout(FATE_WITHIN)
        try:
            told = self.fate.recv(16)
        except (TimeoutError, ConnectionResetError):
            return None
        return int(told) if told else None

    def end(self) -> None:
        """Have it killed, and wait until it is: its core is free only then."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.fate.send(b"end")
            self.told_fate()

    def close(self) -> None:
        """Let go of it: the zygote ends what is left."""
        self.job.close()
        self.fate.close()


def read_output(output: IO[bytes]) -> bytes:
    """The bytes of all files; raises `channel.ForgedReply` when there are more than a result can have."""
    if os.fstat(output.fileno()).st_size > channel.MOST_OUTPUT_BYTES:
        raise channel.ForgedReply("too much output")
    return os.pread(output.fileno(), channel.MOST_OUTPUT_BYTES, 0)
