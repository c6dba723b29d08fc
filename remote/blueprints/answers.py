"""What endpoints answer: the image itself, or v2ex/remote's JSON envelope around it."""

import base64
import json
from dataclasses import dataclass, field
from time import time
from typing import Any

from flask import Request, Response, current_app

from remote.blueprints.uploads import Upload
from remote.jobs import EXTENSIONS, KIND, Encoded, Result


@dataclass(frozen=True)
class Clock:
    """When the request came in; seconds since 1970."""

    start: float = field(default_factory=time)

    def times(self) -> dict[str, float]:
        """Start and end in seconds since 1970, the cost in milliseconds."""
        end = time()
        return {"start": self.start, "end": end, "cost": (end - self.start) * 1000}


MARK = "\0"
"""Stands in JSON for bytes; no text of ours has it."""


def ok(**values: Any) -> Response:
    """A JSON answer that something worked; bytes are answered in base64.

    They are put into the text, not encoded with it: JSON's own look at each letter takes 2.3 ms for six avatars.
    """
    encoded = [b""]

    def mark(found: bytes) -> str:
        encoded.append(base64.b64encode(found))
        return MARK

    values = {"status": "ok", "success": True, **values}
    text = current_app.json.dumps(values, default=mark, separators=(",", ":"))
    between = text.encode("ascii").split(json.dumps(MARK)[1:-1].encode("ascii"))
    parts = [part for pair in zip(encoded, between, strict=True) for part in pair]
    return Response(b"".join([*parts, b"\n"]), content_type="application/json")


def uploaded(upload: Upload, result: Result) -> dict[str, Any]:
    """The part of the envelope that is about the upload."""
    return {"size": upload.size, "mime": KIND[result.format].mime}


def wants_envelope(request: Request, default: str) -> bool:
    """Whether to answer JSON: as Accept prefers, and as `default` ("image" or "json") says where it does not."""
    accept = request.accept_mimetypes
    envelope, image = accept.quality("application/json"), max(map(accept.quality, ("image/jpeg", "image/png")))
    return default == "json" if envelope == image else envelope > image


def image(operation: str, upload: Upload, result: Result) -> Response:
    """The one file of the result as it is."""
    file = result.files[0]
    response = Response(file.data, content_type=KIND[file.format].mime)
    response.headers["Content-Disposition"] = f'inline; filename="{upload.stem}.{EXTENSIONS[file.format]}"'
    response.headers["X-Image-Width"] = str(file.width)
    response.headers["X-Image-Height"] = str(file.height)
    if file.frames > 1:
        response.headers["X-Image-Frames"] = str(file.frames)
    if operation == "prepare_jpeg":
        response.headers["X-Lossless"] = str(int(file.lossless))
    return response


def envelope(upload: Upload, result: Result, clock: Clock) -> Response:
    """The one file of the result in base64, with what v2ex/remote's clients expect around it."""
    file = result.files[0]
    return ok(
        uploaded=uploaded(upload, result),
        output=file.data,
        width=file.width,
        height=file.height,
        mime=KIND[file.format].mime,
        **clock.times(),
    )


def avatar(file: Encoded) -> dict[str, Any]:
    """One avatar; an animated one tells its frames, which can be fewer than the upload's."""
    told = {"size": len(file.data), "body": file.data}
    return told | ({"frames": file.frames} if file.frames > 1 else {})
