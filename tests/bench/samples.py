"""The photos that are timed: real ones from the corpus where it is, else ones made to the same size."""

from PIL import Image, ImageFilter

from tests.conftest import CORPUS
from tests.samples import saved, scene


def photo_like(width: int, height: int, quality: int) -> bytes:
    """Noise over a smooth scene: it takes as many bytes as a photo of a busy subject."""
    noise = Image.effect_noise((width, height), 60).filter(ImageFilter.GaussianBlur(1)).convert("RGB")
    return saved(Image.blend(scene(width, height), noise, 0.4), "JPEG", quality=quality)


def photo_8mp() -> bytes:
    """3264 x 2448, 2.6 MB."""
    real = CORPUS / "iphone6_gps_8mp.jpg"
    return real.read_bytes() if real.is_file() else photo_like(3264, 2448, 85)


def photo_small() -> bytes:
    """240 x 180, about 9 KB."""
    return photo_like(240, 180, 80)
