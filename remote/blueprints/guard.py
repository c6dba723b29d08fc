"""Who may post, and what browsers may do with what is answered."""

import hmac

from flask import Flask, Response, request

from remote.errors import Unauthorized
from remote.settings import Settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",  # a file that is two things at once stays the one we made
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer that has not set them itself. There is no Access-Control header anywhere: CORS is off."""


def register(app: Flask, settings: Settings) -> None:
    if settings.token:
        app.before_request(lambda: check(settings.token))
    app.after_request(with_headers)


def check(token: str) -> None:
    """Raise `Unauthorized` for a POST without the token, before its body is read. The comparison takes the same time
    for every wrong one."""
    if request.method != "POST":
        return
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    as_sent = given.encode("latin-1", "replace")  # PEP 3333: every character is a byte of the header
    if not hmac.compare_digest(as_sent, token.encode()) or scheme.lower() != "bearer":
        raise Unauthorized


def with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
