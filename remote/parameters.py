"""What callers ask for as text, read strictly: the query of a request, and the options of the command."""

import re
from collections.abc import Mapping

from remote.errors import BadParameter
from remote.jobs import ANSWERED, Colour, FitOptions, PrepareOptions, Size

OF_PREPARE = ("keep",)
OF_FIT = ("format", "quality", "background", "animated")
OF_AVATARS = ("animated",)
"""The parameters of each operation."""

KEEP = ("rights", "none")
HEX_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
WHOLE = re.compile(r"[1-9][0-9]{0,8}")


def fit_options(box_text: str, query: Mapping[str, str], most: int) -> FitOptions:
    """What `fit` is asked, in a box with sides up to `most` pixels; raises `BadParameter`."""
    return FitOptions(
        box=box(box_text, most),
        format=one_of(query, "format", ANSWERED),
        quality=quality(query),
        background=colour(query, "background"),
        animated=flag(query, "animated"),
    )


def prepare_options(query: Mapping[str, str]) -> PrepareOptions:
    """What `prepare_jpeg` is asked; raises `BadParameter`."""
    return PrepareOptions(one_of(query, "keep", KEEP) or PrepareOptions().keep)


def box(text: str, most: int) -> Size:
    """A box from ``320`` or ``640x480``, each side 1 to `most` pixels; raises `BadParameter`."""
    sides = [whole(side) for side in text.split("x")]
    width, height = sides[0], sides[-1]
    if len(sides) > 2 or width is None or height is None or not (1 <= width <= most and 1 <= height <= most):
        raise BadParameter(f"a box like 320 or 640x480 with sides from 1 to {most}", "box", text)
    return width, height


def quality(query: Mapping[str, str]) -> int | None:
    """``quality``, 1 to 100, or None when not given; raises `BadParameter`."""
    text = query.get("quality")
    if text is None:
        return None
    value = whole(text)
    if value is None or not 1 <= value <= 100:
        raise BadParameter("a whole number from 1 to 100", "quality", text)
    return value


def colour(query: Mapping[str, str], name: str) -> Colour | None:
    """A colour as six hexadecimal digits, or None when not given; raises `BadParameter`."""
    text = query.get(name)
    if text is None:
        return None
    if not HEX_COLOUR.fullmatch(text):
        raise BadParameter("a colour like ffffff", name, text)
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def one_of(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    """A parameter with fixed choices, or None when not given; raises `BadParameter`."""
    text = query.get(name)
    if text is not None and text not in choices:
        raise BadParameter("one of " + ", ".join(choices), name, text)
    return text


def flag(query: Mapping[str, str], name: str) -> bool:
    """``0`` or ``1``, not given is 0; raises `BadParameter`."""
    return one_of(query, name, ("0", "1")) == "1"


def whole(text: str) -> int | None:
    """A number from 1, written in one to nine ASCII digits without leading zeros."""
    return int(text) if WHOLE.fullmatch(text) else None
