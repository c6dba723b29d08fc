"""The table of endpoints: what each answers, what it can be asked and what can go wrong with it."""

from dataclasses import dataclass

from remote import errors
from remote.jobs import ANSWERED, KIND
from remote.openapi import headers, images, status
from remote.openapi.refusals import Kind, kinds
from remote.openapi.schema import Body, Node
from remote.parameters import OF_AVATARS, OF_FIT, OF_PREPARE
from remote.settings import Settings

ANY = (errors.BadParameter, errors.MalformedRequest, errors.Internal)
"""What can go wrong everywhere."""

UPLOAD = (
    errors.MissingFile,
    errors.TooLarge,
    errors.ClientGone,
    *(kind for kind in kinds(errors.UploadError) if kind is not errors.NotAJpeg),
    errors.Busy,
    errors.Timeout,
)
"""What can go wrong with every upload."""


@dataclass(frozen=True)
class Operation:
    """What one endpoint does with one method."""

    summary: str
    content: Node
    """Of the answer when all is well, by its type."""
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    """Of that answer, besides those that all have."""
    errors: tuple[Kind, ...] = ()
    """Besides those that can happen everywhere."""
    upload: bool = False

    @property
    def answer(self) -> Node:
        return {
            "description": self.summary,
            "headers": headers.refs(headers.ID, *self.headers),
            "content": self.content,
        }


def operations(settings: Settings) -> dict[str, Operation]:
    """By the endpoint's name in the application."""
    facts, avatars, envelope = images.bodies(settings)
    default = {"image": "the image", "json": "the envelope"}[settings.response]
    either = f"`Accept` chooses between the image and v2ex/remote's envelope; without a preference {default}."
    return {
        "page.index": Operation(
            "The endpoints there are; where `Accept` prefers HTML, a page to try them with.",
            status.INDEX.content | {"text/html": {}},
        ),
        "status.ping": told("Whether it answers.", status.PING),
        "status.hello": told("What the worker was told about itself.", status.HELLO),
        "status.healthz": told("Alive; how much of the wall holds, and the versions of the codecs.", status.HEALTH),
        "status.readyz": told("Uploads are taken.", status.READY, errors.NotReady),
        "status.exposition": Operation("The figures of all workers for Prometheus.", status.FIGURES),
        "status.openapi": Operation("This description.", status.DESCRIPTION),
        "images.usage": told("How to use POST here.", status.USAGE),
        "images.prepare_jpeg": Operation(
            f"The JPEG with location removed and turned upright. {either}",
            files("jpeg") | envelope.content,
            OF_PREPARE,
            (*headers.IMAGE, headers.LOSSLESS),
            (*UPLOAD, errors.NotAJpeg),
            upload=True,
        ),
        "images.fit": Operation(
            f"The image within the box, aspect ratio kept, never enlarged. {either}",
            files(*ANSWERED) | envelope.content,
            OF_FIT,
            headers.IMAGE,
            UPLOAD,
            upload=True,
        ),
        "images.avatars": Operation(
            "Centred squares of the image in up to six sizes: the large ones where both sides of the upright original "
            "are at least that.",
            avatars.content,
            OF_AVATARS,
            errors=UPLOAD,
            upload=True,
        ),
        "images.info": Operation("The facts about the file.", facts.content, errors=UPLOAD, upload=True),
    }


def told(summary: str, body: Body, *mishaps: Kind) -> Operation:
    """An endpoint that tells something and takes nothing."""
    return Operation(summary, body.content, errors=mishaps)


def files(*formats: str) -> Node:
    """Files of these formats as they are."""
    return {KIND[name].mime: {} for name in formats}
