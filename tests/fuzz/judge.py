"""What must hold for the answer to any file whatever: a valid picture as asked for, or an honest refusal."""

import base64
import io
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image
from werkzeug.test import TestResponse

from remote.imaging.jpeg.allowed import EXIFTOOL_TAGS, EXPOSURE, IMAGE
from remote.imaging.jpeg.segments import DHT, DQT, SOS
from tests.conftest import Client
from tests.fuzz.structure import units
from tests.planting import PLACE, SECRET

BOX = (64, 48)

REFUSALS = {
    (400, "missing_file"), (415, "unsupported_type"), (422, "undecodable"), (422, "too_many_pixels"),
    (422, "too_many_frames"), (422, "too_complex"), (422, "decoder_crashed"),
}  # fmt: skip
"""A crash is contained, and so no fault of the service; the tests count them."""

TAGS = IMAGE.keys() | EXPOSURE.keys() | {ExifTags.IFD.Exif, 0xA002, 0xA003}


@dataclass(frozen=True)
class Verdict:
    """How one file fared."""

    faults: tuple[str, ...]
    crashes: int
    shown: bool
    """Whether `fit` answered a picture."""


def queries(number: int) -> tuple[str, ...]:
    """What is asked for the file of this number: all operations, and in turn all formats, with and without frames."""
    target = ("jpeg", "png", "webp", "gif", "avif", "")[number % 6]
    frames = f"animated={number // 6 % 2}"
    return (
        "/images/info",
        f"/images/fit/{BOX[0]}x{BOX[1]}?{frames}" + (f"&format={target}" if target else ""),
        f"/images/rescale_avatar?{frames}",
        f"/images/prepare_jpeg?keep={('rights', 'none')[number // 12 % 2]}",
    )


EVERY_QUERY = tuple(dict.fromkeys(query for number in range(24) for query in queries(number)))


def judge(client: Client, data: bytes, asked: tuple[str, ...]) -> Verdict:
    """Post a file to operations."""
    answers = {query: client.post(query, data) for query in asked}
    faults = [f"{query}: {fault}" for query, answer in answers.items() for fault in faults_of(query, answer)]
    crashes = sum(answer.status_code == 422 and answer.json["code"] == "decoder_crashed" for answer in answers.values())
    shown = all(answer.status_code == 200 for query, answer in answers.items() if "fit" in query)
    return Verdict(tuple(faults), crashes, shown)


def faults_of(query: str, answer: TestResponse) -> Iterator[str]:
    """What is wrong with an answer."""
    if answer.status_code != 200:
        code = answer.json["code"]
        not_a_jpeg = "prepare_jpeg" in query and code == "unsupported_type"
        if (answer.status_code, code) not in REFUSALS and not not_a_jpeg:
            yield f"{answer.status_code} {code}"
    elif "info" in query:
        if not (answer.json["width"] > 0 and answer.json["height"] > 0 and answer.json["frames"] > 0):
            yield f"impossible facts {answer.json}"
    elif "avatar" in query:
        for name, avatar in answer.json.items():
            if name.startswith("avatar"):
                side = int(name.removeprefix("avatar"))
                yield from faults_of_picture(base64.b64decode(avatar["body"]), (side, side), avatar.get("frames", 1))
    else:
        size = int(answer.headers["X-Image-Width"]), int(answer.headers["X-Image-Height"])
        yield from faults_of_picture(answer.data, size, int(answer.headers.get("X-Image-Frames", 1)))
        if "fit" in query and (size[0] > BOX[0] or size[1] > BOX[1]):
            yield f"{size} is not within the box"
        if "prepare_jpeg" in query:
            yield from leaks(answer.data)


def faults_of_picture(data: bytes, size: tuple[int, int], frames: int) -> Iterator[str]:
    """What Pillow has against a picture that the service answered."""
    try:
        with warnings.catch_warnings(action="error"), Image.open(io.BytesIO(data)) as image:
            for index in range(getattr(image, "n_frames", 1) if frames > 1 else 1):
                image.seek(index)
                image.load()
            if image.size != size:
                yield f"{image.size} instead of {size}"
    except Exception as error:
        yield f"not a picture: {error!r}"


def leaks(data: bytes) -> Iterator[str]:
    """What a prepared JPEG still tells: a tag that may not stay, or the planted place in one that it may not be in.

    The mutator can make a tag that may stay of one that may not; and what stands in a table or a scan is pixels.
    """
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        told = exif.keys() | exif.get_ifd(ExifTags.IFD.Exif).keys() | exif.get_ifd(ExifTags.IFD.GPSInfo).keys()
    if not told <= TAGS:
        yield f"tags {[hex(tag) for tag in told - TAGS]}"
    if SECRET in beside_pixels(data):
        command = ["exiftool", "-a", "-U", "-G1", "-s", "-"]
        lines = subprocess.run(command, input=data, capture_output=True, check=False).stdout.decode(errors="replace")
        named = [line.split() for line in lines.splitlines() if PLACE in line]
        if not named or not all(is_allowed(group.strip("[]"), tag) for group, tag, *_ in named):
            yield f"the planted place in {named or 'no tag'}"


ALLOWED = {name.lower() for name in EXIFTOOL_TAGS} | {tag.name.lower() for tag in (*IMAGE.values(), *EXPOSURE.values())}


def is_allowed(group: str, tag: str) -> bool:
    return tag.lower() in ALLOWED or f"{group}:{tag}".lower() in ALLOWED


def beside_pixels(data: bytes) -> bytes:
    """All but the tables and scans, whatever is in which is pixels."""
    pixels = [unit for unit in units(data) if data[unit.start + 1] in (DQT, DHT, SOS)]
    starts, ends = [0, *(unit.end for unit in pixels)], [*(unit.start for unit in pixels), len(data)]
    return b"|".join(data[start:end] for start, end in zip(starts, ends, strict=True))
