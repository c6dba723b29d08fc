"""EXIF orientation: how a picture is turned upright.

The eight values are those of EXIF 2.32, section 4.6.4, tag 0x0112.
"""

from PIL import ExifTags, Image

from remote.imaging.resize import Box
from remote.jobs import Size

TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

SWAPS_SIDES = frozenset({5, 6, 7, 8})
FLIPS_ACROSS, FLIPS_DOWN = frozenset({2, 3, 6, 7}), frozenset({3, 4, 7, 8})
"""Those that put what was last first, across and down, after the sides are swapped."""


def from_exif(exif: bytes | None) -> int:
    """The orientation, 1 to 8, of an EXIF block; 1 when there is none or it is damaged, as browsers do.

    Only IFD0 counts: XMP and the thumbnail's directory carry stale copies.
    """
    if not exif:
        return 1
    block = Image.Exif()
    try:
        block.load(exif)
        value = block.get(ExifTags.Base.Orientation, 1)
    except Exception:  # Pillow's parser raises anything on a damaged block; the picture is still good
        return 1
    return value if value in TRANSPOSE else 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The image turned by its orientation."""
    return image.transpose(TRANSPOSE[orientation]) if orientation in TRANSPOSE else image


def turned_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    """Width and height after (or, since it is its own inverse, before) turning."""
    return (height, width) if orientation in SWAPS_SIDES else (width, height)


def turned_box(box: Box, size: Size, orientation: int) -> Box:
    """Where a box of an image of this size lies once the image is upright."""
    left, top, right, bottom = box
    width, height = turned_size(*size, orientation)
    if orientation in SWAPS_SIDES:
        left, top, right, bottom = top, left, bottom, right
    if orientation in FLIPS_ACROSS:
        left, right = width - right, width - left
    if orientation in FLIPS_DOWN:
        top, bottom = height - bottom, height - top
    return left, top, right, bottom
