"""Frames, durations, plays and cleared areas survive resizing and conversion; sizes are bounded."""

import base64
import re
import struct

import numpy as np
import pytest
from PIL import Image

from remote.imaging.avatars import MOST_AVATAR_BYTES
from tests.conftest import Client
from tests.samples import animation, saved
from tests.similarity import opened, psnr


def moving(client: Client, data: bytes, target: str, box: int = 1000) -> Image.Image:
    answer = client.post(f"/images/fit/{box}?animated=1&format={target}", data)
    assert answer.status_code == 200, answer.text
    return opened(answer.data)


def without_loop() -> bytes:
    return re.sub(rb"\x21\xff\x0bNETSCAPE2\.0\x03\x01..\x00", b"", animation("GIF"), flags=re.DOTALL)


PLAYS = {
    "GIF for ever": (animation("GIF", loop=0), 0),
    "GIF once": (without_loop(), 1),
    "GIF and three more": (animation("GIF", loop=3), 4),
    "APNG for ever": (animation("PNG", loop=0), 0),
    "APNG four times": (animation("PNG", loop=4), 4),
    "WebP four times": (animation("WEBP", loop=4), 4),
}


@pytest.mark.parametrize("target", ["gif", "png", "webp"])
@pytest.mark.parametrize("name", PLAYS)
def test_plays_are_kept(client: Client, name: str, target: str) -> None:
    upload, plays = PLAYS[name]
    loop = moving(client, upload, target).info.get("loop")
    told = {0: 0, 1: None}.get(plays, plays - 1) if target == "gif" else plays
    assert loop == told


def clearing(plugin: str) -> tuple[bytes, list[Image.Image]]:
    """A red square that moves over nothing: where it was must be clear again."""
    frames = []
    for index in range(4):
        frame = Image.new("RGBA", (64, 32), (0, 0, 0, 0))
        frame.paste((255, 0, 0, 255), (16 * index, 8, 16 * index + 16, 24))
        frames.append(frame)
    options = {"kmax": 1} if plugin == "WEBP" else {"disposal": 2}  # whole frames: libwebp marks others as opaque
    return saved(frames[0], plugin, save_all=True, append_images=frames[1:], duration=100, loop=0, **options), frames


@pytest.mark.parametrize("target", ["gif", "png", "webp"])
def test_hard_edges_stay_on_a_clear_canvas(client: Client, target: str) -> None:
    upload, frames = clearing("GIF")
    answer = moving(client, upload, target)
    for index, frame in enumerate(frames):
        answer.seek(index)
        assert answer.convert("RGBA").getchannel("A").tobytes() == frame.getchannel("A").tobytes()


@pytest.mark.parametrize("target", ["gif", "png", "webp"])
@pytest.mark.parametrize("plugin", ["GIF", "PNG", "WEBP"])
def test_cleared_areas_are_clear(client: Client, plugin: str, target: str) -> None:
    upload, frames = clearing(plugin)
    answer = moving(client, upload, target, 32)
    assert answer.n_frames == 4
    for index, frame in enumerate(frames):
        answer.seek(index)
        ours = np.asarray(answer.convert("RGBA"), int)[..., 3]
        expected = np.asarray(frame.resize((32, 16), Image.Resampling.LANCZOS), int)[..., 3]
        assert np.abs(ours - expected).mean() < 6
        assert ours[:, : max(0, 8 * index - 3)].max(initial=0) == 0, "a trail"


def partial_gif(control: bytes, colours: int = 2) -> bytes:
    """A red frame of 4 x 4 at (2, 2) on a canvas of 10 x 10, then a blue one at (6, 6)."""
    table = bytes((255, 0, 0)) + bytes((0, 0, 255)) + bytes(3 * (colours - 2))
    flags = 0x80 | (colours.bit_length() - 2)
    head = b"GIF89a" + struct.pack("<HHBBB", 10, 10, flags, 0, 0) + table

    def frame(at: int, index: int) -> bytes:
        """Uncompressed LZW: codes of three bits, a clear code before every second pixel keeps them at three."""
        codes = [code for _ in range(8) for code in (4, index, index)] + [5]
        bits = sum(code << (3 * place) for place, code in enumerate(codes))
        body = bits.to_bytes((3 * len(codes) + 7) // 8, "little")
        return b"\x2c" + struct.pack("<HHHHB", at, at, 4, 4, 0) + b"\x02" + bytes([len(body)]) + body + b"\x00"

    return head + control + frame(2, 0) + b"\x21\xf9\x04\x00\x05\x00\x00\x00" + frame(6, 1) + b"\x3b"


@pytest.mark.parametrize("colours", [2, 64])
@pytest.mark.parametrize("control", [b"", b"\x21\xf9\x04\x00\x05\x00\x00\x00"], ids=["bare", "with a control"])
def test_what_the_first_frame_does_not_cover_is_clear(client: Client, control: bytes, colours: int) -> None:
    upload = partial_gif(control, colours)
    for query in ("format=png", "format=png&animated=1"):
        image = opened(client.post(f"/images/fit/10?{query}", upload).data).convert("RGBA")
        assert image.getpixel((3, 3)) == (255, 0, 0, 255)
        assert image.getpixel((0, 0))[3] == image.getpixel((8, 8))[3] == 0
    image.close()
    moved = moving(client, upload, "png")
    moved.seek(1)
    second = moved.convert("RGBA")
    assert second.getpixel((8, 8)) == (0, 0, 255, 255)
    assert second.getpixel((3, 3)) == (255, 0, 0, 255)
    assert second.getpixel((0, 0))[3] == 0


def test_gif_palettes_are_chosen_for_each_frame(client: Client) -> None:
    """Two frames of different hues: one palette for both would be coarse in each."""
    red, blue = Image.new("RGB", (128, 128)), Image.new("RGB", (128, 128))
    ramp = Image.linear_gradient("L").resize((128, 128))
    red, blue = (
        Image.merge("RGB", (ramp, red.getchannel(0), red.getchannel(0))),
        Image.merge("RGB", (blue.getchannel(0), blue.getchannel(0), ramp)),
    )
    answer = moving(client, saved(red, "PNG", save_all=True, append_images=[blue], duration=90, loop=0), "gif")
    for index, frame in enumerate((red, blue)):
        answer.seek(index)
        assert psnr(answer.convert("RGB"), frame) > 30


@pytest.mark.parametrize("target", ["gif", "png", "webp"])
def test_a_picture_that_stands_still_for_a_while_takes_its_time(client: Client, target: str) -> None:
    still, other = Image.new("RGB", (40, 40), "red"), Image.new("RGB", (40, 40), "blue")
    upload = saved(still, "WEBP", save_all=True, append_images=[still, still, other], duration=[100, 200, 300, 400])
    answer = moving(client, upload, target)
    total = 0
    for index in range(answer.n_frames):
        answer.seek(index)
        answer.load()
        total += answer.info["duration"]
    assert total == 1000


def noisy(frames: int) -> bytes:
    pictures = [Image.effect_noise((256, 256), 90).convert("RGB") for _ in range(frames)]
    return saved(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], duration=50, loop=0, quality=90)


def test_an_animated_avatar_is_bounded_and_says_how_many_frames_it_has(client: Client) -> None:
    upload = noisy(40)
    avatars = client.post("/images/rescale_avatar?animated=1", upload).json
    small, large = avatars["avatar24"], avatars["avatar256"]
    assert small["frames"] == 40
    assert 1 < large["frames"] < 40
    assert large["size"] <= MOST_AVATAR_BYTES
    image = opened(base64.b64decode(large["body"]))
    total = 0
    for index in range(image.n_frames):
        image.seek(index)
        image.load()
        total += image.info["duration"]
    assert total == 40 * 50


def test_the_answer_says_how_many_frames_it_has(client: Client) -> None:
    answer = client.post("/images/fit/50?animated=1", animation("GIF"))
    assert answer.headers["X-Image-Frames"] == "5"
    assert "X-Image-Frames" not in client.post("/images/fit/50", animation("GIF")).headers


def test_an_animation_that_is_converted_to_a_jpeg_gives_its_first_frame(client: Client) -> None:
    image = opened(client.post("/images/fit/100?animated=1&format=jpeg", animation("GIF")).data)
    assert image.getpixel((10, 20))[1] > 200
