"""SIGTERM: what is being worked on is answered, new ones are refused, in time. HUP: nobody notices. Nothing grows."""

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from remote.cores import cores
from tests.conftest import Service, serving
from tests.processes import alive, eventually
from tests.samples import EVERY_FORMAT
from tests.test_lifecycle import footprint
from tests.test_metrics import figure

ATTACKER = "tests.attacker:create_app()"
PNG = {"file": EVERY_FORMAT["png"]}

SOAK_SECONDS = 150


def post(service: Service, path: str) -> httpx.Response:
    return httpx.post(f"{service.base_url}{path}", files=PNG, timeout=60)


def test_on_sigterm_what_waits_is_answered_and_what_is_new_is_refused() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1") as service, ThreadPoolExecutor(3 * cores()) as pool:
        jobs = [pool.submit(post, service, "/attack/nap") for _ in range(3 * cores())]
        assert eventually(lambda: figure(service, "remote_queue_length") == 2 * cores())
        service.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: refuses(service), 5)
        assert not all(job.done() for job in jobs)
        assert {job.result().json()["code"] for job in jobs} == {"escaped"}
        service.process.wait(10)


def refuses(service: Service) -> bool:
    try:
        socket.create_connection(("127.0.0.1", service.port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def test_what_cannot_be_done_in_time_is_told_so() -> None:
    """Three seconds to stop in, two for an upload: a second after the signal no other begins."""
    variables = {"REMOTE_TIMEOUT": "2", "REMOTE_GRACEFUL_TIMEOUT": "3", "WEB_CONCURRENCY": "1"}
    with serving(application=ATTACKER, **variables) as service, ThreadPoolExecutor(4 * cores()) as pool:
        jobs = [pool.submit(post, service, "/attack/sleep") for _ in range(4 * cores())]
        assert eventually(lambda: figure(service, "remote_queue_length") == 3 * cores())
        everything = service.everything()
        service.process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        codes = [job.result().json()["code"] for job in jobs]
        service.process.wait(10)
        assert time.monotonic() - start < 5
        assert codes.count("timeout") <= 2 * cores()
        assert codes.count("timeout") + codes.count("busy") == len(jobs)
        assert eventually(lambda: not any(map(alive, everything)))


def test_ready_says_no_while_it_stops() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1") as service, ThreadPoolExecutor(1) as pool:
        job = pool.submit(post, service, "/attack/nap")
        assert eventually(lambda: figure(service, "remote_decoders_started_total") == 1)
        assert service.get("/readyz").status_code == 200
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        answer = service.get("/readyz")  # on a connection that was open before
        assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
        assert "stopping" in answer.json()["message"]
        assert job.result().json()["code"] == "escaped"


def test_a_reload_loses_no_request() -> None:
    with serving() as service:
        before, done, answers = service.workers(), threading.Event(), list[int]()

        def keep_posting() -> None:
            while not done.is_set():
                answers.append(post(service, "/images/fit/20").status_code)

        posters = [threading.Thread(target=keep_posting) for _ in range(4)]
        for poster in posters:
            poster.start()
        for _ in range(2):
            time.sleep(0.7)
            service.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: bool(service.workers()) and not set(service.workers()) & set(before), 20)
        time.sleep(1)
        done.set()
        for poster in posters:
            poster.join()
        assert set(answers) == {200}
        assert len(answers) > 50


@pytest.mark.slow
def test_a_soak_leaves_memory_descriptors_and_processes_flat() -> None:
    """Minutes of every kind of upload and every kind of end, on all cores."""
    with serving(application=ATTACKER, REMOTE_TIMEOUT="2") as service:
        soak(service, SOAK_SECONDS / 5)
        early = footprint(service)
        count = soak(service, SOAK_SECONDS)
        late = footprint(service)
    assert count > 10 * SOAK_SECONDS
    for name in ("descriptors", "processes", "zombies", "temporary files"):
        assert late[name] <= early[name] + 2, (name, early, late)
    for name in ("worker MB", "zygote MB"):
        assert late[name] <= early[name] * 1.05 + 2, (name, early, late)


def soak(service: Service, seconds: float) -> int:
    """Uploads for so long; how many."""
    uploads = [("/images/fit/40", upload) for upload in EVERY_FORMAT.values()]
    uploads += [("/images/rescale_avatar", EVERY_FORMAT["gif"]), ("/images/prepare_jpeg", EVERY_FORMAT["jpeg"])]
    uploads += [("/images/info", b"text"), ("/images/fit/9", EVERY_FORMAT["png"][:90])]
    uploads += [(f"/attack/{how}", EVERY_FORMAT["png"]) for how in ("segfault", "execve", "memory_bomb", "silent_exit")]
    end, counts = time.monotonic() + seconds, list[int]()

    def work() -> None:
        count = 0
        while time.monotonic() < end:
            path, upload = uploads[count % len(uploads)]
            answer = httpx.post(f"{service.base_url}{path}", files={"file": upload}, timeout=30)
            assert answer.status_code in (200, 415, 422, 503, 504), answer.text
            count += 1
        counts.append(count)

    with ThreadPoolExecutor(cores() + 1) as pool:
        for job in [pool.submit(work) for _ in range(cores() + 1)]:
            job.result()
    time.sleep(1)
    return sum(counts)


def test_the_hup_of_a_closed_terminal_is_not_an_end() -> None:
    with serving(WEB_CONCURRENCY="1") as service:
        os.kill(service.process.pid, signal.SIGHUP)
        time.sleep(0.3)
        assert eventually(lambda: post(service, "/images/fit/9").status_code == 200)
