"""What CairoSVG does not read, put so that it does: opacities in percent, and colours of CSS Color 3 and 4."""

import re

from cairosvg.parser import Node
from PIL import ImageColor

OPACITIES = ("opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "flood-opacity")
COLOURS = ("fill", "stroke", "color", "stop-color", "flood-color")

FUNCTION = re.compile(r"(rgb|hsl)a?\(([^)]*)\)", re.IGNORECASE)
OPAQUE = 255
SEPARATORS = re.compile(r"[\s,/]+")
SHORT_HEX = re.compile(r"#(?:[0-9a-f]{4}|[0-9a-f]{8})", re.IGNORECASE)


def mend(node: Node) -> None:
    """Mend an element and all below it, in place. Style sheets have been applied to it before."""
    for name in OPACITIES:
        if name in node:
            node[name] = plain_number(node[name])
    for name in COLOURS:
        if name in node:
            node[name] = plain_colour(node[name])
    for child in node.children:
        mend(child)


def plain_number(text: str) -> str:
    """``50%`` as ``0.5``; what is no number counts as opaque, as browsers drop a value they cannot read."""
    text = text.strip()
    try:
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return "1"
    return str(value)


def plain_colour(text: str) -> str:
    """Names, hsl(), spaces and slashes for commas, hexadecimal alpha: as ``rgba(r, g, b, a)``; others as they are."""
    text = text.strip()
    found = FUNCTION.fullmatch(text)
    try:
        if found:
            return rgba(*found.groups())
        if SHORT_HEX.fullmatch(text):
            red, green, blue, *alpha = ImageColor.getrgb(text)
            return f"rgba({red}, {green}, {blue}, {alpha[0] / OPAQUE})"
    except ValueError:
        pass  # CairoSVG has its own way with what is no colour
    return hexadecimal(text.lower()) if text.lower() in ImageColor.colormap else text


def hexadecimal(name: str) -> str:
    """The colour of a name. Pillow's own map holds a tuple where it has met the name before, and a string where not."""
    red, green, blue = ImageColor.getrgb(name)[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def rgba(model: str, arguments: str) -> str:
    """A colour function as commas and numbers; raises ValueError."""
    parts = [part for part in SEPARATORS.split(arguments.strip()) if part]
    alpha = plain_number(parts[3]) if len(parts) > 3 else "1"
    inner = ", ".join(part.removesuffix("deg") for part in parts[:3])
    red, green, blue = ImageColor.getrgb(f"{model.lower()}({inner})")[:3]
    return f"rgba({red}, {green}, {blue}, {alpha})"
