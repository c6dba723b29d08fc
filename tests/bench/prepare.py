"""What prepare_jpeg costs against decoding and encoding with Pillow: ``python -m tests.bench.prepare``

Each side is a process of its own, with the memory settings it has in service: Pillow the system's, we the decoder's.
"""

import io
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from PIL import Image, ImageOps

from remote.imaging.jpeg.clean import clean, with_exif
from remote.imaging.limits import Limits
from remote.imaging.operations import perform
from remote.jobs import PrepareOptions
from remote.sandbox.supply import ENVIRONMENT
from tests.bench.samples import photo_8mp
from tests.samples import exif

ROUNDS, TIMES = 5, 8
ORIENTATIONS = {"upright": 1, "turned by 180": 3, "turned by 90": 6}
LIMITS = Limits(50_000_000, 32768, 1, 50_000_000, 64)


def pillow(data: bytes) -> None:
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    image.save(io.BytesIO(), "JPEG", quality=80)


def remote(data: bytes) -> None:
    perform("prepare_jpeg", PrepareOptions(), data, LIMITS)


SIDES: dict[str, Callable[[bytes], None]] = {"pillow": pillow, "remote": remote}


def run(side: str, orientation: int) -> float:
    """Milliseconds of CPU a photo, in this process."""
    data = with_exif(clean(photo_8mp()), exif(orientation))
    SIDES[side](data)
    start = time.process_time()
    for _ in range(TIMES):
        SIDES[side](data)
    return (time.process_time() - start) / TIMES * 1000


def measured(side: str, orientation: int) -> float:
    """The same, in a process of its own."""
    environment = {**os.environ, **(ENVIRONMENT if side == "remote" else {})}
    command = [sys.executable, "-m", "tests.bench.prepare", side, str(orientation)]
    return float(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


def main() -> None:
    print(f"{'prepare_jpeg of 8 MP, CPU ms':30}{'Pillow':>8}{'remote':>8}{'ratio':>8}")
    for name, orientation in ORIENTATIONS.items():
        rounds = [{side: measured(side, orientation) for side in SIDES} for _ in range(ROUNDS)]
        median = {side: statistics.median(costs[side] for costs in rounds) for side in SIDES}
        ratio = statistics.median(costs["remote"] / costs["pillow"] for costs in rounds)
        print(f"{name:30}{median['pillow']:8.1f}{median['remote']:8.1f}{ratio:8.2f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(run(sys.argv[1], int(sys.argv[2])))
    else:
        main()
