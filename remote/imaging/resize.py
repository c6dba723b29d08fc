"""Sizes and resampling."""

from PIL import Image

from remote.jobs import Size


def fit_size(size: Size, box: Size) -> Size:
    """The largest size of the same aspect ratio within `box`, never larger than `size`; each side at least 1."""
    scale = min(box[0] / size[0], box[1] / size[1], 1)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def cover_size(size: Size, side: int) -> Size:
    """The size of the same aspect ratio whose shorter side is `side`."""
    scale = side / min(size)
    return max(side, round(size[0] * scale)), max(side, round(size[1] * scale))


def resize(image: Image.Image, size: Size) -> Image.Image:
    """Resample with Lanczos, alpha premultiplied (Pillow does that for LA and RGBA)."""
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def square(image: Image.Image, most: int) -> Image.Image:
    """The centred square of the image, reduced to at most `most` pixels a side."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return resize(image.crop((left, top, left + side, top + side)), (min(side, most), min(side, most)))
