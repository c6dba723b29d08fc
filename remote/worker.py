"""gunicorn's worker of threads, where its own ways do not serve: refusals in HTML, and its way to stop."""

import errno
import json
import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from remote.blueprints import guard, journal
from remote.errors import Internal, MalformedRequest, RemoteError

log = logging.getLogger(__name__)


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
