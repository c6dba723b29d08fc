"""The page's own reading of metadata: each kind is told, of each format, and no file breaks it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.conftest import CORPUS_FILES, Service
from tests.planting import MP4, XMP, after_soi, by_exiftool, plain, segment, with_thumbnail
from tests.samples import EVERY_FORMAT, exif, saved, scene
from tests.similarity import opened

pytest.importorskip("playwright.sync_api")
from tests.browser import Tab, chromium, tab

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP_PLACE = b'<x exif:GPSLatitude="48,37.2N"/>'
SEED = 7
MUTANTS = 400
"""Of each format: about a second in all."""


def camera() -> bytes:
    block = Image.Exif()
    block[0x010F], block[0x0110] = "Maker", "Model 7"
    return block.tobytes()


def south_west() -> bytes:
    block = Image.Exif()
    block.get_ifd(0x8825).update({1: "S", 2: (33.0, 51.0, 36.0), 3: "W", 4: (70.0, 30.0, 0.0)})
    return block.tobytes()


def png(**options: object) -> bytes:
    return saved(scene(), "PNG", **options)


def text(keyword: str, value: str, international: bool = False) -> PngImagePlugin.PngInfo:
    found = PngImagePlugin.PngInfo()
    (found.add_itxt if international else found.add_text)(keyword, value)
    return found


def jpeg(**options: object) -> bytes:
    return saved(scene(), "JPEG", **options)


def webp(**options: object) -> bytes:
    return saved(scene(), "WEBP", **options)


HELD = {
    "JPEG, EXIF": (jpeg(exif=exif()), {"EXIF": ""}),
    "JPEG, place": (jpeg(exif=exif(1, gps=True)), {"EXIF": "", "GPS position": "48.20833, 16.37500"}),
    "JPEG, south and west": (jpeg(exif=south_west()), {"EXIF": "", "GPS position": "-33.86000, -70.50000"}),
    "JPEG, big-endian": (
        by_exiftool("-GPSLatitude=48.5", "-GPSLatitudeRef=N", "-GPSLongitude=15.25", "-GPSLongitudeRef=E"),
        {"EXIF": "", "GPS position": "48.50000, 15.25000"},
    ),
    "JPEG, GPS time alone": (
        by_exiftool("-GPSDateStamp=2024:01:01"), {"EXIF": "", "GPS position": "without coordinates"},
    ),
    "JPEG, camera": (jpeg(exif=camera()), {"EXIF": "", "Camera": "Maker Model 7"}),
    "JPEG, thumbnail": (with_thumbnail(), {"EXIF": "", "Camera": "abc", "Thumbnail": ""}),
    "JPEG, XMP": (jpeg(xmp=XMP.encode()), {"XMP": ""}),
    "JPEG, place in XMP": (jpeg(xmp=XMP_PLACE), {"XMP": "", "GPS position": "in the XMP"}),
    "JPEG, IPTC": (by_exiftool("-IPTC:City=any"), {"IPTC": ""}),
    "JPEG, profile": (jpeg(icc_profile=PROFILE), {"ICC profile": ""}),
    "JPEG, comment": (jpeg(comment="née".encode()), {"Comment": "née"}),
    "JPEG, other": (after_soi(segment(0xEB, b"JP\0\1")), {"Other": ""}),
    "JPEG, trailing data": (plain() + MP4, {"Trailing data": ""}),
    "JPEG, progressive": (plain(progressive=True) + MP4, {"Trailing data": ""}),
    "JPEG, restart markers": (jpeg(restart_marker_blocks=1) + MP4, {"Trailing data": ""}),
    "JPEG, nothing": (plain(), {}),
    "PNG, place": (png(exif=exif(1, gps=True)), {"EXIF": "", "GPS position": "48.20833, 16.37500"}),
    "PNG, XMP": (png(pnginfo=text("XML:com.adobe.xmp", XMP, True)), {"XMP": ""}),
    "PNG, profile": (png(icc_profile=PROFILE), {"ICC profile": ""}),
    "PNG, text": (png(pnginfo=text("Author", "any")), {"Comment": "Author"}),
    "PNG, trailing data": (png() + MP4, {"Trailing data": ""}),
    "PNG, nothing": (png(), {}),
    "WebP, place": (webp(exif=exif(1, gps=True)), {"EXIF": "", "GPS position": "48.20833, 16.37500"}),
    "WebP, XMP": (webp(xmp=XMP.encode()), {"XMP": ""}),
    "WebP, profile": (webp(icc_profile=PROFILE), {"ICC profile": ""}),
    "WebP, trailing data": (webp() + MP4, {"Trailing data": ""}),
    "WebP, nothing": (webp(), {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def page(service: Service) -> Iterator[Tab]:
    with chromium() as browser, tab(browser, f"{str(service.base_url).rstrip('/')}/") as opened:
        yield opened


def read(page: Tab, data: bytes) -> dict[str, dict[str, object]] | None:
    """What the page's script finds in a file."""
    return page.page.evaluate(
        "hex => { const found = metadata(Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16)));"
        "return found && Object.fromEntries(found) }",
        data.hex(),
    )


@pytest.mark.parametrize("name", HELD)
def test_each_kind_is_told(page: Tab, name: str) -> None:
    data, expected = HELD[name]
    found = read(page, data)
    assert found is not None
    assert {kind: told["text"] for kind, told in found.items()} == expected


def test_bytes_are_counted(page: Tab) -> None:
    assert read(page, plain() + MP4) == {"Trailing data": {"bytes": len(MP4), "text": ""}}
    assert read(page, png(icc_profile=PROFILE) + MP4)["Trailing data"]["bytes"] == len(MP4)
    assert read(page, jpeg(comment=b"12345"))["Comment"]["bytes"] == 5
    thumbnail = with_thumbnail().split(b"\xff\xd8")[2].split(b"\xff\xd9")[0]
    assert read(page, with_thumbnail())["Thumbnail"]["bytes"] == len(thumbnail) + 4
    for longer in (b"", b"\0"):  # after an odd length there is one byte of padding
        assert read(page, webp(exif=exif() + longer, xmp=b"any"))["XMP"]["bytes"] == 3
    large = PROFILE * (150_000 // len(PROFILE))
    assert read(page, jpeg(icc_profile=large))["ICC profile"]["bytes"] > len(large)  # in three segments


@pytest.mark.parametrize("format", sorted(EVERY_FORMAT.keys() - {"jpeg", "png", "webp"}))
def test_other_formats_are_not_read(page: Tab, format: str) -> None:
    assert read(page, EVERY_FORMAT[format]) is None


def test_of_other_formats_the_page_says_that_it_does_not_know(page: Tab) -> None:
    page.choose(EVERY_FORMAT["gif"], "drawing.gif")
    assert "what the photo held is not known here" in page.page.locator("#metadata-text").inner_text()
    page.choose(jpeg(exif=exif(1, gps=True)))
    page.operation("Fit")
    page.page.get_by_role("combobox", name="Format").select_option("avif")
    page.done()
    assert "what the answer holds is not known here" in page.page.locator("#metadata-text").inner_text()
    assert page.metadata()["GPS position"] == ["48.20833, 16.37500"]


@pytest.mark.parametrize("name", ["JPEG, place", "JPEG, thumbnail", "JPEG, progressive", "PNG, place", "WebP, place"])
def test_damaged_files_break_nothing(page: Tab, name: str) -> None:
    data, dice = HELD[name][0], random.Random(SEED)
    mutants = [mutant(data, dice).hex() for _ in range(MUTANTS)]
    failed = page.page.evaluate(
        "all => all.filter(hex => { try {"
        "metadata(Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16))); return false }"
        "catch (error) { return true } })",
        mutants,
    )
    assert failed == []


def mutant(data: bytes, dice: random.Random) -> bytes:
    """Cut off somewhere, with some bytes of the first kilobyte, where the structure is, changed."""
    changed = bytearray(data[: dice.randrange(len(data) + 1)] if dice.random() < 0.5 else data)
    for _ in range(min(8, len(changed))):
        changed[dice.randrange(min(len(changed), 1024))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
    return bytes(changed)


@pytest.mark.parametrize("path", [path for path in CORPUS_FILES if "_gps" in path.name], ids=lambda path: path.name)
def test_where_real_photos_were_taken(page: Tab, path: Path) -> None:
    page.choose(path.read_bytes())
    places = opened(path.read_bytes()).getexif().get_ifd(0x8825)
    degrees = [float(sum(part / 60**power for power, part in enumerate(places[tag]))) for tag in (2, 4)]
    signed = [value * (-1 if places[tag] in "SW" else 1) for value, tag in zip(degrees, (1, 3), strict=True)]
    [told] = page.metadata()["GPS position"]
    assert [float(part) for part in told.split(", ")] == pytest.approx(signed, abs=1e-5)
