"""``remote check``"""

import logging
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from remote.command import needs, trials
from remote.command.needs import Line
from remote.command.subcommand import DONE, FAILED, Subcommand
from remote.errors import Internal
from remote.sandbox.door import Sandbox
from remote.settings import Settings


def add_arguments(parser: ArgumentParser) -> None:
    """It has none."""


def run(arguments: Namespace, settings: Settings) -> int:
    logging.basicConfig(format="remote: %(message)s", level=logging.ERROR)  # the lines tell the rest
    status = DONE
    for line in lines(settings):
        print(f"{line.name:<22} {'ok' if line.ok else 'missing':<8} {line.detail}".rstrip(), flush=True)
        status = status if line.ok else FAILED
    return status


def lines(settings: Settings) -> Iterator[Line]:
    """One for each part. `require` would not start where something is missing; its locks are those of `auto`."""
    absent, exiftool = needs.absent_libraries(), needs.exiftool()
    yield from absent
    yield exiftool
    if absent:
        yield Line("decoders", False, "they do not start without what is missing above")
        return
    level = "off" if settings.sandbox == "off" else "auto"
    with closing(Sandbox(replace(settings, sandbox=level))) as sandbox:
        try:
            sandbox.start()
        except Internal:
            yield Line("decoders", False, "they do not start; what stopped them is on standard error")
            return
        yield from (Line(name, True, version) for name, version in sandbox.codecs.items())
        yield from needs.wall(sandbox.report, settings.sandbox)
        yield from trials.formats(sandbox)
        yield from trials.jpeg(sandbox, exiftool.ok)
        yield trials.fonts(sandbox)


DESCRIPTION = """\
Look whether all is there that the service needs: codecs, exiftool, libmagic,
fonts, each part of the wall around decoders; and have a small file of each
format decoded behind that wall. One line each: the name, ok or missing, and
the version or what to do."""

EXAMPLES = """\
  remote check
  REMOTE_SANDBOX=require remote check"""

STATUSES = """\
  0    all is there
  1    something is missing
  2    wrong usage, or a setting is not valid
  130  interrupted"""

COMMAND = Subcommand(
    "check", "is all there that the service needs?", DESCRIPTION, EXAMPLES, STATUSES, add_arguments, run
)
