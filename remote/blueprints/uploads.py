"""The upload out of a request."""

import os
import select
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from flask import Request
from werkzeug.utils import secure_filename

from remote.errors import MissingFile, TooLarge
from remote.sandbox.memory import memory_file
from remote.sandbox.slots import always

FORM_OVERHEAD = 64 << 10
"""Bytes that a form may have besides the file: boundaries, part headers and fields that are not looked at."""

COPIED_AT_ONCE = 1 << 18
"""Bytes of a raw body: a few of a socket's buffers."""

FALLBACK_STEM = "image"
LONGEST_STEM = 100
"""Characters; file systems allow 255 bytes with the extension."""


class MemoryRequest(Request):
    """A request whose files stay in memory: Werkzeug's own puts those over 500 KB on the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return memory_file("upload")


@dataclass(frozen=True)
class Upload:
    """One uploaded file."""

    file: IO[bytes]
    """In memory, with a file descriptor that can cross the wall."""
    size: int
    """Bytes."""
    stem: str
    """Its name without extension, in characters that are safe in a header and a file system."""


def read_upload(request: Request, limit: int) -> Upload:
    """The multipart field ``file`` or a raw body; raises `MissingFile` or `TooLarge` (over `limit` bytes)."""
    if request.content_length is not None and request.content_length > limit + FORM_OVERHEAD:
        raise TooLarge(limit)
    upload = raw_body(request) if request.mimetype.startswith("image/") else form_file(request)
    if upload.size > limit:
        raise TooLarge(limit)
    if not upload.size:
        raise MissingFile("The file is empty")
    return upload


def still_connected(request: Request) -> Callable[[], bool]:
    """Tells whether the client is still there. One that has shut down its side of the connection counts as gone."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None or not hasattr(select, "POLLRDHUP"):
        return always
    poller = select.poll()
    poller.register(connection, select.POLLRDHUP)
    return lambda: not poller.poll(0)


def raw_body(request: Request) -> Upload:
    file = memory_file("upload")
    shutil.copyfileobj(request.stream, file, COPIED_AT_ONCE)
    return Upload(file, file.tell(), FALLBACK_STEM)


def form_file(request: Request) -> Upload:
    part = request.files.get("file")
    if part is None:
        raise MissingFile
    size = part.stream.seek(0, os.SEEK_END)
    if not size and not part.filename:
        raise MissingFile
    return Upload(part.stream, size, safe_stem(part.filename or ""))


def safe_stem(filename: str) -> str:
    """The name without folders and extension, in ASCII letters, digits, ``_``, ``-`` and ``.``."""
    stem = PurePath(secure_filename(filename.replace("\\", "/"))).stem
    return stem[:LONGEST_STEM] or FALLBACK_STEM
