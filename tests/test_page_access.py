"""The page by keyboard, on a phone, light and dark, and for those who want no motion."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.conftest import Service
from tests.samples import exif, saved, scene

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, expect

from tests.browser import Tab, chromium, tab

PHOTO = saved(scene(1600, 1000), "JPEG", exif=exif(1, gps=True), comment=b"aWordWithoutEnd" * 30)
NARROWEST = 320
"""CSS pixels: what WCAG 2.2 asks of reflow (1.4.10)."""
READABLE = 4.5
"""Contrast that WCAG 2.2 asks of text at level AA (1.4.3)."""
SEEN = 3.0
"""Contrast that WCAG 2.2 asks of the edges of controls (1.4.11)."""
TABS = 40
"""More than there are things to reach."""

COLOURS = """() => {
  const opaque = of => { for (; of; of = of.parentElement) {
    const colour = getComputedStyle(of).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)") return colour; } return "rgb(255, 255, 255)"; };
  return [...document.querySelectorAll("body *")].filter(of => of.checkVisibility() &&
    [...of.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()) ||
    of.matches("input:not([type=file]), select") && of.checkVisibility() && !of.disabled)
    .map(of => [of.outerHTML.slice(0, 60), getComputedStyle(of).color, opaque(of)]);
}"""
EDGES = """() => [...document.querySelectorAll("select, input[type=number], button, .drop")]
  .filter(of => of.checkVisibility())
  .map(of => [of.outerHTML.slice(0, 60), getComputedStyle(of).borderTopColor,
    getComputedStyle(of.parentElement.closest(".card") ?? document.body).backgroundColor])"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def url(service: Service) -> str:
    return f"{str(service.base_url).rstrip('/')}/"


def luminance(colour: str) -> float:
    """Relative luminance of ``rgb(r, g, b)`` by WCAG 2.2."""
    channels = [int(part) / 255 for part in re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour).groups()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def everything_shown(page: Tab) -> None:
    """An answer, an error and the token's field at once, which takes one stroke that no visitor has."""
    page.operation("Fit")
    page.choose(PHOTO)
    page.done()
    page.page.evaluate("() => { shown('asked'); shown('error'); element('error').textContent = 'code message' }")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_and_control_can_be_read(browser: Browser, url: str, scheme: str) -> None:
    with tab(browser, url, color_scheme=scheme) as page:
        everything_shown(page)
        texts, edges = page.page.evaluate(COLOURS), page.page.evaluate(EDGES)
        assert len(texts) > 30
        assert len(edges) > 5
        assert not [(text, contrast(*colours)) for text, *colours in texts if contrast(*colours) < READABLE]
        assert not [(text, contrast(*colours)) for text, *colours in edges if contrast(*colours) < SEEN]
        background = page.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert (luminance(background) > 0.5) is (scheme == "light")


@pytest.mark.parametrize("operation", ["Prepare JPEG", "Fit", "Avatars", "Info"])
def test_a_phone_scrolls_in_one_direction(browser: Browser, url: str, operation: str) -> None:
    viewport = {"width": NARROWEST, "height": 640}
    with tab(browser, url, viewport=viewport, is_mobile=True, has_touch=True) as page:
        page.choose(PHOTO, "aNameWithoutEnd" * 8 + ".jpg")
        page.operation(operation)
        page.done()
        assert page.page.evaluate("() => document.documentElement.scrollWidth") == NARROWEST
        assert page.page.evaluate("() => innerWidth") == NARROWEST
        small = "all => all.map(one => [one.outerHTML, one.getBoundingClientRect().height]).filter(([, y]) => y < 24)"
        assert page.page.locator("button, .button, select, .row").locator("visible=true").evaluate_all(small) == []


def test_all_of_it_works_by_keyboard(browser: Browser, url: str) -> None:
    with tab(browser, url) as page:
        keyboard = page.page.keyboard
        keyboard.press("Tab")
        expect(page.page.locator("#file")).to_be_focused()
        with page.page.expect_file_chooser() as chooser:
            keyboard.press("Enter")
        chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": PHOTO})
        page.says("Ready to send.")
        keyboard.press("Tab")
        keyboard.press("ArrowDown")
        expect(page.page.get_by_role("radio", name="Fit")).to_be_checked()
        keyboard.press("Tab")
        keyboard.type("200")  # takes the place of what stood there: a field is selected when it is reached
        keyboard.press("Enter")
        page.says(re.compile("^Done in "))
        assert page.size("after") == (200, 125)
        press_tab_until(page, "Send")
        keyboard.press("Space")
        page.says(re.compile("^Done in "))
        press_tab_until(page, "Download")
        with page.page.expect_download() as download:
            keyboard.press("Enter")
        assert Image.open(io.BytesIO(download.value.path().read_bytes())).size == (200, 125)
        press_tab_until(page, "Copy")


def press_tab_until(page: Tab, text: str) -> None:
    """Go on to the control with this text; each one on the way shows that it has the focus."""
    for _ in range(TABS):
        page.page.keyboard.press("Tab")
        outline, focused = page.page.evaluate(
            "() => { const at = document.activeElement;"
            "const seen = getComputedStyle(at.type === 'file' ? at.parentElement : at);"
            "return [seen.outlineStyle === 'solid' && parseFloat(seen.outlineWidth), at.textContent] }"
        )
        if focused == text:
            assert outline >= 2
            return
    raise AssertionError(f"{text} was not reached")


def test_every_control_has_a_name(browser: Browser, url: str) -> None:
    with tab(browser, url) as page:
        for operation in ("Fit", "Avatars", "Info", "Prepare JPEG"):
            page.operation(operation)
            unnamed = page.page.locator("input, select").evaluate_all(
                "all => all.filter(one => !one.ariaLabel && !one.labels[0]?.textContent.trim()).map(one => one.name)"
            )
            assert unnamed == []
            assert page.page.locator("[data-of]:visible").count() == (operation != "Info")


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_want_no_motion(browser: Browser, url: str, motion: str, moves: bool) -> None:
    with tab(browser, url, reduced_motion=motion) as page:
        moving = page.page.evaluate(
            "() => [...document.querySelectorAll('*')].map(of => getComputedStyle(of)).some(style =>"
            "style.transitionDuration !== '0s' || style.animationName !== 'none' || style.scrollBehavior === 'smooth')"
        )
        assert moving is moves
