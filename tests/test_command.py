"""The command `remote`: its help, its examples, `remote serve` and `remote check`."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from remote.command import COMMANDS
from remote.command import EXAMPLES as EXAMPLES_OF_ALL
from remote.jobs import KINDS
from tests.commands import REMOTE, environment, remote, run
from tests.conftest import ROOT, free_port
from tests.processes import alive, children, command, descendants, eventually, on_kernel_without
from tests.samples import EVERY_FORMAT, exif, saved, scene
from tests.test_readme import blocks


def help_of(*words: str) -> str:
    ran = remote(*words, "--help")
    assert (ran.returncode, ran.stderr) == (0, b"")
    return ran.stdout.decode()


EXAMPLES = {"": EXAMPLES_OF_ALL} | {name: each.examples for name, each in COMMANDS.items()}
LINES = [line.strip() for text in EXAMPLES.values() for line in text.splitlines()]
LINES += re.findall(r"^(?:\w+=\S+ )*remote .*$", "".join(blocks("sh")), re.MULTILINE)
"""Those of the README too."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_help_has_the_examples_and_fits_a_terminal(name: str) -> None:
    told = help_of(*([name] if name else []))
    assert told.startswith(f"usage: remote {name}")
    assert f"\nexamples:\n{EXAMPLES[name]}\n\n" in told
    assert max(map(len, told.splitlines())) <= 80
    if name:
        assert re.search(r"exit status:\n  0 +\w", told)
        assert f"\n  {name} " in help_of()


def test_version() -> None:
    assert remote("--version").stdout == b"remote 0.1.0\n"


@pytest.mark.parametrize("words", [[], ["convrt"], ["serve", "now"], ["check", "--json"], ["--serve"]])
def test_wrong_usage_is_status_2(words: list[str]) -> None:
    ran = remote(*words)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"error: " in ran.stderr


@pytest.mark.parametrize("name", ["serve", "check"])
def test_a_bad_setting_is_status_2_and_says_what_is_valid(name: str) -> None:
    ran = remote(name, REMOTE_MAX_SIDE="huge")
    assert ran.returncode == 2
    assert b"Expected a whole number from 1 to 1048576 for REMOTE_MAX_SIDE, received 'huge'" in ran.stderr


def fill(folder: Path) -> Path:
    """The files that examples are about."""
    names = {"photo.heic": "heif", "scan.tiff": "tiff", "drawing.svg": "svg", "poster.psd": "psd", "chart.png": "png"}
    for name, format in names.items():
        (folder / name).write_bytes(EVERY_FORMAT[format])
    (folder / "photo.jpg").write_bytes(saved(scene(), "JPEG", exif=exif(1, gps=True)))
    return folder


def outputs(folder: Path, before: set[Path]) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path not in before]


@pytest.mark.parametrize("line", sorted({line for line in LINES if "serve" not in line}))
def test_every_example_runs_as_written(tmp_path: Path, line: str) -> None:
    before = set(fill(tmp_path).iterdir())
    ran = run(["sh", "-c", line], cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, b""), ran.stderr.decode()
    made = outputs(tmp_path, before)
    assert all(path.stat().st_size > 100 for path in made)
    assert made or "check" in line


@pytest.mark.parametrize("line", sorted({line for line in LINES if "serve" in line}))
def test_serve_is_gunicorn_as_in_the_procfile_and_ends_on_sigterm(line: str) -> None:
    port = free_port()
    line = re.sub(r"PORT=\d+", f"PORT={port}", line)
    started = subprocess.Popen(["sh", "-c", f"exec env {line}"], env=environment(PORT=str(port), WEB_CONCURRENCY="1"))
    try:
        assert eventually(lambda: answers(port), 20)
        assert command(started.pid).strip().endswith((ROOT / "Procfile").read_text().partition("web: ")[2].strip())
        workers = 4 if "CONCURRENCY" in line else 1
        assert eventually(lambda: len(children(started.pid)) == workers)
        below = descendants(started.pid)
    finally:
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 0
    assert eventually(lambda: not any(map(alive, below)))


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ping").json()["message"] == "pong"
    except httpx.TransportError:
        return False


def test_serve_without_gunicorns_folder_on_the_path() -> None:
    port = free_port()
    started = subprocess.Popen([REMOTE, "serve"], env=environment(PORT=str(port), PATH="/usr/bin:/bin"))
    try:
        assert eventually(lambda: answers(port), 20)
    finally:
        started.terminate()
        assert started.wait(30) == 0


def checked(argv: list[str], **variables: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit status, and of each part whether it is there and what is said."""
    ran = run(argv, **variables)
    found = {}
    for line in ran.stdout.decode().splitlines():
        matched = re.fullmatch(r"(\S.*?) {2,}(ok|missing) +(\S.*)", line)
        assert matched, line
        found[matched[1]] = (matched[2], matched[3])
    return ran.returncode, found


def missing(found: dict[str, tuple[str, str]]) -> set[str]:
    return {name for name, (state, _) in found.items() if state == "missing"}


def test_check_tells_each_part_and_that_all_is_there() -> None:
    status, found = checked([REMOTE, "check"])
    assert (status, missing(found)) == (0, set())
    assert {f"format: {kind.name}" for kind in KINDS} <= found.keys()
    for name in ("exiftool", "pillow", "libheif", "libavif", "cairo", "python"):
        assert re.match(r"\d+\.\d+", found[name][1])
    assert found["wall"] == ("ok", "level full")
    assert {"libmagic", "fonts", "wall: landlock", "wall: seccomp", "wall: network", "strip: rights"} <= found.keys()


@pytest.mark.parametrize(
    ("lacking", "lost"),
    [
        ("landlock", {"wall: landlock", "format: svg", "fonts"}),
        ("seccomp", {"wall", "wall: seccomp", "wall: network", "wall: processes"}),
    ],
)
def test_a_lock_that_the_kernel_lacks_is_missing_with_what_to_do(lacking: str, lost: set[str]) -> None:
    status, found = checked(on_kernel_without(lacking, [REMOTE, "check"]))
    assert status == 1
    assert lost <= missing(found)
    assert "needs" in found[f"wall: {lacking}"][1]


def test_off_is_no_wall() -> None:
    status, found = checked([REMOTE, "check"], REMOTE_SANDBOX="off")
    assert status == 1
    assert "REMOTE_SANDBOX is off" in found["wall: landlock"][1]
    assert "format: heif" not in missing(found)


@pytest.mark.parametrize(
    ("hide", "lost", "todo"),
    [
        ("mount --bind /dev/null $(readlink -f /usr/bin/exiftool)", {"exiftool", "strip: rights"}, "apt-get install"),
        ("for d in /usr/share/fonts /usr/local/share/fonts; do mount -t tmpfs none $d; done",
         {"fonts"}, "fonts-dejavu-core"),
        ("for f in $(find /usr/lib /lib -name 'libmagic.so*'); do mount --bind /dev/null $f; done",
         {"libmagic", "decoders"}, "libmagic1"),
        ("for f in $(find /usr/lib /lib -name 'libturbojpeg.so*'); do mount --bind /dev/null $f; done",
         {"strip: turning"}, "libturbojpeg0"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_installed_is_missing_with_what_to_install(
    without: Callable[[str], list[str]], hide: str, lost: set[str], todo: str
) -> None:
    status, found = checked([*without(hide), REMOTE, "check"])
    assert status == 1
    assert missing(found) == lost
    assert any(todo in found[name][1] for name in lost)


@pytest.fixture
def without() -> Callable[[str], list[str]]:
    """Makes a prefix of commands that see a file system from which something was taken."""
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-current-user", "--keep-caps"]
    if not shutil.which("unshare") or subprocess.run([*own, "mount", "-t", "tmpfs", "none", "/mnt"]).returncode:
        pytest.skip("needs a mount namespace")
    return lambda hide: [*own, "sh", "-c", f'{hide} && exec "$@"', "sh"]
