"""``python -m tests.fuzz.channel``: a reply is refused or has nothing in it that no honest decoder says."""

import sys

import atheris

with atheris.instrument_imports(include=["remote"]):
    from remote.errors import RemoteError
    from remote.jobs import JOBS, KIND
    from remote.sandbox import channel

OPERATIONS = tuple(JOBS)


def one_input(data: bytes) -> None:
    operation = OPERATIONS[data[0] % len(OPERATIONS)] if data else "fit"
    reply = data[1:]
    if data[:1] >= b"\x80":  # past the first checks
        reply = (channel.MAGIC + b"\x00" + bytes(channel.HEAD.size - 5) + reply).ljust(channel.REPLY.size, b"\x00")
    elif data[:1] >= b"\x40":
        reply = (channel.MAGIC + reply).ljust(channel.REPLY.size, b"\x00")
    try:
        answer = channel.decode_reply(reply[: channel.REPLY.size + 1], operation)
    except channel.ForgedReply:
        return
    if isinstance(answer, channel.Failed):
        assert isinstance(answer.error, RemoteError)
        assert answer.cause.isprintable()
        assert answer.error.message.isprintable()
        return
    check_result(answer, operation)


def check_result(answer: channel.Announced, operation: str) -> None:
    """Every value is within its range, and output of another length is refused."""
    result = answer.result
    facts = result.facts
    assert result.format in KIND
    assert min(facts.width, facts.height, facts.frames) >= 1
    assert 1 <= facts.orientation <= 8
    assert len(result.files) in JOBS[operation].files
    assert sum(answer.lengths) <= channel.MOST_OUTPUT_BYTES
    for file in result.files:
        assert KIND[file.format].answered
        assert 1 <= min(file.width, file.height) <= max(file.width, file.height) <= channel.LARGEST_SIDE
        assert file.frames >= 1
    total = sum(answer.lengths)
    if total < 1 << 16:
        assert [len(file.data) for file in channel.with_bytes(answer, bytes(total)).files] == answer.lengths
    try:
        channel.with_bytes(answer, bytes(total + 1) if total < 1 << 16 else b"")
    except channel.ForgedReply:
        return
    raise AssertionError("output of another length")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
