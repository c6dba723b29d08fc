"""The least a task can cost: reading the input's entropy-coded data once and encoding what is answered once."""

import io
import statistics
import time
from collections.abc import Callable

from isal import isal_zlib
from PIL import Image

from remote.imaging.encode.png import still_png
from remote.imaging.limits import Limits
from remote.imaging.operations import perform
from remote.jobs import AvatarOptions, FitOptions, Options, PrepareOptions
from tests.bench.peers import Task

LIMITS = Limits(50_000_000, 32768, 1, 50_000_000, 64)
TIMES = 9


def limit(task: Task) -> float:
    """Milliseconds of CPU in one process."""
    return entropy_decoding(task.upload) + encoding(task)


def entropy_decoding(data: bytes) -> float:
    """JPEG: decoding at an eighth, which reads every coefficient and computes one sample of 64. PNG: inflating."""
    if data.startswith(b"\x89PNG"):
        packed = b"".join(chunk for kind, chunk in chunks(data) if kind == b"IDAT")
        return cost(lambda: isal_zlib.decompress(packed))

    def eighth() -> None:
        image = Image.open(io.BytesIO(data))
        image.draft("YCbCr", (1, 1))
        image.load()

    return cost(eighth)


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def encoding(task: Task) -> float:
    """Encoding each file that is answered, with the settings it was answered with; a copy costs nothing."""
    operation, options = asked(task)
    files = perform(operation, options, task.upload, LIMITS).files
    return sum(encoding_of(file.data) for file in files if not file.lossless)


def encoding_of(data: bytes) -> float:
    image = Image.open(io.BytesIO(data))
    image.load()
    if image.format == "JPEG":
        return cost(lambda: image.save(io.BytesIO(), "JPEG", quality="keep"))
    return cost(lambda: still_png(image))


def asked(task: Task) -> tuple[str, Options]:
    _, _, operation, *box = task.path.split("/")
    if operation == "fit":
        return "fit", FitOptions((int(box[0]), int(box[0])))
    return ("prepare_jpeg", PrepareOptions()) if operation == "prepare_jpeg" else ("avatars", AvatarOptions())


def cost(work: Callable[[], object]) -> float:
    """The median of the process's own time, in milliseconds."""
    work()
    times = []
    for _ in range(TIMES):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000
