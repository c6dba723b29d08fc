"""Colours as a good browser shows them."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from remote.imaging import icc
from remote.imaging.icc import matrix_profile
from tests.conftest import CORPUS_FILES, Client
from tests.pngs import chunk
from tests.reference import ciede2000, to_srgb, vips
from tests.samples import EVERY_FORMAT, saved, scene
from tests.similarity import opened

SPACES = {
    "Display P3": (2.2, (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    "Adobe RGB": (563 / 256, (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)),
    "ProPhoto": (1.8, (0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001)),
    "linear sRGB": (1.0, (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)),
}


def fitted(client: Client, data: bytes, query: str = "format=png") -> Image.Image:
    answer = client.post(f"/images/fit/8000?{query}", data)
    assert answer.status_code == 200, answer.text
    return opened(answer.data)


def muted() -> Image.Image:
    """The scene with its colours well inside every gamut."""
    return Image.blend(scene(), Image.new("RGB", scene().size, (128, 128, 128)), 0.5)


@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("plugin", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_a_profile_is_followed(client: Client, plugin: str, name: str) -> None:
    gamma, primaries = SPACES[name]
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 98, "subsampling": 0}}.get(plugin, {})
    upload = saved(muted(), plugin, icc_profile=matrix_profile(1 / gamma, primaries), **options)
    expected = to_srgb(np.asarray(muted(), float) / 255, gamma, primaries)
    assert ciede2000(fitted(client, upload), expected) < 1
    assert ciede2000(muted(), expected) > 1.5, "the profile makes no difference, so the test says nothing"


@pytest.mark.parametrize("name", SPACES)
def test_gama_and_chrm_of_a_png_are_followed(client: Client, name: str) -> None:
    gamma, primaries = SPACES[name]
    whole = saved(muted(), "PNG")
    told = chunk(b"gAMA", struct.pack(">I", round(100000 / gamma)))
    told += chunk(b"cHRM", struct.pack(">8I", *(round(value * 100000) for value in primaries)))
    expected = to_srgb(np.asarray(muted(), float) / 255, gamma, primaries)
    assert ciede2000(fitted(client, whole[:33] + told + whole[33:]), expected) < 1


def test_gama_alone_is_followed_in_grey_too(client: Client) -> None:
    ramp = Image.linear_gradient("L")
    whole = saved(ramp, "PNG")
    upload = whole[:33] + chunk(b"gAMA", struct.pack(">I", 100000)) + whole[33:]
    expected = to_srgb(np.asarray(ramp.convert("RGB"), float) / 255, *SPACES["linear sRGB"])
    assert ciede2000(fitted(client, upload), expected) < 0.3


@pytest.mark.parametrize(
    "told",
    [chunk(b"gAMA", struct.pack(">I", 45455)), chunk(b"sRGB", b"\0") + chunk(b"gAMA", struct.pack(">I", 100000))],
)
def test_a_png_that_says_srgb_stays_as_it_is(client: Client, told: bytes) -> None:
    whole = saved(scene(), "PNG")
    assert fitted(client, whole[:33] + told + whole[33:]).tobytes() == scene().tobytes()


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_a_profile_that_does_not_fit_is_ignored(client: Client, mode: str) -> None:
    wrong = grey_profile(1.0) if mode != "L" else matrix_profile(1 / 1.8, SPACES["ProPhoto"][1])
    upload = saved(scene(mode=mode), "PNG", icc_profile=wrong)
    assert ciede2000(fitted(client, upload), scene(mode=mode)) < 0.01


@pytest.mark.parametrize("profile", [b"", b"not a profile", bytes(200), matrix_profile(1 / 2.2)[:150]])
def test_a_broken_profile_is_ignored(client: Client, profile: bytes) -> None:
    upload = saved(scene(), "JPEG", quality=95, icc_profile=profile)
    assert ciede2000(fitted(client, upload), opened(upload)) < 0.01


def grey_profile(gamma: float) -> bytes:
    """A profile for grey: one curve."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(256 * gamma))
    profile = bytearray(icc.assembled({b"wtpt": icc.xyz(icc.D50), b"kTRC": curve}))
    profile[16:20] = b"GRAY"
    return bytes(profile)


def lookup_profile() -> bytes:
    """A profile that is a look-up table, as XYB files have (ICC.1:2001, 6.5.7): its red is what sRGB calls blue."""
    corners = [(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)]
    patch = Image.new("RGB", (8, 1))
    patch.putdata([(b, r, g) for r, g, b in corners])
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    signed = np.asarray(ImageCms.applyTransform(patch, to_lab)).astype(int)
    table = bytes(np.add(signed, (0, 128, 128)).astype(np.uint8))
    straight = bytes(range(256)) * 3
    matrix = struct.pack(">9i", *(65536 * value for value in (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    a2b = b"mft1" + bytes(4) + bytes((3, 3, 2, 0)) + matrix + straight + table + straight
    profile = bytearray(icc.assembled({b"wtpt": icc.xyz(icc.D50), b"A2B0": a2b}))
    profile[20:24] = b"Lab "
    return bytes(profile)


def test_a_profile_of_a_lookup_table_is_followed(client: Client) -> None:
    bars = Image.new("RGB", (96, 16))
    for index, colour in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255))):
        bars.paste(colour, (32 * index, 0, 32 * index + 32, 16))
    red, green, blue = bars.split()
    answer = fitted(client, saved(bars, "PNG", icc_profile=lookup_profile()))
    assert ciede2000(answer, Image.merge("RGB", (blue, red, green))) < 2


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_followed(client: Client, mode: str) -> None:
    ramp = Image.linear_gradient("L").convert(mode)
    answer = fitted(client, saved(ramp, "PNG", icc_profile=grey_profile(1.0)))
    expected = to_srgb(np.asarray(ramp.convert("RGB"), float) / 255, *SPACES["linear sRGB"])
    assert ciede2000(answer, expected) < 0.3


def test_alpha_is_not_touched_by_a_profile(client: Client) -> None:
    upload = saved(scene(mode="RGBA"), "PNG", icc_profile=matrix_profile(1 / 2.2, SPACES["Adobe RGB"][1]))
    assert fitted(client, upload).getchannel("A").tobytes() == scene(mode="RGBA").getchannel("A").tobytes()


def test_lab_is_converted(client: Client) -> None:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    picture = ImageCms.applyTransform(muted(), ImageCms.buildTransform(*profiles, "RGB", "LAB"))
    assert ciede2000(fitted(client, saved(picture, "TIFF")), muted()) < 1


@pytest.mark.parametrize("plugin", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_is_inverted_rgb_as_browsers_do(client: Client, plugin: str) -> None:
    options = {"quality": 98, "subsampling": 0} if plugin == "JPEG" else {}
    assert ciede2000(fitted(client, saved(scene().convert("CMYK"), plugin, **options)), scene()) < 1


REAL = [path for path in CORPUS_FILES if path.suffix in (".jpg", ".png", ".tiff", ".webp") and path.stem != "truncated"]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files_have_the_colours_that_libvips_gives_them(client: Client, path: Path) -> None:
    if path.stem in ("grey16_alpha", "1px"):
        pytest.skip("libvips takes their alpha for another depth")
    data = path.read_bytes()
    ours, theirs = fitted(client, data).convert("RGBA"), vips(data).convert("RGBA")
    white = Image.new("RGBA", ours.size, "white")
    assert ciede2000(Image.alpha_composite(white, ours), Image.alpha_composite(white, theirs)) < (
        3 if "cmyk" in path.name else 1
    )


def test_two_uploads_of_every_format_have_one_look(client: Client) -> None:
    looks = {name: fitted(client, data) for name, data in EVERY_FORMAT.items() if name not in ("svg", "ico", "icns")}
    for name, look in looks.items():
        assert ciede2000(look, scene()) < (3 if name == "gif" else 1), name
