"""Files that once were answered wrong: each name in `regressions` says what is odd about the file."""

from pathlib import Path

import pytest

from tests.conftest import Client
from tests.fuzz.judge import EVERY_QUERY, judge
from tests.planting import after_soi, plain, segment
from tests.similarity import opened

FILES = sorted((Path(__file__).parent / "regressions").iterdir())

REFUSED = {
    "jpeg frame header without a body", "jpeg scan header without a body", "jpeg end of image before the scan",
    "svg infinite width", "svg ratio beyond all bounds", "gif frame beyond the canvas",
}  # fmt: skip
"""Those that are no picture, or one over the limits; `info` and some boxes may be answered. All others are shown."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_odd_file_is_answered_right(client: Client, path: Path) -> None:
    verdict = judge(client, path.read_bytes(), EVERY_QUERY)
    assert not verdict.faults
    assert not verdict.crashes
    assert verdict.shown != (path.stem in REFUSED)


def test_a_picture_in_an_svg_is_drawn_and_postscript_is_not(client: Client) -> None:
    named = {path.stem: path.read_bytes() for path in FILES}

    def drawn(name: str) -> bool:
        answer = client.post("/images/fit/20", named[name])
        return opened(answer.data).getchannel("A").getextrema()[1] == 255

    assert drawn("svg embedded picture")
    assert not drawn("svg embedded PostScript")
    assert not drawn("svg embedded picture over the limit")


@pytest.mark.parametrize("length", [32767, 40000, 65000])
def test_an_iptc_notice_longer_than_any_is_left_out(client: Client, length: int) -> None:
    """exiftool writes an extended dataset then, or two segments; made here, for it is a large file."""
    size = length.to_bytes(2) if length < 1 << 15 else b"\x80\x04" + length.to_bytes(4)
    dataset = b"\x1c\x02\x74" + size + b"m" * length
    resource = b"8BIM\x04\x04\x00\x00" + len(dataset).to_bytes(4) + dataset + bytes(len(dataset) % 2)
    answer = client.post("/images/prepare_jpeg", after_soi(segment(0xED, b"Photoshop 3.0\x00" + resource)))
    assert answer.status_code == 200, answer.json
    assert opened(answer.data).tobytes() == opened(plain()).tobytes()
    assert b"mmmm" not in answer.data
