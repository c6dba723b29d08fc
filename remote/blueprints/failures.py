"""Every error as the one JSON shape: status, success, code, message."""

import logging
from contextlib import suppress
from functools import partial
from typing import IO

from flask import Flask, Response, g, jsonify, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from remote import errors
from remote.errors import RemoteError
from remote.settings import Settings

DRAINED_AT_ONCE = 1 << 16
"""Bytes: a socket's buffer or so."""

log = logging.getLogger(__name__)


def register(app: Flask, settings: Settings) -> None:
    """Answer every exception as JSON, ours and Werkzeug's and those that should not happen."""
    app.register_error_handler(RemoteError, answer)
    app.register_error_handler(NotFound, lambda error: answer(errors.NotFound()))
    app.register_error_handler(
        MethodNotAllowed, lambda error: answer(errors.MethodNotAllowed(list(error.valid_methods or ())))
    )
    app.register_error_handler(RequestEntityTooLarge, lambda error: answer(errors.TooLarge(settings.max_upload_bytes)))
    app.register_error_handler(HTTPException, other_http)
    app.register_error_handler(ParseException, lambda error: answer(errors.MalformedRequest()))  # a body in bad chunks
    app.register_error_handler(Exception, unexpected)


def answer(error: RemoteError) -> Response:
    """The error as a response; our own faults go to the log with their trace."""
    if isinstance(error, errors.Internal):
        log.error("%s: %s", request.endpoint, error.code, exc_info=error)
    g.code = error.code
    response = jsonify(error.answer)
    response.status_code = error.status
    response.headers.update(error.headers)
    response.call_on_close(partial(drain, request.environ["wsgi.input"], request.max_content_length or 0))
    return response


def drain(body: IO[bytes], most: int) -> None:
    """Take what the client still sends, up to `most` bytes, so that it gets to read the answer before a reset."""
    with suppress(OSError, ParseException):  # it has gone away, or sends what is no body
        while most > 0 and (piece := body.read(min(most, DRAINED_AT_ONCE))):
            most -= len(piece)


def other_http(error: HTTPException) -> Response:
    """What Werkzeug raises besides: a request that is no proper HTTP."""
    return answer(errors.MalformedRequest()) if (error.code or 500) < 500 else unexpected(error)


def unexpected(error: Exception) -> Response:
    log.error("%s", request.endpoint, exc_info=error)
    return answer(errors.Internal())
