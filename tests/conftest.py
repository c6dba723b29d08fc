"""What tests share: the application in process, gunicorn as the Procfile starts it, the corpus when it is there."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from remote.app import create_app
from remote.settings import Settings

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
CORPUS_FILES = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else []


class Client:
    """Posts uploads to an application in process."""

    def __init__(self, http: FlaskClient) -> None:
        self.http = http

    def post(self, path: str, data: bytes, name: str = "upload.bin", **more: object) -> TestResponse:
        """As a form with the one field ``file``; Werkzeug's own way of making one leaves temporary files open."""
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "%0D").replace("\n", "%0A")
        head = f'--boundary\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n\r\n'
        body = head.encode() + data + b"\r\n--boundary--\r\n"
        return self.http.post(path, data=body, content_type="multipart/form-data; boundary=boundary", **more)


OPEN: list[Flask] = []


def client_with(**settings: object) -> Client:
    """An application with these settings, until the test that asked for it is over."""
    app = create_app(Settings(**settings))
    OPEN.append(app)
    return Client(app.test_client())


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    while OPEN:
        close(OPEN.pop())


def close(app: Flask) -> None:
    app.extensions["remote.sandbox"].close()


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    """The application with default settings."""
    app = create_app(Settings())
    yield Client(app.test_client())
    close(app)


@pytest.fixture
def corpus() -> Callable[[str], bytes]:
    """Reads a file of the corpus; the test is skipped where there is none."""

    def read(name: str) -> bytes:
        if not CORPUS_FILES:
            pytest.skip("the corpus is not here")
        return (CORPUS / name).read_bytes()

    return read


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(**variables: str) -> Iterator[httpx.Client]:
    """gunicorn as the Procfile starts it, with two workers and these variables, stopped afterwards."""
    port = free_port()
    command = re.search(r"^web: (.*)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert command
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PORT": str(port), "WEB_CONCURRENCY": "2", **variables}
    service = subprocess.Popen(shlex.split(command[1]), cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            wait_until_up(http, service)
            yield http
    finally:
        service.terminate()
        service.communicate(timeout=30)


def wait_until_up(http: httpx.Client, service: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert service.poll() is None, service.communicate()[1].decode()
        try:
            http.get("/ping")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("gunicorn did not answer within 10 s")


@pytest.fixture(scope="session")
def service() -> Iterator[httpx.Client]:
    """gunicorn with default settings, for what is promised over HTTP."""
    with serving() as http:
        yield http
