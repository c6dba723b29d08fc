"""REMOTE_TOKEN: every POST needs it; and what every answer tells browsers."""

import socket
from collections.abc import Iterator

import pytest

from remote.settings import Settings
from tests.conftest import Client, Service, client_with, serving
from tests.samples import EVERY_FORMAT

PNG = {"file": EVERY_FORMAT["png"]}
POSTS = ("/images/fit/9", "/images/info", "/images/rescale_avatar", "/images/resize_avatar", "/images/prepare_jpeg")


@pytest.fixture(scope="module")
def guarded() -> Iterator[Service]:
    with serving(REMOTE_TOKEN="s3cret-ü", WEB_CONCURRENCY="1") as service:
        yield service


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", "s3cret-ü", "Basic s3cret-ü", "Bearers3cret-ü"])
def test_a_post_without_it_is_refused(guarded: Service, path: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.encode()}
    answer = guarded.post(path, files=PNG, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("given", ["Bearer s3cret-ü", "bearer s3cret-ü"])
def test_a_post_with_it_is_answered(guarded: Service, given: str) -> None:
    assert guarded.post("/images/fit/9", files=PNG, headers={"Authorization": given.encode()}).status_code == 200


def test_reading_needs_none(guarded: Service) -> None:
    for path in ("/", "/ping", "/healthz", "/readyz", "/metrics", "/images/info"):
        assert guarded.get(path).status_code == 200, path


def test_it_is_refused_before_the_upload_is_read(guarded: Service) -> None:
    head = "POST /images/info HTTP/1.1", "Host: x", "Content-Type: image/png", "Content-Length: 9000", "", ""
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=5) as connection:
        connection.sendall("\r\n".join(head).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


def test_without_the_setting_nobody_is_asked(client: Client) -> None:
    assert client.post("/images/info", EVERY_FORMAT["png"]).status_code == 200


def test_the_token_is_not_shown_with_the_settings() -> None:
    assert "s3cret" not in repr(Settings(token="s3cret"))


@pytest.mark.parametrize("path", ["/ping", "/nope", "/images/info", "/metrics"])
def test_security_headers_are_on_every_answer(client: Client, path: str) -> None:
    headers = client.http.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_other_origins_are_given_nothing(client: Client) -> None:
    preflight = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answers = [client.http.options("/images/info", headers=preflight), client.http.get("/ping", headers=preflight)]
    answers.append(client.post("/images/info", EVERY_FORMAT["png"], headers=preflight))
    for answer in answers:
        assert not [name for name in dict(answer.headers) if name.lower().startswith("access-control")]


def test_a_wrong_token_costs_no_decoder() -> None:
    client = client_with(token="right")
    client.post("/images/info", EVERY_FORMAT["png"])
    assert client.http.application.extensions["remote.sandbox"].supply.zygote is None
