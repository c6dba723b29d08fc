"""Resampling: Pillow's own Lanczos, with SIMD where it reaches and without where it does not."""

import subprocess
import sys

import pytest
from PIL import Image

from remote.imaging.orientation import turned_box, upright
from remote.imaging.resize import SIMD_MODES, cover_size, fit_size, resample, resize, square
from tests.samples import scene
from tests.similarity import assert_alike

NOISE = Image.effect_noise((320, 200), 60)


@pytest.mark.parametrize("size", [(160, 100), (33, 70), (640, 400), (1, 1), (320, 1)])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_the_result_is_that_of_pillow(mode: str, size: tuple[int, int]) -> None:
    picture = Image.blend(scene(320, 200), NOISE.convert("RGB"), 0.3).convert(mode)
    assert_alike(resize(picture, size), picture.resize(size, Image.Resampling.LANCZOS), 48, mode)


def test_simd_reaches_what_photos_are() -> None:
    assert {"RGB", "RGBA", "L"} <= set(SIMD_MODES)


def test_pillow_does_it_where_the_other_is_not_installed() -> None:
    code = (
        "import sys; sys.modules['cykooz_resizer'] = None\n"
        "from PIL import Image; from remote.imaging.resize import SIMD_MODES, resize\n"
        "print(SIMD_MODES, resize(Image.new('RGB', (9, 9)), (3, 3)).size)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "() (3, 3)"


@pytest.mark.parametrize(
    ("size", "box", "expected"),
    [((4000, 3000), (1024, 1024), (1024, 768)), ((3, 1000), (100, 100), (1, 100)), ((10, 10), (99, 99), (10, 10)),
     ((1000, 667), (300, 300), (300, 200))],
)  # fmt: skip
def test_a_size_within_a_box_is_rounded_not_cut(
    size: tuple[int, int], box: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fit_size(size, box) == expected


def test_a_covering_size_has_the_side_asked_for() -> None:
    assert cover_size((4000, 3000), 512) == (683, 512)
    assert cover_size((100, 4000), 512) == (512, 20480)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_what_a_box_shows_is_that_of_pillow(mode: str) -> None:
    picture, box = Image.blend(scene(320, 200), NOISE.convert("RGB"), 0.3).convert(mode), (0.5, 3.25, 200.75, 180.5)
    expected = picture.resize((61, 53), Image.Resampling.LANCZOS, box)
    assert_alike(resample(picture, box, (61, 53)), expected, 48, mode)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_square_that_is_not_reduced_is_cut_out_to_the_pixel(mode: str) -> None:
    picture = NOISE.crop((0, 0, 101, 74)).convert(mode)
    cut = square(picture, (0, 0, 101, 74), 74)
    assert (cut.size, cut.tobytes()) == ((74, 74), picture.crop((13, 0, 87, 74)).tobytes())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_is_turned_with_its_image(orientation: int) -> None:
    image = Image.new("L", (9, 7))
    image.paste(255, (1, 2, 6, 4))
    assert upright(image, orientation).getbbox() == turned_box((1, 2, 6, 4), image.size, orientation)
