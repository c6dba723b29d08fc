"""Query parameters and path parts, read strictly."""

import re
from collections.abc import Container

from werkzeug.datastructures import MultiDict

from remote.errors import BadParameter
from remote.jobs import Colour, Size

HEX_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")


def check_names(query: MultiDict[str, str], known: Container[str]) -> None:
    """Raise `BadParameter` for a parameter that does not exist or is given twice."""
    for name, values in query.lists():
        if name not in known:
            raise BadParameter("no such parameter", "the query", name)
        if len(values) > 1:
            raise BadParameter("one value", name, ", ".join(values))


def box(text: str, most: int) -> Size:
    """A box from ``320`` or ``640x480``, each side 1 to `most` pixels; raises `BadParameter`."""
    sides = [whole(side) for side in text.split("x")]
    width, height = sides[0], sides[-1]
    if len(sides) > 2 or width is None or height is None or not (1 <= width <= most and 1 <= height <= most):
        raise BadParameter(f"a box like 320 or 640x480 with sides from 1 to {most}", "box", text)
    return width, height


def quality(query: MultiDict[str, str]) -> int | None:
    """``quality``, 1 to 100, or None when not given; raises `BadParameter`."""
    text = query.get("quality")
    if text is None:
        return None
    value = whole(text)
    if value is None or not 1 <= value <= 100:
        raise BadParameter("a whole number from 1 to 100", "quality", text)
    return value


def colour(query: MultiDict[str, str], name: str) -> Colour | None:
    """A colour as six hexadecimal digits, or None when not given; raises `BadParameter`."""
    text = query.get(name)
    if text is None:
        return None
    if not HEX_COLOUR.fullmatch(text):
        raise BadParameter("a colour like ffffff", name, text)
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def one_of(query: MultiDict[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    """A parameter with fixed choices, or None when not given; raises `BadParameter`."""
    text = query.get(name)
    if text is not None and text not in choices:
        raise BadParameter("one of " + ", ".join(choices), name, text)
    return text


def flag(query: MultiDict[str, str], name: str) -> bool:
    """``0`` or ``1``, not given is 0; raises `BadParameter`."""
    return one_of(query, name, ("0", "1")) == "1"


def whole(text: str) -> int | None:
    """A number written in ASCII digits only, at most nine of them."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
