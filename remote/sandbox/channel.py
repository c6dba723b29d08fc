"""What crosses the wall: a job in, one fixed-size reply out, the bytes beside them in memfds.

Nothing that a decoder sends is unpickled, evaluated or trusted to have a length: the reply is one datagram of exactly
`REPLY.size` bytes, and every field is checked against what it may be.
"""

import json
import re
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise

from remote.errors import (
    Internal,
    NotAJpeg,
    RemoteError,
    TooComplex,
    TooManyFrames,
    TooManyPixels,
    Undecodable,
    UnsupportedType,
)
from remote.jobs import JOBS, KINDS, MOST_FILES, Encoded, Facts, Options, Result

MAGIC = b"rmt1"
MOST_JOB_BYTES = 4096

HEAD = struct.Struct("<4sB4Q64s64s")
"""Magic, outcome (0, or an error's place in `ERRORS` plus one), the error's numbers, its text, its cause."""
FACTS = struct.Struct("<B3I2BB")
"""Format's place in the table, width, height, frames, alpha, orientation, how many files follow."""
FILE = struct.Struct("<B3I?Q")
"""Format's place in the table, width, height, frames, lossless, bytes."""
REPLY = struct.Struct(f"<{HEAD.size + FACTS.size + MOST_FILES * FILE.size}s")

ERRORS: tuple[type[RemoteError], ...] = (
    UnsupportedType,
    NotAJpeg,
    Undecodable,
    TooManyPixels,
    TooManyFrames,
    TooComplex,
    Internal,
)
"""What a decoder may answer instead of a result."""

MOST_OUTPUT_BYTES = 64 << 20
"""All files of a result; also the decoder's RLIMIT_FSIZE."""

LARGEST_SIDE = 1 << 20
"""Pixels of a file that is answered: no setting allows more. The upload itself may claim anything."""

NUMBERS: dict[Callable[..., RemoteError], int] = {TooManyPixels: 4, TooManyFrames: 1}
"""How many numbers an error has."""
MIME = re.compile(r"(?:[a-z]+/[a-z0-9.+-]+)?")
CAUSE = re.compile(r"[A-Za-z0-9_.: ]*")


DONE, FAILED = b"1", b"0"
"""What exiftool's compartment answers."""

LOCKS_FAILED = 70
"""Exit status of a decoder that could not lock itself."""


@dataclass(frozen=True)
class Announced:
    """A result as the reply has it: its files are still empty."""

    result: Result
    lengths: list[int]
    """Bytes of each file."""


@dataclass(frozen=True)
class Failed:
    """An error and the class name of the exception behind it."""

    error: RemoteError
    cause: str


class ForgedReply(Exception):
    """A reply that no honest decoder sends."""


def encode_job(operation: str, options: Options) -> bytes:
    """A job as one datagram; the upload travels beside it."""
    return json.dumps([operation, asdict(options)]).encode()


def decode_job(message: bytes) -> tuple[str, Options]:
    """The inverse of `encode_job`, on the far side; it trusts its sender."""
    operation, values = json.loads(message)
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return operation, JOBS[operation].options(**fields)


def encode_result(result: Result) -> bytes:
    """A result without its files' bytes, which the output memfd holds one after the other."""
    facts = result.facts
    files = b"".join(
        FILE.pack(place(file.format), file.width, file.height, file.frames, file.lossless, len(file.data))
        for file in result.files
    )
    packed = FACTS.pack(
        place(result.format),
        facts.width,
        facts.height,
        facts.frames,
        facts.has_alpha,
        facts.orientation,
        len(result.files),
    )
    return REPLY.pack(HEAD.pack(MAGIC, 0, 0, 0, 0, 0, b"", b"") + packed + files)


def encode_error(error: RemoteError, cause: str) -> bytes:
    """An error by its class and details, and the name of the exception behind it; never its text."""
    known = error if isinstance(error, ERRORS) else Internal()
    details = getattr(known, "details", ())
    numbers = [detail for detail in details if isinstance(detail, int)]
    text = "".join(detail for detail in details if isinstance(detail, str))
    padded = [min(number, (1 << 64) - 1) for number in numbers] + [0] * (4 - len(numbers))
    outcome = ERRORS.index(type(known)) + 1
    return REPLY.pack(HEAD.pack(MAGIC, outcome, *padded, text.encode()[:64], cause.encode()[:64]))


def decode_reply(message: bytes, operation: str) -> Announced | Failed:
    """The result or the error that a reply tells; raises `ForgedReply`."""
    if len(message) != REPLY.size:
        raise ForgedReply(f"{len(message)} bytes")
    magic, outcome, *numbers, text, cause = HEAD.unpack_from(message)
    if magic != MAGIC or outcome > len(ERRORS):
        raise ForgedReply("head")
    if outcome:
        return Failed(decode_error(ERRORS[outcome - 1], numbers, text), matching(CAUSE, cause))
    return decode_result(message, operation)


def decode_error(kind: Callable[..., RemoteError], numbers: list[int], text: bytes) -> RemoteError:
    if kind is UnsupportedType:
        return UnsupportedType(matching(MIME, text))
    return kind(*numbers[: NUMBERS.get(kind, 0)])


def decode_result(message: bytes, operation: str) -> Announced:
    format, width, height, frames, alpha, orientation, count = FACTS.unpack_from(message, HEAD.size)
    first = HEAD.size + FACTS.size
    files = [FILE.unpack_from(message, first + FILE.size * index) for index in range(min(count, MOST_FILES))]
    sides = [side for file in files for side in file[1:3]]
    if (
        count not in JOBS[operation].files
        or not all(1 <= side <= LARGEST_SIDE for side in sides)
        or not (width and height and frames and all(file[3] for file in files))
        or any(not KINDS[file[0]].answered for file in files if file[0] < len(KINDS))
        or any(place >= len(KINDS) for place in (format, *(file[0] for file in files)))
        or sum(file[5] for file in files) > MOST_OUTPUT_BYTES
        or alpha > 1
        or not 1 <= orientation <= 8
    ):
        raise ForgedReply("result")
    facts = Facts(width, height, frames, bool(alpha), orientation)
    encoded = tuple(Encoded(b"", KINDS[file[0]].name, *file[1:5]) for file in files)
    return Announced(Result(KINDS[format].name, facts, encoded), [file[5] for file in files])


def with_bytes(announced: Announced, data: bytes) -> Result:
    """The result with its files' bytes, which `data` holds one after the other; raises `ForgedReply`."""
    result, lengths = announced.result, announced.lengths
    if len(data) != sum(lengths):
        raise ForgedReply(f"{len(data)} bytes of output")
    ends = pairwise(accumulate(lengths, initial=0))
    files = tuple(replace(file, data=data[start:end]) for file, (start, end) in zip(result.files, ends, strict=True))
    return Result(result.format, result.facts, files)


def place(name: str) -> int:
    """A format's place in the table."""
    return next(index for index, kind in enumerate(KINDS) if kind.name == name)


def matching(pattern: re.Pattern[str], field: bytes) -> str:
    """A text field, padded with zeros, as far as the pattern allows; raises `ForgedReply`."""
    text = field.rstrip(b"\x00").decode("ascii", "replace")
    if not pattern.fullmatch(text):
        raise ForgedReply("text")
    return text
