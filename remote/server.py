"""gunicorn's configuration: ``gunicorn --config python:remote.server``."""

import os
import shutil
import socket
import tempfile
from contextlib import suppress
from typing import Any

from remote import logs
from remote.blueprints.uploads import FORM_OVERHEAD
from remote.sandbox.memory import keep_freed_memory, memory_folder
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
worker_class = "remote.worker.Worker"
threads = settings.queue + SLACK
graceful_timeout = settings.graceful_timeout
keepalive = 75  # seconds: longer than nginx and HTTP clients keep idle connections, so that they close first
control_socket_disable = True  # gunicorn 27 puts one into the home directory, where a second service clashes
worker_tmp_dir = memory_folder()  # heartbeats on a disk can block
figures = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="remote-metrics-", dir=memory_folder())
"""Where the workers count, for `remote.metrics`; prometheus-client reads the variable when it is imported."""


def post_worker_init(worker: Any) -> None:
    """In each worker, once the application is there."""
    logs.configure()
    keep_freed_memory()
    worker.wsgi.extensions["remote.sandbox"].start(slots)


def when_ready(server: Any) -> None:
    """Refuse new connections as soon as the service is told to stop. gunicorn only closes its own copy of the socket:
    the kernel goes on taking connections that nobody answers while the workers end."""
    gunicorns_own = server.stop

    def stop(graceful: bool = True) -> None:
        if server.reexec_pid == server.master_pid == 0 and not server.systemd:  # nobody else listens on it
            for listener in server.LISTENERS:
                with suppress(OSError):  # macOS has no such thing
                    listener.sock.shutdown(socket.SHUT_RDWR)
        gunicorns_own(graceful)

    server.stop = stop


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


def child_exit(server: Any, worker: Any) -> None:
    """In the parent, when a worker has ended: what it alone could tell does not count any more."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    shutil.rmtree(figures, ignore_errors=True)
