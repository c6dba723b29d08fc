"""POST /images/info"""

import gzip

import pytest
from PIL import Image

from tests.conftest import Client
from tests.samples import EVERY_FORMAT, animation, exif, saved, scene, svg

MIME = {
    "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
    "heif": "image/heif", "jp2": "image/jp2", "bmp": "image/bmp", "tiff": "image/tiff",
    "psd": "image/vnd.adobe.photoshop", "icns": "image/x-icns", "ico": "image/vnd.microsoft.icon",
    "svg": "image/svg+xml",
}  # fmt: skip


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_the_facts_about_each_format(client: Client, name: str) -> None:
    answer = client.post("/images/info", EVERY_FORMAT[name])
    width, height = (128, 128) if name in ("ico", "icns") else (160, 96)
    assert answer.json == {
        "status": "ok",
        "success": True,
        "width": width,
        "height": height,
        "mime_type": MIME[name],
        "format": name,
        "binary_size": len(EVERY_FORMAT[name]),
        "frames": 1,
        "has_alpha": name == "svg",
        "orientation": 1,
    }


def test_width_and_height_are_upright_and_the_orientation_is_told(client: Client) -> None:
    info = client.post("/images/info", saved(scene(), "JPEG", exif=exif(6))).json
    assert (info["width"], info["height"], info["orientation"]) == (96, 160, 6)


@pytest.mark.parametrize("plugin", ["GIF", "PNG", "WEBP", "AVIF"])
def test_frames_of_animations_are_counted(client: Client, plugin: str) -> None:
    assert client.post("/images/info", animation(plugin)).json["frames"] == 5


def test_pages_of_a_document_are_no_frames(client: Client) -> None:
    pages = saved(scene(), "TIFF", save_all=True, append_images=[scene(40, 40)])
    info = client.post("/images/info", pages).json
    assert (info["width"], info["frames"]) == (160, 1)


@pytest.mark.parametrize(("mode", "plugin"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("RGBA", "HEIF")])
def test_alpha_is_told(client: Client, mode: str, plugin: str) -> None:
    assert client.post("/images/info", saved(scene(mode=mode), plugin)).json["has_alpha"] is True


def test_a_transparent_palette_colour_is_alpha(client: Client) -> None:
    palette = scene().quantize(16)
    assert client.post("/images/info", saved(palette, "PNG", transparency=0)).json["has_alpha"] is True
    assert client.post("/images/info", saved(palette, "PNG")).json["has_alpha"] is False


def test_a_compressed_svg_is_an_svg(client: Client) -> None:
    assert client.post("/images/info", gzip.compress(svg())).json["mime_type"] == "image/svg+xml"


def test_nothing_is_decoded_so_a_truncated_file_has_facts(client: Client) -> None:
    whole = saved(Image.effect_noise((160, 96), 80), "PNG")
    assert client.post("/images/info", whole[: len(whole) // 2]).json["width"] == 160
