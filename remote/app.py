"""`create_app` wires the rooms together, and nothing else."""

import os

from flask import Flask

from remote.blueprints import failures, guard, journal, page
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
    app.url_map.merge_slashes = False  # Werkzeug would answer a redirect in HTML
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # nobody needs it: CORS is off
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes + FORM_OVERHEAD
    app.extensions["remote.settings"] = settings
    app.extensions["remote.sandbox"] = Sandbox(settings)
    page.register(app)
    app.register_blueprint(status)
    app.register_blueprint(images)
    journal.register(app)
    guard.register(app, settings)
    failures.register(app, settings)
    return app
