"""A JPEG fitted to a JPEG: by its planes, and yet the picture that a full decode and Lanczos give."""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_ubyte, c_ulong, c_void_p

import numpy as np
import pytest
from PIL import Image, ImageOps

from remote.imaging.icc import matrix_profile
from remote.imaging.jpeg.reduce import reduce
from remote.imaging.jpeg.turbo import LIBRARY
from remote.imaging.resize import fit_size
from remote.jobs import Facts
from tests.conftest import Client
from tests.planting import after_soi, segment
from tests.reference import ciede2000, to_srgb
from tests.samples import exif, saved, waves
from tests.similarity import opened
from tests.test_colour import SPACES, muted
from tests.test_fit import UNDO

SAMPLINGS = {"4:4:4": 0, "4:2:2": 1, "4:2:0": 2, "grey": 3, "4:4:0": 4, "4:1:1": 5}
"""libjpeg-turbo's numbers (TJSAMP)."""


def jpeg(picture: Image.Image, sampling: str, orientation: int = 1) -> bytes:
    """By libjpeg-turbo itself: Pillow does not write all samplings."""
    assert LIBRARY
    compress = LIBRARY["tjCompress2"]  # a function of its own, whose types are no business of the service's
    compress.argtypes = [
        c_void_p, c_char_p, c_int, c_int, c_int, c_int,
        POINTER(POINTER(c_ubyte)), POINTER(c_ulong), c_int, c_int, c_int,
    ]  # fmt: skip
    handle, out, size = LIBRARY.tjInitCompress(), POINTER(c_ubyte)(), c_ulong()
    rgb = picture.tobytes(), picture.width, 0, picture.height, 0
    assert not compress(handle, *rgb, byref(out), byref(size), SAMPLINGS[sampling], 95, 0)
    data = ctypes.string_at(out, size.value)
    LIBRARY.tjFree(out)
    LIBRARY.tjDestroy(handle)
    return after_soi(segment(0xE1, exif(orientation)), data) if orientation > 1 else data


def reference(upload: bytes, box: int) -> Image.Image:
    """Decoded in full, turned and resampled, all by Pillow."""
    image = ImageOps.exif_transpose(opened(upload)).convert("RGB")
    return image.resize(fit_size(image.size, (box, box)), Image.Resampling.LANCZOS)


def fitted(client: Client, upload: bytes, box: int) -> Image.Image:
    answer = client.post(f"/images/fit/{box}?quality=95", upload)
    assert answer.status_code == 200, answer.text
    image = opened(answer.data)
    assert image.format == "JPEG"
    return image


def assert_as_good(client: Client, upload: bytes, box: int, more: float = 0.25) -> None:
    """The answer is no further from the reference than a JPEG of the reference is, but for a quarter of a step."""
    image, expected = fitted(client, upload, box), reference(upload, box)
    encoded = opened(saved(expected, "JPEG", quality=95))
    assert image.size == expected.size
    assert ciede2000(image, expected) < ciede2000(encoded, expected) + more


@pytest.mark.parametrize("box", [400, 150, 90])
@pytest.mark.parametrize("size", [(320, 240), (321, 241), (263, 393)], ids=str)
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_every_sampling_and_size_is_the_picture(client: Client, sampling: str, size: tuple[int, int], box: int) -> None:
    assert_as_good(client, jpeg(waves(*size), sampling), box)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("sampling", ["4:2:0", "4:2:2", "4:1:1"])
def test_it_is_upright_to_the_pixel(client: Client, sampling: str, orientation: int) -> None:
    """Blocks at an edge are only partly picture, and a turn moves them to another edge."""
    upload = jpeg(waves(321, 241).transpose(UNDO[orientation]), sampling, orientation)
    for box in (321, 157, 85):
        assert_as_good(client, upload, box)
    assert ciede2000(fitted(client, upload, 321), waves(321, 241)) < 2


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 3), (16, 8), (17, 9)], ids=str)
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_smallest_pass_too(client: Client, sampling: str, size: tuple[int, int]) -> None:
    assert_as_good(client, jpeg(waves(*size), sampling), 40, 1.5)


@pytest.mark.parametrize("size", [(403, 9), (9, 403)], ids=str)
def test_a_strip_of_one_pixel_keeps_its_colours(client: Client, size: tuple[int, int]) -> None:
    """Its one row of chroma is that of the picture, not half of it what would be beside."""
    assert_as_good(client, jpeg(waves(*size), "4:4:4"), 40, 2)


@pytest.mark.parametrize("box", [321, 90])
def test_a_progressive_one_is_decoded_to_its_last_scan(client: Client, box: int) -> None:
    assert_as_good(client, saved(waves(321, 241), "JPEG", progressive=True, quality=95), box)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_quick_way_is_taken_for_every_sampling(client: Client, sampling: str) -> None:
    upload = jpeg(waves(321, 241), sampling)
    answer = client.post("/images/fit/90?quality=95", upload)
    assert answer.data == reduce(upload, Facts(321, 241), (90, 68), 95)


OTHERS = {
    "CMYK": lambda: saved(waves(321, 241).convert("CMYK"), "JPEG", quality=95),
    "CMYK, progressive": lambda: saved(waves(321, 241).convert("CMYK"), "JPEG", quality=95, progressive=True),
    "RGB": lambda: saved(waves(321, 241), "JPEG", quality=95, keep_rgb=True),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_colour_spaces_go_another_way(client: Client, kind: str) -> None:
    upload = OTHERS[kind]()
    assert reduce(upload, Facts(321, 241), (90, 68), 95) is None
    assert_as_good(client, upload, 90)


@pytest.mark.parametrize("name", SPACES)
def test_a_profile_is_followed_on_the_way_to_a_smaller_jpeg(client: Client, name: str) -> None:
    gamma, primaries = SPACES[name]
    profile = matrix_profile(1 / gamma, primaries)
    upload = saved(muted(), "JPEG", quality=98, subsampling=0, icc_profile=profile)
    expected = to_srgb(np.asarray(muted(), float) / 255, gamma, primaries).resize((80, 48), Image.Resampling.LANCZOS)
    assert ciede2000(fitted(client, upload, 80), expected) < 1
    assert ciede2000(muted().resize((80, 48)), expected) > 1.5, "the profile makes no difference"


@pytest.mark.parametrize("progressive", [False, True])
def test_a_damaged_one_is_answered_as_it_is_without_the_quick_way(client: Client, progressive: bool) -> None:
    """Truncated it is a 422 wherever it ends; with other bytes in a scan it is what a full decode makes of it."""
    whole = saved(waves(321, 241), "JPEG", progressive=progressive, quality=90)
    for length in range(700, len(whole) - 2, len(whole) // 12):
        answer = client.post("/images/fit/90", whole[:length])
        assert (answer.status_code, answer.json["code"]) == (422, "undecodable"), length
    middle = len(whole) // 2
    for damaged in (whole[:-2], whole[:middle] + bytes(9) + whole[middle + 9 :]):
        answers = [client.post(f"/images/fit/90?quality=95&format={name}", damaged) for name in ("jpeg", "png")]
        assert answers[0].status_code == answers[1].status_code
        if answers[0].status_code == 200:
            assert ciede2000(*(opened(answer.data) for answer in answers)) < 2
