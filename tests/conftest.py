"""What tests share: the application in process, gunicorn as the Procfile starts it, the corpus when it is there."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from remote.app import create_app
from remote.settings import Settings
from tests.processes import children, command, descendants, parent

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


class Service(httpx.Client):
    """A running gunicorn: its HTTP, its processes, its logs."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", port: int, out: IO[bytes], log: IO[bytes], host: str = "127.0.0.1"
    ) -> None:
        super().__init__(base_url=f"http://{host}:{port}", timeout=60)
        self.process, self.port, self.out_file, self.log_file = process, port, out, log

    def log(self) -> str:
        """Its standard error."""
        return written(self.log_file)

    def requests(self) -> list[dict[str, Any]]:
        """The lines of its standard output, one a request."""
        return [json.loads(line) for line in written(self.out_file).splitlines()]

    def everything(self) -> list[int]:
        return [self.process.pid, *descendants(self.process.pid)]

    def zygotes(self) -> list[int]:
        """Processes of that name whose parent, which is still there, has another."""
        named = [(pid, parent(pid)) for pid in self.everything() if "zygote" in command(pid)]
        return [pid for pid, above in named if above and "zygote" not in command(above)]

    def workers(self) -> list[int]:
        return [parent(pid) for pid in self.zygotes()]

    def decoders(self) -> list[int]:
        return [child for zygote in self.zygotes() for child in children(zygote)]


def written(file: IO[bytes]) -> str:
    """All of a file that another process writes; where that one writes does not change."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode()


@contextmanager
def serving(
    application: str = "",
    wrap: Callable[[list[str]], list[str]] = lambda argv: argv,
    wait_on: str = "127.0.0.1",
    **variables: str,
) -> Iterator[Service]:
    """gunicorn as the Procfile starts it, with two workers and these variables, stopped afterwards.

    `application` takes the place of the served one, `wrap` makes the command one that starts it in another way.
    """
    port = free_port()
    found = re.search(r"^web: (.*)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert found
    program, *arguments = [*shlex.split(found[1]), *([application] if application else [])]
    argv = wrap([sys.executable, str(Path(sys.executable).parent / program), *arguments])
    environment = {**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "2", "PYTHONPATH": str(ROOT), **variables}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=out, stderr=log)
        try:
            with Service(process, port, out, log, wait_on) as service:
                wait_until_up(service)
                yield service
        finally:
            process.terminate()
            process.wait(30)


def wait_until_up(service: Service) -> None:
    for _ in range(400):
        assert service.process.poll() is None, service.log()
        try:
            service.get("/ping")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("gunicorn did not answer within 20 s")


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """gunicorn with default settings, for what is promised over HTTP."""
    with serving() as running:
        yield running
