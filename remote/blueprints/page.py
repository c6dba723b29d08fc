"""`GET /`: for a browser the page to try the service with, for programs the endpoints there are."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from flask import Blueprint, Flask, Request, Response, current_app, request

from remote.blueprints.answers import ok
from remote.blueprints.parameters import check_names

page = Blueprint("page", __name__)

INLINE = r"<{tag}>(.*?)</{tag}>"
"""Our own file, not a stranger's: neither tag has attributes in it."""


@dataclass(frozen=True)
class Page:
    """The one HTML file with its script and style in it."""

    html: str
    policy: str
    """Content-Security-Policy: this script, this style and this service, nothing else."""

    @classmethod
    def load(cls) -> Self:
        html = files("remote").joinpath("page", "index.html").read_text("utf-8")
        return cls(html, policy_of(html))


def policy_of(html: str) -> str:
    rules = {
        "default-src": ["'none'"],
        "script-src": hashes(html, "script"),
        "style-src": hashes(html, "style"),
        "img-src": ["blob:", "data:"],  # before and after; the icon
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


def hashes(html: str, tag: str) -> Iterator[str]:
    """What CSP Level 3 asks for in the place of 'unsafe-inline': the digest of each element's text."""
    for text in re.findall(INLINE.format(tag=tag), html, re.DOTALL):
        digest = hashlib.sha256(text.encode()).digest()
        yield f"'sha256-{b64encode(digest).decode()}'"


def register(app: Flask) -> None:
    """The file is read and its digests are made once."""
    app.extensions["remote.page"] = Page.load()
    app.register_blueprint(page)


@page.get("/")
def index() -> Response:
    check_names(request.args, ())
    response = html() if wants_page(request) else endpoints()
    response.vary.add("Accept")
    return response


def wants_page(request: Request) -> bool:
    """Whether Accept prefers HTML, as browsers' does; programs send none, or ``*/*``, which prefers nothing."""
    accept = request.accept_mimetypes
    return accept.quality("text/html") > accept.quality("application/json")


def html() -> Response:
    found: Page = current_app.extensions["remote.page"]
    response = Response(found.html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = found.policy
    return response


def endpoints() -> Response:
    rules = {rule.rule for rule in current_app.url_map.iter_rules() if rule.endpoint != "static"}
    return ok(service="remote", endpoints=sorted(rules))
