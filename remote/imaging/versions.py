"""The versions of the libraries that decode, for those who watch for vulnerabilities."""

import platform
import pyexpat
from importlib.metadata import version

import cairocffi
import magic
import pillow_heif
from PIL import features
from pillow_avif import _avif

PILLOW = {
    "libjpeg-turbo": "libjpeg_turbo",
    "openjpeg": "jpg_2000",
    "zlib": "zlib",
    "libtiff": "libtiff",
    "libwebp": "webp",
    "littlecms2": "littlecms2",
}
"""What Pillow was built with, by its own names."""

PACKAGES = ("pillow", "pillow-heif", "pillow-avif-plugin", "cairosvg", "cykooz.resizer", "isal", "zlib-ng")


def versions() -> dict[str, str]:
    """By the library's name."""
    libmagic: int = magic.version()
    found: dict[str, str | None] = {name: features.version(feature) for name, feature in PILLOW.items()}
    found |= {
        "libheif": pillow_heif.libheif_version(),
        "libheif decoders": ", ".join(sorted(pillow_heif.libheif_info()["decoders"].values())),
        "libavif": _avif.libavif_version,
        "libavif codecs": _avif.codec_versions(),
        "cairo": cairocffi.cairo_version_string(),
        "libmagic": f"{libmagic // 100}.{libmagic % 100:02}",
        "expat": pyexpat.EXPAT_VERSION.removeprefix("expat_"),
        "python": platform.python_version(),
    }
    return {name: number for name, number in found.items() if number} | {name: version(name) for name in PACKAGES}
