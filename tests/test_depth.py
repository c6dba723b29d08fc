"""Sixteen bits and floats scaled, one bit and palettes smoothed, transparent colours honoured in every mode."""

import struct

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Client
from tests.pngs import chunk, png
from tests.samples import saved, scene
from tests.similarity import assert_alike, opened

RAMP = [0, 64, 128, 192, 255]


def greys(client: Client, data: bytes) -> list[int]:
    """The first row of the answer."""
    answer = client.post("/images/fit/100?format=png", data)
    assert answer.status_code == 200, answer.text
    return np.asarray(opened(answer.data).convert("L"))[0].tolist()


def tiff(values: list[float], kind: type) -> bytes:
    return saved(Image.fromarray(np.array([values] * 4, kind)), "TIFF")


@pytest.mark.parametrize(
    "upload",
    [
        tiff([value * 257 for value in RAMP], np.uint16),
        tiff([value / 255 for value in RAMP], np.float32),
        tiff(RAMP, np.float32),
        tiff([value * 257 for value in RAMP], np.float32),
        tiff(RAMP, np.int32),
        tiff([value * 257 for value in RAMP], np.int32),
        tiff([value * (2147483647 // 255) for value in RAMP], np.int32),
        png(5, 1, 16, 0, [struct.pack(">5H", *(value * 257 for value in RAMP))]),
        saved(Image.fromarray(np.array([[value * 257 for value in RAMP]] * 4, np.uint16)), "JPEG2000"),
    ],
    ids=["TIFF 16", "TIFF 0-1", "TIFF 0-255", "TIFF 0-65535", "TIFF i8", "TIFF i16", "TIFF i31", "PNG 16", "JP2 16"],
)
def test_deep_grey_is_scaled(client: Client, upload: bytes) -> None:
    assert np.abs(np.array(greys(client, upload)) - RAMP).max() <= 1


def test_values_that_are_no_numbers_or_out_of_range_do_no_harm(client: Client) -> None:
    found = greys(client, tiff([-1.0, float("nan"), 0.5, 1.0, 0.0], np.float32))
    assert (found[0], found[3], found[4]) == (0, 255, 0)
    assert abs(found[2] - 128) <= 1


def test_deep_colour_is_scaled(client: Client) -> None:
    rows = [struct.pack(">6H", 0, 32896, 65535, 65535, 257, 0)]
    image = opened(client.post("/images/fit/9?format=png", png(2, 1, 16, 2, rows)).data)
    assert [image.getpixel((x, 0)) for x in (0, 1)] == [(0, 128, 255), (255, 1, 0)]


@pytest.mark.parametrize("mode", ["1", "P"])
def test_one_bit_and_palettes_are_smoothed(client: Client, mode: str) -> None:
    checks = Image.fromarray((np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)).convert(mode)
    image = opened(client.post("/images/fit/16?format=png", saved(checks, "PNG")).data).convert("L")
    assert all(120 <= value <= 135 for value in np.asarray(image)[4:12, 4:12].flatten())


TRANSPARENT = {
    "grey 1": (png(2, 1, 1, 0, [b"\x40"], chunk(b"tRNS", b"\0\x01")), [255, 0]),
    "grey 2": (png(4, 1, 2, 0, [b"\x1b"], chunk(b"tRNS", b"\0\x02")), [255, 255, 0, 255]),
    "grey 4": (png(2, 1, 4, 0, [b"\x3c"], chunk(b"tRNS", b"\0\x03")), [0, 255]),
    "grey 8": (png(2, 1, 8, 0, [b"\x07\x09"], chunk(b"tRNS", b"\0\x09")), [255, 0]),
    "grey 16": (png(2, 1, 16, 0, [b"\x03\xe8\x03\xe9"], chunk(b"tRNS", b"\x03\xe8")), [0, 255]),
    "RGB 8": (png(2, 1, 8, 2, [bytes(range(6))], chunk(b"tRNS", bytes([0, 3, 0, 4, 0, 5]))), [255, 0]),
    "RGB 16": (png(2, 1, 16, 2, [bytes(range(12))], chunk(b"tRNS", bytes(range(6, 12)))), [255, 0]),
    "palette": (png(2, 1, 8, 3, [b"\0\1"], chunk(b"PLTE", bytes(6)), chunk(b"tRNS", b"\xff\x80")), [255, 128]),
    "grey and alpha 16": (png(2, 1, 16, 4, [b"\x80\0\xff\xff\x80\0\x80\x80"]), [255, 128]),
}


@pytest.mark.parametrize("name", TRANSPARENT)
def test_transparency_is_honoured_in_every_mode(client: Client, name: str) -> None:
    upload, alphas = TRANSPARENT[name]
    image = opened(client.post("/images/fit/9?format=png", upload).data).convert("RGBA")
    assert np.asarray(image)[0, :, 3].tolist() == alphas
    assert client.post("/images/info", upload).json["has_alpha"] is True


FAULTS = {
    "text with a wrong check sum": chunk(b"tEXt", b"a\0b", sound=False),
    "a time that is too long": chunk(b"tIME", bytes(90)),
    "a gamma that is too short": chunk(b"gAMA", b"x"),
    "transparency that is too short": chunk(b"tRNS", b"x"),
    "a profile that is none": chunk(b"iCCP", b"x\0\0nope"),
    "a profile with a wrong check sum": chunk(b"iCCP", b"x\0\0nope", sound=False),
    "an animation of nothing": chunk(b"acTL", b"x"),
    "a compressed text that is none": chunk(b"zTXt", b"a\0\0nope"),
    "physical size that is too short": chunk(b"pHYs", b"x"),
    "a private chunk with a wrong check sum": chunk(b"prVt", b"x", sound=False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_png_whose_only_faults_are_beside_the_pixels_is_shown(client: Client, fault: str) -> None:
    whole = saved(scene(), "PNG")
    answer = client.post("/images/fit/160?format=png", whole[:33] + FAULTS[fault] + whole[33:])
    assert answer.status_code == 200, answer.text
    assert_alike(opened(answer.data), scene(), 60)


@pytest.mark.parametrize("fault", ["bits", "end"])
def test_a_png_whose_pixels_are_damaged_is_undecodable(client: Client, fault: str) -> None:
    whole = bytearray(saved(Image.effect_noise((160, 96), 90), "PNG"))
    whole[len(whole) // 2] ^= 0xFF
    damaged = bytes(whole) if fault == "bits" else bytes(whole[: len(whole) // 2])
    assert client.post("/images/fit/160", damaged).status_code == 422
