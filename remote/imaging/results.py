"""What an operation gives back."""

from dataclasses import dataclass

from remote.imaging.picture import Facts


@dataclass(frozen=True)
class Encoded:
    """One file made from the upload."""

    data: bytes
    format: str
    width: int
    height: int
    frames: int = 1
    lossless: bool = False
    """Whether its pixels are those of the upload, exactly."""


@dataclass(frozen=True)
class Result:
    """The upload's format and facts, and the files made from it."""

    format: str
    facts: Facts
    files: tuple[Encoded, ...] = ()
