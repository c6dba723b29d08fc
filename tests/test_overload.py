"""More than it can do at once: 200 or 503 and nothing else, and what is cheap does not wait behind what is heavy."""

import io
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import httpx
import numpy as np
import pytest
from PIL import Image

from remote.cores import cores
from tests.conftest import Service, serving
from tests.processes import eventually
from tests.samples import EVERY_FORMAT
from tests.test_metrics import figure

ATTACKER = "tests.attacker:create_app()"
PNG = {"file": EVERY_FORMAT["png"]}


@cache
def heavy() -> bytes:
    """24 megapixels in 3 MB, which take the better part of a second."""
    noise = np.random.default_rng(6).integers(0, 255, (300, 450, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize((6000, 4000)).save(out, "JPEG", quality=60)
    return out.getvalue()


def answers_to(service: Service, count: int) -> "list[Future[httpx.Response]]":
    """So many heavy uploads at once, each on a connection of its own."""
    url = f"{service.base_url}/images/fit/2000?format=webp"
    pool = ThreadPoolExecutor(count)
    jobs = [pool.submit(httpx.post, url, files={"file": heavy()}, timeout=120) for _ in range(count)]
    pool.shutdown(wait=False)
    return jobs


def test_sixty_four_heavy_uploads_at_once_are_answered_or_refused_in_words() -> None:
    with serving(REMOTE_QUEUE="8") as service:
        jobs = answers_to(service, 64)
        while not all(job.done() for job in jobs):
            for path in ("/healthz", "/metrics", "/ping"):
                start = time.monotonic()
                assert httpx.get(f"{service.base_url}{path}", timeout=10).status_code == 200
                assert time.monotonic() - start < 1, path
            time.sleep(0.2)
        answers = [job.result() for job in jobs]
        assert {answer.status_code for answer in answers} == {200, 503}
        for answer in answers:
            if answer.status_code == 503:
                assert int(answer.headers["Retry-After"]) >= 1
                assert answer.json()["code"] == "busy"
        assert sum(answer.status_code == 200 for answer in answers) >= 16
        assert service.post("/images/fit/9", files=PNG).status_code == 200


@pytest.fixture(scope="module")
def crowded() -> Iterator[Service]:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1", REMOTE_MAX_UPLOAD_BYTES=str(2 << 20)) as service:
        yield service


@pytest.mark.parametrize(
    ("path", "upload", "status"),
    [
        ("/images/fit/9", b"plain text", 415),
        ("/images/prepare_jpeg", EVERY_FORMAT["png"], 415),
        ("/images/fit/9", EVERY_FORMAT["png"][:30], 422),
        ("/images/fit/9", bytes(3 << 20), 413),
        ("/images/fit/0", EVERY_FORMAT["png"], 400),
    ],
    ids=["type", "not a JPEG", "damaged", "too large", "parameter"],
)
def test_a_refusal_does_not_wait_behind_heavy_work(crowded: Service, path: str, upload: bytes, status: int) -> None:
    with ThreadPoolExecutor(4 * cores()) as pool:
        jobs = [pool.submit(crowded.post, "/attack/nap", files=PNG) for _ in range(4 * cores())]
        assert eventually(lambda: figure(crowded, "remote_queue_length") == 3 * cores())
        answer = httpx.post(f"{crowded.base_url}{path}", files={"file": upload})
        assert not all(job.done() for job in jobs)
        assert answer.status_code == status


def half_a_form(service: Service) -> socket.socket:
    """A connection on which a part of an upload has been sent."""
    connection = socket.create_connection(("127.0.0.1", service.port))
    head = "POST /images/fit/9 HTTP/1.1", "Host: x", "Content-Type: image/png", "Content-Length: 5000", "", ""
    connection.sendall("\r\n".join(head).encode() + EVERY_FORMAT["png"][:100])
    return connection


def test_clients_that_send_a_byte_a_second_or_go_away_cost_no_decoder() -> None:
    with serving(WEB_CONCURRENCY="1") as service:
        service.post("/images/fit/9", files=PNG)
        before = figure(service, "remote_decoders_started_total")
        slow = [half_a_form(service) for _ in range(16)]
        for _ in range(3):
            for connection in slow:
                connection.sendall(b"x")
            assert httpx.post(f"{service.base_url}/images/fit/9", files=PNG).status_code == 200
            time.sleep(0.5)
        for connection in slow:
            connection.close()
        assert figure(service, "remote_decoders_started_total") == before + 3


def test_a_client_that_leaves_the_queue_costs_no_decoder() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1", REMOTE_TIMEOUT="3") as service:
        with ThreadPoolExecutor(cores()) as pool:
            jobs = [pool.submit(service.post, "/attack/sleep", files=PNG) for _ in range(cores())]
            assert eventually(lambda: figure(service, "remote_decoders_started_total") == cores())
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(f"{service.base_url}/images/fit/9", files=PNG, timeout=1)
            assert all(job.result().status_code == 504 for job in jobs)
        gone = {"code": "client_gone", "status": "499"}
        assert eventually(lambda: figure(service, "remote_requests_total", **gone) == 1)
        assert figure(service, "remote_decode_duration_seconds_count", operation="fit") == 0


def test_ready_says_no_while_the_queue_is_full() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1", REMOTE_QUEUE="3") as service:
        assert service.get("/readyz").json() == {"status": "ok", "success": True}
        with ThreadPoolExecutor(cores() + 3) as pool:
            jobs = [pool.submit(service.post, "/attack/nap", files=PNG) for _ in range(cores() + 3)]
            assert eventually(lambda: figure(service, "remote_queue_length") == 3)
            start = time.monotonic()
            answer = service.get("/readyz")
            assert time.monotonic() - start < 1
            assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
            assert "queue is full" in answer.json()["message"]
            assert not all(job.done() for job in jobs)
        assert service.get("/readyz").status_code == 200


def test_ready_says_no_while_there_is_no_zygote() -> None:
    with serving(WEB_CONCURRENCY="1") as service:
        os.kill(service.zygotes()[0], 9)
        assert eventually(lambda: service.get("/readyz").status_code == 503)
        assert service.post("/images/fit/9", files=PNG).status_code == 200
        assert service.get("/readyz").status_code == 200
