"""Internal entities of an SVG, written out within bounds, so that the parser can go on refusing them.

Illustrator names its namespaces by entities. External ones are replaced by nothing: nothing is ever fetched.
"""

import re

from remote.errors import TooComplex
from remote.imaging.signatures import doctype_end

DECLARATION = re.compile(r"""<!ENTITY\s+([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
REFERENCE = re.compile(r"&([A-Za-z_][\w.:-]*);")
PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})

MOST_ADDED = 1 << 20
"""Characters that all expansions together may add; Illustrator's add a few hundred."""
DEEPEST = 8
"""How often an entity may refer to another: real files do it once."""


def written_out(document: bytes) -> bytes:
    """The document without its DTD's internal subset, references replaced by what they stand for.

    Raises `TooComplex` where that would grow beyond bounds.
    """
    if b"<!ENTITY" not in document:
        return document
    text = document.decode("latin-1")  # every byte is kept, and markup is ASCII
    start = text.find("<!DOCTYPE")
    end = doctype_end(text, start)
    if start < 0 or end < 0:
        return document
    end = text.index(">", end) + 1
    found = DECLARATION.findall(text[start:end])
    values = {name: double or single for name, double, single in reversed(found)}  # the first one counts
    return (text[:start] + replaced(text[end:], values)).encode("latin-1")


def replaced(text: str, values: dict[str, str]) -> str:
    """The text with all references replaced, those in the values too."""
    budget = MOST_ADDED
    for _ in range(DEEPEST):
        names = [name for name in REFERENCE.findall(text) if name not in PREDEFINED]
        if not names:
            return text
        budget -= sum(len(values.get(name, "")) for name in names)
        if budget < 0:
            break
        text = REFERENCE.sub(lambda found: found[0] if found[1] in PREDEFINED else values.get(found[1], ""), text)
    raise TooComplex
