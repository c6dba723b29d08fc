"""As many jobs at once as there are cores, over all workers; a bounded number waits; more are refused at once."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from remote.cores import cores
from remote.sandbox.slots import LocalSlots, Slots
from tests.conftest import Service, serving
from tests.samples import EVERY_FORMAT

PNG = {"file": EVERY_FORMAT["png"]}
ATTACKER = "tests.attacker:create_app()"


def at_once(service: Service, path: str, count: int) -> list[tuple[httpx.Response, float]]:
    """Answers to that many simultaneous posts, with the seconds each took."""

    def post(_: int) -> tuple[httpx.Response, float]:
        start = time.monotonic()
        answer = httpx.post(f"{service.base_url}{path}", files=PNG, timeout=60)
        return answer, time.monotonic() - start

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(post, range(count)))


def test_jobs_run_on_all_cores_and_no_more_over_all_workers() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="3") as service:
        at_once(service, "/attack/nothing", 6)
        rounds = 3
        start = time.monotonic()
        answers = at_once(service, "/attack/nap", rounds * cores())
        took = time.monotonic() - start
        assert {answer.json()["code"] for answer, _ in answers} == {"escaped"}
        assert rounds * 0.5 <= took < (rounds + 1) * 0.5


def test_more_than_may_wait_are_refused_at_once() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1", REMOTE_QUEUE="2") as service:
        at_once(service, "/attack/nothing", 2)
        answers = at_once(service, "/attack/nap", cores() + 2 + 3)
        busy = [(answer, took) for answer, took in answers if answer.status_code == 503]
        assert len(busy) == 3
        for answer, took in busy:
            assert took < 0.4
            assert answer.json()["code"] == "busy"
            assert int(answer.headers["Retry-After"]) >= 1
        assert sum(answer.status_code == 200 for answer, _ in answers) == cores() + 2


def test_health_is_told_while_every_decoder_is_busy() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="1") as service, ThreadPoolExecutor(1) as pool:
        busy = pool.submit(at_once, service, "/attack/nap", 4 * cores())
        time.sleep(0.2)
        for path in ("/healthz", "/ping"):
            start = time.monotonic()
            assert service.get(path).status_code == 200
            assert time.monotonic() - start < 0.5
        assert all(answer.status_code == 200 for answer, _ in busy.result())


@pytest.mark.parametrize("kind", [Slots, LocalSlots])
def test_slots_are_as_many_as_said(kind: type[Slots | LocalSlots]) -> None:
    slots = kind(2)
    one, two = slots.try_acquire(), slots.try_acquire()
    assert one is not None
    assert two is not None
    assert slots.try_acquire() is None
    slots.release(one)
    assert slots.acquire() is not None
    slots.close()


def test_slots_of_a_killed_worker_are_free_again() -> None:
    with serving(application=ATTACKER, WEB_CONCURRENCY="2", REMOTE_TIMEOUT="20") as service:
        with ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(service.post, "/attack/sleep", files=PNG) for _ in range(cores())]
            time.sleep(0.5)
            for worker in service.workers():
                os.kill(worker, signal.SIGKILL)
            assert all(isinstance(job.exception(), httpx.TransportError) for job in jobs)
        time.sleep(2)
        start = time.monotonic()
        assert service.post("/images/fit/8", files=PNG).status_code == 200
        assert time.monotonic() - start < 2
