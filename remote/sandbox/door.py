"""The near side of the wall. `Sandbox.run` is the only door."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any

from remote.errors import Busy, DecoderBlocked, Internal, RemoteError
from remote.jobs import GraftOptions, Options, Result
from remote.sandbox import channel
from remote.sandbox.compartment import Compartment
from remote.sandbox.config import Config
from remote.sandbox.decoders import Decoder, Gone, read_output
from remote.sandbox.memory import memory_file
from remote.sandbox.slots import AnySlots, cores, make_slots
from remote.sandbox.supply import ZYGOTE, Supply
from remote.settings import Settings

log = logging.getLogger(__name__)
security = logging.getLogger("remote.security")


class WallIncomplete(RuntimeError):
    """`REMOTE_SANDBOX=require`, and a part of the wall does not hold on this system."""


class Sandbox:
    """Runs operations on uploads, as many at once as there are cores; used by all threads of a worker."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = ZYGOTE) -> None:
        self.settings = settings
        self.supply = Supply(Config.from_settings(settings), command)
        self.compartment = Compartment(settings.sandbox, settings.timeout)
        self.slots: AnySlots | None = None
        self.lock = threading.Lock()
        self.waiting = 0

    def start(self, slots: AnySlots | None = None) -> None:
        """Start the zygote, once; `slots` are those of the whole service. Raises `WallIncomplete`."""
        with self.lock:
            if self.slots:
                return
            report = self.supply.running().report
            if report["missing"] and self.settings.sandbox == "require":
                raise WallIncomplete(f"REMOTE_SANDBOX=require, but nothing stops {', '.join(report['missing'])} here")
            if report["missing"]:
                log.warning("the sandbox does not hold against: %s", ", ".join(report["missing"]))
            self.slots = slots or make_slots()

    @property
    def report(self) -> dict[str, Any]:
        """The level that the self-test reached, and its parts."""
        return self.supply.running().report

    def run(self, operation: str, options: Options, upload: IO[bytes]) -> Result:
        """Do one operation to one upload; raises `remote.errors.UploadError` or `ServiceError`."""
        result = self.decode(operation, options, upload)
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

    def decode(self, operation: str, options: Options, upload: IO[bytes]) -> Result:
        """Have a decoder do one operation."""
        self.start()
        with self.slot(), memory_file("result") as output:
            decoder = self.give(channel.encode_job(operation, options), upload, output)
            try:
                result = self.understand(self.reply(decoder, operation), operation, output)
            except BaseException:
                decoder.close()
                raise
            self.supply.give_back(decoder)
            if isinstance(result, RemoteError):
                raise result
            return result

    @contextmanager
    def slot(self) -> Iterator[None]:
        """One of the service's cores; raises `Busy` when too many wait for one already."""
        assert self.slots
        slot = self.slots.try_acquire() if self.waiting == 0 else None
        if slot is None:
            slot = self.queue_up(self.slots)
        try:
            yield
        finally:
            self.slots.release(slot)

    def queue_up(self, slots: AnySlots) -> int:
        with self.lock:
            if self.waiting >= self.settings.queue:
                raise Busy
            self.waiting += 1
        try:
            return slots.acquire()
        finally:
            with self.lock:
                self.waiting -= 1

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

    def reply(self, decoder: Decoder, operation: str) -> bytes:
        """What the decoder sends within the deadline; raises an error that tells how it ended when it sends nothing."""
        try:
            return decoder.reply(self.settings.timeout)
        except DecoderBlocked:
            security.warning("a decoder attempted a forbidden call in %s", operation)
            raise

    def understand(self, reply: bytes, operation: str, output: IO[bytes]) -> Result | RemoteError:
        """What a reply says; one that no honest decoder sends raises `DecoderBlocked`."""
        try:
            answer = channel.decode_reply(reply, operation)
            if isinstance(answer, channel.Announced):
                return channel.with_bytes(answer, read_output(output))
        except channel.ForgedReply as error:
            security.warning("a decoder forged its reply to %s: %s", operation, error)
            raise DecoderBlocked from None
        severity = logging.ERROR if isinstance(answer.error, Internal) else logging.INFO
        log.log(severity, "%s: %s, %s", operation, answer.error.code, answer.cause)
        return answer.error

    def close(self) -> None:
        """End the zygote and its decoders."""
        self.supply.close()
        self.compartment.close()
        if self.slots:
            self.slots.close()
            self.slots = None
