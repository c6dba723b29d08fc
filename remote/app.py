"""`create_app` wires the rooms together, and nothing else."""

import os

from flask import Flask, Response

from remote.blueprints import failures
from remote.blueprints.images import images
from remote.blueprints.status import status
from remote.blueprints.uploads import FORM_OVERHEAD, MemoryRequest
from remote.sandbox.door import Sandbox
from remote.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application; without `settings` they are read from the environment (raises `BadSetting`)."""
    settings = settings or Settings.from_environment(os.environ)
    app = Flask("remote", static_folder=None)
    app.request_class = MemoryRequest
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes + FORM_OVERHEAD
    app.extensions["remote.settings"] = settings
    app.extensions["remote.sandbox"] = Sandbox(settings)
    app.register_blueprint(status)
    app.register_blueprint(images)
    failures.register(app, settings)
    app.after_request(no_sniffing)
    return app


def no_sniffing(response: Response) -> Response:
    """Browsers must take the type we state: a file that is two things at once stays the one we made."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
