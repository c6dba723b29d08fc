"""The structure of a JPEG: walked once, whatever is in it, and its scans counted as a decoder goes over them."""

import sys
from itertools import pairwise

import pytest

from remote.errors import Undecodable
from remote.imaging.jpeg.segments import DQT, EOI, SOI, SOS, Segment, count_scans, head, segments
from tests.conftest import Client
from tests.samples import saved, scene, waves

BASELINE, PROGRESSIVE = (saved(waves(160, 96), "JPEG", progressive=each) for each in (False, True))
TEM = b"\xff\x01"
EVERY_ENDPOINT = ("/images/info", "/images/fit/80", "/images/rescale_avatar", "/images/prepare_jpeg")


def starts(data: bytes, marker: int) -> list[int]:
    return [segment.start for segment in segments(data) if segment.marker == marker]


PLACES = {
    "behind SOI": 2,
    "before a table": starts(BASELINE, DQT)[0],
    "before the scan": starts(BASELINE, SOS)[0],
    "behind the scan": len(BASELINE) - 2,
}


def flooded(place: str, count: int) -> bytes:
    return BASELINE[: PLACES[place]] + TEM * count + BASELINE[PLACES[place] :]


def work(data: bytes) -> int:
    """How many functions are called, Python's and C's, to walk the structure and to count scans."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        list(segments(data))
        count_scans(data)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("place", PLACES)
def test_a_flood_of_tem_is_passed_over_in_work_that_grows_as_it_does(place: str) -> None:
    less, more = (work(flooded(place, count)) for count in (3000, 6000))
    assert less < 20 * 3000
    assert more < 2.1 * less
    found = [(segment.marker, segment.end - segment.start) for segment in segments(flooded(place, 6000))]
    assert found == [(segment.marker, segment.end - segment.start) for segment in segments(BASELINE)]


@pytest.mark.parametrize("path", EVERY_ENDPOINT)
def test_a_flood_of_tem_is_answered(client: Client, path: str) -> None:
    """Where a decoder takes it: behind the scan. In a header Pillow does not."""
    assert client.post(path, flooded("behind the scan", 200_000)).status_code == 200
    answer = client.post(path, flooded("before a table", 200_000))
    assert (answer.status_code, answer.json["code"]) == (422, "undecodable")


def test_a_flood_of_tem_does_not_come_back(client: Client) -> None:
    assert client.post("/images/prepare_jpeg", flooded("behind the scan", 1000)).data == BASELINE


@pytest.mark.parametrize("data", [BASELINE, saved(scene(mode="L"), "JPEG")], ids=["YCbCr", "grey"])
@pytest.mark.parametrize("behind", [b"", b"junk", TEM * 9, PROGRESSIVE, b"\xff\xda\x00\x03\x01" * 99])
def test_a_baseline_file_of_one_scan_is_one_whatever_is_behind(data: bytes, behind: bytes) -> None:
    assert count_scans(data + behind) == count_scans(data[:-2] + behind) == 1


def test_a_progressive_file_is_as_many_as_it_has() -> None:
    """Its first scan has all components too."""
    scans = PROGRESSIVE.count(b"\xff\xda")
    assert scans > 3
    assert count_scans(PROGRESSIVE) == count_scans(PROGRESSIVE + PROGRESSIVE) == scans
    assert count_scans(PROGRESSIVE[:-2]) == scans - 1, "where the file ends the last one is not over"


def test_a_baseline_file_of_a_scan_for_each_component_is_three() -> None:
    frame = b"\xff\xc0\x00\x11\x08\x00\x08\x00\x08\x03" + b"".join(bytes((each, 0x11, 0)) for each in (1, 2, 3))
    scans = b"".join(b"\xff\xda\x00\x08\x01" + bytes((each, 0, 0, 63, 0)) + b"data" for each in (1, 2, 3))
    assert count_scans(b"\xff\xd8" + frame + scans + b"\xff\xd9") == 3


@pytest.mark.parametrize("between", [b"", TEM * 3, b"\xff" * 9, b"junk", b"\xff\xfe\x00\x04hi", b"\xff\xd0"])
@pytest.mark.parametrize("path", EVERY_ENDPOINT)
def test_a_bomb_of_scans_is_too_complex_whatever_is_between_them(client: Client, path: str, between: bytes) -> None:
    start, end = starts(PROGRESSIVE, SOS)[-1], len(PROGRESSIVE) - 2
    bomb = PROGRESSIVE[:end] + (between + PROGRESSIVE[start:end]) * 2000 + PROGRESSIVE[end:]
    answer = client.post(path, bomb)
    assert (answer.status_code, answer.json["code"]) == (422, "too_complex")


BROKEN = {
    "empty": b"",
    "no SOI": BASELINE[1:],
    "SOI alone": BASELINE[:2],
    "a second SOI": BASELINE[:2] + b"\xff\xd8\x00\x02" + BASELINE[2:],
    "a length below its own": BASELINE[:2] + b"\xff\xe0\x00\x01" + BASELINE[2:],
    "a length beyond the end": BASELINE[:2] + b"\xff\xe0\xff\xff" + BASELINE[2:],
    "no EOI": BASELINE[:-2],
    "TEM to the end": BASELINE[:2] + TEM * 3000,
}


@pytest.mark.parametrize("damage", BROKEN)
def test_a_broken_structure_is_undecodable(damage: str) -> None:
    found: list[Segment] = []
    with pytest.raises(Undecodable):
        found.extend(segments(BROKEN[damage]))
    assert all(segment.end <= len(BROKEN[damage]) for segment in found)


@pytest.mark.parametrize("data", [BASELINE, PROGRESSIVE, flooded("before the scan", 5)])
def test_segments_follow_one_another(data: bytes) -> None:
    found = list(segments(data))
    assert all(data[segment.start] == 0xFF and data[segment.start + 1] == segment.marker for segment in found)
    assert all(max(one.end, one.scan_end) <= other.start for one, other in pairwise(found))
    assert not {SOI, EOI} & {segment.marker for segment in found}
    first = [segment.marker for segment in found].index(SOS)
    assert [segment.end for segment in head(data)] == [segment.end for segment in found[: first + 1]]
