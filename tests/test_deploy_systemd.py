"""The systemd unit is sound, tight, and leaves the wall what it needs."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote.settings import Settings
from tests.as_systemd import read_unit
from tests.conftest import ROOT, Service, serving
from tests.planting import by_exiftool
from tests.samples import EVERY_FORMAT

UNIT = ROOT / "deploy" / "remote.service"
MOST_EXPOSURE = 1.5
"""Of 10, as `systemd-analyze security` reckons: what is left is that it listens, and may see other processes."""

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@needs_systemd
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    here = tmp_path / "remote.service"
    here.write_text(UNIT.read_text().replace("/opt/remote/bin", str(Path(sys.executable).parent)))
    found = analyze("verify", str(here))
    assert (found.returncode, found.stderr) == (0, "")


@needs_systemd
def test_its_exposure_is_low() -> None:
    found = analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSURE * 10:.0f}", str(UNIT))
    told = re.search(r"Overall exposure level for remote.service: ([\d.]+)", found.stdout)
    assert told
    assert float(told[1]) <= MOST_EXPOSURE


def test_it_stops_later_than_the_service_does_by_itself() -> None:
    assert int(read_unit(UNIT)["TimeoutStopSec"][0]) > Settings().graceful_timeout + 5


@pytest.fixture(scope="module")
def restricted() -> Iterator[Service]:
    """The service under what the unit forbids."""
    trial = ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    if not shutil.which("bwrap") or subprocess.run(trial, check=False, capture_output=True).returncode:
        pytest.skip("bubblewrap is not here, or may not make namespaces")
    with serving(wrap=lambda argv: [sys.executable, "-m", "tests.as_systemd", str(UNIT), *argv]) as running:
        yield running


@needs_systemd
def test_all_of_the_wall_holds_under_it(restricted: Service) -> None:
    assert restricted.get("/healthz").json()["sandbox"]["level"] == "full"


@needs_systemd
@pytest.mark.parametrize("format", EVERY_FORMAT)
def test_every_format_is_read_under_it(restricted: Service, format: str) -> None:
    assert restricted.post("/images/fit/40", files={"file": EVERY_FORMAT[format]}).status_code == 200


@needs_systemd
def test_exiftool_runs_under_it(restricted: Service) -> None:
    upload = by_exiftool("-XMP-dc:Rights=mine")
    answer = restricted.post("/images/prepare_jpeg", files={"file": upload})
    assert b"mine" in answer.content


@needs_systemd
def test_the_decoders_are_seen_by_the_figures_under_it(restricted: Service) -> None:
    assert 'remote_memory_bytes{process="decoder"}' in restricted.get("/metrics").text


@needs_systemd
def test_its_workers_are_held_by_two_filters_and_have_no_capability(restricted: Service) -> None:
    for worker in restricted.workers():
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
        assert (status["NoNewPrivs"], status["Seccomp_filters"], int(status["CapBnd"], 16)) == ("1", "2", 0)
