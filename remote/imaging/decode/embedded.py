"""Pictures inside an SVG: decoded like any upload of a format that browsers show, within the same limits.

CairoSVG would open them with every plugin that Pillow has, one of which starts Ghostscript, and hand them to cairo by
callbacks, which take memory that is both written and executed: no decoder may have any.
"""

from collections.abc import Callable
from typing import IO

import cairocffi
from cairosvg.url import safe_fetch
from PIL import Image

from remote.errors import UploadError
from remote.imaging.decode.headers import check_jpeg, check_webp
from remote.imaging.decode.raster import Raster
from remote.imaging.encode.png import still_png
from remote.imaging.limits import Limits
from remote.imaging.signatures import is_svg

Fetch = Callable[[str, str], bytes]
"""From a URL and the kind of what is wanted to its bytes, as CairoSVG asks for them."""

PICTURE = "image/*"
"""The kind that an `image` element asks for."""

NOTHING = b'<svg width="1" height="1"></svg>'
"""What is drawn of a picture that cannot be shown: browsers leave such a one out too."""


def check_embedded(data: bytes, limits: Limits) -> None:
    """What a JPEG's or a WebP's own check says; each passes over files that are not its own."""
    check_jpeg(data, limits)
    check_webp(data, limits)


RASTER = Raster(("JPEG", "PNG", "GIF", "WEBP", "AVIF"), check=check_embedded)


def fetcher(limits: Limits) -> Fetch:
    """What stands in a data URL, and nothing else; a picture comes as a PNG."""

    def fetch(url: str, kind: str) -> bytes:
        data: bytes = safe_fetch(url, kind)
        return as_png(data, limits) if kind == PICTURE and not is_svg(data) else data

    return fetch


def as_png(data: bytes, limits: Limits) -> bytes:
    """The picture upright and in sRGB, or `NOTHING`."""
    try:
        opened = RASTER(data, limits)
        (frame,) = opened.picture(opened.facts.size, animated=False).frames
    except UploadError:
        return NOTHING
    return still_png(frame.image)


def surface_of_png(source: IO[bytes]) -> cairocffi.ImageSurface:
    """In place of cairocffi's own, without a callback."""
    with Image.open(source, formats=("PNG",)) as image:
        pixels = image.convert("RGBA").convert("RGBa")
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, *pixels.size)
    surface.get_data()[:] = pixels.tobytes("raw", "BGRa")
    surface.mark_dirty()
    return surface


cairocffi.ImageSurface.create_from_png = surface_of_png
