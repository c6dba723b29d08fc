"""exiftool in a compartment of its own: confined, killed whole at the deadline, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote.errors import Internal, Timeout
from remote.imaging.jpeg.rights import carrier
from remote.sandbox.compartment import Compartment
from tests.conftest import Service, serving
from tests.processes import alive, as_user, command, descendants, eventually
from tests.samples import saved, scene

ROOT = Path(__file__).parent.parent


def tagged(path: Path, *tags: str) -> bytes:
    """A JPEG with these tags, as exiftool writes them."""
    path.write_bytes(saved(scene(), "JPEG"))
    subprocess.run(["exiftool", "-q", "-overwrite_original", *tags, str(path)], check=True)
    return path.read_bytes()


@pytest.fixture
def upload(tmp_path: Path) -> bytes:
    return tagged(tmp_path / "tagged.jpg", "-XMP-dc:Rights=mine", "-XMP-photoshop:City=Vienna", "-IPTC:By-line=Ännchen")


@pytest.fixture
def compartment() -> Iterator[Compartment]:
    made = Compartment("auto", 10)
    yield made
    made.close()


def test_it_keeps_rights_and_nothing_else(compartment: Compartment, upload: bytes) -> None:
    for _ in range(3):
        restored = compartment.restore(carrier(upload))
        assert b"mine" in restored
        assert "Ännchen".encode() in restored or "Ännchen".encode("latin-1") in restored
        assert b"Vienna" not in restored


def test_what_exiftool_cannot_read_gives_nothing_and_it_goes_on(compartment: Compartment, upload: bytes) -> None:
    assert not carrier(compartment.restore(b"not a JPEG"))
    assert b"mine" in compartment.restore(carrier(upload))


def test_a_killed_exiftool_is_started_again(compartment: Compartment, upload: bytes) -> None:
    compartment.restore(carrier(upload))
    for pid in tools():
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not tools())
    start = time.monotonic()
    assert b"mine" in compartment.restore(carrier(upload))
    assert time.monotonic() - start < 3


def test_one_that_dies_of_the_file_is_one_error(upload: bytes) -> None:
    compartment = Compartment("auto", 5, (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(Internal):
        compartment.restore(carrier(upload))


def test_exiftool_ends_when_what_started_it_is_killed(compartment: Compartment, upload: bytes) -> None:
    compartment.restore(carrier(upload))
    assert compartment.running
    tool = tools()
    os.kill(compartment.running.process.pid, signal.SIGKILL)
    assert tool
    assert eventually(lambda: not any(map(alive, tool)))


def test_an_exiftool_that_hangs_is_killed_with_its_compartment_at_the_deadline(upload: bytes) -> None:
    compartment = Compartment("auto", 1.5)
    compartment.restore(carrier(upload))
    stuck = descendants(os.getpid())
    for pid in tools():
        os.kill(pid, signal.SIGSTOP)
    start = time.monotonic()
    with pytest.raises(Timeout):
        compartment.restore(carrier(upload))
    assert 1.5 <= time.monotonic() - start < 2.5
    assert eventually(lambda: not any(alive(pid) for pid in stuck if "toolbox" in command(pid) or is_tool(pid)))
    assert b"mine" in compartment.restore(carrier(upload))
    compartment.close()


def test_nothing_is_left_in_its_folder(compartment: Compartment, upload: bytes) -> None:
    compartment.restore(carrier(upload))
    assert compartment.running
    folder = Path(compartment.running.folder)
    assert not list(folder.iterdir())
    compartment.close()
    assert not folder.exists()


ATTACK = """
import os, sys
from pathlib import Path
sys.path[:0] = {path!r}
from remote.sandbox import toolbox
def attack(control, folder):
    import socket
    found = []
    def attempt(name, act):
        try:
            act()
        except OSError:
            return
        found.append(name)
    attempt("passwd", lambda: open("/etc/passwd"))
    attempt("home", lambda: os.listdir("/root") if os.access("/root", os.R_OK) else os.listdir("/home"))
    attempt("environ", lambda: open(f"/proc/{{os.getppid()}}/environ").read())
    attempt("write", lambda: open("/tmp/out-of-the-compartment", "w"))
    attempt("network", lambda: socket.socket().connect(("127.0.0.1", 9)))
    attempt("signal", lambda: os.kill(os.getppid(), 0))
    attempt("another program", lambda: os.execv("/usr/bin/id", ["id"]))
    Path(folder, "found").write_text(" ".join(found))
    control.send(b"1")
    control.recv(1)
toolbox.serve = attack
toolbox.main()
"""


def test_code_in_it_reaches_nothing(tmp_path: Path) -> None:
    code = ATTACK.format(path=[str(ROOT), *sys.path])
    compartment = Compartment("auto", 2, (sys.executable, "-c", code))
    with pytest.raises(Internal):
        compartment.restore(b"x")
    assert not Path("/tmp/out-of-the-compartment").exists()
    from remote.sandbox.compartment import Running

    running = Running("auto", compartment.command, 5)
    assert (Path(running.folder) / "found").read_text() == ""
    running.end()


def is_tool(pid: int) -> bool:
    return "perl" in command(pid) and "exiftool" in command(pid)


def tools() -> list[int]:
    return [pid for pid in descendants(os.getpid()) if is_tool(pid) and alive(pid)]


@pytest.mark.parametrize("wrap", [lambda argv: argv, as_user], ids=["as it is", "user"])
def test_it_works_behind_http_whoever_runs_it(upload: bytes, wrap: object) -> None:
    with serving(wrap=wrap, WEB_CONCURRENCY="1") as service:  # type: ignore[arg-type]
        answer = service.post("/images/prepare_jpeg", files={"file": upload})
        assert answer.status_code == 200, answer.text + service.log()
        assert b"mine" in answer.content
        assert b"Vienna" not in answer.content
        assert_a_kill_is_no_error(service, upload)


def assert_a_kill_is_no_error(service: Service, upload: bytes) -> None:
    for pid in service.everything():
        if is_tool(pid):
            os.kill(pid, signal.SIGKILL)
    assert service.post("/images/prepare_jpeg", files={"file": upload}).status_code == 200
