"""Real files, all of them, through everything."""

from collections.abc import Callable
from pathlib import Path

import pytest

from remote.errors import RemoteError
from remote.imaging.operations import perform
from remote.jobs import AvatarOptions, FitOptions, InfoOptions, Options, PrepareOptions, Result
from remote.sandbox.door import Sandbox
from remote.sandbox.memory import memory_file
from tests.conftest import CORPUS_FILES, Client
from tests.similarity import opened


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.name)
def test_each_real_file_is_answered_right(client: Client, path: Path) -> None:
    data = path.read_bytes()
    info = client.post("/images/info", data).json
    fit = client.post("/images/fit/320x240", data)
    avatars = client.post("/images/rescale_avatar", data)
    if path.stem == "truncated":
        assert (fit.status_code, avatars.status_code) == (422, 422)
        return
    scale = min(320 / info["width"], 240 / info["height"], 1)
    assert opened(fit.data).size == (round(info["width"] * scale), round(info["height"] * scale))
    assert avatars.json["success"]
    animated = opened(client.post("/images/fit/100?animated=1", data).data)
    assert getattr(animated, "n_frames", 1) > 1 or info["frames"] == 1


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.name)
@pytest.mark.parametrize(
    ("operation", "options"),
    [("info", InfoOptions()), ("prepare_jpeg", PrepareOptions()), ("fit", FitOptions((300, 300), animated=True)),
     ("avatars", AvatarOptions())],
)  # fmt: skip
def test_the_same_bytes_come_from_inside_and_outside_the_wall(
    client: Client, path: Path, operation: str, options: Options
) -> None:
    sandbox: Sandbox = client.http.application.extensions["remote.sandbox"]
    data = path.read_bytes()
    with memory_file("upload") as upload:
        upload.write(data)
        inside = outcome(lambda: sandbox.run(operation, options, upload))
    outside = outcome(lambda: perform(operation, options, data, sandbox.supply.config.limits))
    assert inside == outside


def outcome(run: Callable[[], Result]) -> Result | str:
    try:
        return run()
    except RemoteError as error:
        return error.message
