"""What flows between the steps: an opened file, then pictures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from PIL import Image

from remote.imaging.resize import Box
from remote.jobs import Colour, Facts, Size


@dataclass(frozen=True)
class Style:
    """How a picture is encoded, as far as the caller has a say."""

    quality: int | None = None
    """1 to 100; None: the format's own."""
    background: Colour | None = None
    """What clear pixels are shown on; None: they stay clear where the format can, else white."""


@dataclass(frozen=True)
class Frame:
    """One picture of an animation, or the only one."""

    image: Image.Image
    """8-bit sRGB in mode L, LA, RGB or RGBA, upright."""
    duration: float = 0
    """Milliseconds."""
    box: Box | None = None
    """What of the image is the picture, where it is not all: at a reduced scale its edge can be amid a pixel."""

    @property
    def part(self) -> Box:
        """What of the image is the picture."""
        return self.box or (0, 0, *self.image.size)


@dataclass(frozen=True)
class Picture:
    """An upright, 8-bit sRGB picture within the limits: one frame or many, made as they are asked for, once."""

    frames: Iterable[Frame]
    plays: int = 0
    """How often an animation is played; 0 is for ever."""

    def resampled(self, step: Callable[[Image.Image, Box], Image.Image]) -> "Picture":
        """The picture with each frame's image made by `step` of what shows it, as it comes."""
        return replace(self, frames=(Frame(step(frame.image, frame.part), frame.duration) for frame in self.frames))

    def map(self, step: Callable[[Image.Image], Image.Image]) -> "Picture":
        """The picture with `step` done to each frame's image as it comes."""
        return replace(self, frames=(Frame(step(frame.image), frame.duration) for frame in self.frames))


class Opened(Protocol):
    """A file whose header has been read and found within limits."""

    @property
    def facts(self) -> Facts: ...

    def picture(self, wanted: Size, animated: bool) -> Picture:
        """Decode. `wanted` is the smallest upright size that serves: a decoder that can, decodes no more than that.

        The frames raise `remote.errors.UploadError` when the file turns out to be damaged.
        """
        ...
