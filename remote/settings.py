"""Every setting of the service, read once when it starts.

A setting is an environment variable: its name is the field's, in capitals, with the prefix ``REMOTE_``
(``HOST``, ``PORT`` and ``WEB_CONCURRENCY`` have none: platforms set these by convention).
"""

import dataclasses
import difflib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from remote.cores import cores

log = logging.getLogger(__name__)


class BadSetting(ValueError):
    """A setting's value is not valid; the text says what is."""


@dataclass(frozen=True)
class Kind:
    """What values a setting takes: how to read one, and how to say which are valid."""

    read: Callable[[str], Any]
    valid: str


def whole(least: int, most: int) -> Kind:
    """A whole number from `least` to `most`, both included."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else -1
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return Kind(read, f"a whole number from {least} to {most}")


def choice(*words: str) -> Kind:
    """One of `words`."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return Kind(read, "one of " + ", ".join(words))


TEXT = Kind(str, "any text")


def setting(default: Any, kind: Kind, unit: str, meaning: str, variable: str = "", secret: bool = False) -> Any:
    """A dataclass field that carries all there is to know about one setting; a secret one is never shown."""
    return dataclasses.field(
        default=default,
        repr=not secret,
        metadata={"kind": kind, "unit": unit, "meaning": meaning, "variable": variable},
    )


@dataclass(frozen=True)
class Settings:
    """All settings, typed and valid."""

    host: str = setting("127.0.0.1", TEXT, "address", "where to listen", "HOST")
    port: int = setting(5000, whole(1, 65535), "TCP port", "where to listen", "PORT")
    workers: int = setting(cores(), whole(1, 1024), "processes", "gunicorn workers; default: cores", "WEB_CONCURRENCY")

    max_upload_bytes: int = setting(32 << 20, whole(1, 1 << 30), "bytes", "largest file accepted")
    max_pixels: int = setting(50_000_000, whole(1, 1 << 30), "pixels", "largest canvas; JPEG 2000: half of it")
    max_side: int = setting(32768, whole(1, 1 << 20), "pixels", "longest width or height")
    max_frames: int = setting(1000, whole(1, 1 << 20), "frames", "longest animation")
    max_total_pixels: int = setting(250_000_000, whole(1, 1 << 40), "pixels", "frames x canvas of an animation")
    max_scans: int = setting(64, whole(1, 1 << 16), "scans", "most scans of a progressive JPEG")
    max_box: int = setting(8192, whole(1, 16383), "pixels", "largest side of a box asked of fit")

    sandbox: str = setting("auto", choice("require", "auto", "off"), "", "how much of the wall must hold")
    sandbox_reuse: int = setting(1, whole(1, 1_000_000), "jobs", "uploads that one decoder serves before it exits")
    memory_limit: int = setting(2 << 30, whole(256 << 20, 1 << 40), "bytes", "address space of one decoder")
    timeout: int = setting(15, whole(1, 3600), "seconds", "wall time of one upload")
    graceful_timeout: int = setting(30, whole(1, 3600), "seconds", "what is being worked on may take after SIGTERM")
    queue: int = setting(32, whole(0, 1000), "uploads", "how many may wait in each worker")

    token: str = setting("", TEXT, "", "when set, every POST needs Authorization: Bearer with it", secret=True)
    response: str = setting("image", choice("image", "json"), "", "what prepare_jpeg and fit answer by default")
    uid: str = setting("", TEXT, "", "shown by GET /hello")
    country: str = setting("", TEXT, "", "shown by GET /hello")
    region: str = setting("", TEXT, "", "shown by GET /hello")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raises `BadSetting`."""
        values = {}
        for field in dataclasses.fields(cls):
            text = environment.get(variable_of(field))
            if text is not None:
                values[field.name] = read(field, text)
        return cls(**values)


def variable_of(field: "dataclasses.Field[Any]") -> str:
    """The environment variable of a setting."""
    return field.metadata["variable"] or f"REMOTE_{field.name.upper()}"


def read(field: "dataclasses.Field[Any]", text: str) -> Any:
    """The value of `text` as this setting takes it; raises `BadSetting`."""
    kind: Kind = field.metadata["kind"]
    try:
        return kind.read(text)
    except ValueError:
        raise BadSetting(f"Expected {kind.valid} for {variable_of(field)}, received {text!r}") from None


def warn_of_unknown(environment: Mapping[str, str]) -> None:
    """Log a warning for each ``REMOTE_`` variable that is no setting: misspelt, or made by Kubernetes or CGI."""
    for name in sorted(environment):
        if name.startswith("REMOTE_") and name not in VARIABLES:
            nearest = difflib.get_close_matches(name, VARIABLES, 1, 0)[0]
            log.warning("%s is not a setting and has no effect; the nearest one is %s", name, nearest)


VARIABLES = [variable_of(field) for field in dataclasses.fields(Settings)]
