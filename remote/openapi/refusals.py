"""What can go wrong, from the tree of errors: one response for each status that an operation can refuse with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from remote import errors
from remote.errors import RemoteError
from remote.openapi import headers
from remote.openapi.schema import TEXT, Body, Node, one_of, ref
from remote.settings import Settings

Kind = type[RemoteError]


def kinds(root: Kind) -> Iterator[Kind]:
    """The errors that can be answered, of this one and all below it in the tree."""
    if hasattr(root, "status"):
        yield root
    for child in root.__subclasses__():
        yield from kinds(child)


ERROR = Body(
    "Error",
    {
        "code": one_of(*sorted({kind.code for kind in kinds(RemoteError)})),
        "message": TEXT | {"description": "For people."},
    },
    {"code": errors.Internal.code, "message": errors.Internal().message},
    outcome={"status": "error", "success": False},
)


def samples(settings: Settings) -> dict[Kind, RemoteError]:
    """One of each error, as it is raised under these settings."""
    every = (
        errors.MissingFile(),
        errors.BadParameter("no such parameter", "the query", "sise"),
        errors.MalformedRequest(),
        errors.Unauthorized(),
        errors.NotFound(),
        errors.MethodNotAllowed(["GET", "HEAD"]),
        errors.TooLarge(settings.max_upload_bytes),
        errors.ClientGone(),
        errors.UnsupportedType("application/pdf"),
        errors.NotAJpeg(),
        errors.Undecodable(),
        errors.TooManyPixels(settings.max_side, settings.max_side, settings.max_pixels, settings.max_side),
        errors.TooManyFrames(settings.max_frames),
        errors.TooComplex(),
        errors.DecoderCrashed(),
        errors.DecoderBlocked(),
        errors.Timeout(settings.timeout),
        errors.Busy(),
        errors.NotReady("the queue is full"),
        errors.Internal(),
    )
    return {type(error): error for error in every}


@dataclass(frozen=True)
class Refusal:
    """All errors of one status that an operation can answer."""

    errors: tuple[RemoteError, ...]

    @property
    def status(self) -> str:
        return str(self.errors[0].status)

    @property
    def name(self) -> str:
        """Of the component, which operations with the same errors share."""
        return ".".join(type(error).__name__ for error in self.errors)

    @property
    def codes(self) -> list[str]:
        return sorted({error.code for error in self.errors})

    @property
    def response(self) -> Node:
        schema = {"allOf": [ref("schemas", ERROR.name), {"properties": {"code": {"enum": self.codes}}}]}
        examples = {type(error).__name__: {"value": error.answer} for error in self.errors}
        return {
            "description": ", ".join(f"`{code}`" for code in self.codes),
            "headers": headers.refs(headers.ID, *self.errors[0].headers),
            "content": {"application/json": {"schema": schema, "examples": examples}},
        }


def refusals(found: Iterable[RemoteError]) -> list[Refusal]:
    """These errors by their status."""
    ordered = sorted(found, key=lambda error: error.status)
    return [Refusal(tuple(group)) for _, group in groupby(ordered, key=lambda error: error.status)]
