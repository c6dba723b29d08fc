"""An attacker with code in a decoder, over HTTP, in a service that root runs and in one that an ordinary user runs."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import Service, serving
from tests.processes import as_user, on_kernel_without
from tests.samples import EVERY_FORMAT, svg

TIMEOUT = 4

DENIED = {"undecodable"}
BLOCKED = {"decoder_blocked"}
CRASHED = {"decoder_crashed"}

EXPECTED = {
    "segfault": CRASHED,
    "abort": CRASHED,
    "silent_exit": CRASHED,
    "endless_loop": {"timeout"},
    "sleep": {"timeout"},
    "memory_bomb": {"too_complex"},
    "mapping_bomb": {"too_complex"},
    "output_bomb": {"too_complex"},
    "thread_bomb": {"too_complex"},
    "fork": BLOCKED,
    "read_passwd": DENIED,
    "list_root": DENIED,
    "write_tmp": DENIED,
    "write_fonts": DENIED,
    "own_memory_file": DENIED,
    "parent_memory_file": DENIED,
    "parent_environment": DENIED,
    "socket": BLOCKED,
    "unix_socket": BLOCKED,
    "execve": BLOCKED,
    "ptrace_parent": BLOCKED,
    "read_parent": BLOCKED,
    "kill_parent": BLOCKED,
    "kill_all": BLOCKED,
    "io_uring": BLOCKED,
    "memfd": BLOCKED,
    "become_root": BLOCKED,
    "namespaces": BLOCKED,
    "executable_memory": DENIED,
    "keyring": BLOCKED,
    "reply_of_one_byte": BLOCKED,
    "reply_too_long": BLOCKED,
    "reply_of_zeros": BLOCKED,
    "reply_pickled": BLOCKED,
    "reply_flood": BLOCKED,
    "reply_claims_bytes": BLOCKED,
    "reply_claims_more_than_memory": BLOCKED,
    "reply_without_width": BLOCKED,
    "reply_huge": BLOCKED,
    "reply_not_an_image_format": BLOCKED,
    "reply_orientation": BLOCKED,
}
STATUS = {"timeout": 504}

IDENTITIES = {
    "as it is": lambda argv: argv,
    "user": as_user,
    "docker": lambda argv: on_kernel_without("docker", argv),
    "reuse": lambda argv: ["env", "REMOTE_SANDBOX_REUSE=100", *argv],
}


@pytest.fixture(scope="module", params=IDENTITIES)
def attacked(request: pytest.FixtureRequest) -> Iterator[Service]:
    """One worker, so that the next request is served by the one that was attacked."""
    with serving(
        application="tests.attacker:create_app()",
        wrap=IDENTITIES[request.param],
        WEB_CONCURRENCY="1",
        REMOTE_TIMEOUT=str(TIMEOUT),
        REMOTE_MEMORY_LIMIT=str(768 << 20),
    ) as service:
        yield service


def attack(http: httpx.Client, name: str) -> httpx.Response:
    return http.post(f"/attack/{name}", files={"file": EVERY_FORMAT["png"]})


def test_every_lock_holds(attacked: Service) -> None:
    sandbox = attacked.get("/healthz").json()["sandbox"]
    assert sandbox["level"] == "full"
    assert not sandbox["missing"]


def test_code_that_does_no_harm_gets_through(attacked: Service) -> None:
    assert attack(attacked, "nothing").json()["code"] == "escaped"


@pytest.mark.parametrize("name", EXPECTED)
def test_an_attack_is_contained_and_the_next_request_served(attacked: Service, name: str) -> None:
    worker = attacked.get("/worker").json()["pid"]
    start = time.monotonic()
    answer = attack(attacked, name)
    took = time.monotonic() - start
    code = answer.json()["code"]
    assert code in EXPECTED[name], answer.text
    assert answer.status_code == STATUS.get(code, 422)
    if code == "timeout":
        assert TIMEOUT <= took < TIMEOUT + 1
    assert attacked.post("/images/fit/8", files={"file": EVERY_FORMAT["png"]}).status_code == 200
    assert attacked.get("/worker").json()["pid"] == worker
    assert not Path("/tmp/attacked").exists()
    assert not Path("/tmp/pickled").exists()


def test_blocked_calls_are_logged_as_security_events(attacked: Service) -> None:
    attack(attacked, "socket")
    attack(attacked, "reply_of_zeros")
    log = attacked.log()
    assert "a decoder attempted a forbidden call in attack" in log
    assert "a decoder forged its reply to attack" in log


def test_the_operation_does_not_exist_in_a_served_application(service: Service) -> None:
    assert service.post("/attack/nothing", files={"file": EVERY_FORMAT["png"]}).status_code == 404


def test_without_landlock_svg_is_refused_and_files_are_still_closed() -> None:
    with serving(
        application="tests.attacker:create_app()", wrap=lambda argv: on_kernel_without("landlock", argv)
    ) as http:
        sandbox = http.get("/healthz").json()["sandbox"]
        assert (sandbox["landlock"], sandbox["seccomp"], sandbox["missing"]) == (0, True, [])
        assert http.post("/images/fit/80", files={"file": svg()}).json()["code"] == "unsupported_type"
        assert http.post("/images/fit/80", files={"file": EVERY_FORMAT["heif"]}).status_code == 200
        assert attack(http, "read_passwd").json()["code"] == "undecodable"


def test_without_seccomp_files_are_closed_and_the_rest_is_said_to_be_open() -> None:
    with serving(
        application="tests.attacker:create_app()", wrap=lambda argv: on_kernel_without("seccomp", argv)
    ) as http:
        sandbox = http.get("/healthz").json()["sandbox"]
        assert (sandbox["level"], sandbox["seccomp"]) == ("partial", False)
        assert {"network", "processes"} <= set(sandbox["missing"])
        assert {"files", "memory"} <= set(sandbox["holds"])
        assert http.post("/images/fit/80", files={"file": svg()}).status_code == 200
        assert attack(http, "read_passwd").json()["code"] == "undecodable"
        assert attack(http, "kill_parent").json()["code"] == "undecodable"
        assert "the sandbox does not hold against: network" in http.log()


def test_locks_that_cannot_be_put_on_hold_nothing() -> None:
    with serving(wrap=lambda argv: on_kernel_without("restrict", argv)) as http:
        assert http.get("/healthz").json()["sandbox"]["level"] == "off"
        assert http.post("/images/fit/80", files={"file": EVERY_FORMAT["png"]}).json()["code"] == "internal"


def test_require_starts_only_with_all_of_it() -> None:
    with serving(REMOTE_SANDBOX="require") as http:
        assert http.get("/healthz").json()["sandbox"]["level"] == "full"
    with (
        pytest.raises(AssertionError, match="REMOTE_SANDBOX=require, but nothing stops"),
        serving(wrap=lambda argv: on_kernel_without("seccomp", argv), REMOTE_SANDBOX="require"),
    ):
        pass


def test_off_is_a_process_of_its_own_without_locks() -> None:
    with serving(application="tests.attacker:create_app()", REMOTE_SANDBOX="off") as http:
        sandbox = http.get("/healthz").json()["sandbox"]
        assert "files" in sandbox["missing"]
        assert attack(http, "read_passwd").json()["code"] == "escaped"
        assert attack(http, "segfault").json()["code"] == "decoder_crashed"
        assert http.post("/images/fit/80", files={"file": svg()}).status_code == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look into other processes' memory")
def test_nothing_of_an_upload_stays_in_the_zygote_or_a_waiting_decoder(service: Service) -> None:
    marker = os.urandom(16).hex().encode()
    upload = EVERY_FORMAT["svg"].replace(b"</svg>", b"<!--" + marker + b"--></svg>")
    for _ in range(20):
        assert service.post("/images/fit/80", files={"file": upload}).status_code == 200
    processes = service.zygotes() + service.decoders()
    assert len(processes) >= 4
    assert not [pid for pid in processes if marker in memory_of(pid)]
    assert b"remote.sandbox.zygote" in memory_of(service.zygotes()[0])


CODECS = ("libheif", "libavif", "libjpeg", "libpng", "libtiff", "libwebp", "openjp2", "cairo", "libmagic", "_imaging")


def test_the_process_that_talks_to_the_network_has_no_codec_loaded(service: Service) -> None:
    assert service.post("/images/fit/80", files={"file": EVERY_FORMAT["heif"]}).status_code == 200
    assert service.post("/images/prepare_jpeg", files={"file": EVERY_FORMAT["jpeg"]}).status_code == 200
    for worker in service.workers():
        loaded = Path(f"/proc/{worker}/maps").read_text()
        assert not [codec for codec in CODECS if codec in loaded]
    assert "libheif" in Path(f"/proc/{service.zygotes()[0]}/maps").read_text()


def memory_of(pid: int) -> bytes:
    """All that a process can read of its own memory; nothing of one that has just ended."""
    pieces = []
    with (
        suppress(FileNotFoundError, ProcessLookupError),
        open(f"/proc/{pid}/maps") as maps,
        open(f"/proc/{pid}/mem", "rb", buffering=0) as memory,
    ):
        for line in maps:
            addresses, rights = line.split()[:2]
            if "r" in rights and "[v" not in line:
                start, end = (int(address, 16) for address in addresses.split("-"))
                with suppress(OSError, ValueError):
                    memory.seek(start)
                    pieces.append(memory.read(end - start))
    return b"".join(pieces)
