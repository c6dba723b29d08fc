"""What can be done to an upload: short compositions of the steps, and the table that names them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PIL import Image, ImageFile

from remote.errors import NotAJpeg, UnsupportedType
from remote.imaging.animation import thinned
from remote.imaging.colour import is_srgb
from remote.imaging.decode.raster import OpenedRaster
from remote.imaging.encode.still import DEFAULT_QUALITY, opaque
from remote.imaging.formats import BY_NAME, Format
from remote.imaging.jpeg.prepare import graft, prepare
from remote.imaging.jpeg.reduce import reduce
from remote.imaging.limits import Limits
from remote.imaging.picture import Frame, Opened, Picture, Style
from remote.imaging.resize import cover_size, fit_size, resize, square
from remote.imaging.sniff import sniff
from remote.jobs import (
    AVATARS_ALWAYS,
    AVATARS_IF_LARGE,
    AvatarOptions,
    Encoded,
    Facts,
    FitOptions,
    GraftOptions,
    InfoOptions,
    Options,
    PrepareOptions,
    Result,
    Size,
)

JPEG, PNG, SVG = BY_NAME["jpeg"], BY_NAME["png"], BY_NAME["svg"]

MOST_AVATAR_BYTES = 1 << 20
"""Of one animated avatar: a page shows many."""


def perform(operation: str, options: Options, data: bytes, limits: Limits) -> Result:
    """Do one operation to one upload; raises `remote.errors.UploadError`."""
    format = sniff(data)
    if format.name in limits.refused_formats:
        raise UnsupportedType(format.mime)
    return OPERATIONS[operation](format, data, limits, options)


def info(format: Format, data: bytes, limits: Limits, options: InfoOptions) -> Result:
    """The facts alone; no pixel is decoded."""
    return Result(format.name, format.open(data, limits).facts)


def prepare_jpeg(format: Format, data: bytes, limits: Limits, options: PrepareOptions) -> Result:
    """The JPEG without metadata but what may stay, and upright; raises `NotAJpeg`.

    A second file, where there is one, carries XMP and IPTC that exiftool is to pick rights from, for `graft`.
    """
    if format is not JPEG:
        raise NotAJpeg
    facts = format.open(data, limits).facts
    prepared = prepare(data, facts.size, options.keep == "rights")
    files = [Encoded(prepared.data, format.name, *facts.size, lossless=prepared.lossless)]
    if prepared.carrier:
        files.append(Encoded(prepared.carrier, format.name, 1, 1))
    return Result(format.name, facts, tuple(files))


def graft_rights(format: Format, data: bytes, limits: Limits, options: GraftOptions) -> Result:
    """What `prepare_jpeg` made, with the rights that exiftool picked."""
    facts = format.open(data, limits).facts
    result = graft(data[: options.at], data[options.at :], facts.size)
    return Result(format.name, facts, (Encoded(result, format.name, *facts.size),))


def fit(format: Format, data: bytes, limits: Limits, options: FitOptions) -> Result:
    """The picture within a box, its aspect ratio kept, never enlarged."""
    opened = format.open(data, limits)
    size = fit_size(opened.facts.size, options.box)
    target = BY_NAME[options.format] if options.format else shown_format(format, opened.facts)
    if format is JPEG and target is JPEG:
        quick = smaller_jpeg(opened, data, size, options.quality or DEFAULT_QUALITY)
        if quick:
            return Result(format.name, opened.facts, (Encoded(quick, JPEG.name, *size),))
    picture = opened.picture(size, options.animated).map(partial(resize, size=size))
    if options.background:
        picture = picture.map(partial(opaque, background=options.background))
    style = Style(options.quality, options.background)
    return Result(format.name, opened.facts, (encode(picture, target, size, style),))


def smaller_jpeg(opened: Opened, data: bytes, size: Size, quality: int) -> bytes | None:
    """The quick way from JPEG to JPEG, where colours need no conversion."""
    if isinstance(opened, OpenedRaster) and is_srgb(opened.image):
        return reduce(data, opened.facts, size, quality)
    return None


def shown_format(format: Format, facts: Facts) -> Format:
    """The format itself where browsers show it, else the one that stands for it."""
    return format if format.encode else BY_NAME[format.shown_as[facts.has_alpha]]


def avatars(format: Format, data: bytes, limits: Limits, options: AvatarOptions) -> Result:
    """Centred squares as PNG, one for each side; all come from one square no larger than the largest."""
    opened = format.open(data, limits)
    sides = avatar_sides(format, opened.facts.size)
    wanted = cover_size(opened.facts.size, sides[-1])
    picture = opened.picture(wanted, options.animated).map(partial(square, most=sides[-1]))
    reduced = reductions(list(picture.frames), sides)
    files = tuple(avatar(reduced[side], picture.plays, side) for side in sides)
    return Result(format.name, opened.facts, files)


def reductions(frames: list[Frame], sides: tuple[int, ...]) -> dict[int, list[Frame]]:
    """Square frames at each side, made of the smallest ones at hand that are twice as large.

    A reduction of a reduction by two or more is no other picture to the eye: against one step from the square the
    colour difference of a photo's avatars is at most 0.4 on average (CIEDE2000).
    """
    square = frames[0].image.width
    made = {square: frames}
    for side in reversed(sides):
        source = min((size for size in made if size >= 2 * side), default=square)
        made[side] = [Frame(resize(frame.image, (side, side)), frame.duration) for frame in made[source]]
    return made


def avatar(frames: list[Frame], plays: int, side: int) -> Encoded:
    """One avatar; an animation over `MOST_AVATAR_BYTES` is encoded again with fewer frames until it is not."""
    while True:
        file = encode(Picture(frames, plays), PNG, (side, side), Style())
        if len(file.data) <= MOST_AVATAR_BYTES or len(frames) == 1:
            return file
        frames = thinned(frames, -(-len(file.data) // MOST_AVATAR_BYTES))


def avatar_sides(format: Format, size: Size) -> tuple[int, ...]:
    """The sides, smallest first, of the avatars a picture gets; an SVG has no pixels and so gets all."""
    enough = max(AVATARS_IF_LARGE) if format is SVG else min(size)
    return AVATARS_ALWAYS + tuple(side for side in AVATARS_IF_LARGE if side <= enough)


def encode(picture: Picture, target: Format, size: Size, style: Style) -> Encoded:
    """The picture as a file of the target format, which is one that has an encoder."""
    assert target.encode
    frames = list(picture.map(detached).frames)
    return Encoded(target.encode(Picture(frames, picture.plays), style), target.name, *size, len(frames))


def detached(image: Image.Image) -> Image.Image:
    """The image without the file it came from, whose metadata encoders would ask it for."""
    return image.copy() if isinstance(image, ImageFile.ImageFile) else image


OPERATIONS: dict[str, Callable[[Format, bytes, Limits, Any], Result]] = {
    "info": info,
    "prepare_jpeg": prepare_jpeg,
    "graft_rights": graft_rights,
    "fit": fit,
    "avatars": avatars,
}
