"""One JSON line a request on stdout, a readable one on a terminal; an id that follows a request; nothing of uploads."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress

import httpx
import pytest

from tests.conftest import ROOT, Service, free_port, serving
from tests.processes import eventually
from tests.samples import EVERY_FORMAT

ATTACKER = "tests.attacker:create_app()"


def line_of(service: Service, request_id: str) -> dict[str, object]:
    def found() -> list[dict[str, object]]:
        return [line for line in service.requests() if line["request_id"] == request_id]

    assert eventually(lambda: bool(found()))
    assert len(found()) == 1
    return found()[0]


def test_a_request_is_one_line_with_all_there_is_to_know(service: Service) -> None:
    answer = service.post("/images/fit/40", files={"file": EVERY_FORMAT["png"]}, headers={"X-Request-ID": "all-1"})
    line = line_of(service, "all-1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(line.pop("time")))
    assert 0 < float(str(line.pop("milliseconds"))) < 5000
    assert line.pop("worker") in service.workers()
    assert line == {
        "request_id": "all-1",
        "status": 200,
        "code": "ok",
        "method": "POST",
        "endpoint": "/images/fit/<box>",
        "bytes_in": len(EVERY_FORMAT["png"]),
        "bytes_out": len(answer.content),
        "format": "png",
        "size": "160x96",
    }


def test_an_error_has_its_code(service: Service) -> None:
    service.post("/images/fit/40", files={"file": b"text"}, headers={"X-Request-ID": "error-1"})
    assert line_of(service, "error-1")["code"] == "unsupported_type"


@pytest.mark.parametrize("given", ["abc-123", "Root=1-67891233:abc.d_e", "a" * 128])
def test_a_well_formed_request_id_is_taken(service: Service, given: str) -> None:
    taken = re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", given) is not None
    answer = service.get("/ping", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is taken


@pytest.mark.parametrize("given", [None, "", "a" * 129, "two words", 'quo"te', "<script>", "a/../b"])
def test_otherwise_one_is_made(service: Service, given: str | None) -> None:
    answers = [service.get("/ping", headers={"X-Request-ID": given} if given is not None else {}) for _ in range(2)]
    one, two = (answer.headers["X-Request-ID"] for answer in answers)
    assert re.fullmatch(r"[0-9a-f]{32}", one)
    assert one != two


@pytest.mark.parametrize("path", ["/no/such/place", "/images/fit/nonsense", "/images/info"])
def test_an_id_is_returned_with_errors_too(service: Service, path: str) -> None:
    answer = service.post(path, headers={"X-Request-ID": "error-2"})
    assert answer.status_code in (400, 404)
    assert answer.headers["X-Request-ID"] == "error-2"


def test_security_events_are_marked() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1") as service:
        png = {"file": EVERY_FORMAT["png"]}
        service.post("/attack/execve", files=png, headers={"X-Request-ID": "attack-1"})
        assert line_of(service, "attack-1")["security"] is True
        event = next(line for line in service.log().splitlines() if "forbidden call" in line)
        assert '"security": true' in event
        assert '"request_id": "attack-1"' in event
        service.post("/images/fit/4", files=png, headers={"X-Request-ID": "peace-1"})
        assert "security" not in line_of(service, "peace-1")


def test_no_file_name_and_nothing_of_an_upload_is_logged(service: Service) -> None:
    for content in (b"secret-content", EVERY_FORMAT["png"], EVERY_FORMAT["jpeg"][:200] + b"secret-content"):
        for path in ("/images/fit/9", "/images/secret-path", "/images/fit/9?secret-name=secret-value"):
            service.post(path, files={"file": ("secret-name.png", content, "image/secret-type")})
    said = service.log() + str(service.requests())
    assert "/images/fit/<box>" in said
    assert "secret" not in said


def test_probes_are_not_logged(service: Service) -> None:
    for path in ("/ping", "/healthz", "/readyz", "/metrics"):
        service.get(path)
    assert not {line["endpoint"] for line in service.requests()} & {"/ping", "/healthz", "/readyz", "/metrics"}


def test_a_terminal_gets_a_line_for_people() -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:remote.server"]
    environment = {**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=theirs, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: answers(url))
        httpx.post(f"{url}/images/fit/9", files={"file": EVERY_FORMAT["png"]}, headers={"X-Request-ID": "people-1"})
        shown = os.read(ours, 4096).decode()
    finally:
        process.terminate()
        process.wait(30)
        os.close(ours)
        os.close(theirs)
    line = r"^\d\d:\d\d:\d\d people-1 200 ok POST /images/fit/<box> [\d.]+ ms "
    assert re.search(line, shown, re.MULTILINE), shown
    assert "{" not in shown


def answers(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/ping").status_code == 200
    return False
