"""JPEG 2000 decoded without the levels that a small picture does not need, and yet the whole picture."""

import io

import pytest
from PIL import Image

from remote.imaging.decode.jp2 import decomposition_levels, reduction
from remote.imaging.resize import fit_size
from tests.conftest import Client
from tests.reference import ciede2000
from tests.samples import saved, waves
from tests.similarity import opened
from tests.test_avatars import over

KINDS: dict[str, dict[str, object]] = {
    "a file": {"irreversible": True},
    "a codestream": {"irreversible": True, "no_jp2": True},
    "lossless": {},
    "tiles": {"irreversible": True, "tile_size": (100, 90)},
    "by resolution": {"irreversible": True, "progression": "RPCL"},
    "one level": {"irreversible": True, "num_resolutions": 2},
    "no level": {"num_resolutions": 1},
    "not at the origin": {"offset": (3, 5), "tile_size": (100, 90)},
}
"""How Pillow writes each."""


def fitted(client: Client, upload: bytes, box: int) -> Image.Image:
    answer = client.post(f"/images/fit/{box}", upload)
    assert answer.status_code == 200, answer.text
    return opened(answer.data)


def straight(picture: Image.Image, box: int) -> Image.Image:
    return picture.resize(fit_size(picture.size, (box, box)), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("box", [160, 100])
@pytest.mark.parametrize("size", [(320, 256), (321, 241), (263, 393)], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_picture_that_a_full_decode_gives(client: Client, kind: str, size: tuple[int, int], box: int) -> None:
    upload = saved(waves(*size), "JPEG2000", **KINDS[kind])
    image, expected = fitted(client, upload, box), straight(opened(upload), box)
    assert image.size == expected.size
    assert ciede2000(image, expected) < 0.4


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA"])
def test_so_are_grey_and_alpha(client: Client, mode: str) -> None:
    picture = waves(321, 241)
    picture.putalpha(Image.radial_gradient("L").resize(picture.size))
    upload = saved(picture.convert(mode), "JPEG2000", irreversible=True)
    image, expected = fitted(client, upload, 100), straight(opened(upload), 100)
    assert image.mode == mode
    for ground in ("white", "black"):
        assert ciede2000(over(image, ground), over(expected, ground)) < 0.4


@pytest.mark.parametrize("levels", range(6))
@pytest.mark.parametrize("bare", [False, True])
def test_levels_are_read_from_the_header(levels: int, bare: bool) -> None:
    upload = saved(waves(200, 130), "JPEG2000", num_resolutions=levels + 1, no_jp2=bare)
    assert decomposition_levels(upload) == levels


def test_bytes_before_the_codestream_do_not_mislead() -> None:
    """A profile can hold what looks like a marker."""
    upload = saved(waves(200, 130), "JPEG2000")
    box = upload.index(b"jp2c") - 4
    decoy = b"\xff\x51" + bytes(20) + b"\xff\x52" + bytes(12)
    assert decomposition_levels(upload[:box] + (8 + len(decoy)).to_bytes(4) + b"free" + decoy + upload[box:]) == 5


def test_a_header_that_is_cut_off_has_none_or_all() -> None:
    upload = saved(waves(200, 130), "JPEG2000", no_jp2=True)
    found = [decomposition_levels(upload[:length]) for length in range(200)]
    assert found == sorted(found)
    assert set(found) == {0, 5}


def test_one_whose_components_may_differ_is_decoded_in_full(client: Client) -> None:
    """A COC segment (T.800, A.6.2) that repeats for the first component what COD says for all."""
    upload = saved(waves(321, 241), "JPEG2000", no_jp2=True)
    cod = upload.index(b"\xff\x52")
    end = cod + 2 + int.from_bytes(upload[cod + 2 : cod + 4])
    coc = b"\xff\x53\x00\x09\x00\x00" + upload[end - 5 : end]
    told = upload[:end] + coc + upload[end:]
    assert (decomposition_levels(upload), decomposition_levels(told)) == (5, 0)
    assert ciede2000(fitted(client, told, 100), straight(opened(upload), 100)) < 0.4


SIDES = (1, 2, 3, 5, 7, 31, 33, 63, 64, 65, 97)


@pytest.mark.parametrize("width", SIDES)
def test_pillow_decodes_whatever_reduction_is_asked_of_it(width: int) -> None:
    """It rounds sides of its own way; the least that is wanted, a pixel, leaves out the most."""
    for height in SIDES:
        upload = saved(Image.new("RGB", (width, height), "red"), "JPEG2000")
        for wanted in ((1, 1), (min(width, 9), 1), (-(-width // 2), -(-height // 2)), (width, height)):
            image = Image.open(io.BytesIO(upload))
            image.reduce = reduction(decomposition_levels(upload), image.size, wanted)
            image.load()
            assert image.width >= wanted[0]
            assert image.height >= wanted[1]


def test_most_levels_are_left_out() -> None:
    assert reduction(5, (4096, 3072), (128, 96)) == 5
    assert reduction(5, (4096, 3072), (129, 96)) == 4
    assert reduction(2, (4096, 3072), (1, 1)) == 2
