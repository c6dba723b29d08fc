"""POST /images/fit/<box>"""

import pytest
from PIL import Image, ImageOps

from tests.conftest import Client
from tests.reference import ciede2000
from tests.samples import EVERY_FORMAT, animation, exif, saved, scene, svg, waves
from tests.similarity import assert_alike, opened

SHOWN = {
    "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF", "heif": "JPEG",
    "jp2": "PNG", "bmp": "PNG", "tiff": "PNG", "psd": "PNG", "icns": "PNG", "ico": "PNG", "svg": "PNG",
}  # fmt: skip


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_each_format_is_answered_in_one_that_browsers_show(client: Client, name: str) -> None:
    answer = client.post("/images/fit/80", EVERY_FORMAT[name])
    assert answer.status_code == 200, answer.text
    image = opened(answer.data)
    assert image.format == SHOWN[name]
    assert answer.mimetype == Image.MIME[image.format]
    assert image.size == ((80, 80) if name in ("ico", "icns") else (80, 48))


@pytest.mark.parametrize("name", [name for name in EVERY_FORMAT if name != "svg"])
def test_each_format_looks_like_what_went_in(client: Client, name: str) -> None:
    size = (128, 128) if name in ("ico", "icns") else (160, 96)
    image = opened(client.post("/images/fit/160", EVERY_FORMAT[name]).data)
    assert_alike(image, scene(*size), 28 if name == "gif" else 33)


@pytest.mark.parametrize("target", ["jpeg", "png", "webp", "gif", "avif"])
@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_each_format_becomes_each_format_asked_for(client: Client, name: str, target: str) -> None:
    answer = client.post(f"/images/fit/64?format={target}", EVERY_FORMAT[name])
    assert answer.status_code == 200, answer.text
    assert opened(answer.data).format == target.upper()


@pytest.mark.parametrize(
    ("box", "size"),
    [("320", (160, 96)), ("80", (80, 48)), ("80x10", (17, 10)), ("10x80", (10, 6)), ("1", (1, 1)), ("8192", (160, 96))],
)
def test_the_aspect_ratio_is_kept_and_nothing_is_enlarged(client: Client, box: str, size: tuple[int, int]) -> None:
    answer = client.post(f"/images/fit/{box}", EVERY_FORMAT["png"])
    assert opened(answer.data).size == size
    assert (answer.headers["X-Image-Width"], answer.headers["X-Image-Height"]) == tuple(map(str, size))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("plugin", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIF"])
def test_orientation_is_followed_once(client: Client, plugin: str, orientation: int) -> None:
    turned = scene().transpose(UNDO[orientation]) if orientation in UNDO else scene()
    quality = {} if plugin in ("PNG", "TIFF") else {"quality": 95}
    upload = saved(turned, plugin, exif=exif(orientation), **quality)
    answer = client.post("/images/fit/160?format=png", upload)
    image = opened(answer.data)
    assert image.size == (160, 96)
    assert_alike(image, scene(), 33)
    assert client.post("/images/info", upload).json["width"] == 160


UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What a camera did to a picture that it marks with this orientation."""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_decoded_at_a_smaller_scale_is_the_whole_picture(client: Client, orientation: int) -> None:
    """Of 321 pixels a half is 160.5: the last one that is decoded is only half picture, at whatever edge it ends up."""
    upload = saved(waves(321, 241), "JPEG", quality=95, exif=exif(orientation))
    whole = ImageOps.exif_transpose(opened(upload))
    for box in (157, 79):
        image = opened(client.post(f"/images/fit/{box}?format=png", upload).data)
        assert ciede2000(image, whole.resize(image.size, Image.Resampling.LANCZOS)) < 0.6


def test_heif_with_alpha_becomes_png(client: Client) -> None:
    image = opened(client.post("/images/fit/80", saved(scene(mode="RGBA"), "HEIF", quality=95)).data)
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert_alike(image.getchannel("A"), scene(mode="RGBA").resize((80, 48)).getchannel("A"), 33, "L")


def test_alpha_becomes_white_in_a_jpeg(client: Client) -> None:
    clear = saved(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG")
    image = opened(client.post("/images/fit/8?format=jpeg", clear).data)
    assert image.getpixel((4, 4)) == (255, 255, 255)


def test_quality_is_heard(client: Client) -> None:
    sizes = [len(client.post(f"/images/fit/160?quality={q}", EVERY_FORMAT["jpeg"]).data) for q in (10, 50, 95)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]


@pytest.mark.parametrize("plugin", ["GIF", "PNG", "WEBP", "AVIF"])
def test_without_animated_the_first_frame_is_answered(client: Client, plugin: str) -> None:
    image = opened(client.post("/images/fit/100", animation(plugin)).data)
    assert getattr(image, "n_frames", 1) == 1
    red, green, blue = image.convert("RGB").getpixel((10, 20))
    assert (red < 60, green > 200, blue < 60) == (True, True, True)


@pytest.mark.parametrize("target", ["gif", "png", "webp", "avif"])
@pytest.mark.parametrize("plugin", ["GIF", "PNG", "WEBP", "AVIF"])
def test_with_animated_every_frame_and_duration_is_kept(client: Client, plugin: str, target: str) -> None:
    image = opened(client.post(f"/images/fit/50?animated=1&format={target}", animation(plugin)).data)
    assert image.n_frames == 5
    for index in range(5):
        image.seek(index)
        image.load()
        assert round(image.info["duration"]) == 40 + 10 * index
        frame = image.convert("RGB")
        assert frame.size == (50, 20)
        for place in range(5):
            green = frame.getpixel((10 * place + 5, 10))[1]
            assert (green > 150) == (place == index), (index, place, green)


def test_a_png_whose_default_image_is_no_frame_starts_with_its_first_frame(client: Client) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    upload = saved(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True, duration=50)
    assert client.post("/images/info", upload).json["frames"] == 2
    assert opened(client.post("/images/fit/8", upload).data).convert("RGB").getpixel((4, 4)) == (0, 255, 0)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 160 96"', (160, 96)),
        ('width="100%" height="100%" viewBox="0 0 160 96"', (160, 96)),
        ('width="1in" viewBox="0 0 160 96"', (96, 58)),
        ("", (300, 150)),
        ('width="1000000000" height="600000000" viewBox="0 0 160 96"', (1000, 600)),
    ],
)
def test_an_svg_is_drawn_at_the_size_asked_for(client: Client, attributes: str, size: tuple[int, int]) -> None:
    image = opened(client.post("/images/fit/1000", svg(attributes)).data)
    assert image.size == size


def test_an_svg_is_drawn_sharp(client: Client) -> None:
    image = opened(client.post("/images/fit/1000", svg('width="1600" height="960" viewBox="0 0 160 96"')).data)
    assert image.getpixel((499, 299)) == (255, 0, 0, 255)
    assert image.getpixel((501, 299))[3] == 0
    assert image.getpixel((501, 301)) == (0, 0, 255, 255)
