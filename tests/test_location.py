"""After prepare_jpeg nothing says where a photo was taken; fit and avatars answer nothing but pixels."""

import base64
import gzip
import io

import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from remote.imaging.encoding import detached
from tests.conftest import CORPUS_FILES, Client
from tests.planting import MP4, PLACE, PLACES, SECRET, XMP, findings, plain
from tests.samples import EVERY_FORMAT, exif, icns_of, saved, scene, svg
from tests.similarity import opened


@pytest.mark.parametrize("keep", ["rights", "none"])
@pytest.mark.parametrize("place", PLACES)
def test_a_planted_location_is_gone_and_the_pixels_are_the_same(client: Client, place: str, keep: str) -> None:
    upload = PLACES[place]()
    assert findings(upload), "the plant itself is not found"
    answer = client.post(f"/images/prepare_jpeg?keep={keep}", upload)
    assert answer.status_code == 200, answer.text
    assert not findings(answer.data)
    assert answer.headers["X-Lossless"] == "1"
    assert opened(answer.data).tobytes() == opened(upload).tobytes()


@pytest.mark.parametrize("orientation", [3, 6])
@pytest.mark.parametrize("place", ["EXIF GPS", "motion photo", "MPF", "XMP with rights beside"])
def test_turning_does_not_bring_it_back(client: Client, place: str, orientation: int) -> None:
    upload = PLACES[place]()
    turned = upload[:2] + b"\xff\xe1" + (len(exif(orientation)) + 2).to_bytes(2) + exif(orientation) + upload[2:]
    answer = client.post("/images/prepare_jpeg", turned)
    assert answer.status_code == 200
    assert not findings(answer.data)


@pytest.mark.parametrize(
    "path", [path for path in CORPUS_FILES if path.suffix in (".jpg", ".jpeg")], ids=lambda path: path.name
)
def test_real_photos_are_clean_and_the_same_picture(client: Client, path) -> None:
    if path.stem == "truncated":
        return
    upload = path.read_bytes()
    answer = client.post("/images/prepare_jpeg", upload)
    assert not findings(answer.data)
    before, after = opened(upload), opened(answer.data)
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    if before.getexif().get(0x0112, 1) == 1:
        assert after.tobytes() == before.tobytes()


def heif() -> bytes:
    file = pillow_heif.from_pillow(scene())
    out = io.BytesIO()
    file.save(out, exif=exif(1, gps=True), xmp=XMP.encode(), quality=90)
    return out.getvalue()


def png(size: tuple[int, int] = (160, 96)) -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", PLACE)
    text.add_itxt("XML:com.adobe.xmp", XMP)
    return saved(scene(*size), "PNG", pnginfo=text, exif=exif(1, gps=True))


def tiff() -> bytes:
    block = Image.Exif()
    block[0x010E] = PLACE
    block.get_ifd(0x8825).update({1: "N", 2: (48.0, 37.0, 0.0), 27: SECRET})
    return saved(scene(), "TIFF", exif=block)


CARRIERS = {
    "jpeg": lambda: plain()[:2] + saved(scene(), "JPEG", exif=exif(1, gps=True), xmp=XMP.encode(), comment=SECRET)[2:],
    "jpeg with icc": lambda: saved(scene(), "JPEG", icc_profile=icc_naming_the_place()),
    "png": png,
    "png with icc": lambda: saved(scene(), "PNG", icc_profile=icc_naming_the_place()),
    "gif": lambda: saved(scene(), "GIF", comment=SECRET),
    "webp": lambda: saved(scene(), "WEBP", exif=exif(1, gps=True), xmp=XMP.encode()),
    "avif": lambda: saved(scene(), "AVIF", exif=exif(1, gps=True), xmp=XMP.encode()),
    "heif": heif,
    "tiff": tiff,
    "jp2": lambda: saved(scene(), "JPEG2000", comment=SECRET),
    "psd": lambda: EVERY_FORMAT["psd"] + SECRET,
    "bmp": lambda: EVERY_FORMAT["bmp"] + SECRET,
    "ico": lambda: EVERY_FORMAT["ico"] + SECRET,
    "icns": lambda: icns_of(png(size=(128, 128))),
    "svg": lambda: svg().replace(b"</svg>", b"<title>" + SECRET + b"</title><!--" + SECRET + b"--></svg>"),
    "svgz": lambda: gzip.compress(svg().replace(b"</svg>", b"<desc>" + SECRET + b"</desc></svg>")),
}


def icc_naming_the_place() -> bytes:
    """A profile whose description names a place."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"s\x00R\x00G\x00B", SECRET[:7]) + SECRET


def leaks(data: bytes) -> bool:
    image = opened(data)
    held = {"exif", "xmp", "XML:com.adobe.xmp", "comment", "Comment", "icc_profile"} & image.info.keys()
    return bool(held) or SECRET in data or b"Exif\x00" in data or b"eXIf" in data or MP4[:8] in data


@pytest.mark.parametrize("target", ["jpeg", "png", "webp", "gif", "avif"])
@pytest.mark.parametrize("name", CARRIERS)
def test_fit_answers_the_pixels_alone(client: Client, name: str, target: str) -> None:
    upload = CARRIERS[name]()
    for query in (f"format={target}", f"format={target}&animated=1"):
        answer = client.post(f"/images/fit/64?{query}", upload)
        assert answer.status_code == 200, answer.text
        assert not leaks(answer.data)


def laden(plugin: str) -> bytes:
    """A file with all of it at once, whose profile is named sRGB and so needs no conversion."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", PLACE)
    text.add_itxt("XML:com.adobe.xmp", XMP)
    more = {
        "PNG": {"pnginfo": text},
        "JPEG": {"xmp": XMP.encode(), "comment": SECRET},
        "WEBP": {"xmp": XMP.encode(), "lossless": True},
        "AVIF": {"xmp": XMP.encode()},
        "TIFF": {"tiffinfo": {270: PLACE, 700: XMP.encode()}},
    }[plugin]
    return saved(scene(), plugin, icc_profile=profile, exif=exif(1, gps=True), **more)


@pytest.mark.parametrize("target", ["jpeg", "png", "webp", "gif", "avif"])
@pytest.mark.parametrize("plugin", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_so_it_does_where_nothing_is_resampled(client: Client, plugin: str, target: str) -> None:
    """In a box larger than itself a picture could reach the encoder as the file that it was read from."""
    upload = laden(plugin)
    assert leaks(upload)
    for query in ("", "&animated=1"):
        answer = client.post(f"/images/fit/1000?format={target}{query}", upload)
        assert opened(answer.data).size == (160, 96)
        assert not leaks(answer.data), query


def test_no_encoder_can_ask_the_file() -> None:
    """What Pillow has opened reads its tags anew when asked, though all that it had learned is taken from it."""
    image = opened(laden("TIFF"))
    image.info = {}
    assert PLACE in image.getexif().values()
    kept = detached(image)
    assert (kept.tobytes(), dict(kept.getexif())) == (scene().tobytes(), {})


@pytest.mark.parametrize("name", CARRIERS)
def test_avatars_answer_the_pixels_alone(client: Client, name: str) -> None:
    answer = client.post("/images/rescale_avatar", CARRIERS[name]()).json
    avatars = [base64.b64decode(value["body"]) for key, value in answer.items() if key.startswith("avatar")]
    assert len(avatars) >= 3
    assert not any(leaks(avatar) for avatar in avatars)
