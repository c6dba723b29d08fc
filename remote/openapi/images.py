"""What the endpoints that take an upload answer."""

from base64 import b64decode

from remote.jobs import AVATARS_ALWAYS, AVATARS_IF_LARGE, KIND, KINDS
from remote.openapi.schema import FLAG, NUMBER, TEXT, Body, Node, one_of, record, whole
from remote.settings import Settings

PLAIN = {
    24: "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAQAAAADIDABVAAAAD0lEQVR42mP4//8/Aw0xAHOjR7n1dzQqAAAAAElFTkSuQmCC",
    48: "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAQAAAAB/ecQqAAAAEElEQVR42mP4DwYMoxR1KABPVB7wgCAA8AAAAABJRU5ErkJggg==",
    73: "iVBORw0KGgoAAAANSUhEUgAAAEkAAABJAQAAAABZCDZxAAAAFElEQVR42mP4DwcMo8xR5igTgwkAtAjXRTuJw7EAAAAASUVORK5CYII=",
}
"""White PNGs by their side, for the examples."""

SECONDS = NUMBER | {"description": "Seconds since 1970."}
CLOCK = {"start": SECONDS, "end": SECONDS, "cost": NUMBER | {"description": "Milliseconds from start to end."}}
CLOCK_EXAMPLE = {"start": 1767225600.0, "end": 1767225600.0125, "cost": 12.5}

UPLOADED_EXAMPLE = {"size": 2048, "mime": "image/jpeg"}
MIME = one_of(*(kind.mime for kind in KINDS))


def base64_of(*mimes: str) -> Node:
    """A file as text; its type is told where it can be but one."""
    return TEXT | {"contentEncoding": "base64"} | ({"contentMediaType": mimes[0]} if len(mimes) == 1 else {})


def bodies(settings: Settings) -> tuple[Body, ...]:
    return facts(settings), avatars(settings), envelope(settings)


def facts(settings: Settings) -> Body:
    side, size = whole(settings.max_side), whole(settings.max_upload_bytes)
    return Body(
        "Facts",
        {
            "width": side | {"description": "Pixels, upright."},
            "height": side | {"description": "Pixels, upright."},
            "mime_type": MIME,
            "format": one_of(*KIND),
            "binary_size": size | {"description": "Bytes."},
            "frames": whole(settings.max_frames),
            "has_alpha": FLAG,
            "orientation": whole(8) | {"description": "As EXIF has it; width and height have followed it already."},
        },
        {
            "width": 640,
            "height": 480,
            "mime_type": "image/jpeg",
            "format": "jpeg",
            "binary_size": 2048,
            "frames": 1,
            "has_alpha": False,
            "orientation": 1,
        },
    )


def avatars(settings: Settings) -> Body:
    always, large = ([f"avatar{side}" for side in sides] for sides in (AVATARS_ALWAYS, AVATARS_IF_LARGE))
    examples = {f"avatar{side}": {"size": len(b64decode(body)), "body": body} for side, body in PLAIN.items()}
    return Body(
        "Avatars",
        {"uploaded": uploaded(settings)} | {name: avatar(settings) for name in (*always, *large)} | CLOCK,
        {"uploaded": UPLOADED_EXAMPLE} | examples | CLOCK_EXAMPLE,
        optional=tuple(large),
    )


def avatar(settings: Settings) -> Node:
    frames = whole(settings.max_frames, 2) | {"description": "Where it is animated; can be fewer than the upload's."}
    size = whole() | {"description": "Bytes."}
    return record({"size": size, "body": base64_of("image/png"), "frames": frames}, optional=("frames",))


def envelope(settings: Settings) -> Body:
    side = whole(settings.max_side)
    mimes = [kind.mime for kind in KINDS if kind.answered]
    return Body(
        "Envelope",
        {
            "uploaded": uploaded(settings),
            "output": base64_of(*mimes),
            "width": side,
            "height": side,
            "mime": one_of(*mimes),
        }
        | CLOCK,
        {"uploaded": UPLOADED_EXAMPLE, "output": PLAIN[24], "width": 24, "height": 24, "mime": "image/png"}
        | CLOCK_EXAMPLE,
    )


def uploaded(settings: Settings) -> Node:
    return record({"size": whole(settings.max_upload_bytes) | {"description": "Bytes."}, "mime": MIME})
