"""POST /images/prepare_jpeg"""

import random
import subprocess

import pytest
from PIL import Image, JpegImagePlugin

from remote.imaging.jpeg import exif as exif_module
from remote.imaging.jpeg.allowed import EXPOSURE, IMAGE
from remote.imaging.jpeg.clean import clean, with_exif
from remote.imaging.jpeg.segments import APP0, DRI, PIXELS, segments
from remote.imaging.orientation import SWAPS_SIDES, TRANSPOSE, upright
from tests.conftest import Client
from tests.planting import PLACE, by_exiftool, findings
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


SAMPLINGS = {"4:4:4": (0, 8, 8), "4:2:2": (1, 16, 8), "4:2:0": (2, 16, 16), "grey": (None, 8, 8)}
"""Pillow's number for a chroma subsampling, and the block that turns exactly, in pixels."""


def photo(size: tuple[int, int], sampling: str, **options: object) -> bytes:
    number = SAMPLINGS[sampling][0]
    rest = {} if number is None else {"subsampling": number}
    return saved(scene(*size, "L" if number is None else "RGB"), "JPEG", quality=88, **rest, **options)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("size", [(160, 96), (168, 104), (152, 88), (161, 99)])
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_turn_is_exact_whenever_the_size_allows(
    client: Client, sampling: str, size: tuple[int, int], orientation: int
) -> None:
    upload = photo(size, sampling, exif=exif(orientation))
    answer = client.post("/images/prepare_jpeg", upload)
    width, height = (side % block == 0 for side, block in zip(size, SAMPLINGS[sampling][1:], strict=True))
    needed = {2: width, 3: width and height, 4: height, 5: True, 6: height, 7: width and height, 8: width}
    assert answer.headers["X-Lossless"] == str(int(needed[orientation]))
    before, after = opened(upload), opened(answer.data)
    expected = before.transpose(TRANSPOSE[orientation])
    assert after.size == expected.size
    exact = answer.headers["X-Lossless"] == "1"
    assert JpegImagePlugin.get_sampling(after) == turned_sampling(before, orientation, exact)
    # exact coefficients still meet another order of rounding in the inverse DCT and smooth upsampling
    assert_alike(after, expected, 46 if exact else 40)


def turned_sampling(image: Image.Image, orientation: int, exact: bool) -> int:
    """4:2:2 lying down is 4:4:0, for which Pillow has no number (-1) and cannot encode it: 4:4:4 then (0)."""
    number = JpegImagePlugin.get_sampling(image)
    turned = -1 if exact else 0
    return turned if number == 1 and orientation in SWAPS_SIDES else number


@pytest.mark.parametrize(("orientation", "times"), [(2, 2), (3, 2), (4, 2), (5, 2), (6, 4), (7, 2), (8, 4)])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:0", "grey"])
def test_turning_until_it_is_as_before_gives_the_same_coefficients(
    client: Client, sampling: str, progressive: bool, orientation: int, times: int
) -> None:
    start = turned = client.post("/images/prepare_jpeg", photo((160, 96), sampling, progressive=progressive)).data
    for _ in range(times):
        tagged = with_exif(clean(turned), exif(orientation))
        answer = client.post("/images/prepare_jpeg?keep=none", tagged)
        assert answer.headers["X-Lossless"] == "1"
        turned = answer.data
    assert opened(turned).tobytes() == opened(start).tobytes()
    again = client.post("/images/prepare_jpeg?keep=none", with_exif(clean(turned), exif(orientation))).data
    for _ in range(times - 1):
        again = client.post("/images/prepare_jpeg?keep=none", with_exif(clean(again), exif(orientation))).data
    assert again == turned


@pytest.mark.parametrize("keep", ["rights", "none"])
def test_an_upright_photo_keeps_its_scans_byte_for_byte(client: Client, keep: str) -> None:
    for upload in (photo((161, 99), "4:2:0", exif=exif(1)), photo((161, 99), "4:2:0", progressive=True)):
        answer = client.post(f"/images/prepare_jpeg?keep={keep}", upload)
        assert scans(answer.data) == scans(upload)
        assert answer.headers["X-Lossless"] == "1"


def scans(data: bytes) -> list[bytes]:
    return [data[segment.start : segment.scan_end] for segment in segments(data) if segment.scan_end]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_kind_and_colour_space_stay(client: Client, mode: str, orientation: int, progressive: bool) -> None:
    upload = saved(scene(mode="RGB").convert(mode), "JPEG", progressive=progressive, exif=exif(orientation))
    image = opened(client.post("/images/prepare_jpeg", upload).data)
    assert image.mode == mode
    assert ("progressive" in image.info) is progressive
    assert_alike(image, upright(opened(upload), orientation), 40)


def test_restart_markers_survive(client: Client) -> None:
    upload = photo((160, 96), "4:2:0", restart_marker_rows=1, exif=exif(1))
    answer = client.post("/images/prepare_jpeg", upload)
    assert DRI in {segment.marker for segment in segments(answer.data)}
    assert scans(answer.data) == scans(upload)


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("size", [(160, 96), (161, 99)])
def test_the_icc_profile_stays_bit_for_bit(client: Client, size: tuple[int, int], orientation: int) -> None:
    profile = bytes(range(256)) * 600
    upload = photo(size, "4:2:0", icc_profile=profile, exif=exif(orientation))
    for keep in ("rights", "none"):
        answer = client.post(f"/images/prepare_jpeg?keep={keep}", upload)
        assert opened(answer.data).info["icc_profile"] == profile


KEPT = {
    "EXIF:Make": "Acme", "EXIF:Model": "Nine", "EXIF:LensModel": "50mm", "EXIF:ExposureTime": "1/125",
    "EXIF:FNumber": "2.8", "EXIF:ISO": "400", "EXIF:DateTimeOriginal": "2024:05:06 07:08:09", "EXIF:Artist": "Anna",
    "EXIF:Copyright": "Anna 2024", "EXIF:XResolution": "300", "EXIF:YResolution": "300",
    "EXIF:ColorSpace": "sRGB", "XMP-dc:Creator": "Änn",
    "XMP-dc:Rights": "all", "XMP-xmpRights:UsageTerms": "ask", "XMP-cc:License": "https://example.org/by",
    "IPTC:By-line": "Änn", "IPTC:CopyrightNotice": "mine", "IPTC:Credit": "Agency",
}  # fmt: skip


@pytest.mark.parametrize("orientation", ["1", "6"])
def test_camera_exposure_time_author_and_rights_stay(client: Client, orientation: str) -> None:
    tags = [f"-{name}={value}" for name, value in KEPT.items()]
    tags += [f"-EXIF:Orientation#={orientation}", f"-IPTC:City={PLACE}", "-codedcharacterset=utf8"]
    upload = by_exiftool(*tags)
    answer = client.post("/images/prepare_jpeg", upload)
    told = tags_of(answer.data)
    assert {name: told.get(name.split(":")[1]) for name in KEPT} == KEPT
    assert (told["ExifImageWidth"], told["ExifImageHeight"]) == tuple(map(str, opened(answer.data).size))
    assert "Orientation" not in told
    assert not findings(answer.data)


def test_keep_none_leaves_nothing_of_it(client: Client) -> None:
    upload = by_exiftool(*(f"-{name}={value}" for name, value in KEPT.items()))
    answer = client.post("/images/prepare_jpeg?keep=none", upload)
    assert not {name.split(":")[1] for name in KEPT if "Resolution" not in name} & tags_of(answer.data).keys()
    assert {segment.marker for segment in segments(answer.data)} <= PIXELS | {APP0}


def tags_of(data: bytes) -> dict[str, str]:
    ran = subprocess.run(["exiftool", "-s", "-", "-charset", "utf8"], input=data, capture_output=True, check=True)
    lines = (line.partition(":") for line in ran.stdout.decode().splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def test_each_allowed_tag_and_no_other_comes_through() -> None:
    """A block with every number a tag can have: those that come out are those of the table."""
    every = {tag: (2, 4, b"abc\x00") for tag in range(0x100, 0xFFFF) if tag not in (0x8769, 0x8825)}
    for table in (IMAGE, EXPOSURE):
        assert set(exif_module.allowed(every, table)) == {tag for tag, row in table.items() if 2 in row.types}


@pytest.mark.parametrize("damage", ["missing EOI", "no scan", "a length beyond the end", "only SOI"])
def test_a_broken_structure_is_a_clear_422(client: Client, damage: str) -> None:
    data = photo((160, 96), "4:2:0")
    scan = data.index(b"\xff\xda")
    broken = {
        "missing EOI": data[:-2],
        "no scan": data[:scan] + b"\xff\xd9",
        "a length beyond the end": data[:scan] + b"\xff\xe1\xff\xff" + data[scan:],
        "only SOI": b"\xff\xd8\xff\xd9",
    }[damage]
    answer = client.post("/images/prepare_jpeg", broken)
    assert (answer.status_code, answer.json["code"]) == (422, "undecodable")


def test_a_scan_that_ends_early_is_shown_as_the_upload_is(client: Client) -> None:
    data = photo((160, 96), "4:2:0")
    upload = data[: (data.index(b"\xff\xda") + len(data)) // 2] + b"\xff\xd9"
    answer = client.post("/images/prepare_jpeg", upload)
    assert opened(answer.data).tobytes() == opened(upload).tobytes()


@pytest.mark.parametrize("seed", range(8))
def test_mutated_and_truncated_files_end_in_a_good_file_or_a_4xx(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    whole = [
        photo((160, 96), "4:2:0", exif=exif(chance.choice((1, 3, 6)), gps=True), progressive=chance.random() < 0.4),
        photo((161, 99), "4:2:2", exif=exif(8), restart_marker_rows=1),
        by_exiftool("-XMP-dc:Rights=mine", "-IPTC:City=Wien", "-EXIF:Make=Acme"),
    ]
    for _ in range(60):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 3, 10))):
            at = chance.randrange(2, len(data))
            kind = chance.randrange(4)
            if kind == 0:
                data[at] = chance.randrange(256)
            elif kind == 1:
                del data[at : at + chance.randrange(1, 20)]
            elif kind == 2:
                data[at:at] = data[2 : 2 + chance.randrange(40)]
            else:
                data[at] = 0xFF
        if chance.random() < 0.2:
            data = data[: chance.randrange(2, len(data))]
        answer = client.post("/images/prepare_jpeg", bytes(data))
        assert answer.status_code in (200, 415, 422), answer.text
        if answer.status_code == 200:
            image = opened(answer.data)
            assert image.size == (int(answer.headers["X-Image-Width"]), int(answer.headers["X-Image-Height"]))
            assert b"GPS" not in answer.data
