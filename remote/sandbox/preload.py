"""Loads, before the first fork, all that a decoder would otherwise read from files it must not read."""

import encodings.idna  # noqa: F401
import xml.etree.ElementTree  # noqa: F401

from PIL import Image, ImageChops, ImageCms, ImageFile, ImageMath, ImagePalette, ImageSequence  # noqa: F401

from remote.imaging.limits import Limits
from remote.imaging.operations import FitOptions, perform

TEXT = b"""<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><text y="8">a</text></svg>"""


def preload() -> None:
    """Every plugin of Pillow, libmagic's database, the list of fonts."""
    Image.init()
    perform("fit", FitOptions((8, 8)), TEXT, Limits(64, 8, 1, 64, 1))
