"""Every error has one shape and says nothing that it should not."""

import json
import re
import socket

import httpx
import pytest

from remote import errors
from tests.conftest import Client, Service
from tests.samples import EVERY_FORMAT, animation, saved, scene

LEAKS = re.compile(r"/[a-z]+/|0x[0-9a-f]{4}|Traceback|site-packages|PIL|<|\.py")


def assert_error(answer: object, status: int, code: str) -> None:
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json.keys() == {"status", "success", "code", "message"}
    assert (answer.json["status"], answer.json["success"]) == ("error", False)
    assert answer.mimetype == "application/json"
    assert not LEAKS.search(answer.json["message"]), answer.json["message"]


@pytest.mark.parametrize(
    "box",
    ["0", "-1", "abc", "100x0", "0x100", "1x2x3", "x", "100x", "8193", "99999999999", "1.5", "\uff11", " 5", "+5"],
)
def test_a_bad_box_is_a_bad_parameter(client: Client, box: str) -> None:
    assert_error(client.post(f"/images/fit/{box}", EVERY_FORMAT["png"]), 400, "bad_parameter")


@pytest.mark.parametrize(
    "query",
    ["format=bmp", "format=", "format=PNG", "quality=0", "quality=101", "quality=abc", "quality=-5", "quality=",
     "animated=yes", "animated=2", "colour=red", "format=png&format=gif"],
)  # fmt: skip
def test_a_bad_parameter_says_what_is_valid(client: Client, query: str) -> None:
    answer = client.post(f"/images/fit/320?{query}", EVERY_FORMAT["png"])
    assert_error(answer, 400, "bad_parameter")
    assert answer.json["message"].startswith("Expected ")


@pytest.mark.parametrize(
    "path", ["/images/info", "/images/prepare_jpeg", "/images/rescale_avatar", "/images/resize_avatar"]
)
def test_a_parameter_that_does_not_exist_is_refused_everywhere(client: Client, path: str) -> None:
    assert_error(client.post(f"{path}?format=png", EVERY_FORMAT["jpeg"]), 400, "bad_parameter")


@pytest.mark.parametrize("path", ["/ping?x=1", "/hello?x=1", "/?x=1", "/images/info?x=1"])
def test_so_it_is_where_nothing_is_uploaded(client: Client, path: str) -> None:
    assert_error(client.http.get(path), 400, "bad_parameter")


def test_unknown_endpoints_and_methods(client: Client) -> None:
    assert_error(client.http.get("/images"), 404, "not_found")
    assert_error(client.http.get("/images/fit/"), 404, "not_found")
    assert_error(client.http.post("/nothing/here"), 404, "not_found")
    assert_error(client.http.delete("/images/info"), 405, "method_not_allowed")
    assert_error(client.http.post("/ping"), 405, "method_not_allowed")


@pytest.mark.parametrize("name", [name for name in EVERY_FORMAT if name not in ("svg", "psd", "bmp")])
@pytest.mark.parametrize("path", ["/images/fit/80", "/images/rescale_avatar"])
def test_a_truncated_file_is_undecodable(client: Client, path: str, name: str) -> None:
    data = EVERY_FORMAT[name]
    assert_error(client.post(path, data[: len(data) * 6 // 10]), 422, "undecodable")


@pytest.mark.parametrize("name", ["truncated.jpg", "truncated.png"])
def test_real_truncated_files_are_undecodable(client: Client, corpus, name: str) -> None:
    assert_error(client.post("/images/fit/80", corpus(name)), 422, "undecodable")


@pytest.mark.parametrize("plugin", ["GIF", "PNG", "WEBP", "AVIF"])
def test_a_truncated_animation_is_undecodable_when_its_frames_are_asked_for(client: Client, plugin: str) -> None:
    data = animation(plugin)
    answer = client.post("/images/fit/80?animated=1", data[: len(data) * 8 // 10])
    assert_error(answer, 422, "undecodable")


def test_a_bad_svg_is_undecodable(client: Client) -> None:
    for text in (b"<svg", b"<svg><g></svg>", b"<svg/>" + b"<svg/>"):
        assert client.post("/images/fit/80", text).status_code in (415, 422)


def test_a_fault_of_ours_is_internal_and_its_trace_stays_in_the_log(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("a secret /etc/path")

    monkeypatch.setattr(type(client.http.application.extensions["remote.sandbox"]), "run", broken)
    assert_error(client.post("/images/fit/80", EVERY_FORMAT["png"]), 500, "internal")
    assert "a secret /etc/path" in caplog.text


def test_the_tree_at_the_top_of_the_file_is_the_tree(client: Client) -> None:
    def leaves(kind: type[errors.RemoteError]) -> set[str]:
        own = {f"{kind.__name__} {kind.status} {kind.code}"} if hasattr(kind, "status") else set()
        return own.union(*(leaves(child) for child in kind.__subclasses__()))

    drawn = {" ".join(found) for found in re.findall(r"(\w+) +(\d{3}) (\w+)", errors.__doc__ or "")}
    assert drawn == leaves(errors.RemoteError)


def test_errors_over_http_look_the_same(service: httpx.Client) -> None:
    answer = service.post("/images/fit/320", files={"file": b"text"})
    assert answer.json() == {
        "status": "error",
        "success": False,
        "code": "unsupported_type",
        "message": "Unable to determine the file type",
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_format_survives_damage(client: Client) -> None:
    """Bytes overwritten at seeded places: an answer is an image or an error of the uploader's, never ours."""
    import random

    chance = random.Random(7)
    for name, data in {**EVERY_FORMAT, "noise": saved(scene(), "PNG")}.items():
        for _ in range(25):
            damaged = bytearray(data)
            for _ in range(chance.choice((1, 4, 16))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            answer = client.post("/images/fit/40", bytes(damaged))
            assert answer.status_code in (200, 415, 422), (name, answer.text)


@pytest.mark.parametrize(
    "request_line",
    ["GET * HTTP/1.1", "GET /ping HTTP/9.9", "G(T /ping HTTP/1.1", f"GET /{'a' * 9000} HTTP/1.1", "nonsense"],
)
def test_what_gunicorn_refuses_is_answered_like_the_rest(service: Service, request_line: str) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        connection.sendall(f"{request_line}\r\nHost: x\r\n\r\n".encode())
        connection.settimeout(5)
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4")
    assert b"Content-Type: application/json" in head
    assert json.loads(body)["success"] is False
