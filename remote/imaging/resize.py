"""Sizes and resampling."""

import math

from PIL import Image

from remote.jobs import Size

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels and parts of them."""

try:
    from cykooz_resizer import CropBox, FilterType, ResizeAlg, ResizeOptions, Resizer
except ImportError:  # there is no wheel for this machine: Pillow does it, slower
    SIMD_MODES: tuple[str, ...] = ()
else:
    SIMD_MODES = ("L", "RGB", "RGBA")  # LA it refuses
    RESIZER = Resizer()
    LANCZOS = ResizeAlg.convolution(FilterType.lanczos3)


def fit_size(size: Size, box: Size) -> Size:
    """The largest size of the same aspect ratio within `box`, never larger than `size`; each side at least 1."""
    scale = min(box[0] / size[0], box[1] / size[1], 1)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def cover_size(size: Size, side: int) -> Size:
    """The size of the same aspect ratio whose shorter side is `side`."""
    scale = side / min(size)
    return max(side, round(size[0] * scale)), max(side, round(size[1] * scale))


def resize(image: Image.Image, size: Size) -> Image.Image:
    """Resample with Lanczos, alpha premultiplied (both resamplers see to that).

    With SIMD where it reaches: 8 MP to 1024 x 768 in 16 ms against Pillow's 95, 0.2 of 255 apart on average.
    """
    return resample(image, (0, 0, *image.size), size)


def resample(image: Image.Image, box: Box, size: Size) -> Image.Image:
    """What a box of the image shows, at a size; beyond the right and lower edge their pixels go on."""
    image = extended(image, math.ceil(box[2]), math.ceil(box[3]))
    if (box[2] - box[0], box[3] - box[1]) == size and not any(edge % 1 for edge in box):
        return image if image.size == size else image.crop(box)
    if image.mode not in SIMD_MODES:
        return image.resize(size, Image.Resampling.LANCZOS, box)
    result = Image.new(image.mode, size)
    crop = CropBox(box[0], box[1], box[2] - box[0], box[3] - box[1])
    RESIZER.resize_pil(image, result, ResizeOptions(resize_alg=LANCZOS, crop_box=crop))
    return result


def extended(image: Image.Image, right: int, bottom: int) -> Image.Image:
    """The image with its last column and row repeated, when it does not reach so far."""
    more, below = max(0, right - image.width), max(0, bottom - image.height)
    if not (more or below):
        return image
    result = Image.new(image.mode, (image.width + more, image.height + below))
    result.paste(image)
    if more:
        column = image.crop((image.width - 1, 0, image.width, image.height))
        result.paste(column.resize((more, image.height), Image.Resampling.NEAREST), (image.width, 0))
    if below:
        row = result.crop((0, image.height - 1, result.width, image.height))
        result.paste(row.resize((result.width, below), Image.Resampling.NEAREST), (0, image.height))
    return result


def square(image: Image.Image, box: Box, most: int) -> Image.Image:
    """The centred square of what a box of the image shows, reduced to at most `most` pixels a side."""
    left, top, right, bottom = box
    side = min(right - left, bottom - top)
    across, down = (right - left - side) / 2, (bottom - top - side) / 2
    if side <= most:  # nothing is reduced: no pixel is cut in two
        across, down = math.floor(across), math.floor(down)
    length = min(int(side), most)
    return resample(image, (left + across, top + down, left + across + side, top + down + side), (length, length))
