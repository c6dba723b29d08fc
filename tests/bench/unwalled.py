"""The service with decoding in the gunicorn worker itself, to compare with. Never to be served to anybody."""

from typing import IO, Any

from flask import Flask

from remote.app import create_app as create_remote
from remote.imaging.operations import perform
from remote.sandbox.config import Config
from remote.sandbox.memory import contents


class NoSandbox:
    """`Sandbox` without a wall."""

    def __init__(self, config: Config) -> None:
        self.limits = config.limits

    def start(self, slots: Any) -> None:
        pass

    def run(self, operation: str, options: Any, upload: IO[bytes], wanted: Any) -> Any:
        return perform(operation, options, contents(upload.fileno()), self.limits)


def create_app() -> Flask:
    app = create_remote()
    app.extensions["remote.sandbox"] = NoSandbox(Config.from_settings(app.extensions["remote.settings"]))
    return app
