"""The services that are compared: each one started, on a port of its own, and asked for the same things."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.conftest import ROOT, free_port, serving

HERE = Path(__file__).parent
SHARP = HERE / "sharp"
THUMBOR = ROOT / ".venv-thumbor" / "bin" / "thumbor"
"""In an environment of its own: it wants other versions than we do. `make bench` sets both up."""

BOUNDARY = 24 * "-" + "d74496d66958873e9k2fQz"
"""Of the length of curl's: a short one takes us half a millisecond more to look for in 2.6 MB."""

SIDES = (24, 48, 73, 128, 256, 512)
UP_WITHIN = 20
"""Seconds."""


@dataclass(frozen=True)
class Task:
    """An operation on an upload."""

    path: str
    upload: bytes
    side: int
    """The shorter side of the upload, in pixels: which avatars it gets."""

    @property
    def form(self) -> bytes:
        """The upload as curl sends it with ``-F file=@photo.jpg``."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'
        return head.encode() + self.upload + f"\r\n--{BOUNDARY}--\r\n".encode()


Ask = Callable[[HTTPConnection, Task], int]
"""Has a task done and gives the bytes of the answer."""


@dataclass(frozen=True)
class Peer:
    """A running service."""

    name: str
    pid: int
    port: int
    ask: Ask

    def connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=120)


def exchange(connection: HTTPConnection, method: str, path: str, body: bytes, content_type: str) -> tuple[int, str]:
    """One request; the length of the answer and its Location."""
    connection.request(method, path, body or None, {"Content-Type": content_type} if body else {})
    response = connection.getresponse()
    length = len(response.read())
    assert response.status < 300, f"{response.status} for {path}"
    return length, response.headers.get("Location", "")


def ask_as_we_do(connection: HTTPConnection, task: Task) -> int:
    return exchange(connection, "POST", task.path, task.form, f"multipart/form-data; boundary={BOUNDARY}")[0]


def ask_thumbor(connection: HTTPConnection, task: Task) -> int:
    """It keeps what is posted and makes pictures of it at other addresses: one request for each."""
    _, operation, *box = task.path.strip("/").split("/")
    _, location = exchange(connection, "POST", "/image", task.upload, "image/jpeg")
    kept = location.removeprefix("/image/")
    wanted = {
        "fit": [f"fit-in/{box[0]}x{box[0]}" if box else ""],
        "prepare_jpeg": ["filters:quality(80):format(jpeg)"],
        "rescale_avatar": [f"{side}x{side}/filters:format(png)" for side in SIDES if side <= max(73, task.side)],
    }[operation]
    return sum(exchange(connection, "GET", f"/unsafe/{how}/{kept}", b"", "")[0] for how in wanted)


@contextmanager
def remote(name: str = "remote", application: str = "", **variables: str) -> Iterator[Peer]:
    with serving(application, **variables) as service:
        yield Peer(name, service.process.pid, service.port, ask_as_we_do)


@contextmanager
def sharp() -> Iterator[Peer]:
    port = free_port()
    with started("sharp", ["node", "server.js", str(port)], SHARP, port, ask_as_we_do) as peer:
        yield peer


@contextmanager
def pillow() -> Iterator[Peer]:
    port = free_port()
    gunicorn = ["-m", "gunicorn", "--workers=2", "--no-control-socket", f"--bind=127.0.0.1:{port}"]
    command = [sys.executable, *gunicorn, "tests.bench.peers.plain_pillow:app"]
    with started("Pillow", command, ROOT, port, ask_as_we_do) as peer:
        yield peer


@contextmanager
def thumbor() -> Iterator[Peer]:
    port = free_port()
    with tempfile.TemporaryDirectory() as store:
        configuration = Path(store, "thumbor.conf")
        configuration.write_text(
            f"UPLOAD_ENABLED = True\nUPLOAD_PHOTO_STORAGE = 'thumbor.storages.file_storage'\n"
            f"STORAGE = 'thumbor.storages.file_storage'\nFILE_STORAGE_ROOT_PATH = '{store}'\n"
            f"UPLOAD_MAX_SIZE = 0\nRESPECT_ORIENTATION = True\nQUALITY = 80\n"
        )
        command = [str(THUMBOR), "--ip=127.0.0.1", f"--port={port}", "--processes=2", f"--conf={configuration}"]
        with started("thumbor", command, ROOT, port, ask_thumbor) as peer:
            yield peer


@contextmanager
def started(name: str, command: list[str], folder: Path, port: int, ask: Ask) -> Iterator[Peer]:
    """A server process, up, and ended afterwards."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        peer = Peer(name, process.pid, port, ask)
        wait_until_up(peer)
        yield peer
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # thumbor's processes outlive their parent
        process.wait(UP_WITHIN)


def wait_until_up(peer: Peer) -> None:
    end = time.monotonic() + UP_WITHIN
    while True:
        try:
            connection = peer.connection()
            connection.request("GET", "/ping")
            connection.getresponse().read()
            return
        except OSError:
            assert time.monotonic() < end, f"{peer.name} does not answer"
            time.sleep(0.05)


def installed() -> dict[str, Callable[[], AbstractContextManager[Peer]]]:
    """The peers that are there, by name."""
    peers: dict[str, Callable[[], AbstractContextManager[Peer]]] = {"Pillow": pillow}
    if shutil.which("node") and (SHARP / "node_modules").is_dir():
        peers["sharp"] = sharp
    if THUMBOR.is_file():
        peers["thumbor"] = thumbor
    return peers
