"""The form of what crosses the wall. These bytes are the protocol: a change here is a change of both ends."""

import struct

import pytest

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
from remote.jobs import AvatarOptions, Encoded, Facts, FitOptions, InfoOptions, Options, PrepareOptions, Result
from remote.sandbox import channel
from remote.sandbox.channel import ForgedReply


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("info", InfoOptions()),
        ("prepare_jpeg", PrepareOptions()),
        ("fit", FitOptions((640, 480), "webp", 80, (1, 2, 3), True)),
        ("avatars", AvatarOptions(animated=True)),
    ],
)
def test_a_job_arrives_as_it_was_sent(operation: str, options: Options) -> None:
    message = channel.encode_job(operation, options)
    assert len(message) < channel.MOST_JOB_BYTES
    assert channel.decode_job(message) == (operation, options)


def test_the_reply_is_frozen() -> None:
    assert channel.REPLY.size == 165 + 16 + 6 * 22
    reply = channel.encode_result(
        Result("gif", Facts(300, 200, 7, True, 3), (Encoded(b"abc", "png", 24, 20, 9, True),))
    )
    facts = struct.pack("<BIIIBBB", 2, 300, 200, 7, 1, 3, 1)
    file = struct.pack("<BIII?Q", 1, 24, 20, 9, True, 3)
    assert reply == b"rmt1\x00" + bytes(32 + 64 + 64) + facts + file + bytes(5 * 22)
    error = channel.encode_error(TooManyFrames(1000), "OSError x.py:3")
    cause = b"OSError x.py:3".ljust(64, b"\x00")
    assert error == b"rmt1\x05" + struct.pack("<4Q", 1000, 0, 0, 0) + bytes(64) + cause + bytes(16 + 6 * 22)


def test_a_result_arrives_as_it_was_sent() -> None:
    files = tuple(Encoded(b"%d" % side, "png", side, side) for side in (24, 48, 73))
    sent = Result("gif", Facts(300, 200, 7, True, 1), files)
    announced = channel.decode_reply(channel.encode_result(sent), "avatars")
    assert isinstance(announced, channel.Announced)
    assert channel.with_bytes(announced, b"244873") == sent


@pytest.mark.parametrize(
    "error",
    [UnsupportedType(), UnsupportedType("application/pdf"), NotAJpeg(), Undecodable(), TooManyPixels(1, 2, 3, 4),
     TooManyFrames(1000), TooComplex(), Internal()],
)  # fmt: skip
def test_an_error_arrives_as_it_was_sent(error: RemoteError) -> None:
    failed = channel.decode_reply(channel.encode_error(error, "KeyError"), "fit")
    assert isinstance(failed, channel.Failed)
    assert (type(failed.error), failed.error.message, failed.cause) == (type(error), error.message, "KeyError")


def test_an_error_nobody_knows_is_internal() -> None:
    failed = channel.decode_reply(channel.encode_error(RemoteError("secret"), ""), "fit")
    assert isinstance(failed, channel.Failed)
    assert isinstance(failed.error, Internal)


HONEST = channel.encode_result(Result("png", Facts(1, 1), (Encoded(b"a", "png", 1, 1),)))
ERROR = channel.encode_error(UnsupportedType("text/html"), "OSError")
FACTS_AT, FILE_AT = 165, 181


def changed(message: bytes, at: int, to: bytes) -> bytes:
    return message[:at] + to + message[at + len(to) :]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        HONEST[:-1],
        HONEST + b"\x00",
        changed(HONEST, 0, b"rmt2"),
        changed(HONEST, 4, b"\x08"),
        changed(HONEST, 4, b"\xff"),
        changed(HONEST, FACTS_AT, b"\x0d"),
        changed(HONEST, FACTS_AT + 1, bytes(4)),
        changed(HONEST, FACTS_AT + 9, bytes(4)),
        changed(HONEST, FACTS_AT + 13, b"\x02"),
        changed(HONEST, FACTS_AT + 14, b"\x00"),
        changed(HONEST, FACTS_AT + 15, b"\x00"),
        changed(HONEST, FACTS_AT + 15, b"\x02"),
        changed(HONEST, FACTS_AT + 15, b"\xff"),
        changed(HONEST, FILE_AT, b"\x05"),
        changed(HONEST, FILE_AT, b"\x99"),
        changed(HONEST, FILE_AT + 1, bytes(4)),
        changed(HONEST, FILE_AT + 1, b"\xff\xff\xff\xff"),
        changed(HONEST, FILE_AT + 9, bytes(4)),
        changed(HONEST, FILE_AT + 14, struct.pack("<Q", channel.MOST_OUTPUT_BYTES + 1)),
        changed(ERROR, 37, b"text/<b>"),
        changed(ERROR, 37, b"/etc/passwd"),
        changed(ERROR, 101, b"line\nforged log entry"),
        changed(ERROR, 101, b"\xff\xfe"),
    ],
)
def test_a_forged_reply_is_refused(message: bytes) -> None:
    with pytest.raises(ForgedReply):
        channel.decode_reply(message, "fit")


def test_output_of_another_length_than_announced_is_refused() -> None:
    announced = channel.decode_reply(HONEST, "fit")
    assert isinstance(announced, channel.Announced)
    assert channel.with_bytes(announced, b"a").files[0].data == b"a"
    for output in (b"", b"ab"):
        with pytest.raises(ForgedReply):
            channel.with_bytes(announced, output)
