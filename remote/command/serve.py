"""``remote serve``"""

import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from remote.command.subcommand import FAILED, Subcommand
from remote.settings import Settings

GUNICORN = ("gunicorn", "--config", "python:remote.server")
"""As the Procfile has it."""


def add_arguments(parser: ArgumentParser) -> None:
    """It has none."""


def run(arguments: Namespace, settings: Settings) -> int:
    """Become gunicorn, so that signals reach it. Its program lies beside Python's in a virtual environment."""
    beside = Path(sys.executable).parent
    program = shutil.which(GUNICORN[0], path=os.pathsep.join((str(beside), os.environ.get("PATH", os.defpath))))
    if program is None:
        print("remote: gunicorn is not installed", file=sys.stderr)
        return FAILED
    return os.execv(program, GUNICORN)  # noqa: S606  no shell is wanted


DESCRIPTION = """\
Start the service: gunicorn, as the Procfile does. The settings are environment
variables, such as HOST, PORT, WEB_CONCURRENCY and REMOTE_TOKEN; the README
lists all. SIGTERM ends it when what is being worked on is answered; SIGHUP
starts its workers anew."""

EXAMPLES = """\
  remote serve
  PORT=8000 WEB_CONCURRENCY=4 remote serve"""

STATUSES = """\
  0    ended by a signal
  1    did not start
  2    wrong usage, or a setting is not valid"""

COMMAND = Subcommand("serve", "start the service", DESCRIPTION, EXAMPLES, STATUSES, add_arguments, run)
