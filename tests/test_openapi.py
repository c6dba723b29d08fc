"""GET /openapi.json: the description is whole, and the service is as described."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from remote import errors, parameters
from remote.app import create_app
from remote.openapi.document import document
from remote.openapi.parameters import up_to
from remote.settings import Settings
from tests.conftest import ROOT, Service, serving
from tests.described import Description
from tests.samples import EVERY_FORMAT, animation

TOKEN = {"Authorization": "Bearer secret"}
LIMITS = {"REMOTE_MAX_UPLOAD_BYTES": "50000", "REMOTE_MAX_PIXELS": "20000", "REMOTE_MAX_FRAMES": "4"}


def described(**settings: Any) -> Description:
    made = Settings(**settings)
    return Description(document(create_app(made).url_map, made))


@pytest.fixture(scope="module")
def narrow() -> Iterator[httpx.Client]:
    """A service with a token and small limits."""
    with serving(REMOTE_TOKEN="secret", **LIMITS) as running:
        yield running


def description_of(service: httpx.Client) -> Description:
    return Description(service.get("/openapi.json").json())


def kinds(root: type[errors.RemoteError]) -> set[type[errors.RemoteError]]:
    own = {root} if hasattr(root, "status") else set()
    return own.union(*map(kinds, root.__subclasses__()))


def told_codes(description: Description) -> set[str]:
    """The codes in the examples of the errors that are described."""
    examples = [
        example["value"]["code"]
        for response in description.document["components"]["responses"].values()
        for example in response["content"]["application/json"]["examples"].values()
    ]
    return set(examples)


@pytest.mark.parametrize("settings", [{}, {"token": "secret"}, {"response": "json", "max_box": 1, "max_frames": 1}])
def test_it_is_valid_openapi(settings: dict[str, Any]) -> None:
    validate(described(**settings).document)


def test_it_is_answered_as_json_without_a_token(narrow: httpx.Client) -> None:
    answer = narrow.get("/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json()["openapi"].startswith("3.1.")


def test_it_has_every_rule_with_its_methods_and_no_other() -> None:
    rules = create_app(Settings()).url_map.iter_rules()
    expected = {
        (method, re.sub("<(.*?)>", r"{\1}", rule.rule))
        for rule in rules
        for method in rule.methods or ()
        if method != "HEAD"
    }
    assert {(method, path) for method, path, _ in described().operations()} == expected


def test_it_has_every_error_and_no_other() -> None:
    tree = {kind.code for kind in kinds(errors.RemoteError)}
    assert told_codes(described(token="secret")) == tree
    assert set(described().document["components"]["schemas"]["Error"]["properties"]["code"]["enum"]) == tree


def test_without_a_token_nothing_is_said_of_one() -> None:
    assert "unauthorized" not in told_codes(described())
    assert "securitySchemes" not in described().document["components"]
    assert not any("security" in operation for _, _, operation in described().operations())


def test_with_a_token_every_post_needs_it_and_no_get() -> None:
    description = described(token="secret")
    for method, _, operation in description.operations():
        assert ("security" in operation, "401" in operation["responses"]) == ((method == "POST",) * 2)
    assert description.document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "secret" not in str(description.document["components"]["securitySchemes"])


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in described().operations()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("settings", [{}, {"token": "secret", "max_upload_bytes": 5000, "max_side": 700}])
def test_every_example_is_as_its_schema_says(settings: dict[str, Any]) -> None:
    description, count = described(**settings), 0
    for _, _, operation in description.operations():
        for response in map(description.resolved, operation["responses"].values()):
            for content in response["content"].values():
                examples = [example["value"] for example in content.get("examples", {}).values()]
                examples += [content["example"]] if "example" in content else []
                for example in examples:
                    assert description.faults(content["schema"], example) == []
                    count += 1
    assert count > 100


@pytest.mark.parametrize("most", [1, 2, 9, 10, 11, 99, 100, 320, 8192, 16383])
def test_the_sides_of_a_box_are_described_exactly(most: int) -> None:
    matches = {text for text in map(str, range(20_000)) if re.fullmatch(up_to(most), text)}
    assert matches == set(map(str, range(1, most + 1)))
    assert not re.fullmatch(up_to(most), "01")


def test_the_parameters_are_those_that_are_read() -> None:
    description = described()
    for path, names in {
        "/images/prepare_jpeg": parameters.OF_PREPARE,
        "/images/fit/320": parameters.OF_FIT,
        "/images/rescale_avatar": parameters.OF_AVATARS,
        "/images/resize_avatar": parameters.OF_AVATARS,
        "/images/info": (),
    }.items():
        told = description.operation("POST", path)["parameters"]
        assert [parameter["name"] for parameter in told if parameter.get("in") == "query"] == [*names]


def values(schema: dict[str, Any]) -> tuple[list[object], list[object]]:
    """Some that a schema allows and some beside them."""
    if "enum" in schema:
        return schema["enum"], ["", "other", schema["enum"][0].upper() + " "]
    if schema["type"] == "integer":
        least, most = schema["minimum"], schema["maximum"]
        return [least, most], [least - 1, most + 1, f"0{least}", "", "1.5"]
    return schema["examples"], ["", "fff", "gggggg", "#ffffff"]


@pytest.mark.parametrize("path", ["/images/prepare_jpeg", "/images/fit/80", "/images/rescale_avatar"])
def test_the_values_of_parameters_are_those_that_are_described(service: httpx.Client, path: str) -> None:
    for parameter in description_of(service).operation("POST", path)["parameters"]:
        if parameter.get("in") != "query":
            continue
        good, bad = values(parameter["schema"])
        for value in good + bad:
            answer = service.post(path, params={parameter["name"]: value}, files={"file": EVERY_FORMAT["jpeg"]})
            assert answer.status_code == (200 if value in good else 400), (parameter["name"], value)


@pytest.mark.parametrize("name", EVERY_FORMAT)
@pytest.mark.parametrize("path", ["/images/info", "/images/fit/80", "/images/rescale_avatar", "/images/prepare_jpeg"])
def test_answers_to_uploads_are_as_described(service: httpx.Client, path: str, name: str) -> None:
    description = description_of(service)
    for accept in ("*/*", "application/json"):
        answer = service.post(path, files={"file": EVERY_FORMAT[name]}, headers={"Accept": accept})
        described = description.response("POST", path, answer.status_code)
        assert description.faults_of(answer, described) == []
        assert answer.status_code == (415 if "prepare" in path and name != "jpeg" else 200)


@pytest.mark.parametrize("path", ["/images/fit/80", "/images/resize_avatar"])
def test_answers_to_animations_are_as_described(service: httpx.Client, path: str) -> None:
    description = description_of(service)
    answer = service.post(path, params={"animated": "1"}, files={"file": animation("GIF")})
    assert description.faults_of(answer, description.response("POST", path, 200)) == []
    told = answer.headers["X-Image-Frames"] if "fit" in path else answer.json()["avatar24"]["frames"]
    assert int(told) == 5


@pytest.mark.parametrize(
    "path",
    ["/", "/ping", "/hello", "/healthz", "/readyz", "/metrics", "/openapi.json", "/images/info", "/images/fit/320"],
)
def test_answers_about_the_service_are_as_described(service: httpx.Client, path: str) -> None:
    description = description_of(service)
    good, bad = service.get(path), service.get(path, params={"no": "such"})
    assert (good.status_code, bad.status_code) == (200, 400)
    for answer in (good, bad):
        assert description.faults_of(answer, description.response("GET", path, answer.status_code)) == []


JPEG = EVERY_FORMAT["jpeg"]
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "unauthorized": ("/images/info", {"headers": {"Authorization": "Bearer other"}}),
    "missing_file": ("/images/info", {}),
    "bad_parameter": ("/images/fit/0", {"files": {"file": JPEG}}),
    "not_found": ("/images/fit/3/4", {"files": {"file": JPEG}}),
    "too_large": ("/images/info", {"files": {"file": bytes(50_001)}}),
    "unsupported_type": ("/images/prepare_jpeg", {"files": {"file": EVERY_FORMAT["png"]}}),
    "undecodable": ("/images/fit/80", {"files": {"file": JPEG[:600]}}),
    "too_many_pixels": ("/images/fit/80", {"files": {"file": animation("PNG", 30)}}),
    "too_many_frames": ("/images/fit/80", {"files": {"file": animation("GIF", 5)}}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_refusals_are_as_described(narrow: httpx.Client, code: str) -> None:
    path, request = REFUSED[code]
    description = description_of(narrow)
    answer = narrow.post(path, **request | {"headers": TOKEN | request.get("headers", {})})
    asked = "/images/fit/320" if code == "not_found" else path
    assert answer.json()["code"] == code
    assert description.faults_of(answer, description.response("POST", asked, answer.status_code)) == []


def test_a_body_in_chunks_that_are_none_is_refused_as_described(service: Service) -> None:
    connection = HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.putrequest("POST", "/images/info")
    connection.putheader("Content-Type", "image/png")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders(b"no size of a chunk\r\n")
    told = connection.getresponse()
    answer = httpx.Response(told.status, headers=told.getheaders(), content=told.read())
    connection.close()
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    description = description_of(service)
    assert description.faults_of(answer, description.response("POST", "/images/info", 400)) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"])
def test_another_method_is_answered_as_described(service: httpx.Client, method: str) -> None:
    description = description_of(service)
    answer = service.request(method, "/images/info")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert description.faults_of(answer, description.document["components"]["responses"]["MethodNotAllowed"]) == []


@pytest.mark.parametrize("path", ["/no/such", "/images//info", "/images/fit//320", "/images/info/"])
def test_another_path_is_answered_as_described(service: httpx.Client, path: str) -> None:
    description = description_of(service)
    answer = service.get(path)
    assert answer.status_code == 404
    assert description.faults_of(answer, description.document["components"]["responses"]["NotFound"]) == []


CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "unsupported_method",
)
EXPECTED = """
[checks.negative_data_rejection]
expected-statuses = [400, 404, 405, 413, 415]
[checks.positive_data_acceptance]
expected-statuses = [200, 415, 422]
"""
"""A file that is no image is right by its schema, which knows bytes only."""

EXAMPLES = 8
"""For each operation, besides those of the coverage phase; a run takes some 10 seconds."""


def test_schemathesis_finds_no_difference(service: Service, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(EXPECTED)
    program = Path(sys.executable).parent / "schemathesis"
    options = [
        f"--checks={','.join(CHECKS)}",
        f"--max-examples={EXAMPLES}",
        "--seed=7",
        "--phases=examples,coverage,fuzzing",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.schemathesis_uploads"}
    ran = subprocess.run(
        [sys.executable, program, "run", *options, "--no-color", f"{service.base_url}/openapi.json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
