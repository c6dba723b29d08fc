"""Any mode a codec yields to 8-bit sRGB in mode L, LA, RGB or RGBA."""

import io
import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from PIL import Image, ImageCms, ImageMath

from remote.imaging import icc

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))

ALREADY_SRGB = ("sRGB", "sRGB IEC61966-2.1", "sRGB built-in", "sRGB2014", "c2", "sRGB IEC61966-2-1 black scaled")
"""Descriptions of profiles within 1/255 of sRGB: converting would cost time and change nothing."""

SRGB_GAMMA, GAMMA_TOLERANCE = 2.2, 0.05
"""A gAMA this near to 1/2.2 means sRGB: W3C PNG, 11.3.2.2, and libpng's own threshold."""
CLOSE = 0.005
"""Chromaticities this near to sRGB's are sRGB's, rounded."""

PROFILE_SPACES = {"RGB ": ("RGB", "RGBA", "RGBX"), "GRAY": ("L", "LA"), "CMYK": ("CMYK",), "Lab ": ("LAB",)}
"""The colour space named in an ICC header (ICC.1:2022, 7.2.6) and the modes it may describe."""


def to_srgb(image: Image.Image, info: Mapping[Any, Any]) -> Image.Image:
    """The image in 8-bit sRGB, mode L, LA, RGB or RGBA; `info` is what its file says about colour.

    A profile that does not fit the image's mode is ignored, as browsers do.
    """
    image = eight_bit(image)
    profile = info.get("icc_profile")
    if not profile and (profile := profile_of_png(image, info)):
        image = image.convert("RGBA" if has_alpha(image) else "RGB")  # the profile made is one for RGB
    if profile:
        image = through_profile(image, profile)
    return plain(image)


def profile_of_png(image: Image.Image, info: Mapping[Any, Any]) -> bytes | None:
    """A profile for PNG's gAMA and cHRM (W3C PNG, 13.13): sRGB goes before them, cHRM alone says nothing."""
    gamma, chromaticities = info.get("gamma"), info.get("chromaticity", icc.SRGB_CHROMATICITIES)
    if not gamma or "srgb" in info or image.mode not in ("L", "LA", "RGB", "RGBA"):
        return None
    usual = all(abs(one - other) < CLOSE for one, other in zip(chromaticities, icc.SRGB_CHROMATICITIES, strict=True))
    if usual and abs(gamma * SRGB_GAMMA - 1) < GAMMA_TOLERANCE:
        return None
    with suppress(ZeroDivisionError, OverflowError):
        return icc.matrix_profile(gamma, chromaticities)
    return None


def plain(image: Image.Image) -> Image.Image:
    """Modes without a profile of their own, as browsers read them."""
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        return image
    if image.mode == "LAB":
        return convert(image, LAB)
    return image.convert("RGBA" if image.mode in ("RGBa", "La") else "RGB")


def eight_bit(image: Image.Image) -> Image.Image:
    """Eight bits a channel, no palette, transparency as a channel."""
    transparent = "transparency" in image.info
    if image.mode.startswith("I;16"):
        return grey16(image, image.info.get("transparency"))
    if image.mode in ("I", "F"):
        return stretched(image)
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if transparent or image.mode == "PA" else "RGB")
    if image.mode == "1":
        image = image.convert("L")
    if transparent and image.mode in ("L", "RGB"):
        return image.convert("LA" if image.mode == "L" else "RGBA")
    return image


def grey16(image: Image.Image, transparent: int | None) -> Image.Image:
    """16-bit grey to L, or LA when one value is transparent. 65535 / 255 = 257; Pillow's own conversion clips."""
    wide = image.convert("I")
    grey: Image.Image = ImageMath.lambda_eval(lambda bands: (bands["wide"] + 128) / 257, wide=wide).convert("L")
    if isinstance(transparent, int):
        opaque = ImageMath.lambda_eval(lambda bands: (bands["wide"] != transparent) * 255, wide=wide)
        grey.putalpha(opaque.convert("L"))
    return grey


def stretched(image: Image.Image) -> Image.Image:
    """32-bit integers or floats to L: full scale is the smallest usual one that holds the largest value."""
    high = image.getextrema()[1]
    top = float(high) if isinstance(high, (int, float)) and math.isfinite(high) else 255.0
    full = next((scale for scale in (1.0, 255.0, 65535.0) if top <= scale), 2147483647.0)
    scaled: Image.Image = image.convert("F").point(lambda value: value * (255 / full) + 0.5)
    return scaled.convert("L")


def has_alpha(image: Image.Image) -> bool:
    return image.mode in ("LA", "RGBA", "PA", "La", "RGBa") or "transparency" in image.info


def through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The image in sRGB if the profile describes its mode and another colour space, else the image as it is."""
    try:
        source = described(image, profile)
        return convert(image, source) if source else image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def described(image: Image.Image, profile: bytes) -> ImageCms.ImageCmsProfile | None:
    """The profile, when it is for the image's mode and not sRGB's; raises OSError when it is damaged."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if image.mode not in PROFILE_SPACES.get(source.profile.xcolor_space, ()):
        return None
    return None if (source.profile.profile_description or "").strip() in ALREADY_SRGB else source


def is_srgb(image: Image.Image) -> bool:
    """Whether an opened image in mode L or RGB has no profile, one that does not fit, or sRGB's."""
    profile = image.info.get("icc_profile")
    try:
        return not profile or described(image, profile) is None
    except (ImageCms.PyCMSError, OSError, ValueError):
        return True


def convert(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    """Relative colorimetric conversion to sRGB; alpha is carried over unchanged."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colour = image.convert("L" if image.mode == "LA" else "RGB") if alpha else image
    transform = ImageCms.buildTransform(source, SRGB, colour.mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    result = transform.apply(colour)
    if alpha:
        result.putalpha(alpha)
    return result
