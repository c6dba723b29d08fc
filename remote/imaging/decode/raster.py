"""Every format that Pillow and its plugins decode."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pillow_avif  # noqa: F401  registers itself with Pillow
import pillow_heif
from PIL import Image

from remote.imaging import colour, orientation
from remote.imaging.decode.jp2 import picture_box, reduction
from remote.imaging.faults import codec_faults
from remote.imaging.limits import Limits
from remote.imaging.orientation import turned_box
from remote.imaging.picture import Frame, Opened, Picture
from remote.imaging.resize import Box
from remote.jobs import Facts, Size

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # Pillow errors only above twice its value; `Limits` is exact and comes first


@dataclass(frozen=True)
class Raster:
    """How Pillow decodes one format."""

    plugins: tuple[str, ...]
    """The only Pillow plugins that may see the bytes: the format's own, and those of what its files contain."""
    animated: bool = False
    """Whether several images in a file are an animation; in other formats they are pages or previews."""
    scales: bool = False
    """Decodes at a reduced scale when that serves. Not asked of HEIF: its plugin would show the thumbnail, which
    can be of another picture."""
    levels: Callable[[bytes], int] | None = None
    """For JPEG 2000: how many resolution levels a file has."""
    upright_already: bool = False
    """The plugin turns the pixels itself, EXIF orientation must not be applied again."""
    divisor: int = 1
    """What the pixel limit is divided by: costly decoders get less."""
    plays: Callable[[Image.Image], int] = lambda image: int(image.info.get("loop", 0))
    """How often the animation is played; 0 is for ever."""
    check: Callable[[bytes, Limits], None] | None = None
    """Looks at the bytes before Pillow does, for what Pillow would allocate or loop over on opening."""
    rewrite: Callable[[bytes], bytes] | None = None
    """Reduces the file to the part that is wanted."""

    def __call__(self, data: bytes, limits: Limits) -> Opened:
        """Read the header and check it; raises `remote.errors.UploadError`."""
        if self.check:
            self.check(data, limits)
        with codec_faults():
            if self.rewrite:
                data = self.rewrite(data)
            image = Image.open(io.BytesIO(data), formats=self.plugins)
            limits.check_canvas(*image.size, self.divisor)
            turn = 1 if self.upright_already else orientation.from_exif(image.info.get("exif"))
            skipped = 1 if getattr(image, "default_image", False) else 0
            frames = getattr(image, "n_frames", 1) - skipped if self.animated else 1
            limits.check_frames(*image.size, frames)
            width, height = orientation.turned_size(*image.size, turn)
            facts = Facts(width, height, frames, colour.has_alpha(image), turn)
            return OpenedRaster(self, image, facts, skipped, self.levels(data) if self.levels else 0)


@dataclass(frozen=True)
class OpenedRaster:
    """A file that Pillow has opened and not yet loaded."""

    format: Raster
    image: Image.Image
    facts: Facts
    first: int
    """Index of the animation's first frame: 1 for an APNG whose default image is not part of it."""
    levels: int = 0
    """Resolution levels of JPEG 2000."""

    def picture(self, wanted: Size, animated: bool) -> Picture:
        return Picture(self.frames(wanted, animated), self.format.plays(self.image))

    def frames(self, wanted: Size, animated: bool) -> Iterator[Frame]:
        """Decode frame by frame; only one is held at a time."""
        for index in range(self.first, self.first + (self.facts.frames if animated else 1)):
            with codec_faults():
                frame = self.frame(index, wanted)
            yield frame

    def frame(self, index: int, wanted: Size) -> Frame:
        image, info = self.image, self.image.info
        if index:
            image.seek(index)
        box = self.scaled(orientation.turned_size(*wanted, self.facts.orientation))
        image.load()
        duration = float(info.get("duration", 0))
        upright = orientation.upright(image, self.facts.orientation)
        upright.info = info
        converted = colour.to_srgb(upright, info)
        if converted is image and self.facts.frames > 1:
            converted = image.copy()  # the next frame is drawn over this one
        converted.info = {}
        return Frame(converted, duration, box and turned_box(box, image.size, self.facts.orientation))

    def scaled(self, wanted: Size) -> Box | None:
        """Ask for a decode at the smallest scale that gives at least what is wanted, before the turn.

        Where the picture will lie in what is decoded: its sides need not be multiples of the scale.
        """
        image = self.image
        if self.format.scales and (drafted := image.draft(image.mode, wanted)):
            return drafted[1]
        if self.levels:
            left_out = reduction(self.levels, image.size, wanted)
            setattr(image, "reduce", left_out)  # noqa: B010  a method elsewhere
            return picture_box(image.size, left_out)
        return None
