"""What can be asked: the parts of paths, the query and the upload."""

from remote.jobs import ANSWERED, PrepareOptions
from remote.openapi.schema import TEXT, Node, one_of, record, whole
from remote.parameters import HEX_COLOUR, KEEP
from remote.settings import Settings

FILE = TEXT | {"contentMediaType": "application/octet-stream", "minLength": 1}

FLAG = one_of("0", "1") | {"default": "0"}

QUERY: dict[str, tuple[Node, str]] = {
    "keep": (
        one_of(*KEEP) | {"default": PrepareOptions().keep},
        "rights: camera, exposure, time, author and rights stay; none: the ICC profile alone.",
    ),
    "format": (one_of(*ANSWERED), "Without it the upload's own where browsers show it, else JPEG or PNG."),
    "quality": (whole(100), "For JPEG, WebP and AVIF; without it 82, 80 and 60."),
    "background": (
        TEXT | {"pattern": f"^{HEX_COLOUR.pattern}$", "examples": ["ffffff"]},
        "The colour that clear pixels are shown on; without it they stay clear, or white in a JPEG.",
    ),
    "animated": (FLAG, "1 keeps the frames of GIF, WebP, APNG and AVIF; 0 is the first frame."),
}
"""Schema and meaning by the name."""


def query(name: str) -> Node:
    schema, meaning = QUERY[name]
    return {"name": name, "in": "query", "schema": schema, "description": meaning}


def path(name: str, settings: Settings) -> Node:
    """The part of a path that has this name; there is one."""
    side = f"({up_to(settings.max_box)})"
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": TEXT | {"pattern": f"^{side}(x{side})?$"},
        "description": f"Width and height in pixels, or both in one, 1 to {settings.max_box}.",
        "examples": {"square": {"value": "320"}, "oblong": {"value": "640x480"}},
    }


def up_to(most: int) -> str:
    """A regular expression for the whole numbers from 1 to `most`, written without leading zeros."""
    digits = str(most)
    shorter = [f"[1-9][0-9]{{{more}}}" for more in range(len(digits) - 1)]
    below = [
        f"{digits[:at]}[{int(at == 0)}-{int(digit) - 1}][0-9]{{{len(digits) - at - 1}}}"
        for at, digit in enumerate(digits)
        if int(digit) > int(at == 0)
    ]
    return "|".join([*shorter, *below, digits])


def upload(settings: Settings) -> Node:
    """The body of a request with an upload."""
    form = {
        "schema": record({"file": FILE}),
        "encoding": {"file": {"contentType": "image/*, application/octet-stream"}},
    }
    return {
        "required": True,
        "description": f"One image of at most {settings.max_upload_bytes} bytes. Its bytes say which format it is; "
        "its name and declared type do not.",
        "content": {"multipart/form-data": form, "image/*": {"schema": FILE}},
    }
