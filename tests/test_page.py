"""The page at ``GET /`` does what it says, in Chromium against gunicorn; programs get JSON from there."""

import base64
import hashlib
import json
import os
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

from remote.jobs import ANSWERED
from tests.conftest import ROOT, Client, Service, serving
from tests.samples import EVERY_FORMAT, animation, exif, saved, scene
from tests.similarity import opened

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, expect

from tests.browser import Tab, chromium, tab

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PHOTO = saved(scene(320, 200), "JPEG", quality=90, exif=exif(1, gps=True))
TURNED = saved(scene(200, 320), "JPEG", quality=90, exif=exif(6, gps=True))
TOKEN = "open-sesame"

Opening = Callable[..., AbstractContextManager[Tab]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def opening(browser: Browser, service: Service) -> Opening:
    return partial(tab, browser, f"{str(service.base_url).rstrip('/')}/")


@pytest.fixture
def page(opening: Opening) -> Iterator[Tab]:
    with opening() as opened:
        yield opened


class Inline(HTMLParser):
    """The texts of the elements that a Content-Security-Policy speaks of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.within, self.texts = "", {"script": [], "style": []}
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.within = tag
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data: str) -> None:
        if self.within in self.texts:
            self.texts[self.within].append(data)

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def hashes(self, tag: str) -> str:
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in self.texts[tag]]
        assert digests
        return " ".join(f"'sha256-{digest}'" for digest in digests)


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/json, text/html;q=0.9", "image/*"])
def test_programs_get_json(client: Client, accept: str | None) -> None:
    answer = client.http.get("/", headers={"Accept": accept} if accept else {})
    assert answer.is_json
    assert answer.json["service"] == "remote"
    assert "/images/fit/<box>" in answer.json["endpoints"]
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_browser_gets_the_page_with_a_policy_that_allows_its_own_script_and_style_alone(service: Service) -> None:
    answer = service.get("/", headers={"Accept": CHROME})
    inline = Inline(answer.text)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; script-src {inline.hashes('script')}; style-src {inline.hashes('style')}; "
        "img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert not [name for name in inline.attributes if name == "style" or name.startswith("on")]


def test_an_installed_wheel_has_the_page() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["remote"]
    found = {path for pattern in patterns for path in (ROOT / "remote").glob(pattern)}
    assert ROOT / "remote" / "page" / "index.html" in found


def test_a_script_that_is_not_its_own_does_not_run(opening: Opening) -> None:
    with opening() as page:
        page.page.evaluate(
            "() => { const script = document.createElement('script'); script.textContent = 'window.ran = true';"
            "document.body.append(script); document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=ran=1>') }"
        )
        page.page.wait_for_function("() => document.querySelector('img[src=x]')")
        assert page.page.evaluate("() => window.ran") is None
        assert [complaint for complaint in page.complaints if "Content Security Policy" in complaint]
        page.complaints.clear()


def test_prepare_jpeg_shows_that_the_place_is_gone_and_the_pixels_are_not(page: Tab) -> None:
    page.choose(PHOTO)
    before = page.facts("before")
    assert (before["Name"], page.size("before"), before["Bytes"]) == ("photo.jpg", (320, 200), f"{len(PHOTO):,}")
    assert page.metadata()["GPS position"] == ["48.20833, 16.37500"]
    page.done()
    answered = page.download()
    after = page.facts("after")
    assert opened(answered).tobytes() == opened(PHOTO).tobytes()
    assert (page.size("after"), after["Pixels"]) == ((320, 200), "untouched")
    assert after["Bytes"].startswith(f"{len(answered):,} (")
    assert re.fullmatch(r"\d+ ms", after["Time"])
    assert page.metadata()["GPS position"] == ["48.20833, 16.37500", "gone"]
    expect(page.page.locator("#metadata-text")).to_contain_text("Gone: GPS position")


def test_a_photo_that_lies_on_its_side_is_shown_upright_before_and_after(page: Tab) -> None:
    page.choose(TURNED)
    page.done()
    assert page.size("before") == page.size("after") == (320, 200)


@pytest.mark.parametrize(("height", "size"), [("", (160, 100)), ("50", (80, 50))])
def test_fit_shows_both_sizes(page: Tab, height: str, size: tuple[int, int]) -> None:
    page.choose(PHOTO)
    page.operation("Fit")
    page.page.get_by_label("Width").fill("160")
    page.page.get_by_label("Height").fill(height)
    page.done()
    assert (page.size("before"), page.size("after")) == ((320, 200), size)
    assert "Pixels" not in page.facts("after")
    assert opened(page.download()).size == size


def test_fit_has_every_format_to_choose_from(page: Tab) -> None:
    values = page.page.locator("select[name=format] option").evaluate_all("all => all.map(one => one.value)")
    assert values == ["", *ANSWERED]


def test_avatars_are_all_shown(page: Tab) -> None:
    page.choose(PHOTO)
    page.operation("Avatars")
    page.done()
    sides = page.page.locator("#after img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert sides == [24, 48, 73, 128]
    assert [fact.split()[0] for fact in page.facts("after")] == ["24", "48", "73", "128", "Time"]
    assert opened(page.download("Download avatar73.png")).size == (73, 73)


def test_info_shows_the_facts(page: Tab) -> None:
    page.choose(PHOTO)
    page.operation("Info")
    page.done()
    after = page.facts("after")
    assert (after["width"], after["height"], after["format"], after["frames"]) == ("320", "200", "jpeg", "1")


def test_an_animation_is_kept_when_asked(page: Tab) -> None:
    page.choose(animation("WEBP", 4), "moving.webp")
    page.operation("Fit")
    page.page.get_by_label("Keep the animation").and_(page.page.locator(":enabled")).check()
    page.done()
    assert page.facts("after")["Frames"] == "4"


def test_of_a_photo_that_the_browser_cannot_show_the_service_tells_the_size(page: Tab) -> None:
    page.choose(EVERY_FORMAT["psd"], "layers.psd")
    expect(page.page.locator("#before")).to_have_text("This browser cannot show it.")
    page.operation("Fit")
    page.done()
    assert page.size("before") == page.size("after") == (160, 96)


AWKWARD = """it's; a "pho,to" $HOME `x` \\ é.jpg"""


@pytest.mark.parametrize(
    ("operation", "name"),
    [("Fit", "photo.jpg"), *(("Prepare JPEG", name) for name in (AWKWARD, "-", "-o.jpg", "two words.jpg"))],
)
def test_the_curl_line_gives_the_same_bytes(page: Tab, tmp_path: Path, operation: str, name: str) -> None:
    page.choose(TURNED, name)
    page.operation(operation)
    if operation == "Prepare JPEG":
        page.page.get_by_role("combobox", name="Keep").select_option("none")
    else:
        page.page.get_by_role("combobox", name="Format").select_option("webp")
        page.page.get_by_label("Quality").fill("40")
        page.page.get_by_label("Show clear pixels on").check()
    page.done()
    (tmp_path / name).write_bytes(TURNED)
    shell(page.curl(), tmp_path)
    made = [path for path in tmp_path.iterdir() if path.name != name]
    assert [path.read_bytes() for path in made] == [page.download()]
    assert made[0].name == page.facts("after")["Name"]


def test_the_curl_line_of_what_is_answered_as_json(page: Tab, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(PHOTO)
    page.choose(PHOTO)
    page.operation("Info")
    page.done()
    shown = page.facts("after")
    del shown["Time"]
    answer = json.loads(shell(page.curl(), tmp_path))
    assert shown == {name: str(answer[name]).lower() for name in answer.keys() - {"status", "success"}}
    page.operation("Avatars")
    page.done()
    answer = json.loads(shell(page.curl(), tmp_path))
    assert base64.b64decode(answer["avatar48"]["body"]) == page.download("Download avatar48.png")


def shell(line: str, folder: Path, **variables: str) -> str:
    ran = subprocess.run(
        ["sh", "-c", line], cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, timeout=30
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_curl_line_is_copied(opening: Opening) -> None:
    with opening(permissions=["clipboard-read", "clipboard-write"]) as page:
        page.choose(PHOTO)
        page.done()
        page.page.get_by_role("button", name="Copy").click()
        page.says("The curl line is copied.")
        assert page.page.evaluate("() => navigator.clipboard.readText()") == page.curl()


def test_what_a_terminal_would_obey_is_not_in_the_curl_line(page: Tab) -> None:
    page.choose(PHOTO, "a\x03\x1b[2Jb.jpg")
    page.done()
    assert "a??[2Jb.jpg" in page.curl()


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_photo_can_be_dropped_or_pasted(page: Tab, event: str) -> None:
    transfer = "clipboardData" if event == "paste" else "dataTransfer"
    kind = "ClipboardEvent" if event == "paste" else "DragEvent"
    page.page.evaluate(
        f"""bytes => {{ const {transfer} = new DataTransfer();
        {transfer}.items.add(new File([Uint8Array.from(bytes)], "given.jpg", {{type: "image/jpeg"}}));
        document.body.dispatchEvent(new {kind}("{event}", {{{transfer}, bubbles: true, cancelable: true}})) }}""",
        list(PHOTO),
    )
    page.says("Ready to send.")
    assert page.facts("before")["Name"] == "given.jpg"


def test_an_error_is_shown_with_code_and_message(page: Tab) -> None:
    alert = page.page.get_by_role("alert")
    page.send()
    expect(alert).to_have_text("no photo Choose one first.")
    page.choose(EVERY_FORMAT["png"], "drawing.png")
    expect(alert).to_be_hidden()
    page.send()
    expect(alert).to_contain_text("unsupported_type ")
    page.operation("Fit")
    page.page.get_by_label("Width").fill("99999")
    page.send()
    expect(alert).to_contain_text("bad_parameter Expected a box like 320 or 640x480")
    expect(page.page.locator("#after-card")).to_be_hidden()
    page.page.get_by_label("Width").fill("80")
    page.done()
    expect(alert).to_be_hidden()


def test_a_service_that_is_gone_is_an_error_too(opening: Opening) -> None:
    with opening() as page:
        page.choose(PHOTO)
        page.page.route("**/images/**", lambda route: route.abort())
        page.send()
        expect(page.page.get_by_role("alert")).to_contain_text("no answer The service could not be reached")
        assert all("ERR_FAILED" in complaint for complaint in page.complaints)
        page.complaints.clear()


def test_what_a_stranger_wrote_stays_text(page: Tab) -> None:
    attack = '<img src=x onerror="document.title=1">'
    page.choose(saved(scene(), "JPEG", comment=attack.encode()), f"{attack}.jpg")
    page.done()
    assert page.facts("before")["Name"] == f"{attack}.jpg"
    assert page.metadata()["Comment"][0].startswith(attack)
    assert "<img src=x onerror=" in page.curl()
    assert page.page.locator("img[src=x]").count() == 0
    assert page.page.title() == "remote"


def test_the_token_is_asked_for_and_stays_out_of_the_curl_line(browser: Browser, tmp_path: Path) -> None:
    with (
        serving(REMOTE_TOKEN=TOKEN, REMOTE_RESPONSE="json") as service,
        tab(browser, f"{str(service.base_url).rstrip('/')}/") as page,
    ):
        field = page.page.get_by_label("Token")
        page.choose(PHOTO)
        expect(field).to_be_hidden()
        page.send()
        expect(page.page.get_by_role("alert")).to_contain_text("unauthorized ")
        expect(field).to_be_focused()
        field.fill("wrong")
        page.send()
        expect(page.page.get_by_role("alert")).to_contain_text("unauthorized ")
        field.fill(TOKEN)
        field.press("Enter")
        page.says(re.compile("^Done in "))
        assert TOKEN not in page.page.locator("body").inner_text()
        (tmp_path / "photo.jpg").write_bytes(PHOTO)
        shell(page.curl(), tmp_path, REMOTE_TOKEN=TOKEN)
        assert (tmp_path / "photo-prepared.jpg").read_bytes() == page.download()
