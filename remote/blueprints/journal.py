"""Every request has an id, is counted, and leaves one line in the log."""

import os
import re
import time
import uuid

from flask import Flask, Response, g, request

from remote import logs, metrics
from remote.errors import DecoderBlocked
from remote.jobs import Result

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{1,128}")
"""What is safe in a header, a log and a file name; the ids of nginx, Heroku, Envoy and AWS are."""

SILENT = frozenset({"/ping", "/healthz", "/readyz", "/metrics"})
"""Asked by machines every few seconds: counted, but not in the log unless they fail."""


def register(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(end)


def new_id() -> str:
    """For a request that came without one."""
    return uuid.uuid4().hex


def begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if WELL_FORMED.fullmatch(given) else new_id()
    g.began = time.monotonic()
    logs.REQUEST_ID.set(g.request_id)


def note(size: int, result: Result | None = None) -> None:
    """What the endpoint came to know about the upload: its bytes, and what became of it."""
    g.size, g.result = size, result


def end(response: Response) -> Response:
    seconds = time.monotonic() - g.began
    response.headers[HEADER] = g.request_id
    endpoint = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
    code, result = g.get("code", "ok"), g.get("result")
    format = result.format if result else ""
    metrics.REQUESTS.labels(method, endpoint, response.status_code, code, format).inc()
    metrics.DURATION.labels(endpoint).observe(seconds)
    if "size" in g:
        observe(response, g.size, result)
    if endpoint not in SILENT or response.status_code >= 500:
        line = {
            "status": response.status_code,
            "code": code,
            "method": method,
            "endpoint": endpoint,
            "milliseconds": round(seconds * 1000, 1),
            "bytes_in": g.get("size", 0),
            "bytes_out": response.content_length or 0,
            "format": format,
            "size": f"{result.facts.width}x{result.facts.height}" if result else "",
            "worker": os.getpid(),
        }
        logs.REQUESTS.info("", extra={"fields": line | ({"security": True} if code == DecoderBlocked.code else {})})
    return response


def observe(response: Response, size: int, result: Result | None) -> None:
    """The figures of a request with an upload."""
    metrics.RECEIVED.observe(size)
    metrics.SENT.observe(response.content_length or 0)
    if result:
        metrics.CANVAS.labels(result.format).observe(result.facts.width * result.facts.height)
