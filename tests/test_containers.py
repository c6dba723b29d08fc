"""Files that hold more than one picture: the one that counts."""

import io
import struct

import pillow_heif
import pytest
from PIL import Image

from tests.conftest import Client
from tests.samples import saved, scene
from tests.similarity import assert_alike, opened

SMALL = Image.new("RGB", (32, 32), "magenta")


def fitted(client: Client, data: bytes) -> Image.Image:
    answer = client.post("/images/fit/1000?format=png", data)
    assert answer.status_code == 200, answer.text
    return opened(answer.data)


def packbits(row: bytes) -> bytes:
    """Literal runs of at most 128 bytes."""
    return b"".join(bytes([len(row[at : at + 128]) - 1]) + row[at : at + 128] for at in range(0, len(row), 128))


def psd(channels: int, compressed: bool, alpha: bool) -> bytes:
    """The scene with more channels beside its colours, the first of them the merged alpha if asked."""
    width, height = scene().size
    bands = [band.tobytes() for band in scene().split()] + [bytes([200]) * (width * height)] * (channels - 3)
    layers = struct.pack(">IIh", 6, 2, -1) if alpha else struct.pack(">I", 0)
    head = struct.pack(">4sH6xHIIHHII", b"8BPS", 1, channels, height, width, 8, 3, 0, 0) + layers
    if not compressed:
        return head + struct.pack(">H", 0) + b"".join(bands)
    rows = [packbits(band[y * width : (y + 1) * width]) for band in bands for y in range(height)]
    return head + struct.pack(f">H{len(rows)}H", 1, *map(len, rows)) + b"".join(rows)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("channels", [3, 4, 5, 7])
def test_a_psd_with_channels_beside_its_colours(client: Client, channels: int, compressed: bool, alpha: bool) -> None:
    image = fitted(client, psd(channels, compressed, alpha))
    assert image.mode == ("RGBA" if alpha and channels > 3 else "RGB")
    assert_alike(image.convert("RGB"), scene(), 60)


def ico(*pictures: tuple[int, int, bytes]) -> bytes:
    """Entries of side, depth and data."""
    offset, entries, bodies = 6 + 16 * len(pictures), b"", b""
    for side, depth, data in pictures:
        entries += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, depth, len(data), offset + len(bodies))
        bodies += data
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + bodies


def dib(side: int, depth: int, colour: tuple[int, int, int]) -> bytes:
    """A device independent bitmap of one colour, with its mask."""
    header = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, depth, 0, 0, 0, 0, 0, 0)
    red, green, blue = colour
    if depth == 1:
        return header + bytes(4) + bytes((blue, green, red, 0)) + b"\xff" * (4 * side) + bytes(4 * side)
    return header + bytes((blue, green, red, 255)) * (side * side) + bytes(4 * side)


def test_of_an_ico_the_largest_then_the_deepest(client: Client) -> None:
    red, blue = (255, 0, 0), (0, 0, 255)
    upload = ico((16, 32, dib(16, 32, (0, 255, 0))), (32, 1, dib(32, 1, blue)), (32, 32, dib(32, 32, red)))
    image = fitted(client, upload).convert("RGB")
    assert (image.size, image.getpixel((5, 5))) == ((32, 32), red)


def test_of_an_ico_a_png_counts_by_its_own_size(client: Client) -> None:
    upload = ico((16, 32, saved(scene(300, 300), "PNG")), (48, 32, dib(48, 32, (1, 2, 3))))
    assert_alike(fitted(client, upload), scene(300, 300), 50)


def test_of_an_icns_the_largest(client: Client) -> None:
    image = fitted(client, saved(scene(512, 512), "ICNS", sizes=[(16, 16), (128, 128), (512, 512)]))
    assert image.width >= 512
    assert_alike(image.resize((64, 64)).convert("RGB"), scene(64, 64), 30)


def test_of_a_tiff_the_first_page(client: Client) -> None:
    assert_alike(fitted(client, saved(scene(), "TIFF", save_all=True, append_images=[SMALL])), scene(), 60)


def test_of_an_mpo_the_first(client: Client) -> None:
    image = fitted(client, saved(scene(), "MPO", save_all=True, append_images=[SMALL], quality=95))
    assert_alike(image, scene(), 35)


@pytest.mark.parametrize("primary", [0, 1])
def test_of_a_heif_the_primary(client: Client, primary: int) -> None:
    file = pillow_heif.from_pillow(scene())
    file.add_from_pillow(SMALL)
    out = io.BytesIO()
    file.save(out, primary_index=primary, quality=95)
    assert_alike(fitted(client, out.getvalue()), (scene(), SMALL)[primary], 30)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_jpeg_2000_with_and_without_alpha(client: Client, mode: str) -> None:
    image = fitted(client, saved(scene(mode=mode), "JPEG2000"))
    assert image.mode == mode
    assert_alike(image, scene(mode=mode), 50, mode)


def test_jpeg_2000_in_sycc(client: Client) -> None:
    """The samples are Y, Cb and Cr, and the colr box says so: enumerated colour space 18 (ITU-T T.801, M.11.7.3)."""
    luma_chroma = Image.merge("RGB", scene().convert("YCbCr").split())
    srgb, sycc = b"colr\x01\x00\x00\x00\x00\x00\x10", b"colr\x01\x00\x00\x00\x00\x00\x12"
    upload = saved(luma_chroma, "JPEG2000", mct=0)
    assert srgb in upload
    assert_alike(fitted(client, upload.replace(srgb, sycc)), scene(), 40)
