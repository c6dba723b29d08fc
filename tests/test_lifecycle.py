"""Processes that are killed, stopped, or serve for long: one clear error each, then service as before."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import Service, serving
from tests.processes import alive, children, eventually, parent
from tests.samples import EVERY_FORMAT

PNG = {"file": EVERY_FORMAT["png"]}


@pytest.fixture
def attacked() -> Iterator[Service]:
    with serving(application="tests.attacker:create_app()", WEB_CONCURRENCY="1", REMOTE_TIMEOUT="8") as service:
        yield service


@contextmanager
def sleeping_job(service: Service) -> Iterator["Future[httpx.Response]"]:
    """A job that is being worked on."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(service.post, "/attack/sleep", files=PNG)
        time.sleep(0.5)
        yield answer


def assert_serves(service: Service) -> None:
    for _ in range(5):
        assert service.post("/images/fit/8", files=PNG).status_code == 200


def test_a_killed_decoder_is_one_error(attacked: Service) -> None:
    with sleeping_job(attacked) as job:
        for decoder in attacked.decoders():
            os.kill(decoder, signal.SIGKILL)
        assert job.result().json()["code"] == "decoder_crashed"
    assert_serves(attacked)


def test_a_spare_that_died_while_it_waited_is_no_error(attacked: Service) -> None:
    spares = attacked.decoders()
    for decoder in spares:
        os.kill(decoder, signal.SIGKILL)
    assert eventually(lambda: not any(map(alive, spares)))
    assert_serves(attacked)


def test_a_killed_zygote_is_one_error(attacked: Service) -> None:
    zygote = attacked.zygotes()[0]
    with sleeping_job(attacked) as job:
        os.kill(zygote, signal.SIGKILL)
        assert (job.result().status_code, job.result().json()["code"]) == (500, "internal")
    assert_serves(attacked)
    assert attacked.zygotes() != [zygote]


def test_a_zygote_killed_between_jobs_is_no_error(attacked: Service) -> None:
    killed = [attacked.zygotes()[0], *attacked.decoders()]
    os.kill(killed[0], signal.SIGKILL)
    assert eventually(lambda: not any(map(alive, killed)))
    assert_serves(attacked)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_leaves_no_process_behind(number: int) -> None:
    with serving(WEB_CONCURRENCY="1") as service:
        worker, zygote, decoders = service.workers()[0], service.zygotes()[0], service.decoders()
        assert len(decoders) >= 1
        os.kill(worker, number)
        assert eventually(lambda: not any(map(alive, [worker, zygote, *decoders])))
        assert eventually(lambda: len(service.zygotes()) == 1)
        assert_serves(service)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
def test_a_service_that_ends_leaves_no_process_behind(number: int) -> None:
    with serving() as service:
        assert_serves(service)
        everything = service.everything()
        assert len(everything) >= 7
        os.kill(service.process.pid, number)
        assert eventually(lambda: not any(map(alive, everything)), 15)


def test_what_a_terminal_sends_to_all_lets_jobs_finish() -> None:
    with serving(application="tests.attacker:create_app()", WEB_CONCURRENCY="1") as service:
        assert_serves(service)
        everything = service.everything()
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(service.post, "/attack/nap", files=PNG)
            time.sleep(0.2)
            for pid in everything:
                with suppress(ProcessLookupError):  # a decoder whose job is done
                    os.kill(pid, signal.SIGTERM)
            assert job.result().json()["code"] == "escaped"
        assert eventually(lambda: not any(map(alive, everything)))


def footprint(service: Service) -> dict[str, float]:
    """What could grow: descriptors, processes, temporary files, MB of memory."""
    workers, zygotes = service.workers(), service.zygotes()
    return {
        "descriptors": sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in workers + zygotes),
        "processes": len(service.everything()),
        "zombies": sum(not alive(child) for zygote in zygotes for child in children(zygote)),
        "temporary files": len(os.listdir(tempfile.gettempdir())),
        "worker MB": sum(resident(pid) for pid in workers) / len(workers),
        "zygote MB": sum(resident(pid) for pid in zygotes) / len(zygotes),
    }


def resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def upload(service: Service, count: int) -> None:
    """Uploads of every kind of outcome, two at a time."""
    files = [EVERY_FORMAT["jpeg"], EVERY_FORMAT["png"], EVERY_FORMAT["gif"], b"text", EVERY_FORMAT["png"][:200]]
    codes = {200, 415, 422}
    with ThreadPoolExecutor(2) as pool:
        post = pool.map(lambda n: service.post("/images/fit/40", files={"file": files[n % 5]}), range(count))
        assert {answer.status_code for answer in post} == codes


def test_two_thousand_uploads_leave_no_more_than_two_hundred_did(service: Service) -> None:
    upload(service, 200)
    time.sleep(1)
    early = footprint(service)
    upload(service, 1800)
    time.sleep(1)
    late = footprint(service)
    for name in ("descriptors", "processes", "zombies", "temporary files"):
        assert late[name] <= early[name] + 2, (name, early, late)
    for name in ("worker MB", "zygote MB"):
        assert late[name] <= early[name] * 1.1 + 2, (name, early, late)


def test_decoders_are_those_of_the_zygote(service: Service) -> None:
    assert {parent(pid) for pid in service.decoders()} - {0} == set(service.zygotes())
