"""The endpoints that tell about the service itself."""

from time import monotonic

from flask import Blueprint, Response, current_app, request

from remote.blueprints.answers import ok
from remote.blueprints.parameters import check_names
from remote.sandbox.door import Sandbox
from remote.settings import Settings

status = Blueprint("status", __name__)

STARTED = monotonic()


def uptime() -> float:
    """Seconds since this worker process started."""
    return monotonic() - STARTED


@status.before_request
def no_parameters() -> None:
    check_names(request.args, ())


@status.get("/")
def index() -> Response:
    """Which endpoints there are."""
    rules = {rule.rule for rule in current_app.url_map.iter_rules() if rule.endpoint != "static"}
    return ok(service="remote", endpoints=sorted(rules))


@status.get("/healthz")
def healthz() -> Response:
    """Alive, and how much of the wall holds."""
    sandbox: Sandbox = current_app.extensions["remote.sandbox"]
    return ok(sandbox=sandbox.report)


@status.get("/ping")
def ping() -> Response:
    return ok(message="pong", uptime=uptime())


@status.get("/hello")
def hello() -> Response:
    """What v2ex/remote's clients ask a worker about itself."""
    settings: Settings = current_app.extensions["remote.settings"]
    return ok(uid=settings.uid, uptime=uptime(), country=settings.country, region=settings.region)
