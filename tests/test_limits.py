"""What one upload may cost, checked before pixels are allocated."""

import struct
import zlib

import pytest
from PIL import Image

from tests.conftest import Client, client_with
from tests.samples import EVERY_FORMAT, animation, saved, scene


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is this large and holds next to nothing."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def gif_of(width: int, height: int, frames: int) -> bytes:
    """A GIF of this canvas with frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"


def webp_lossless_header(width: int, height: int) -> bytes:
    """The 34 bytes that announce a lossless WebP of this size."""
    bits = (width - 1) | (height - 1) << 14
    body = b"VP8L" + struct.pack("<I", 10) + b"\x2f" + struct.pack("<I", bits) + bytes(5)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def assert_refused(client: Client, data: bytes, code: str, path: str = "/images/fit/80") -> None:
    answer = client.post(path, data)
    assert (answer.status_code, answer.json["code"]) == (422, code), answer.json


@pytest.mark.parametrize("path", ["/images/fit/80", "/images/rescale_avatar", "/images/info"])
@pytest.mark.parametrize(
    "bomb",
    [png_header(7072, 7072), png_header(32769, 1), png_header(1, 50_000_000), gif_of(8000, 8000, 1),
     webp_lossless_header(16000, 16000)],
)  # fmt: skip
def test_a_canvas_over_the_limit_is_refused_unseen(client: Client, bomb: bytes, path: str) -> None:
    assert_refused(client, bomb, "too_many_pixels", path)


@pytest.mark.parametrize("name", [name for name in EVERY_FORMAT if name != "svg"])
def test_every_format_has_a_pixel_limit(name: str) -> None:
    pixels = 128 * 128 if name in ("ico", "icns") else 160 * 96
    pixels *= 2 if name in ("jp2", "icns") else 1
    assert client_with(max_pixels=pixels).post("/images/fit/80", EVERY_FORMAT[name]).status_code == 200
    assert_refused(client_with(max_pixels=pixels - 1), EVERY_FORMAT[name], "too_many_pixels")
    assert_refused(client_with(max_side=127), EVERY_FORMAT[name], "too_many_pixels")


def test_an_svg_counts_by_the_size_it_is_drawn_at() -> None:
    client = client_with(max_pixels=100 * 60)
    assert client.post("/images/fit/100", EVERY_FORMAT["svg"]).status_code == 200
    assert_refused(client, EVERY_FORMAT["svg"], "too_many_pixels", "/images/fit/101")


def test_an_icon_that_holds_a_larger_picture_than_it_says_is_refused(client: Client) -> None:
    bomb = png_header(7072, 7072)
    ico = struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(bomb), 22) + bomb
    assert_refused(client, ico, "too_many_pixels")
    icns = b"icns" + struct.pack(">I", 16 + len(bomb)) + b"ic07" + struct.pack(">I", 8 + len(bomb)) + bomb
    assert client.post("/images/fit/80", icns).status_code == 422


@pytest.mark.parametrize("plugin", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_over_the_frame_limit_is_refused(plugin: str) -> None:
    assert client_with(max_frames=5).post("/images/fit/8?animated=1", animation(plugin)).status_code == 200
    assert_refused(client_with(max_frames=4), animation(plugin), "too_many_frames")


@pytest.mark.parametrize("plugin", ["GIF", "PNG", "WEBP", "AVIF"])
def test_frames_times_canvas_has_a_limit(plugin: str) -> None:
    assert client_with(max_total_pixels=5 * 4000).post("/images/fit/8", animation(plugin)).status_code == 200
    assert_refused(client_with(max_total_pixels=5 * 4000 - 1), animation(plugin), "too_many_pixels")


def test_frames_are_counted_no_further_than_the_limit(client: Client) -> None:
    assert_refused(client, gif_of(100, 100, 1001), "too_many_frames")
    assert_refused(client, gif_of(7000, 7000, 6), "too_many_pixels")
    assert_refused(client, gif_of(1, 1, 1_000_000), "too_many_frames")


def test_a_jpeg_with_too_many_scans_is_too_complex() -> None:
    progressive = saved(scene(), "JPEG", progressive=True)
    scans = progressive.count(b"\xff\xda")
    assert client_with(max_scans=scans).post("/images/fit/80", progressive).status_code == 200
    for path in ("/images/fit/80", "/images/prepare_jpeg", "/images/rescale_avatar"):
        assert_refused(client_with(max_scans=scans - 1), progressive, "too_complex", path)


def test_scans_of_a_preview_do_not_count() -> None:
    preview = saved(scene(16, 16), "JPEG", progressive=True)
    upload = saved(Image.new("RGB", (16, 16)), "JPEG") + preview
    assert client_with(max_scans=1).post("/images/fit/80", upload).status_code == 200


def test_a_box_over_its_limit_is_a_bad_parameter() -> None:
    client = client_with(max_box=100)
    assert client.post("/images/fit/100", EVERY_FORMAT["png"]).status_code == 200
    assert client.post("/images/fit/101", EVERY_FORMAT["png"]).json["code"] == "bad_parameter"
