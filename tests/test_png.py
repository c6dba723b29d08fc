"""PNG of one frame: nothing is lost, every decoder reads it, and it is about as small as Pillow's."""

import zlib
from collections.abc import Callable

import numpy as np
import pytest
from isal import isal_zlib
from PIL import Image, ImageDraw

from remote.imaging.encode.png import COLOUR_TYPE, DRAWING, LEVEL, RESIDUAL, SMALL, filtered, still_png
from tests.pngs import chunk
from tests.reference import vips
from tests.samples import saved, scene
from tests.similarity import opened

SIZES = [(1, 1), (1, 50), (50, 1), (3, 2), (2, 3), (5, 12), (5, 13), (7, 48), (7, 49), (257, 13), (300, 200)]
"""Odd and tiny ones, and those about the height from which a sample stands for the whole."""

AFTER_HEADER = 33
"""Bytes of signature and IHDR."""


def noise(size: tuple[int, int], mode: str) -> Image.Image:
    """The same one each time."""
    data = np.random.default_rng(1).integers(0, 256, size[0] * size[1] * len(mode), np.uint8)
    return Image.frombytes(mode, size, data.tobytes())


def drawing(size: tuple[int, int], mode: str) -> Image.Image:
    """A few shapes with smooth edges on an even ground, clear where a mode has alpha."""
    large = Image.new("RGBA", (2 * size[0], 2 * size[1]), (240, 240, 230, 0))
    draw = ImageDraw.Draw(large)
    draw.ellipse((size[0] // 3, size[1] // 3, size[0], size[1]), (200, 30, 40, 255))
    draw.rectangle((size[0], size[1] // 2, size[0] * 3 // 2, size[1] * 3 // 2), (20, 90, 200, 130))
    draw.line((0, 2 * size[1], 2 * size[0], 0), (0, 0, 0, 255), 5)
    return large.resize(size, Image.Resampling.LANCZOS).convert(mode)


def photo(size: tuple[int, int], mode: str) -> Image.Image:
    """Smooth colours with texture and a sensor's noise."""
    return Image.blend(scene(*size).convert(mode), noise(size, mode), 0.08)


KINDS: dict[str, Callable[[tuple[int, int], str], Image.Image]] = {
    "noise": noise,
    "a gradient": lambda size, mode: scene(*size, mode),
    "a drawing": drawing,
    "a photo": photo,
}


def pixels(data: bytes) -> bytes:
    """What is in the one IDAT of a file of ours, after a look at its chunks."""
    position, found = 8, {}
    while position < len(data):
        length, kind = int.from_bytes(data[position : position + 4]), data[position + 4 : position + 8]
        end = position + 8 + length
        assert zlib.crc32(data[position + 4 : end]) == int.from_bytes(data[end : end + 4]), kind
        found[kind] = data[position + 8 : end]
        position = end + 4
    assert (position, list(found)) == (len(data), [b"IHDR", b"IDAT", b"IEND"])
    return found[b"IDAT"]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("mode", COLOUR_TYPE)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_and_every_check_sum_is_right(kind: str, mode: str, size: tuple[int, int]) -> None:
    picture = KINDS[kind](size, mode)
    data = still_png(picture)
    image = opened(data)
    assert (image.mode, image.size, image.tobytes()) == (mode, size, picture.tobytes())
    assert len(zlib.decompress(pixels(data))) == (size[0] * len(mode) + 1) * size[1]


@pytest.mark.parametrize("mode", COLOUR_TYPE)
@pytest.mark.parametrize("number", RESIDUAL)
def test_a_decoder_undoes_each_filter(number: int, mode: str) -> None:
    """Whichever would be chosen: noise has every sum and every difference of two bytes."""
    picture = noise((97, 31), mode)
    rows = filtered(picture, number)
    assert set(rows[:: len(mode) * 97 + 1]) == {number}
    file = still_png(picture)[:AFTER_HEADER] + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert opened(file).tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", COLOUR_TYPE)
def test_libvips_reads_the_same(mode: str) -> None:
    picture = photo((61, 47), mode)
    assert vips(still_png(picture)).convert(mode).tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", COLOUR_TYPE)
def test_a_small_drawing_is_deflated_with_effort_and_a_photo_fast(mode: str) -> None:
    """The first is smaller than igzip makes it, the second is what igzip makes of it."""
    drawn, taken = (pixels(still_png(make((300, 200), mode))) for make in (drawing, photo))
    assert len(drawn) < 0.95 * len(isal_zlib.compress(zlib.decompress(drawn), LEVEL))
    assert taken == isal_zlib.compress(zlib.decompress(taken), LEVEL)


def test_a_large_drawing_is_deflated_fast() -> None:
    """Effort would take 3 ms and more."""
    large = drawing((1100, 1100), "RGB")
    large.paste(noise((200, 1100), "RGB"), (20, 0))
    found = pixels(still_png(large))
    assert SMALL < len(found) < DRAWING * len(large.tobytes())
    assert found == isal_zlib.compress(zlib.decompress(found), LEVEL)


@pytest.mark.parametrize("side", [24, 48, 128, 512])
@pytest.mark.parametrize("mode", COLOUR_TYPE)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_about_as_small_as_pillow_makes_it(kind: str, mode: str, side: int) -> None:
    """At most 5 % larger; of the smallest, whose sample says little, 20 bytes more."""
    picture = KINDS[kind]((side, side), mode)
    assert len(still_png(picture)) < 1.05 * len(saved(picture, "PNG", compress_level=4)) + 20


REAL = {
    "photo_6mp.jpg": 1.05, "iphone6_gps_8mp.jpg": 1.02, "nikon_gps.jpg": 1.0, "photo.webp": 1.04,
    "paper_rgba.png": 1.0, "sunny.icns": 0.85, "hello.png": 0.9,
}  # fmt: skip
"""How much of Pillow's bytes their avatars take at most, photos and drawings."""


@pytest.mark.parametrize("name", REAL)
def test_real_pictures_are_as_small(corpus: Callable[[str], bytes], name: str) -> None:
    picture = opened(corpus(name))
    picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    sides = [picture.resize((side, side), Image.Resampling.LANCZOS) for side in (24, 48, 128, 512)]
    theirs = sum(len(saved(image, "PNG", compress_level=4)) for image in sides)
    assert sum(len(still_png(image)) for image in sides) < REAL[name] * theirs
