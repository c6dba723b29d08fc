"""Loads, before the first fork, all that a decoder would otherwise read from files it must not read.

Libraries import some modules only when they need them; Python imports a codec when a text is first decoded with it.
"""

import codecs
import colorsys  # noqa: F401
import copy  # noqa: F401
import mmap  # noqa: F401
import random  # noqa: F401
import tempfile  # noqa: F401
import xml.etree.ElementTree  # noqa: F401

from PIL import (  # noqa: F401
    Image,
    ImageChops,
    ImageCms,
    ImageColor,
    ImageFile,
    ImageFilter,
    ImageMath,
    ImagePalette,
    ImageSequence,
)

from remote.imaging.limits import Limits
from remote.imaging.operations import perform
from remote.jobs import FitOptions

TEXT = b"""<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><text y="8">a</text></svg>"""

ENCODINGS = (
    *("ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "idna", "unicode_escape"),
    *(f"iso8859_{part}" for part in range(1, 17) if part != 12),  # there is no part 12
    *(f"cp125{page}" for page in range(9)),
    *("cp437", "cp850", "cp866", "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic", "tis_620"),
    *("shift_jis", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr"),
)
"""Those that XML on the web declares, and text in image files."""


def preload() -> None:
    """Every plugin of Pillow, the codecs of texts, libmagic's database, the list of fonts."""
    for name in ENCODINGS:
        codecs.lookup(name)
    Image.init()
    perform("fit", FitOptions((8, 8)), TEXT, Limits(64, 8, 1, 64, 1))
