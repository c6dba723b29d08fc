"""POST /images/prepare_jpeg"""

import subprocess

import pytest
from PIL import Image

from tests.conftest import Client
from tests.samples import EVERY_FORMAT, exif, saved, scene
from tests.similarity import assert_alike, opened
from tests.test_fit import UNDO


@pytest.mark.parametrize("name", [name for name in EVERY_FORMAT if name != "jpeg"])
def test_anything_but_a_jpeg_is_refused(client: Client, name: str) -> None:
    answer = client.post("/images/prepare_jpeg", EVERY_FORMAT[name], name="photo.jpg")
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_type")
    assert answer.json["message"] == "This endpoint is only for processing JPEG images"


def test_a_clean_upright_jpeg_comes_back_as_it_was(client: Client) -> None:
    answer = client.post("/images/prepare_jpeg", EVERY_FORMAT["jpeg"])
    assert answer.data == EVERY_FORMAT["jpeg"]
    assert answer.mimetype == "image/jpeg"


@pytest.mark.parametrize("size", [(160, 96), (161, 99)])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_turned_upright(client: Client, orientation: int, size: tuple[int, int]) -> None:
    turned = scene(*size).transpose(UNDO[orientation]) if orientation in UNDO else scene(*size)
    answer = client.post("/images/prepare_jpeg", saved(turned, "JPEG", quality=95, exif=exif(orientation)))
    image = opened(answer.data)
    assert image.size == size
    assert image.getexif().get(0x0112, 1) == 1
    assert_alike(image, scene(*size), 35)


def test_a_turn_by_whole_blocks_changes_no_coefficient(client: Client) -> None:
    upload = saved(scene(), "JPEG", quality=90, exif=exif(6))
    turned = opened(client.post("/images/prepare_jpeg", upload).data)
    back = turned.transpose(Image.Transpose.ROTATE_90)
    assert_alike(back, opened(upload), 50)


def test_location_is_gone(client: Client) -> None:
    upload = saved(scene(), "JPEG", exif=exif(1, gps=True), comment=b"Vienna")
    answer = client.post("/images/prepare_jpeg", upload)
    assert findings(upload)
    assert not findings(answer.data)
    assert b"Vienna" not in answer.data


@pytest.mark.parametrize("name", ["iphone6_gps_8mp.jpg", "nikon_gps.jpg", "ultra_hdr.jpg", "cmyk_icc.jpg"])
def test_location_is_gone_from_real_photos_and_the_pixels_are_the_same(client: Client, corpus, name: str) -> None:
    upload = corpus(name)
    answer = client.post("/images/prepare_jpeg", upload)
    assert not findings(answer.data)
    one, other = opened(upload), opened(answer.data)
    assert one.tobytes() == other.tobytes()
    assert other.info.get("icc_profile") == one.info.get("icc_profile")


def test_a_progressive_jpeg_stays_progressive(client: Client) -> None:
    for orientation in (1, 6):
        upload = saved(scene(), "JPEG", progressive=True, exif=exif(orientation))
        assert "progressive" in opened(client.post("/images/prepare_jpeg", upload).data).info


def findings(data: bytes) -> list[str]:
    """What exiftool, looking everywhere, finds of location."""
    command = ["exiftool", "-ee3", "-G", "-a", "-U", "-s", "-"]
    lines = subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode().splitlines()
    return [line for line in lines if any(word in line for word in ("GPS", "City", "Country", "Location", "State"))]
