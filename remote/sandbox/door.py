"""The near side of the wall. `Sandbox.run` is the only door."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import IO, Any

from remote import metrics
from remote.cores import cores
from remote.errors import DecoderBlocked, DecoderCrashed, Internal, NotAJpeg, NotReady, RemoteError, Timeout
from remote.jobs import GraftOptions, InfoOptions, Options, Result
from remote.sandbox import channel
from remote.sandbox.compartment import Compartment
from remote.sandbox.config import Config
from remote.sandbox.decoders import Decoder, Gone, read_output
from remote.sandbox.memory import memory_file
from remote.sandbox.queue import Queue
from remote.sandbox.slots import AnySlots, always, make_slots
from remote.sandbox.supply import ZYGOTE, Supply
from remote.settings import Settings

log = logging.getLogger(__name__)
security = logging.getLogger("remote.security")


LOOK_WITHIN = 1.0
"""Seconds for a first look at an upload that has to wait; most take some milliseconds."""


class WallIncomplete(RuntimeError):
    """`REMOTE_SANDBOX=require`, and a part of the wall does not hold on this system."""


class Sandbox:
    """Runs operations on uploads, as many at once as there are cores; used by all threads of a worker."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = ZYGOTE) -> None:
        self.settings = settings
        self.supply = Supply(Config.from_settings(settings), command)
        self.compartment = Compartment(settings.sandbox, settings.timeout)
        self.queue = Queue(settings.queue, max(0, settings.graceful_timeout - settings.timeout))
        self.starting, self.looking = threading.Lock(), threading.Lock()

    def start(self, slots: AnySlots | None = None) -> None:
        """Start the zygote, once; `slots` are those of the whole service. Raises `WallIncomplete`."""
        with self.starting:
            if self.queue.slots:
                return
            report = self.supply.running().report
            if report["missing"] and self.settings.sandbox == "require":
                raise WallIncomplete(f"REMOTE_SANDBOX=require, but nothing stops {', '.join(report['missing'])} here")
            if report["missing"]:
                log.warning("the sandbox does not hold against: %s", ", ".join(report["missing"]))
            self.queue.slots = slots or make_slots()

    @property
    def report(self) -> dict[str, Any]:
        """The level that the self-test reached, and its parts."""
        return self.supply.running().report

    @property
    def codecs(self) -> dict[str, str]:
        """The versions of the libraries on the far side."""
        return self.supply.running().codecs

    def check_ready(self) -> None:
        """Raise `NotReady` while an upload would be refused or would have to wait for the zygote."""
        self.queue.check_ready()
        if not self.supply.is_up():
            raise NotReady("the decoders are starting")

    def run(self, operation: str, options: Options, upload: IO[bytes], wanted: Callable[[], bool] = always) -> Result:
        """Do one operation to one upload; raises `remote.errors.UploadError` or `ServiceError`.

        `wanted` tells whether the caller still waits; where it does not, nothing is decoded and `ClientGone` raised.
        """
        result = self.decode(operation, options, upload, wanted)
        if operation == "prepare_jpeg" and len(result.files) > 1:
            return self.with_rights(result)
        return result

    def with_rights(self, result: Result) -> Result:
        """A prepared JPEG with what exiftool may keep of the carrier beside it."""
        prepared, carrier = result.files
        restored = self.compartment.restore(carrier.data)
        if not restored:
            return replace(result, files=(prepared,))
        with memory_file("graft") as both:
            both.write(prepared.data)
            both.write(restored)
            grafted = self.decode("graft_rights", GraftOptions(len(prepared.data)), both)
        return replace(result, files=(replace(grafted.files[0], lossless=prepared.lossless),))

    def decode(
        self, operation: str, options: Options, upload: IO[bytes], wanted: Callable[[], bool] = always
    ) -> Result:
        """Have a decoder do one operation when its turn has come."""
        self.start()
        with self.queue.slot(lambda: self.look(operation, upload), wanted):
            return self.work(operation, options, upload, self.settings.timeout)

    def look(self, operation: str, upload: IO[bytes]) -> None:
        """What will be refused for its type or its header need not wait for that: one such look at a time, beside those
        that have a core."""
        with self.looking, suppress(Timeout):  # it takes its turn like any other, and its time then
            seen = self.work("info", InfoOptions(), upload, LOOK_WITHIN)
            if operation == "prepare_jpeg" and seen.format != "jpeg":
                raise NotAJpeg

    def work(self, operation: str, options: Options, upload: IO[bytes], seconds: float) -> Result:
        """Have a decoder do one operation now; raises what it answers, and `Timeout` after so many seconds."""
        with memory_file("result") as output, metrics.DECODING.labels(operation).time():
            decoder = self.give(channel.encode_job(operation, options), upload, output)
            try:
                result = self.understand(self.reply(decoder, operation, seconds), operation, output)
            except BaseException:
                decoder.close()
                raise
            self.supply.give_back(decoder)
            if isinstance(result, RemoteError):
                raise result
            return result

    def give(self, job: bytes, upload: IO[bytes], output: IO[bytes]) -> Decoder:
        """A decoder that has the job; spares that died while they waited are passed over."""
        for _ in range(2 * cores() + 1):
            decoder = self.supply.take()
            try:
                decoder.give(job, upload.fileno(), output.fileno())
            except Gone:
                decoder.close()
            else:
                return decoder
        raise Internal

    def reply(self, decoder: Decoder, operation: str, seconds: float) -> bytes:
        """What the decoder sends within the deadline; raises an error that tells how it ended when it sends nothing."""
        try:
            return decoder.reply(seconds)
        except Timeout:
            metrics.KILLED.inc()
            raise
        except DecoderCrashed:
            metrics.CRASHED.inc()
            raise
        except DecoderBlocked:
            metrics.BLOCKED.inc()
            security.warning("a decoder attempted a forbidden call in %s", operation)
            raise

    def understand(self, reply: bytes, operation: str, output: IO[bytes]) -> Result | RemoteError:
        """What a reply says; one that no honest decoder sends raises `DecoderBlocked`."""
        try:
            answer = channel.decode_reply(reply, operation)
            if isinstance(answer, channel.Announced):
                return channel.with_bytes(answer, read_output(output))
        except channel.ForgedReply as error:
            metrics.BLOCKED.inc()
            security.warning("a decoder forged its reply to %s: %s", operation, error)
            raise DecoderBlocked from None
        severity = logging.ERROR if isinstance(answer.error, Internal) else logging.INFO
        log.log(severity, "%s: %s, %s", operation, answer.error.code, answer.cause)
        return answer.error

    def close(self) -> None:
        """End the zygote and its decoders."""
        self.supply.close()
        self.compartment.close()
        self.queue.close()
