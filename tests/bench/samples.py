"""The photos that are timed: real ones from the corpus where it is, else ones made to the same size."""

import io

from PIL import Image, ImageFilter, ImageOps

from tests.conftest import CORPUS
from tests.samples import saved, scene


def photo_like(width: int, height: int) -> Image.Image:
    """Noise over a smooth scene: it takes as many bytes as a photo of a busy subject."""
    noise = Image.effect_noise((width, height), 60).filter(ImageFilter.GaussianBlur(1)).convert("RGB")
    return Image.blend(scene(width, height), noise, 0.4)


def real(name: str) -> bytes | None:
    """A file of the corpus, where it is."""
    path = CORPUS / name
    return path.read_bytes() if path.is_file() else None


def photo_8mp() -> bytes:
    """3264 x 2448, 2.6 MB."""
    return real("iphone6_gps_8mp.jpg") or saved(photo_like(3264, 2448), "JPEG", quality=85)


def photo_6mp() -> bytes:
    """2725 x 2225, 0.8 MB."""
    return real("photo_6mp.jpg") or saved(photo_like(2725, 2225), "JPEG", quality=60)


def photo_rgba() -> bytes:
    """2048 x 1536, PNG with alpha, 0.65 MB."""
    return real("paper_rgba.png") or saved(scene(2048, 1536, "RGBA"), "PNG")


def photo_200() -> bytes:
    """200 x 200, 1.5 KB."""
    return real("200px.jpg") or saved(photo_like(200, 200), "JPEG", quality=10)


def photo_small() -> bytes:
    """240 x 180, about 9 KB."""
    return saved(photo_like(240, 180), "JPEG", quality=80)


def photo_of(megapixels: float) -> bytes:
    """4:3, of the same subject in every size, as full of detail as the 8 MP photo: that one, cut or with mirrors."""
    tile = Image.open(io.BytesIO(photo_8mp()))
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(width * 3 / 4)
    whole = Image.new("RGB", (width, height))
    for row, top in enumerate(range(0, height, tile.height)):
        for column, left in enumerate(range(0, width, tile.width)):
            piece = ImageOps.mirror(tile) if column % 2 else tile
            whole.paste(ImageOps.flip(piece) if row % 2 else piece, (left, top))
    return saved(whole, "JPEG", quality=85)
