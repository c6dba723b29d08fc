"""gunicorn's configuration: ``gunicorn --config python:remote.server``."""

import os
from typing import Any

from remote.blueprints.uploads import FORM_OVERHEAD
from remote.sandbox.memory import keep_freed_memory
from remote.sandbox.slots import make_slots
from remote.settings import BadSetting, Settings, warn_of_unknown

try:
    settings = Settings.from_environment(os.environ)
except BadSetting as error:
    raise SystemExit(f"remote: {error}") from None

SLACK = 32
"""Threads of a worker besides those that wait for a decoder: slow uploads, health checks, refusals."""

BODY_CHUNK = 64 << 10
"""Bytes that one recv() asks for: what Werkzeug's parser takes at a time. gunicorn 27 reads 1 MiB ahead and then copies
all that is left of it for every piece taken: 6 ms for an upload of 2.6 MB."""

slots = make_slots()

wsgi_app = "remote.app:create_app()"
host = f"[{settings.host}]" if ":" in settings.host else settings.host  # IPv6
bind = f"{host}:{settings.port}"
workers = settings.workers
worker_class = "gthread"
threads = settings.queue + SLACK
keepalive = 75  # seconds: longer than nginx and HTTP clients keep idle connections, so that they close first
control_socket_disable = True  # gunicorn 27 puts one into the home directory, where a second service clashes
SHARED_MEMORY = "/dev/shm"  # noqa: S108  a folder, not a file with a name that could be foreseen
if os.path.isdir(SHARED_MEMORY):
    worker_tmp_dir = SHARED_MEMORY  # heartbeats on a disk can block


def post_worker_init(worker: Any) -> None:
    """In each worker, once the application is there."""
    keep_freed_memory()
    worker.wsgi.extensions["remote.sandbox"].start(slots)


def pre_request(worker: Any, request: Any) -> None:
    """A body that may be refused before its end closes its connection: gunicorn drains no more than 64 KiB."""
    request.unreader.mxchunk = request.unreader.max_body_chunk = BODY_CHUNK
    headers = {name.upper(): value for name, value in request.headers}
    length = headers.get("CONTENT-LENGTH", "0")
    if "TRANSFER-ENCODING" in headers or int(length) > settings.max_upload_bytes + FORM_OVERHEAD:
        request.force_close()


def on_starting(server: Any) -> None:
    """Once, before the workers start."""
    warn_of_unknown(os.environ)
