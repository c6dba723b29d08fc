"""SVG through CairoSVG, rendered straight at the size that is wanted. Nothing is ever fetched."""

import math
import re
import sys
from dataclasses import dataclass

import cairocffi
from cairosvg.parser import Tree
from cairosvg.surface import PNGSurface
from PIL import Image

from remote.errors import TooComplex
from remote.imaging.decode.embedded import fetcher
from remote.imaging.decode.entities import written_out
from remote.imaging.decode.mend import mend
from remote.imaging.faults import codec_faults
from remote.imaging.limits import Limits
from remote.imaging.picture import Frame, Opened, Picture
from remote.imaging.signatures import encoding_of, inflated
from remote.jobs import Facts, Size

DEFAULT_SIZE = (300.0, 150.0)
"""CSS 2.1, 10.3.2: a replaced element that has no size of its own."""

PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "em": 16, "ex": 8}
"""CSS pixels in each unit (CSS Values 4, section 6); em and ex at a browser's own 16 px font."""

LENGTH = re.compile(r"\s*\+?([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*([a-z]*)\s*")
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
NUMBERS = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

LARGEST_SIDE = (1 << 31) - 1
"""Pixels: what a C int holds. Such a canvas is never made; only its aspect ratio counts."""

MOST_INFLATED = 32 << 20
"""Bytes that a compressed SVG may unfold to: those that an upload may have by default."""


def open_svg(data: bytes, limits: Limits) -> Opened:
    """Parse the document and find its size; the canvas counts only once it is rendered, at the size wanted."""
    with codec_faults():
        text = inflated(data, MOST_INFLATED + 1)
        if len(text) > MOST_INFLATED:
            raise TooComplex
        tree = Tree(bytestring=written_out(utf8(text)), url_fetcher=fetcher(limits), unsafe=False)
        mend(tree)
        view = view_box(tree.get("viewBox", ""))
        width, height = nominal_size(tree, view)
        tree["viewBox"] = " ".join(map(repr, view or (0.0, 0.0, width, height)))
    facts = Facts(*whole_size(width, height), has_alpha=True)
    return OpenedSvg(tree, facts, limits)


def utf8(text: bytes) -> bytes:
    """A UTF-16 document in UTF-8, without the declaration that says otherwise: the parser wants a byte-order mark."""
    encoding = encoding_of(text)
    if encoding == "utf-8":
        return text
    return DECLARATION.sub("", text.decode(encoding).lstrip("\ufeff")).encode()


def whole_size(width: float, height: float) -> Size:
    """In whole pixels, at least 1; a size beyond `LARGEST_SIDE`, infinity too, is scaled down to it."""
    width, height = min(width, sys.float_info.max), min(height, sys.float_info.max)
    scale = min(1.0, LARGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def nominal_size(tree: Tree, view: tuple[float, ...] | None) -> tuple[float, float]:
    """Width and height in CSS pixels: as given, else by the view box's ratio, else `DEFAULT_SIZE`.

    Percentages are of a page that is not there, so they count as not given.
    """
    width, height = length(tree.get("width")), length(tree.get("height"))
    if not view:
        return width or DEFAULT_SIZE[0], height or DEFAULT_SIZE[1]
    ratio = view[2] / view[3]
    if width and height:
        return width, height
    if width or height:
        return width or (height or 0) * ratio, height or (width or 0) / ratio
    return view[2], view[3]


def length(text: str | None) -> float | None:
    """A CSS length in pixels; None when there is none, or it is a percentage, zero or nonsense."""
    found = LENGTH.fullmatch(text or "")
    unit = PIXELS.get(found[2]) if found else None
    return float(found[1]) * unit or None if found and unit else None


def view_box(text: str) -> tuple[float, ...] | None:
    """The four numbers of a view box with an area, which are finite."""
    numbers = tuple(float(number) for number in NUMBERS.findall(text))
    has_area = len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0
    return numbers if has_area and all(map(math.isfinite, numbers)) else None


@dataclass(frozen=True)
class OpenedSvg:
    """A parsed SVG: it can be rendered once, at any size."""

    tree: Tree
    facts: Facts
    limits: Limits

    def picture(self, wanted: Size, animated: bool) -> Picture:
        self.limits.check_canvas(*wanted)
        with codec_faults():
            return Picture([Frame(render(self.tree, wanted))])


def render(tree: Tree, size: Size) -> Image.Image:
    """Draw the tree on a transparent canvas of `size` pixels."""
    tree["width"], tree["height"] = map(str, size)
    surface = PNGSurface(tree, None, dpi=96)
    canvas: cairocffi.ImageSurface = surface.cairo
    canvas.flush()
    return Image.frombuffer(
        "RGBA", (canvas.get_width(), canvas.get_height()), canvas.get_data(), "raw", "BGRa", canvas.get_stride(), 1
    )
