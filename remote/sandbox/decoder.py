"""The far side of the wall: a process that decodes what it is handed and then is gone."""

import gc
import os
import socket
import traceback

from remote.errors import Internal, RemoteError, TooComplex
from remote.imaging.limits import Limits
from remote.imaging.operations import perform
from remote.sandbox import channel
from remote.sandbox.memory import contents


def serve(jobs: socket.socket, limits: Limits, count: int) -> None:
    """Take up to `count` jobs from the socket, one after the other, and answer each with one reply."""
    gc.disable()  # a collection would touch, and so copy, every page that is shared with the zygote
    for _ in range(count):
        message, files, _, _ = socket.recv_fds(jobs, channel.MOST_JOB_BYTES, 2)
        if not message:
            return
        upload, output = files
        jobs.send(answer(message, upload, output, limits))
        os.close(upload)
        os.close(output)


def answer(message: bytes, upload: int, output: int, limits: Limits) -> bytes:
    """Do the job; the files of the result go to the descriptor `output`, one after the other."""
    try:
        result = perform(*channel.decode_job(message), contents(upload), limits)
        for file in result.files:
            write_all(output, file.data)
        return channel.encode_result(result)
    except RemoteError as error:
        return channel.encode_error(error, cause(error.__cause__))
    except (MemoryError, RecursionError, OSError) as error:  # OSError: the output is over RLIMIT_FSIZE
        return channel.encode_error(TooComplex(), cause(error))
    except Exception as error:
        return channel.encode_error(Internal(), cause(error))


def write_all(descriptor: int, data: bytes) -> None:
    """Write to the end; a single write may stop at a limit before it fails there."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def cause(error: BaseException | None) -> str:
    """The class of an exception and where it came from, never its text: that can hold what an uploader chose."""
    if error is None:
        return ""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return type(error).__name__ + "".join(f" {os.path.basename(at.filename)}:{at.lineno}" for at in last)
