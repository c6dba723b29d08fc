"""POST /images/rescale_avatar and /images/resize_avatar"""

import base64

import pytest
from PIL import Image

from tests.conftest import Client
from tests.samples import EVERY_FORMAT, animation, exif, saved, scene, svg
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
