"""The README tells all there is to know, and what it tells is so."""

import ast
import dataclasses
import re
import shlex
import subprocess
from pathlib import Path

import httpx
import pytest

from remote import errors, metrics
from remote.app import create_app
from remote.imaging.jpeg.allowed import EXPOSURE, IMAGE, IPTC, XMP
from remote.settings import VARIABLES, Settings, variable_of
from tests.conftest import ROOT
from tests.samples import EVERY_FORMAT

README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def codes(kind: type[errors.RemoteError]) -> set[tuple[int, str]]:
    own = {(kind.status, kind.code)} if hasattr(kind, "status") else set()
    return own.union(*(codes(child) for child in kind.__subclasses__()))


@pytest.mark.parametrize("rule", sorted(rule.rule for rule in create_app(Settings()).url_map.iter_rules()))
def test_every_endpoint_is_in_it(rule: str) -> None:
    assert f" {rule}`" in README


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_is_in_it_with_its_default(variable: str) -> None:
    row = re.search(rf"^\| `{variable}` \| (.*?) \|", README, re.MULTILINE)
    assert row
    fields = (variable_of(field) == variable and field.name for field in dataclasses.fields(Settings))
    field = next(filter(None, fields))
    default = {"workers": "cores", "": "(empty)"}.get(field, str(getattr(Settings(), field)) or "(empty)")
    assert row[1] == default


@pytest.mark.parametrize(("status", "code"), sorted(codes(errors.RemoteError)))
def test_every_error_is_in_it(status: int, code: str) -> None:
    assert f"| {status} | `{code}` |" in README


@pytest.mark.parametrize("name", [*sorted(family.name for family in metrics.OWN.collect()), "remote_memory_bytes"])
def test_every_metric_is_in_it(name: str) -> None:
    assert f"`{name}`" in README or f"`{name}_total`" in README


@pytest.mark.parametrize("tag", [tag.name for tag in (IMAGE | EXPOSURE).values()] + list(IPTC.values()))
def test_every_tag_that_stays_is_in_it(tag: str) -> None:
    assert re.search(rf"\b{tag}\b", README)


@pytest.mark.parametrize("name", [f"{group}:{name}" for group, names in XMP.values() for name in names])
def test_every_property_that_stays_is_in_it(name: str) -> None:
    assert name in README


@pytest.mark.parametrize("number", range(4))
def test_the_curl_lines_work_as_they_stand(service: httpx.Client, tmp_path: Path, number: int) -> None:
    lines = [line for line in "".join(blocks("sh")).splitlines() if line.startswith("curl")]
    assert len(lines) == 4
    (tmp_path / "photo.jpg").write_bytes(EVERY_FORMAT["jpeg"])
    line = lines[number].replace("http://localhost:5000", str(service.base_url).rstrip("/"))
    command = ["curl", "-sSf", *shlex.split(line)[1:]]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("{") or any((tmp_path / name).is_file() for name in ("prepared.jpg", "small.jpg"))


def test_the_python_lines_work_as_they_stand(
    service: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photo.jpg").write_bytes(EVERY_FORMAT["jpeg"])
    monkeypatch.chdir(tmp_path)
    code = blocks("python")[0].replace("http://localhost:5000", str(service.base_url).rstrip("/"))
    exec(compile(ast.parse(code), "README", "exec"), {})
    assert (tmp_path / "small.jpg").read_bytes().startswith(b"\xff\xd8")
