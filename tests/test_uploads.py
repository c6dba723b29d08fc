"""How a file gets in, over HTTP and with curl."""

import re
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.conftest import Client, serving
from tests.samples import EVERY_FORMAT

JPEG = EVERY_FORMAT["jpeg"]


def test_a_raw_body_with_an_image_type_is_taken(service: httpx.Client) -> None:
    answer = service.post("/images/info", content=JPEG, headers={"Content-Type": "image/whatever"})
    assert answer.json()["format"] == "jpeg"


def test_a_raw_body_without_an_image_type_is_no_file(service: httpx.Client) -> None:
    answer = service.post("/images/info", content=JPEG, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.json()["code"]) == (400, "missing_file")
    assert answer.json()["message"].startswith("No file was uploaded")


def test_a_body_in_chunks_is_taken(service: httpx.Client) -> None:
    answer = service.post(
        "/images/info", content=iter([JPEG[:100], JPEG[100:]]), headers={"Content-Type": "image/jpeg"}
    )
    assert answer.json()["binary_size"] == len(JPEG)


@pytest.mark.parametrize(
    "form",
    [{}, {"files": {"photo": JPEG}}, {"files": {"file": ("", b"")}}, {"files": {"file": ("empty.jpg", b"")}},
     {"data": {"file": "text, not a file"}}],
)  # fmt: skip
def test_no_file_is_an_error(service: httpx.Client, form: dict[str, object]) -> None:
    answer = service.post("/images/fit/320", **form)
    assert (answer.status_code, answer.json()["code"]) == (400, "missing_file")
    assert answer.json()["message"].startswith("No file was uploaded")


def test_a_file_without_a_name_is_taken(service: httpx.Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n' + JPEG + b"\r\n--x--\r\n"
    answer = service.post("/images/info", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.json()["format"] == "jpeg"


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"no boundary at all", b"--x\r\nContent-Disposition: form-data"])
def test_a_broken_form_is_a_400(service: httpx.Client, body: bytes) -> None:
    answer = service.post("/images/info", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"


def test_more_than_the_limit_is_refused_from_its_length_before_it_is_sent(tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(300 << 20)
    with serving() as http:
        url = f"{http.base_url}/images/fit/320"
        command = ["curl", "-sS", "-w", "\n%{http_code} %{size_upload}", "-F", f"file=@{huge}", url]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        body, _, status = ran.stdout.rpartition("\n")
        assert status.startswith("413"), ran
        assert '"code":"too_large"' in body
        assert int(status.split()[1]) < 200 << 20
        assert http.get("/ping").json()["message"] == "pong"


def test_a_connection_can_be_used_again_after_an_early_refusal(service: httpx.Client) -> None:
    with httpx.Client(base_url=service.base_url) as http:
        for _ in range(5):
            answer = http.post("/images/fit/0", files={"file": bytes(5 << 20)})
            assert (answer.status_code, answer.headers["Connection"]) == (400, "keep-alive")


def test_more_than_the_limit_is_refused_while_it_comes_in_chunks() -> None:
    with serving(REMOTE_MAX_UPLOAD_BYTES="100000") as http:
        chunks = (b"\xff\xd8\xff" + bytes(50_000) for _ in range(8))
        answer = http.post("/images/info", content=chunks, headers={"Content-Type": "image/jpeg"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        form = http.post("/images/info", files={"file": bytes(100_001)})
        assert (form.status_code, form.json()["code"]) == (413, "too_large")
        assert http.post("/images/info", files={"file": bytes(100_000)}).status_code == 415


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        ("photo.of.us.JPEG", "photo.of.us.jpg"),
        ("../../etc/passwd", "etc_passwd.jpg"),
        ("C:\\photos\\me.png", "C_photos_me.jpg"),
        ('a"b\r\nX-Evil: 1.jpg', "ab0D0AX-Evil_1.jpg"),
        ("фото.jpg", "jpg.jpg"),
        ("", "image.jpg"),
        ("x" * 300 + ".jpg", "x" * 100 + ".jpg"),
    ],
)
def test_the_answer_has_a_safe_name(client: Client, name: str, shown: str) -> None:
    answer = client.post("/images/fit/80", JPEG, name=name)
    assert answer.headers["Content-Disposition"] == f'inline; filename="{shown}"'
    assert not re.search(r'["\\/\r\n]', shown)
