"""GET /metrics: what happened, counted over all workers, by names and units as Prometheus asks for."""

import os
import re
import signal
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import Client, Service, serving
from tests.processes import eventually
from tests.samples import EVERY_FORMAT

ATTACKER = "tests.attacker:create_app()"


@pytest.fixture(scope="module")
def counted() -> Iterator[Service]:
    with serving(application=ATTACKER, REMOTE_TIMEOUT="2") as running:
        yield running


def figures(service: httpx.Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """By name and labels; on a connection of its own, as the worker of an older one may have ended."""
    families = text_string_to_metric_families(httpx.get(f"{service.base_url}/metrics").text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value for each in families for sample in each.samples
    }


def figure(service: httpx.Client, name: str, **labels: str) -> float:
    """The sum of all samples of that name with these labels."""
    wanted = labels.items()
    return sum(value for (each, own), value in figures(service).items() if each == name and wanted <= dict(own).items())


def test_requests_are_counted_over_all_workers_by_endpoint_code_and_format(counted: Service) -> None:
    labels = {"method": "POST", "endpoint": "/images/fit/<box>", "status": "200", "code": "ok", "format": "png"}
    before = figure(counted, "remote_requests_total", **labels)
    for _ in range(12):  # new connections, so that both workers get some
        assert httpx.post(f"{counted.base_url}/images/fit/9", files={"file": EVERY_FORMAT["png"]}).status_code == 200
    assert figure(counted, "remote_requests_total", **labels) == before + 12


def test_an_error_is_counted_by_its_code(counted: Service) -> None:
    counted.post("/images/fit/9", files={"file": b"plain text"})
    assert figure(counted, "remote_requests_total", status="415", code="unsupported_type") >= 1
    counted.get("/no/such/place")
    assert figure(counted, "remote_requests_total", endpoint="unknown", code="not_found") >= 1


def test_sizes_times_and_pixels_are_observed(counted: Service) -> None:
    name = "remote_upload_size_bytes"
    before = figure(counted, f"{name}_sum"), figure(counted, "remote_image_pixels_sum", format="gif")
    answer = counted.post("/images/fit/9", files={"file": EVERY_FORMAT["gif"]})
    width, height = (int(answer.headers[f"X-Image-{side}"]) for side in ("Width", "Height"))
    assert max(width, height) == 9
    assert figure(counted, f"{name}_sum") == before[0] + len(EVERY_FORMAT["gif"])
    assert figure(counted, "remote_image_pixels_sum", format="gif") == before[1] + 160 * 96
    assert figure(counted, "remote_response_size_bytes_sum") >= len(answer.content)
    assert 0 < figure(counted, "remote_decode_duration_seconds_sum", operation="fit") < 10
    assert 0 < figure(counted, "remote_request_duration_seconds_sum", endpoint="/images/fit/<box>") < 20
    waits, starts = "remote_queue_wait_seconds_count", "remote_decoders_started_total"
    assert figure(counted, waits) == figure(counted, starts)


@pytest.mark.parametrize(
    ("attack", "name"),
    [("segfault", "crashed"), ("execve", "blocked"), ("reply_of_zeros", "blocked"), ("endless_loop", "killed")],
)
def test_how_decoders_end_is_counted(counted: Service, attack: str, name: str) -> None:
    before = figure(counted, f"remote_decoders_{name}_total")
    counted.post(f"/attack/{attack}", files={"file": EVERY_FORMAT["png"]})
    assert figure(counted, f"remote_decoders_{name}_total") == before + 1


def test_memory_is_told_for_every_kind_of_process(counted: Service) -> None:
    found = {process: figure(counted, "remote_memory_bytes", process=process) for process in ("master", "worker")}
    found |= {process: figure(counted, "remote_memory_bytes", process=process) for process in ("zygote", "decoder")}
    assert all(10e6 < value < 2e9 for value in found.values()), found


def test_what_a_worker_that_died_had_counted_stays_and_its_queue_does_not() -> None:
    with serving(WEB_CONCURRENCY="1") as service:
        service.post("/images/fit/9", files={"file": EVERY_FORMAT["png"]})
        os.kill(service.workers()[0], signal.SIGKILL)
        assert eventually(lambda: len(service.workers()) == 1)
        assert eventually(lambda: figure(service, "remote_requests_total", endpoint="/images/fit/<box>") == 1)
        assert figure(service, "remote_queue_length") == 0


def test_names_are_those_prometheus_asks_for(client: Client) -> None:
    answer = client.http.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    for family in text_string_to_metric_families(answer.text):
        assert re.fullmatch(r"remote_[a-z_]+", family.name)
        assert family.documentation
        units = ("_seconds", "_bytes", "_pixels", "_length")
        assert family.type == "counter" or family.name.endswith(units), family.name


def test_nothing_is_left_in_shared_memory_when_the_service_ends() -> None:
    def folders() -> set[str]:
        place = "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp"
        return {name for name in os.listdir(place) if name.startswith("remote-metrics-")}

    before = folders()
    with serving(WEB_CONCURRENCY="1"):
        assert len(folders() - before) == 1
    assert eventually(lambda: folders() <= before)
