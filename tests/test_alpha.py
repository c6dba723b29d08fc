"""Transparency: no fringes, and a chosen background where there is none."""

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Client
from tests.samples import saved
from tests.similarity import opened


def red_disc_on_clear_green() -> bytes:
    """What is clear is green, so that any of it that gets into the edge is seen."""
    y, x = np.mgrid[:200, :200]
    inside = (x - 100) ** 2 + (y - 100) ** 2 < 80**2
    pixels = np.where(inside[..., None], (255, 0, 0, 255), (0, 255, 0, 0)).astype(np.uint8)
    return saved(Image.fromarray(pixels), "PNG")


@pytest.mark.parametrize("path", ["/images/fit/50?format=png", "/images/fit/37?format=webp&quality=100"])
def test_edges_have_no_fringe_of_what_is_clear(client: Client, path: str) -> None:
    pixels = np.asarray(opened(client.post(path, red_disc_on_clear_green()).data).convert("RGBA"), int)
    edge = pixels[(pixels[..., 3] > 30)]
    assert edge[:, 1].max() < 60
    assert edge[:, 0].min() > 200


@pytest.mark.parametrize(
    ("query", "colour"),
    [("", (255, 255, 255)), ("&background=000000", (0, 0, 0)), ("&background=1080Ff", (16, 128, 255))],
)
def test_a_jpeg_has_a_background(client: Client, query: str, colour: tuple[int, int, int]) -> None:
    image = opened(client.post(f"/images/fit/200?format=jpeg&quality=95{query}", red_disc_on_clear_green()).data)
    assert np.abs(np.array(image.getpixel((3, 3))) - colour).max() <= 3
    assert np.abs(np.array(image.getpixel((100, 100))) - (255, 0, 0)).max() <= 3


@pytest.mark.parametrize("target", ["png", "webp", "gif", "avif"])
def test_a_background_can_be_asked_for_in_every_format(client: Client, target: str) -> None:
    answer = client.post(f"/images/fit/64?format={target}&background=0000ff", red_disc_on_clear_green())
    image = opened(answer.data).convert("RGBA")
    assert image.getchannel("A").getextrema() == (255, 255)
    assert image.getpixel((2, 2))[2] > 240


@pytest.mark.parametrize("value", ["", "fff", "white", "#ffffff", "gggggg", "fffffff"])
def test_a_background_that_is_no_colour_is_refused(client: Client, value: str) -> None:
    answer = client.post("/images/fit/64", red_disc_on_clear_green(), query_string={"background": value})
    assert (answer.status_code, answer.json["code"]) == (400, "bad_parameter")
