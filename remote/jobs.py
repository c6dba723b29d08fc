"""What can be asked of an upload and what is answered: the vocabulary that both sides of the wall share.

It knows formats by name only. The gunicorn worker imports this and no codec; how a format is decoded and encoded is in
the table of `remote.imaging.formats`, on the far side.
"""

from dataclasses import dataclass
from typing import Any

Size = tuple[int, int]
"""Width and height in pixels."""

Colour = tuple[int, int, int]
"""sRGB, 0 to 255 each."""


@dataclass(frozen=True)
class Kind:
    """A format by its names."""

    name: str
    mime: str
    answered: bool = False
    """Whether browsers show it, so that it can be answered."""


KINDS = (
    Kind("jpeg", "image/jpeg", answered=True),
    Kind("png", "image/png", answered=True),
    Kind("gif", "image/gif", answered=True),
    Kind("webp", "image/webp", answered=True),
    Kind("avif", "image/avif", answered=True),
    Kind("heif", "image/heif"),
    Kind("jp2", "image/jp2"),
    Kind("bmp", "image/bmp"),
    Kind("tiff", "image/tiff"),
    Kind("psd", "image/vnd.adobe.photoshop"),
    Kind("icns", "image/x-icns"),
    Kind("ico", "image/vnd.microsoft.icon"),
    Kind("svg", "image/svg+xml"),
)
"""Across the wall a format is its place in this table."""

KIND = {kind.name: kind for kind in KINDS}
ANSWERED = tuple(kind.name for kind in KINDS if kind.answered)

EXTENSIONS = {name: name for name in ANSWERED} | {"jpeg": "jpg"}
"""Of the name of a file in each format that is answered."""


@dataclass(frozen=True)
class Facts:
    """What a file's header says, once read by its decoder."""

    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    frames: int = 1
    """Frames of the animation; pages of a document do not count."""
    has_alpha: bool = False
    orientation: int = 1
    """The EXIF orientation (1 to 8) that was in the file; `width` and `height` have followed it already."""

    @property
    def size(self) -> Size:
        return self.width, self.height


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


@dataclass(frozen=True)
class InfoOptions:
    """`info` has none."""


@dataclass(frozen=True)
class PrepareOptions:
    """What `prepare_jpeg` keeps."""

    keep: str = "rights"
    """"rights": the allow-list of `remote.imaging.jpeg.allowed`; "none": the ICC profile alone."""


@dataclass(frozen=True)
class GraftOptions:
    """Of two JPEGs one after the other, where the second begins."""

    at: int


@dataclass(frozen=True)
class FitOptions:
    """How `fit` answers."""

    box: Size
    format: str | None = None
    """None: the upload's, or the one that stands for it."""
    quality: int | None = None
    """1 to 100; None: the format's own."""
    background: Colour | None = None
    """What clear pixels are shown on; None: they stay clear, or white in a JPEG."""
    animated: bool = False


@dataclass(frozen=True)
class AvatarOptions:
    """How `avatars` answers."""

    animated: bool = False


Options = InfoOptions | PrepareOptions | GraftOptions | FitOptions | AvatarOptions

AVATARS_ALWAYS = (24, 48, 73)
AVATARS_IF_LARGE = (128, 256, 512)
"""Sides in pixels; the large ones only where both sides of the upright original have as many."""

MOST_FILES = len(AVATARS_ALWAYS) + len(AVATARS_IF_LARGE)


@dataclass(frozen=True)
class Job:
    """An operation as both sides know it."""

    options: type[Any]
    files: range
    """How many files it may answer."""


JOBS = {
    "info": Job(InfoOptions, range(1)),
    "prepare_jpeg": Job(PrepareOptions, range(1, 3)),
    "graft_rights": Job(GraftOptions, range(1, 2)),
    "fit": Job(FitOptions, range(1, 2)),
    "avatars": Job(AvatarOptions, range(len(AVATARS_ALWAYS), MOST_FILES + 1)),
}
