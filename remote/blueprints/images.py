"""The endpoints that take an upload."""

from flask import Blueprint, Response, current_app, request

from remote import parameters
from remote.blueprints import answers
from remote.blueprints.answers import Clock, ok
from remote.blueprints.journal import note
from remote.blueprints.parameters import check_names
from remote.blueprints.uploads import Upload, read_upload, still_connected
from remote.jobs import KIND, AvatarOptions, InfoOptions, Options, Result
from remote.sandbox.door import Sandbox
from remote.settings import Settings

images = Blueprint("images", __name__, url_prefix="/images")

USAGE = {
    "prepare_jpeg": "POST a JPEG as the multipart field 'file': it comes back upright and without location",
    "fit": "POST an image as the multipart field 'file' to /images/fit/320 or /images/fit/640x480: "
    "it comes back within that box",
    "rescale_avatar": "POST an image as the multipart field 'file': avatars of it come back in up to six sizes",
    "info": "POST an image as the multipart field 'file': the facts about it come back",
}


@images.get("/prepare_jpeg")
@images.get("/info")
@images.get("/rescale_avatar")
@images.get("/resize_avatar", defaults={"name": "rescale_avatar"})
@images.get("/fit/<box>")
def usage(box: str = "", name: str = "") -> Response:
    check_names(request.args, ())
    if box:
        parameters.box(box, settings().max_box)
    name = name or request.path.split("/")[2]
    return ok(usage=USAGE[name])


@images.post("/prepare_jpeg")
def prepare_jpeg() -> Response:
    check_names(request.args, parameters.OF_PREPARE)
    return answer_file("prepare_jpeg", parameters.prepare_options(request.args))


@images.post("/fit/<box>")
def fit(box: str) -> Response:
    check_names(request.args, parameters.OF_FIT)
    return answer_file("fit", parameters.fit_options(box, request.args, settings().max_box))


@images.post("/rescale_avatar")
@images.post("/resize_avatar")
def avatars() -> Response:
    clock = Clock()
    check_names(request.args, parameters.OF_AVATARS)
    upload, result = run("avatars", AvatarOptions(parameters.flag(request.args, "animated")))
    files = {f"avatar{file.width}": answers.avatar(file) for file in result.files}
    return ok(uploaded=answers.uploaded(upload, result), **files, **clock.times())


@images.post("/info")
def info() -> Response:
    check_names(request.args, ())
    upload, result = run("info", InfoOptions())
    facts = result.facts
    return ok(
        width=facts.width,
        height=facts.height,
        mime_type=KIND[result.format].mime,
        format=result.format,
        binary_size=upload.size,
        frames=facts.frames,
        has_alpha=facts.has_alpha,
        orientation=facts.orientation,
    )


def answer_file(operation: str, options: Options) -> Response:
    """Run an operation that makes one file and answer it as the caller wants it."""
    clock = Clock()
    upload, result = run(operation, options)
    if answers.wants_envelope(request, settings().response):
        return answers.envelope(upload, result, clock)
    return answers.image(operation, upload, result)


def run(operation: str, options: Options) -> tuple[Upload, Result]:
    """Read the upload and have it processed on the other side of the wall."""
    upload = read_upload(request, settings().max_upload_bytes)
    sandbox: Sandbox = current_app.extensions["remote.sandbox"]
    note(upload.size)
    with upload.file:
        result = sandbox.run(operation, options, upload.file, still_connected(request))
    note(upload.size, result)
    return upload, result


def settings() -> Settings:
    found: Settings = current_app.extensions["remote.settings"]
    return found
