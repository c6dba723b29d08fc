"""The endpoints that tell about the service itself."""

from time import monotonic

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from remote import metrics
from remote.blueprints.answers import ok
from remote.blueprints.parameters import check_names
from remote.openapi.document import document
from remote.sandbox.door import Sandbox
from remote.settings import Settings

status = Blueprint("status", __name__)

STARTED = monotonic()


def sandbox() -> Sandbox:
    found: Sandbox = current_app.extensions["remote.sandbox"]
    return found


def uptime() -> float:
    """Seconds since this worker process started."""
    return monotonic() - STARTED


@status.before_request
def no_parameters() -> None:
    check_names(request.args, ())


@status.get("/healthz")
def healthz() -> Response:
    """Alive, how much of the wall holds, and the versions of the libraries behind it."""
    return ok(sandbox=sandbox().report, codecs=sandbox().codecs)


@status.get("/readyz")
def readyz() -> Response:
    """Whether this worker takes uploads now."""
    sandbox().check_ready()
    return ok()


@status.get("/metrics")
def exposition() -> Response:
    """The figures of all workers."""
    return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


@status.get("/openapi.json")
def openapi() -> Response:
    """All endpoints for programs: what they take and answer, under the settings of this service."""
    settings: Settings = current_app.extensions["remote.settings"]
    return jsonify(document(current_app.url_map, settings))


@status.get("/ping")
def ping() -> Response:
    return ok(message="pong", uptime=uptime())


@status.get("/hello")
def hello() -> Response:
    """What v2ex/remote's clients ask a worker about itself."""
    settings: Settings = current_app.extensions["remote.settings"]
    return ok(uid=settings.uid, uptime=uptime(), country=settings.country, region=settings.region)
