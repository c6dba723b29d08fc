"""The upload out of a request."""

import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from flask import Request
from werkzeug.utils import secure_filename

from remote.errors import MissingFile, TooLarge

FORM_OVERHEAD = 64 << 10
"""Bytes that a form may have besides the file: boundaries, part headers and fields that are not looked at."""

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
        return io.BytesIO()


@dataclass(frozen=True)
class Upload:
    """One uploaded file."""

    data: bytes
    stem: str
    """Its name without extension, in characters that are safe in a header and a file system."""


def read_upload(request: Request, limit: int) -> Upload:
    """The multipart field ``file`` or a raw body; raises `MissingFile` or `TooLarge` (over `limit` bytes)."""
    if request.content_length is not None and request.content_length > limit + FORM_OVERHEAD:
        raise TooLarge(limit)
    upload = raw_body(request) if request.mimetype.startswith("image/") else form_file(request)
    if len(upload.data) > limit:
        raise TooLarge(limit)
    if not upload.data:
        raise MissingFile("The file is empty")
    return upload


def raw_body(request: Request) -> Upload:
    return Upload(request.get_data(cache=False), FALLBACK_STEM)


def form_file(request: Request) -> Upload:
    file = request.files.get("file")
    if file is None or not (file.filename or file.stream.read(1)):
        raise MissingFile
    file.stream.seek(0)
    return Upload(file.stream.read(), safe_stem(file.filename or ""))


def safe_stem(filename: str) -> str:
    """The name without folders and extension, in ASCII letters, digits, ``_``, ``-`` and ``.``."""
    stem = PurePath(secure_filename(filename.replace("\\", "/"))).stem
    return stem[:LONGEST_STEM] or FALLBACK_STEM
