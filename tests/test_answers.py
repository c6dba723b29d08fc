"""The image itself, or v2ex/remote's envelope around it."""

import base64
import socket

import httpx
import pytest

from tests.conftest import Client, client_with
from tests.samples import EVERY_FORMAT
from tests.similarity import opened

JPEG = EVERY_FORMAT["jpeg"]
PATHS = ("/images/prepare_jpeg", "/images/fit/80")


@pytest.mark.parametrize("path", PATHS)
def test_the_image_itself_over_http(service: httpx.Client, path: str) -> None:
    answer = service.post(path, files={"file": ("holiday.png", JPEG)})
    image = opened(answer.content)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.headers["Content-Disposition"] == 'inline; filename="holiday.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (answer.headers["X-Image-Width"], answer.headers["X-Image-Height"]) == tuple(map(str, image.size))


@pytest.mark.parametrize("path", PATHS)
def test_the_envelope_when_json_is_accepted(client: Client, path: str) -> None:
    answer = client.post(path, JPEG, headers={"Accept": "application/json"}).json
    image = opened(base64.b64decode(answer.pop("output"), validate=True))
    start, end, cost = (answer.pop(name) for name in ("start", "end", "cost"))
    assert cost == pytest.approx((end - start) * 1000, abs=1)
    assert answer == {
        "status": "ok",
        "success": True,
        "uploaded": {"size": len(JPEG), "mime": "image/jpeg"},
        "width": image.width,
        "height": image.height,
        "mime": "image/jpeg",
    }


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("", False),
        ("*/*", False),
        ("image/*", False),
        ("application/json", True),
        ("application/json, image/*;q=0.5", True),
        ("image/png, application/json;q=0.5", False),
        ("text/html, */*", False),
    ],
)
def test_accept_chooses(client: Client, accept: str, json: bool) -> None:
    answer = client.post("/images/fit/80", JPEG, headers={"Accept": accept} if accept else {})
    assert answer.is_json is json


def test_the_envelope_can_be_the_default() -> None:
    client = client_with(response="json")
    assert client.post("/images/fit/80", JPEG).is_json
    assert client.post("/images/fit/80", JPEG, headers={"Accept": "*/*"}).is_json
    assert not client.post("/images/fit/80", JPEG, headers={"Accept": "image/*"}).is_json


@pytest.mark.parametrize("name", ["prepare_jpeg", "fit/320", "rescale_avatar", "resize_avatar", "info"])
def test_get_tells_the_usage(service: httpx.Client, name: str) -> None:
    answer = service.get(f"/images/{name}").json()
    assert answer.keys() == {"usage", "status", "success"}
    assert (answer["status"], answer["success"]) == ("ok", True)
    assert "POST" in answer["usage"]


def test_ping(service: httpx.Client) -> None:
    answer = service.get("/ping").json()
    assert answer.pop("uptime") >= 0
    assert answer == {"status": "ok", "message": "pong", "success": True}


def test_the_index_lists_the_endpoints(service: httpx.Client) -> None:
    assert "/images/fit/<box>" in service.get("/").json()["endpoints"]


def test_an_answer_leaves_in_one_piece(service: httpx.Client) -> None:
    """Whoever stands between, like nginx, could not ask elsewhere once it has the headers of an answer."""
    address = (service.base_url.host, service.base_url.port)
    with socket.create_connection(address) as connection:
        for _ in range(50):
            connection.sendall(b"GET /ping HTTP/1.1\r\nHost: remote\r\n\r\n")
            head, _, body = connection.recv(1 << 16).partition(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            assert len(body) == int(length.split(b":")[1])


def test_an_answer_without_a_body_leaves_too(service: httpx.Client) -> None:
    answer = service.head("/ping")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0
    assert service.get("/ping").json()["message"] == "pong"
