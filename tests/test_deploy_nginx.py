"""Two instances behind nginx, by the file in deploy/: no upload is lost when one of them ends or is busy."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from remote.cores import cores
from remote.errors import TooLarge
from remote.settings import Settings
from tests.conftest import ROOT, Service, free_port, serving
from tests.processes import alive, eventually
from tests.samples import EVERY_FORMAT

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
ATTACKER = "tests.attacker:create_app()"
PNG = {"file": EVERY_FORMAT["png"]}
UPLOADS, CLIENTS = 24, 4
NAP = "/attack/nap"
"""An upload that takes its decoder half a second."""

pytestmark = pytest.mark.skipif(not NGINX, reason="nginx is not here")

AROUND = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 2;
events {{}}
http {{
    access_log off;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/remote.conf;
}}
"""
"""What Debian's own nginx.conf is to the file, with nothing outside of one folder."""


@dataclass(frozen=True)
class Balanced:
    """nginx and what is behind it."""

    http: httpx.Client
    instances: list[Service]

    def post(self, path: str, number: int = 0) -> httpx.Response:
        return self.http.post(path, files=PNG, headers={"X-Request-ID": f"upload-{number}"})

    def upload(self, path: str, clients: int, meanwhile: Callable[[], None] = lambda: None) -> list[httpx.Response]:
        """Uploads, some at a time; `meanwhile` is done when a third of them is answered."""
        with ThreadPoolExecutor(clients) as pool:
            answers = [pool.submit(self.post, path, number) for number in range(UPLOADS)]
            answers[UPLOADS // 3].result()
            meanwhile()
            return [answer.result() for answer in answers]


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[httpx.Client]:
    """nginx with the file as it stands but for ports and the folder of waiting uploads."""
    port = free_port()
    config = (ROOT / "deploy" / "nginx.conf").read_text()
    for there, here in {":8080": port, ":5000": ports[0], ":5001": ports[1]}.items():
        assert there in config
        config = config.replace(f"127.0.0.1{there}", f"127.0.0.1:{here}")
    (folder / "remote.conf").write_text(config.replace("/dev/shm/remote-nginx", f"{folder}/body"))
    user = "user root;" if os.geteuid() == 0 else ""  # the folder is closed to others
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    assert NGINX
    command = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            assert eventually(lambda: answers(http)), (folder / "error.log").read_text()
            yield http
    finally:
        process.terminate()
        process.wait(10)


def answers(http: httpx.Client) -> bool:
    with suppress(httpx.TransportError):
        return http.get("/ping").status_code < 600
    return False


@contextmanager
def balanced(folder: Path, **variables: str) -> Iterator[Balanced]:
    def instance(_: str) -> Service:
        return stack.enter_context(serving(ATTACKER, WEB_CONCURRENCY="1", REMOTE_TIMEOUT="3", **variables))

    with ExitStack() as stack:
        with ThreadPoolExecutor(2) as pool:
            instances = list(pool.map(instance, "12"))
        http = stack.enter_context(nginx(folder, [instance.port for instance in instances]))
        yield Balanced(http, instances)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balanced]:
    with balanced(tmp_path_factory.mktemp("nginx"), REMOTE_QUEUE="0") as both:
        yield both


def ids(instance: Service) -> set[str]:
    return {line["request_id"] for line in instance.requests()}


ALL = {f"upload-{number}" for number in range(UPLOADS)}


def test_uploads_are_spread_over_both_instances(pair: Balanced) -> None:
    found = pair.upload("/images/fit/40", clients=2)  # no more than the cores of one: none is busy
    assert {answer.status_code for answer in found} == {200}
    assert {answer.headers["X-Request-ID"] for answer in found} == ALL
    one, other = map(ids, pair.instances)
    assert one | other >= ALL
    assert min(len(one), len(other)) >= UPLOADS // 4


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_upload_is_lost_when_an_instance_ends(tmp_path: Path, number: int) -> None:
    with balanced(tmp_path) as both:
        ended = both.instances[0].everything()

        def end() -> None:
            for pid in ended if number == signal.SIGKILL else ended[:1]:
                with suppress(ProcessLookupError):  # a decoder whose job is done
                    os.kill(pid, number)

        found = both.upload(NAP, CLIENTS, meanwhile=end)
        assert [(answer.status_code, answer.json()["code"]) for answer in found] == [(200, "escaped")] * UPLOADS
        one, other = map(ids, both.instances)
        assert one
        assert one | other >= ALL
        assert eventually(lambda: not any(map(alive, ended)))


@contextmanager
def busy(*instances: Service) -> Iterator[None]:
    """Every core of these instances has a job that takes its 3 s."""
    with ThreadPoolExecutor(cores() * len(instances)) as pool:
        jobs = [
            pool.submit(httpx.post, f"{instance.base_url}/attack/sleep", files=PNG, timeout=30)
            for instance in instances
            for _ in range(cores())
        ]
        time.sleep(0.5)
        yield
        assert not any(job.done() for job in jobs)


def test_a_busy_instance_is_passed_over(pair: Balanced) -> None:
    with busy(pair.instances[0]):
        found = [pair.post("/images/fit/40", number) for number in range(10)]
    assert {answer.status_code for answer in found} == {200}
    assert "busy" in {line["code"] for line in pair.instances[0].requests()}


def test_when_all_are_busy_each_caller_is_told_when_to_come_back(pair: Balanced) -> None:
    with busy(*pair.instances):
        for number in range(3):
            answer = pair.post("/images/fit/40", number)
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.headers["X-Request-ID"] == f"upload-{number}"
    assert pair.post("/images/fit/40").status_code == 200


def test_an_upload_that_is_too_large_is_refused_in_the_shape_of_all_errors(pair: Balanced) -> None:
    limit = Settings().max_upload_bytes
    answer = pair.http.post("/images/fit/40", files={"file": bytes(limit + (2 << 20))})
    assert answer.status_code == 413
    assert answer.headers["Server"].startswith("nginx")
    assert answer.headers["Content-Type"] == "application/json"
    expected = {"status": "error", "success": False, "code": "too_large", "message": TooLarge(limit).message}
    assert answer.json() == expected
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_largest_upload_there_may_be_passes_nginx(pair: Balanced) -> None:
    largest = EVERY_FORMAT["png"] + bytes(Settings().max_upload_bytes - len(EVERY_FORMAT["png"]))
    assert pair.http.post("/images/fit/40", files={"file": largest}).status_code == 200


def test_what_tells_about_one_instance_is_not_told_through_nginx(pair: Balanced) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        answer = pair.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_id_that_is_not_well_formed_is_replaced(pair: Balanced) -> None:
    answer = pair.http.get("/ping", headers={"X-Request-ID": "a b"})
    assert len(answer.headers["X-Request-ID"]) == 32


def test_without_any_instance_the_error_has_the_same_shape(tmp_path: Path) -> None:
    with nginx(tmp_path, [free_port(), free_port()]) as http:
        answer = http.post("/images/fit/40", files=PNG)
        assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "busy", "1")
