"""Two streams: one line for each request on stdout, events on stderr. JSON, or readable where a terminal shows them.

No line holds a file name or anything out of an upload.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that this thread answers."""

REQUESTS = logging.getLogger("remote.requests")
SECURITY = "remote.security"


def configure() -> None:
    """To be called once in each worker."""
    attach(logging.getLogger("remote"), sys.stderr, logging.WARNING)
    attach(REQUESTS, sys.stdout, logging.INFO)


def attach(logger: logging.Logger, stream: IO[str], level: int) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Readable() if stream.isatty() else Json())
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(level)


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What a line tells, in its order."""
    own: dict[str, Any] | None = getattr(record, "fields", None)
    found: dict[str, Any] = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")}
    if REQUEST_ID.get():
        found["request_id"] = REQUEST_ID.get()
    if own is not None:
        return found | own
    found |= {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
    if record.name == SECURITY:
        found["security"] = True
    return found


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        found = fields(record)
        if record.exc_info:
            found["trace"] = self.formatException(record.exc_info)
        return json.dumps(found)


class Readable(logging.Formatter):
    """One line for people: the values without their names."""

    def format(self, record: logging.LogRecord) -> str:
        values = fields(record)
        when = values.pop("time")[11:19]
        shown = [
            f"{value} ms" if name == "milliseconds" else str(value) for name, value in values.items() if value != ""
        ]
        lines = [" ".join([when, *shown])]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)
