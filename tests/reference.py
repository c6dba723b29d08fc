"""Pictures computed another way than the service computes them."""

import subprocess
import sys

import numpy as np
from PIL import Image

from tests.similarity import opened

VIPS = """
import sys, pyvips
image = pyvips.Image.new_from_buffer(sys.stdin.buffer.read(), "").autorot()
if image.get_typeof("icc-profile-data"):
    image = image.icc_transform("srgb", embedded=True, intent="relative")
image = image.colourspace("srgb").cast("uchar")
sys.stdout.buffer.write(image.write_to_buffer(".png"))
"""


def vips(data: bytes) -> Image.Image:
    """The upload upright and in sRGB as libvips has it, in a process of its own: two copies of libheif do not mix."""
    ran = subprocess.run([sys.executable, "-c", VIPS], input=data, capture_output=True, check=True)
    return opened(ran.stdout)


def lab(image: Image.Image) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """CIE L*a*b* under D65 (IEC 61966-2-1, CIE 15)."""
    coded = np.asarray(image.convert("RGB"), float) / 255
    light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = light @ matrix.T / np.array([0.9505, 1.0, 1.089])
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def ciede2000(one: Image.Image, other: Image.Image) -> float:
    """The mean colour difference (ISO/CIE 11664-6); 1 is just noticeable."""
    (l1, a1, b1), (l2, a2, b2) = (np.moveaxis(lab(image), -1, 0) for image in (one, other))
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(mean_c7 / (mean_c7 + 25.0**7)))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1 = np.degrees(np.arctan2(b1, (1 + g) * a1)) % 360
    h2 = np.degrees(np.arctan2(b2, (1 + g) * a2)) % 360
    turn = np.where(c1 * c2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = np.where(c1 * c2 == 0, h1 + h2, h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * np.cos(np.radians(h - 30))
        + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6))
        - 0.20 * np.cos(np.radians(4 * h - 63))
    )
    sl = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rt = -np.sin(2 * np.radians(30 * np.exp(-(((h - 275) / 25) ** 2)))) * 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    square = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh
    return float(np.mean(np.sqrt(np.maximum(square, 0))))


def to_srgb(coded: "np.ndarray", gamma: float, chromaticities: tuple[float, ...]) -> Image.Image:
    """Exact: coded values 0 to 1 of an RGB space with this gamma and these xy of white, red, green, blue, to sRGB.

    Whites are adapted by Bradford, through D50, as a colour management module does.
    """

    def to_d50(values: tuple[float, ...]) -> "np.ndarray":
        points = np.array(values).reshape(4, 2)
        xyz = np.stack([points[:, 0] / points[:, 1], np.ones(4), (1 - points.sum(1)) / points[:, 1]], 1)
        columns = xyz[1:].T
        native = columns * np.linalg.solve(columns, xyz[0])
        bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
        scale = (bradford @ np.array([0.96422, 1, 0.82491])) / (bradford @ xyz[0])
        return np.linalg.inv(bradford) @ np.diag(scale) @ bradford @ native

    srgb = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
    light = coded**gamma @ (np.linalg.inv(to_d50(srgb)) @ to_d50(chromaticities)).T
    light = np.clip(light, 0, 1)
    out = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return Image.fromarray(np.round(out * 255).astype(np.uint8))
