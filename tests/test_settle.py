"""The template that decoders are forked from, settled: what it has learned must not show in what they answer."""

import base64
import json
import subprocess
import sys
from typing import Any

import pytest

from remote.sandbox.supply import ENVIRONMENT
from tests.conftest import ROOT
from tests.samples import animation, saved, waves
from tests.similarity import opened

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">
<rect width="20" height="20" fill="red"/><rect x="20" width="20" height="20" fill="Lime"/>
<rect y="20" width="20" height="20" fill="hsl(240 100% 50%)"/><text x="22" y="36" fill="black">a</text></svg>"""

UPLOADS = {
    "jpeg": saved(waves(161, 99), "JPEG"),
    "png": saved(waves(161, 99).convert("RGBA"), "PNG"),
    "svg": SVG.encode(),
    "gif": animation("GIF"),
}

PROGRAM = """
import base64, gc, json, os, resource, sys, weakref
from PIL import Image
from remote.imaging.limits import Limits
from remote.imaging.operations import perform
from remote.jobs import AvatarOptions, FitOptions, InfoOptions, PrepareOptions
from remote.sandbox import heap
from remote.sandbox.preload import preload
from remote.sandbox.settle import settle

JOBS = [
    ("info", InfoOptions()), ("avatars", AvatarOptions()), ("avatars", AvatarOptions(animated=True)),
    ("fit", FitOptions((60, 60))), ("fit", FitOptions((99, 99), "webp", 70, (255, 0, 0))),
    ("fit", FitOptions((64, 64), "png", animated=True)), ("prepare_jpeg", PrepareOptions("none")),
]

class New:
    pass

def results():
    made = {}
    for name, upload in uploads.items():
        for job, options in JOBS:
            if job != "prepare_jpeg" or name == "jpeg":
                result = perform(job, options, upload, Limits(1 << 22, 1 << 12, 100, 1 << 24, 64))
                files = [base64.b64encode(file.data).decode() for file in result.files]
                made[f"{name}: {job} {options}"] = [repr(result.facts), *files]
    return made

def references(thing):
    before = sys.getrefcount(thing)
    taken = [thing] * 100
    return sys.getrefcount(thing) - before

def told():
    old = [perform, perform.__code__, perform.__code__.co_consts, perform.__globals__, perform.__doc__, Image.Image]
    new = New()
    gone = weakref.ref(new)
    counts = {"old": [references(thing) for thing in old], "new": references(new)}
    del new
    found = {"freed": gone() is None, "frozen": gc.get_freeze_count()}
    faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    before = faults()
    perform("avatars", AvatarOptions(), uploads["jpeg"], Limits(1 << 22, 1 << 12, 100, 1 << 24, 64))
    found["faults"] = faults() - before
    return counts | found | {"first": results(), "second": results(), "collected": gc.collect() >= 0}

uploads = {name: base64.b64decode(text) for name, text in json.load(sys.stdin).items()}
preload()
if sys.argv[1] == "settled":
    settle()
threads = len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1
reader, writer = os.pipe()
child = heap.fork() if sys.argv[1] == "settled" else os.fork()
if child == 0:
    if sys.argv[1] == "settled":
        heap.start_afresh()
    with open(writer, "w") as pipe:
        json.dump(told(), pipe)
    os._exit(0)
os.close(writer)
with open(reader) as pipe:
    answer = json.load(pipe)
print(json.dumps(answer | {"threads": threads, "status": os.waitpid(child, 0)[1]}))
"""
"""What a decoder that is forked from a template, settled or not, tells of itself."""


def told(how: str) -> dict[str, Any]:
    stdin = json.dumps({name: base64.b64encode(data).decode() for name, data in UPLOADS.items()})
    command = [sys.executable, "-c", PROGRAM, how]
    ran = subprocess.run(command, input=stdin, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def settled() -> dict[str, Any]:
    return told("settled")


@pytest.fixture(scope="module")
def fresh() -> dict[str, Any]:
    return told("fresh")


def test_it_answers_what_a_fresh_one_answers_time_after_time(settled: dict[str, Any], fresh: dict[str, Any]) -> None:
    assert {name.split(":")[0] for name in fresh["first"]} == UPLOADS.keys()
    assert settled["first"] == fresh["first"]
    assert settled["second"] == fresh["first"]
    assert settled["status"] == 0


def test_colours_of_an_svg_have_their_names(settled: dict[str, Any]) -> None:
    name = next(name for name in settled["first"] if name.startswith("svg: fit"))
    for found in ("first", "second"):
        image = opened(base64.b64decode(settled[found][name][1])).convert("RGB")
        assert [image.getpixel(place) for place in ((5, 5), (25, 5), (5, 25))] == [
            (255, 0, 0),
            (0, 255, 0),
            (0, 0, 255),
        ]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="no object is immortal before Python 3.12")
def test_nothing_counts_references_to_what_was_there(settled: dict[str, Any], fresh: dict[str, Any]) -> None:
    assert set(settled["old"]) == {0}
    assert set(fresh["old"]) == {100}, "they are immortal anyway, so the test says nothing"


def test_what_comes_later_is_counted_and_freed(settled: dict[str, Any]) -> None:
    assert (settled["new"], settled["freed"], settled["collected"]) == (100, True, True)


def test_the_collector_leaves_what_was_there_alone(settled: dict[str, Any], fresh: dict[str, Any]) -> None:
    assert settled["frozen"] > 10_000
    assert fresh["frozen"] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="threads are looked up in /proc")
def test_it_has_one_thread(settled: dict[str, Any]) -> None:
    """A fork has no more than the one that forks: what the others held would be held for ever."""
    assert settled["threads"] == 1


@pytest.mark.skipif(sys.platform != "linux" or sys.version_info < (3, 12), reason="pages are copied anyway")
def test_a_decoder_copies_few_pages_of_the_template(settled: dict[str, Any], fresh: dict[str, Any]) -> None:
    assert settled["faults"] < fresh["faults"] / 2


NO_MORE = """
import os, resource
from remote.sandbox import heap

resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)  # root has no such limit
try:
    print(heap.fork())
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is Python's own")
def test_a_fork_that_fails_is_an_error_not_a_process() -> None:
    """Its -1 would be every process there is to kill()."""
    ran = subprocess.run([sys.executable, "-c", NO_MORE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("[Errno "), ran
    assert "fork" in ran.stdout
