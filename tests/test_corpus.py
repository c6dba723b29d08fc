"""Real files, all of them, through everything."""

from pathlib import Path

import pytest

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
