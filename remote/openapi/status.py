"""What the endpoints about the service itself answer."""

from remote.openapi.schema import FLAG, NAMES, NUMBER, TEXT, Body, fixed, one_of, record, whole

UPTIME = NUMBER | {"minimum": 0, "description": "Seconds since the worker that answers was started."}

SANDBOX = record(
    {
        "level": one_of("full", "partial", "off"),
        "landlock": whole(least=0) | {"description": "The version the kernel has; 0: none."},
        "seccomp": FLAG,
        "holds": NAMES,
        "missing": NAMES,
    }
) | {"description": "What of the wall holds, as a self-test has seen it."}
CODECS = {"type": "object", "additionalProperties": TEXT, "description": "Versions by the library's name."}

INDEX = Body(
    "Index",
    {"service": fixed("remote"), "endpoints": NAMES},
    {"service": "remote", "endpoints": ["/", "/images/info"]},
)
PING = Body("Ping", {"message": fixed("pong"), "uptime": UPTIME}, {"message": "pong", "uptime": 60.5})
HELLO = Body(
    "Hello",
    {"uid": TEXT, "uptime": UPTIME, "country": TEXT, "region": TEXT},
    {"uid": "1", "uptime": 60.5, "country": "Austria", "region": "Vienna"},
)
HEALTH = Body(
    "Health",
    {"sandbox": SANDBOX, "codecs": CODECS},
    {
        "sandbox": {"level": "full", "landlock": 6, "seccomp": True, "holds": ["files", "network"], "missing": []},
        "codecs": {"libjpeg-turbo": "3.1.0"},
    },
)
READY = Body("Ready", {}, {})
USAGE = Body("Usage", {"usage": TEXT}, {"usage": "POST an image as the multipart field 'file'"})

BODIES = (INDEX, PING, HELLO, HEALTH, READY, USAGE)

FIGURES = {
    "text/plain": {
        "schema": TEXT,
        "example": "# HELP remote_queue_length Uploads that wait\n"
        "# TYPE remote_queue_length gauge\n"
        "remote_queue_length 0.0\n",
    }
}
"""The content of `GET /metrics`."""

DESCRIPTION = {
    "application/json": {
        "schema": record({"openapi": TEXT} | {part: {"type": "object"} for part in ("info", "paths", "components")})
    }
}
"""The content of `GET /openapi.json`."""
