"""The headers of requests and answers."""

from remote.blueprints import journal
from remote.openapi.schema import TEXT, Node, fixed, one_of, ref, whole
from remote.settings import Settings

ID = journal.HEADER
IMAGE = ("Content-Disposition", "X-Image-Width", "X-Image-Height", "X-Image-Frames")
"""Of the image itself; the envelope has none of them."""
LOSSLESS = "X-Lossless"

REQUEST_ID = {
    "name": ID,
    "in": "header",
    "schema": TEXT,
    "example": "3f2a-17",
    "description": "Comes back with the answer and is in the log where it is 1 to 128 of the characters "
    "A-Z a-z 0-9 . _ : -, and is replaced otherwise.",
}


def refs(*names: str) -> Node:
    """These headers, in a response."""
    return {name: ref("headers", name) for name in names}


def headers(settings: Settings) -> Node:
    """Every header that an answer's description names."""
    side = whole(settings.max_side)
    return {
        ID: always(
            TEXT | {"pattern": f"^{journal.WELL_FORMED.pattern}$"}, "The request's own where it had one, or a new one."
        ),
        "Content-Disposition": on_images(
            TEXT | {"pattern": '^inline; filename="[A-Za-z0-9._-]+"$'}, "A safe name, made from the upload's."
        ),
        "X-Image-Width": on_images(side, "Pixels."),
        "X-Image-Height": on_images(side, "Pixels."),
        "X-Image-Frames": on_images(whole(settings.max_frames, 2), "Where it is an animation."),
        LOSSLESS: on_images(one_of("0", "1"), "1: the pixels are those of the upload, exactly."),
        "Retry-After": always(whole(), "Seconds."),
        "WWW-Authenticate": always(fixed("Bearer"), "The way to authenticate."),
        "Allow": always(TEXT, "The methods that the path has."),
    }


def always(schema: Node, description: str) -> Node:
    return {"required": True, "schema": schema, "description": description}


def on_images(schema: Node, description: str) -> Node:
    """One that an image has and its JSON envelope has not."""
    return {"schema": schema, "description": f"On the image itself. {description}"}
