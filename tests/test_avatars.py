"""POST /images/rescale_avatar and /images/resize_avatar"""

import base64
from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from tests.conftest import Client
from tests.reference import ciede2000
from tests.samples import EVERY_FORMAT, animation, exif, saved, scene, svg, waves
from tests.similarity import assert_alike, opened


def avatars(client: Client, data: bytes, query: str = "") -> dict[int, Image.Image]:
    """The avatars of an answer by their side, after a look at its form."""
    answer = client.post(f"/images/rescale_avatar{query}", data)
    assert answer.status_code == 200, answer.text
    found = {}
    for name, avatar in answer.json.items():
        if name.startswith("avatar"):
            body = base64.b64decode(avatar["body"], validate=True)
            assert avatar["size"] == len(body)
            found[int(name.removeprefix("avatar"))] = opened(body)
    assert all(image.size == (side, side) and image.format == "PNG" for side, image in found.items())
    return found


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_each_format_has_avatars(client: Client, name: str) -> None:
    assert {24, 48, 73} <= avatars(client, EVERY_FORMAT[name]).keys()


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ((1, 1), {24, 48, 73}),
        ((127, 900), {24, 48, 73}),
        ((128, 900), {24, 48, 73, 128}),
        ((900, 255), {24, 48, 73, 128}),
        ((256, 256), {24, 48, 73, 128, 256}),
        ((511, 512), {24, 48, 73, 128, 256}),
        ((512, 512), {24, 48, 73, 128, 256, 512}),
    ],
)
def test_large_avatars_are_there_when_both_sides_are_as_large(
    client: Client, size: tuple[int, int], sides: set[int]
) -> None:
    assert avatars(client, saved(scene(*size), "PNG")).keys() == sides


def test_an_svg_has_all_six_however_small_it_says_it_is(client: Client) -> None:
    found = avatars(client, svg('width="16" height="16" viewBox="0 0 160 160"'))
    assert found.keys() == {24, 48, 73, 128, 256, 512}
    assert found[512].getpixel((255, 152)) == (255, 0, 0, 255)
    assert found[512].getpixel((257, 152))[3] == 0


@pytest.mark.parametrize(("size", "box"), [((300, 100), (100, 0, 200, 100)), ((100, 301), (0, 100, 100, 200))])
def test_avatars_are_the_centred_square(client: Client, size: tuple[int, int], box: tuple[int, ...]) -> None:
    picture = scene(*size)
    expected = picture.crop(box).resize((73, 73), Image.Resampling.LANCZOS)
    assert_alike(avatars(client, saved(picture, "PNG"))[73], expected, 40)


def test_avatars_are_upright(client: Client) -> None:
    turned = scene(600, 600).transpose(Image.Transpose.ROTATE_90)
    found = avatars(client, saved(turned, "JPEG", quality=95, exif=exif(6)))
    for side, image in found.items():
        assert_alike(image, scene(600, 600).resize((side, side), Image.Resampling.LANCZOS), 35)


def test_an_animation_gives_its_first_frame(client: Client) -> None:
    assert all(getattr(image, "n_frames", 1) == 1 for image in avatars(client, animation("GIF")).values())


def test_an_animation_stays_one_when_asked(client: Client) -> None:
    for image in avatars(client, animation("GIF"), "?animated=1").values():
        assert image.n_frames == 5
        assert image.info["loop"] == 0


def test_both_names_answer_the_same_envelope(client: Client) -> None:
    one, other = (client.post(f"/images/{name}_avatar", EVERY_FORMAT["png"]).json for name in ("rescale", "resize"))
    assert one["uploaded"] == {"size": len(EVERY_FORMAT["png"]), "mime": "image/png"}
    assert (one["status"], one["success"]) == ("ok", True)
    assert one["end"] >= one["start"] > 0
    assert one["cost"] == pytest.approx((one["end"] - one["start"]) * 1000, abs=1)
    assert one.keys() == other.keys()
    assert one["avatar48"] == other["avatar48"]


def test_cmyk_has_avatars(client: Client) -> None:
    assert avatars(client, saved(scene().convert("CMYK"), "JPEG"))[73].mode in ("RGB", "P")


def straight(picture: Image.Image, side: int) -> Image.Image:
    """The avatar in one step from the whole picture."""
    length = min(picture.size)
    left, top = (picture.width - length) / 2, (picture.height - length) / 2
    return picture.resize((side, side), Image.Resampling.LANCZOS, (left, top, left + length, top + length))


def assert_as_in_one_step(found: dict[int, Image.Image], picture: Image.Image, most: float = 0.37) -> None:
    """The mean colour difference of each is a fraction of what is just noticeable."""
    assert found
    for side, image in found.items():
        difference = ciede2000(image, straight(picture, side))
        assert difference < most, f"{side}: {difference:.2f}"


def over(image: Image.Image, ground: str) -> Image.Image:
    return Image.alpha_composite(Image.new("RGBA", image.size, ground), image.convert("RGBA")).convert("RGB")


SHAPES = pytest.mark.parametrize("size", [(700, 700), (501, 900), (900, 601)], ids=str)
"""Square, portrait and landscape."""


@SHAPES
def test_a_reduction_of_reductions_is_no_other_picture(client: Client, size: tuple[int, int]) -> None:
    found = avatars(client, saved(waves(*size), "PNG"))
    assert_as_in_one_step(found, waves(*size))
    assert_as_in_one_step({side: image for side, image in found.items() if side > 48}, waves(*size), 0.2)


@SHAPES
def test_nor_is_its_alpha(client: Client, size: tuple[int, int]) -> None:
    picture = waves(*size)
    picture.putalpha(Image.radial_gradient("L").resize(size))
    for side, image in avatars(client, saved(picture, "PNG")).items():
        for ground in ("white", "black"):
            assert ciede2000(over(image, ground), over(straight(picture, side), ground)) < 0.4


@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.parametrize("size", [(1025, 1027), (1281, 1033), (1033, 1281)], ids=str)
def test_nor_is_a_jpeg_decoded_at_a_smaller_scale(client: Client, size: tuple[int, int], orientation: int) -> None:
    """Sides that are no multiples of the scale: the last pixels stand for less than the others."""
    upload = saved(waves(*size), "JPEG", quality=95, exif=exif(orientation))
    assert_as_in_one_step(avatars(client, upload), ImageOps.exif_transpose(opened(upload)))


@pytest.mark.parametrize("name", ["nikon_gps.jpg", "orientation_1.jpg", "photo.webp"])
def test_nor_are_real_photos(client: Client, corpus: Callable[[str], bytes], name: str) -> None:
    photo = opened(corpus(name)).convert("RGB")
    assert_as_in_one_step(avatars(client, saved(photo, "BMP")), photo, 0.45)
