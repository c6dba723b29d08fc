"""``remote strip``: `prepare_jpeg` on files."""

from argparse import ArgumentParser, Namespace

from remote import parameters
from remote.command import files
from remote.command.outputs import Outputs
from remote.command.subcommand import Subcommand
from remote.settings import Settings


def add_arguments(parser: ArgumentParser) -> None:
    files.add_arguments(parser)
    parser.add_argument(
        "--keep", default="rights", help="rights: camera, exposure, time, author and rights stay (default); none"
    )


def run(arguments: Namespace, settings: Settings) -> int:
    options = parameters.prepare_options({"keep": arguments.keep})
    outputs = Outputs(arguments.out, arguments.sources, arguments.force, "jpeg")
    return files.process("prepare_jpeg", options, outputs, settings)


DESCRIPTION = """\
Remove location, and all other tags that are not on the README's list, from
JPEGs and turn them upright, without loss where that can be: what
POST /images/prepare_jpeg does, on files.

"""

EXAMPLES = """\
  remote strip photo.jpg clean.jpg
  remote strip *.jpg clean/
  remote strip --keep none - - < photo.jpg > bare.jpg"""

COMMAND = Subcommand(
    "strip",
    "location and private tags out of JPEGs",
    DESCRIPTION + files.DESCRIPTION,
    EXAMPLES,
    files.STATUSES,
    add_arguments,
    run,
)
