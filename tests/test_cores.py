"""How many decode at once: as many as the container may use."""

import os
from pathlib import Path

import pytest

from remote.cores import cores, quota


@pytest.mark.parametrize(
    ("text", "expected"), [("200000 100000", 2), ("150000 100000", 2), ("50000 100000", 1), ("1000 100000", 1)]
)
def test_a_quota_is_whole_cores(tmp_path: Path, text: str, expected: int) -> None:
    (tmp_path / "cpu.max").write_text(text + "\n")
    assert quota(tmp_path / "cpu.max") == expected


@pytest.mark.parametrize("text", ["max 100000", "", "nonsense"])
def test_without_a_quota_all_cores_count(tmp_path: Path, text: str) -> None:
    (tmp_path / "cpu.max").write_text(text)
    assert quota(tmp_path / "cpu.max") > 1000
    assert quota(tmp_path / "not there") > 1000


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes cannot be bound to cores here")
def test_cores_are_those_a_process_is_bound_to() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, before)
