"""How alike two pictures are."""

import io

import numpy as np
from PIL import Image


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def psnr(one: Image.Image, other: Image.Image, mode: str = "RGB") -> float:
    """Peak signal to noise ratio in dB; 30 and more look alike, infinite is equal."""
    assert one.size == other.size
    difference = np.asarray(one.convert(mode), float) - np.asarray(other.convert(mode), float)
    error = float(np.mean(difference**2))
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def assert_alike(one: Image.Image, other: Image.Image, least: float = 30, mode: str = "RGB") -> None:
    found = psnr(one, other, mode)
    assert found >= least, f"{found:.1f} dB, expected at least {least}"
