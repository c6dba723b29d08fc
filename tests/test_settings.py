"""Settings are read once, typed, and a bad one stops the start."""

import logging
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from remote.settings import BadSetting, Settings, warn_of_unknown
from tests.conftest import serving


def test_without_variables_the_defaults_hold() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 5000, os.cpu_count())
    assert settings.max_upload_bytes == 32 * 1024 * 1024
    assert (settings.max_pixels, settings.max_side, settings.max_frames) == (50_000_000, 32768, 1000)
    assert (settings.max_total_pixels, settings.max_scans, settings.max_box) == (250_000_000, 64, 8192)


def test_variables_are_typed() -> None:
    settings = Settings.from_environment({"PORT": "8080", "REMOTE_MAX_PIXELS": "7", "REMOTE_RESPONSE": "json"})
    assert (settings.port, settings.max_pixels, settings.response) == (8080, 7, "json")


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("REMOTE_MAX_PIXELS", "-1", "a whole number"),
        ("REMOTE_MAX_PIXELS", "", "a whole number"),
        ("REMOTE_MAX_PIXELS", "5e7", "a whole number"),
        ("REMOTE_RESPONSE", "xml", "one of image, json"),
    ],
)
def test_a_bad_value_says_what_is_valid(name: str, value: str, valid: str) -> None:
    with pytest.raises(BadSetting, match=f"Expected {valid}.* for {name}, received '{value}'"):
        Settings.from_environment({name: value})


def test_a_bad_value_stops_the_start() -> None:
    command = [f"{Path(sys.executable).parent}/gunicorn", *shlex.split("--config python:remote.server")]
    environment = {**os.environ, "REMOTE_MAX_SIDE": "huge"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode != 0
    assert "remote: Expected a whole number from 1 to 1048576 for REMOTE_MAX_SIDE, received 'huge'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unknown_variable_is_a_warning_that_names_the_nearest(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_unknown({"REMOTE_MAX_PIXEL": "1", "REMOTE_ADDR": "10.0.0.1", "REMOTE_MAX_SIDE": "5", "HOME": "/"})
    assert len(caplog.records) == 2
    assert "REMOTE_MAX_PIXEL is not a setting and has no effect; the nearest one is REMOTE_MAX_PIXELS" in caplog.text


def test_hello_tells_where_the_worker_is() -> None:
    with serving(REMOTE_UID="w1", REMOTE_COUNTRY="AT", REMOTE_REGION="Vienna", REMOTE_PORT="tcp://10.0.0.1:80") as http:
        hello = http.get("/hello").json()
        assert hello.pop("uptime") >= 0
        assert hello == {"status": "ok", "success": True, "uid": "w1", "country": "AT", "region": "Vienna"}


def test_it_listens_where_it_is_told_by_ipv6_too() -> None:
    with serving(HOST="::1", wait_on="[::1]") as http:
        assert http.get("/ping").json()["message"] == "pong"
