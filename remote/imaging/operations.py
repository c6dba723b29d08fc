"""What can be done to an upload: short compositions of the steps, and the table that names them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from remote.errors import NotAJpeg, UnsupportedType
from remote.imaging.avatars import avatars
from remote.imaging.colour import is_srgb
from remote.imaging.decode.raster import OpenedRaster
from remote.imaging.encode.still import DEFAULT_QUALITY, opaque
from remote.imaging.encoding import encode
from remote.imaging.formats import BY_NAME, Format
from remote.imaging.jpeg.prepare import graft, prepare
from remote.imaging.jpeg.reduce import reduce
from remote.imaging.limits import Limits
from remote.imaging.picture import Opened, Style
from remote.imaging.resize import fit_size, resample
from remote.imaging.sniff import sniff
from remote.jobs import (
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

JPEG = BY_NAME["jpeg"]


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
    prepared = prepare(data, facts, options.keep == "rights")
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
    picture = opened.picture(size, options.animated).resampled(partial(resample, size=size))
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


OPERATIONS: dict[str, Callable[[Format, bytes, Limits, Any], Result]] = {
    "info": info,
    "prepare_jpeg": prepare_jpeg,
    "graft_rights": graft_rights,
    "fit": fit,
    "avatars": avatars,
}
