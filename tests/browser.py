"""A headless Chromium with the page open, and what it complained about."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 15_000
"""Milliseconds: an upload takes less than a second, but other work may share the cores."""

REFUSED = "Failed to load resource: the server responded with a status of"
"""What Chromium says of every answer that is an error, also of one that was expected."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's own, which is not downloaded; it talks to the loopback address alone."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # its sandbox does not start as root
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Tab:
    """The page in a tab of its own."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    """Errors and warnings of the console, a violated Content-Security-Policy among them, and uncaught exceptions."""
    asked: list[str] = field(default_factory=list)
    """Every URL that was requested."""

    def watch(self) -> None:
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("filechooser", lambda chooser: None)  # from now on none opens, which takes a while to be arranged

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED):
            self.complaints.append(message.text)

    def choose(self, data: bytes, name: str = "photo.jpg") -> None:
        self.page.locator("#file").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": data})
        self.says("Ready to send.")

    def operation(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check()

    def send(self) -> None:
        self.page.get_by_role("button", name="Send").click()

    def done(self) -> None:
        self.send()
        self.says(re.compile("^Done in "))

    def says(self, text: "str | re.Pattern[str]") -> None:
        expect(self.page.get_by_role("status")).to_have_text(text)

    def facts(self, pane: str) -> dict[str, str]:
        """What is told about the picture ``before`` or ``after``."""
        names, values = (self.page.locator(f"#{pane}-facts {tag}").all_inner_texts() for tag in ("dt", "dd"))
        return dict(zip(names, values, strict=True))

    def size(self, pane: str) -> tuple[int, ...]:
        return tuple(map(int, re.findall(r"\d+", self.facts(pane)["Size"])))

    def metadata(self) -> dict[str, list[str]]:
        """The rows of the table: what was before and what is after, by kind."""
        rows = [row.locator("th, td").all_inner_texts() for row in self.page.locator("#metadata tr").all()]
        return {kind: cells for kind, *cells in rows[1:]}

    def curl(self) -> str:
        return self.page.locator("#curl").inner_text()

    def download(self, name: str = "Download") -> bytes:
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=name, exact=True).click()
        with open(download.value.path(), "rb") as file:
            return file.read()


@contextmanager
def tab(browser: Browser, url: str, **options: Any) -> Iterator[Tab]:
    """The page open in a browser that is otherwise new; at the end it has complained of nothing."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    try:
        opened = Tab(context.new_page())
        opened.watch()
        opened.page.goto(url)
        yield opened
        assert opened.complaints == []
        assert all(asked.startswith((url, "blob:", "data:")) for asked in opened.asked), opened.asked
    finally:
        context.close()
