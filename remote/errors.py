"""Every error a caller can receive.

::

    RemoteError
    ├── RequestError                 the request itself is wrong
    │   ├── MissingFile              400 missing_file
    │   ├── BadParameter             400 bad_parameter
    │   ├── MalformedRequest         400 malformed_request
    │   ├── Unauthorized             401 unauthorized
    │   ├── NotFound                 404 not_found
    │   ├── MethodNotAllowed         405 method_not_allowed
    │   ├── TooLarge                 413 too_large
    │   └── ClientGone               499 client_gone
    ├── UploadError                  the request is right, the file is not
    │   ├── UnsupportedType          415 unsupported_type
    │   │   └── NotAJpeg             415 unsupported_type
    │   ├── Undecodable              422 undecodable
    │   ├── TooManyPixels            422 too_many_pixels
    │   ├── TooManyFrames            422 too_many_frames
    │   ├── TooComplex               422 too_complex
    │   ├── DecoderCrashed           422 decoder_crashed
    │   └── DecoderBlocked           422 decoder_blocked
    ├── ServiceError                 the service could not
    │   ├── Timeout                  504 timeout
    │   ├── Busy                     503 busy
    │   ├── NotReady                 503 not_ready
    │   └── Internal                 500 internal
    └── FileError                    of the command alone, which has no HTTP status
        ├── Unreadable               unreadable
        ├── Unwritable               unwritable
        └── Exists                   exists

Each class has a ``code`` for programs, an HTTP ``status`` and a ``message`` that tells a person what to do.
No message holds a path, an address or the text of a library's exception.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

COME_BACK = MappingProxyType({"Retry-After": "1"})
"""Seconds: a job takes less on average, and probes ask again by themselves."""


class RemoteError(Exception):
    """The root: anything `remote` answers instead of an image."""

    code: ClassVar[str]
    status: ClassVar[int]
    headers: Mapping[str, str] = MappingProxyType({})
    """What HTTP wants to be told beside the status."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def answer(self) -> dict[str, str | bool]:
        """The one JSON shape of all errors."""
        return {"status": "error", "success": False, "code": self.code, "message": self.message}


class RequestError(RemoteError):
    """The request itself is wrong; no upload has been looked at."""


class MissingFile(RequestError):
    code = "missing_file"
    status = 400

    def __init__(self, hint: str = "Send it as the multipart field 'file'") -> None:
        super().__init__(f"No file was uploaded. {hint}")


class BadParameter(RequestError):
    code = "bad_parameter"
    status = 400

    def __init__(self, expected: str, name: str, received: str) -> None:
        shown = received if len(received) <= 40 else received[:40] + "..."
        super().__init__(f"Expected {expected} for {name}, received {shown!r}")


class MalformedRequest(RequestError):
    code = "malformed_request"
    status = 400

    def __init__(self) -> None:
        super().__init__("The request is not well-formed HTTP or multipart/form-data")


class Unauthorized(RequestError):
    code = "unauthorized"
    status = 401
    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})

    def __init__(self) -> None:
        super().__init__("Expected the header Authorization: Bearer with the service's token")


class NotFound(RequestError):
    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__("There is no such endpoint. GET / lists those that exist")


class MethodNotAllowed(RequestError):
    code = "method_not_allowed"
    status = 405

    def __init__(self, allowed: list[str]) -> None:
        self.headers = {"Allow": ", ".join(sorted(allowed))}
        super().__init__(f"This endpoint answers {self.headers['Allow']} only")


class TooLarge(RequestError):
    code = "too_large"
    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"The upload is larger than {limit} bytes")


class ClientGone(RequestError):
    """Nobody reads this answer: it is for the log. 499 is what nginx has for it."""

    code = "client_gone"
    status = 499

    def __init__(self) -> None:
        super().__init__("The client went away before a decoder was free")


class UploadError(RemoteError):
    """The file cannot be processed; sending it again will not help.

    `details` are the constructor's arguments: with them an error crosses the wall without its text.
    """

    def __init__(self, message: str, *details: int | str) -> None:
        super().__init__(message)
        self.details = details


class UnsupportedType(UploadError):
    code = "unsupported_type"
    status = 415

    def __init__(self, mime: str = "") -> None:
        message = f"Files of type {mime} are not supported" if mime else "Unable to determine the file type"
        super().__init__(message, mime)


class NotAJpeg(UnsupportedType):
    def __init__(self) -> None:
        UploadError.__init__(self, "This endpoint is only for processing JPEG images")


class Undecodable(UploadError):
    code = "undecodable"
    status = 422

    def __init__(self) -> None:
        super().__init__("The file is damaged, incomplete or of a kind that cannot be decoded")


class TooManyPixels(UploadError):
    code = "too_many_pixels"
    status = 422

    def __init__(self, width: int, height: int, pixels: int, side: int) -> None:
        message = (
            f"The image is {width} x {height} pixels (all frames of an animation counted); "
            f"the limits are {pixels} pixels and {side} on a side"
        )
        super().__init__(message, width, height, pixels, side)


class TooManyFrames(UploadError):
    code = "too_many_frames"
    status = 422

    def __init__(self, limit: int) -> None:
        super().__init__(f"The animation has more than {limit} frames", limit)


class TooComplex(UploadError):
    code = "too_complex"
    status = 422

    def __init__(self) -> None:
        super().__init__("Decoding the file would take more memory or passes than one upload may have")


class DecoderCrashed(UploadError):
    code = "decoder_crashed"
    status = 422

    def __init__(self) -> None:
        super().__init__("The decoder crashed on this file")


class DecoderBlocked(UploadError):
    code = "decoder_blocked"
    status = 422

    def __init__(self) -> None:
        super().__init__("The file made its decoder attempt what no decoder may do")


class ServiceError(RemoteError):
    """The service could not; the file may be fine."""


class Timeout(ServiceError):
    code = "timeout"
    status = 504

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Processing the file took longer than {seconds:g} seconds")


class Busy(ServiceError):
    code = "busy"
    status = 503
    headers = COME_BACK

    def __init__(self) -> None:
        super().__init__("Too many uploads are waiting; try again in a moment")


class NotReady(ServiceError):
    """What `GET /readyz` answers while no upload should be sent here."""

    code = "not_ready"
    status = 503
    headers = COME_BACK

    def __init__(self, reason: str) -> None:
        super().__init__(f"Not ready: {reason}")


class Internal(ServiceError):
    code = "internal"
    status = 500

    def __init__(self) -> None:
        super().__init__("The service failed; the file may be fine. The log of the service says more")


class FileError(RemoteError):
    """A file that the command was to read or to write."""


class Unreadable(FileError):
    code = "unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The file cannot be read: {reason}")


class Unwritable(FileError):
    code = "unwritable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The result cannot be written: {reason}")


class Exists(FileError):
    code = "exists"

    def __init__(self, which: str) -> None:
        super().__init__(f"The result is not written: its name is that of {which}")
