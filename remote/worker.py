"""gunicorn's worker of threads, where its own ways do not serve: refusals in HTML, and its way to stop."""

import errno
import json
import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from remote.blueprints import guard, journal
from remote.errors import Internal, MalformedRequest, RemoteError

log = logging.getLogger(__name__)


FIRST_PIECE = 64 << 10
"""Bytes of a body that are copied behind its headers; the rest is sent as it is."""


class Response(wsgi.Response):  # type: ignore[misc]
    """Sends headers and body together. gunicorn sends the headers first: when a worker is killed in between, nginx has
    passed them on, and can ask no other instance any more."""

    head = b""
    headers_sent: bool

    def send_headers(self) -> None:
        """Keep them until there is a body."""
        if not self.headers_sent:
            lines = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
            self.head = "".join(lines).encode("latin-1")
            self.headers_sent = True

    def _emit_body(self, data: bytes) -> None:
        if self.chunked:
            self.send_head()
            super()._emit_body(data)
            return
        self.send_head(data[:FIRST_PIECE])
        if len(data) > FIRST_PIECE:
            self.sock.sendall(memoryview(data)[FIRST_PIECE:])

    def send_head(self, first: bytes = b"") -> None:
        """What has been kept, and the first of the body."""
        if self.head or first:
            self.sock.sendall(self.head + first)
            self.head = b""

    def can_sendfile(self) -> bool:
        """A file would overtake the headers."""
        return False

    def close(self) -> None:
        self.send_headers()
        self.send_head()
        super().close()


wsgi.Response = Response  # gunicorn's workers have no name for it


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Named in `remote.server`."""

    def handle_error(self, request: Any, client: Any, address: Any, exception: Exception) -> None:
        """What is refused before the application sees it is answered like every other error."""
        error: RemoteError = MalformedRequest() if isinstance(exception, ParseException) else Internal()
        if isinstance(error, Internal):
            log.error("before the application", exc_info=exception)
        with suppress(OSError):  # the client has gone away
            util.write_nonblock(client, answer(error))

    def handle_exit(self, number: int, frame: Any) -> None:
        """SIGTERM."""
        if self.wsgi:
            self.wsgi.extensions["remote.sandbox"].queue.stop()
        super().handle_exit(number, frame)

    def accept(self, listener: Any) -> None:
        """The next connection; none where `remote.server` has shut the socket down, which gunicorn would die of."""
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise


def answer(error: RemoteError) -> bytes:
    """The error as HTTP/1.1, after which the connection is closed."""
    body = json.dumps(error.answer)
    headers = guard.HEADERS | {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        journal.HEADER: journal.new_id(),
    }
    lines = [f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", body]).encode("latin-1")
