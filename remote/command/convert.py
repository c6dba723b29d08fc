"""``remote convert``: `fit` on files."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from remote import parameters
from remote.command import files
from remote.command.outputs import FORMATS, Outputs
from remote.command.subcommand import Subcommand
from remote.jobs import ANSWERED, Result
from remote.settings import Settings

QUERY = ("quality", "background", "animated")


def add_arguments(parser: ArgumentParser) -> None:
    files.add_arguments(parser)
    parser.add_argument("--box", help="320 or 640x480: reduce to fit within it; nothing is ever enlarged")
    parser.add_argument("--format", help=f"{', '.join(ANSWERED)}; without it, what OUT's extension says")
    parser.add_argument("--quality", metavar="N", help="1 to 100, for JPEG (else 82), WebP (80) and AVIF (60)")
    parser.add_argument("--background", metavar="RRGGBB", help="what clear pixels are shown on; a JPEG's: else white")
    parser.add_argument("--animated", action="store_const", const="1", help="keep all frames, not the first alone")


def run(arguments: Namespace, settings: Settings) -> int:
    query = {name: value for name in QUERY if (value := getattr(arguments, name)) is not None}
    if arguments.format is not None:
        query["format"] = FORMATS.get(arguments.format, arguments.format)
    box = str(settings.max_box) if arguments.box is None else arguments.box
    options = parameters.fit_options(box, query, settings.max_box)
    outputs = Outputs(arguments.out, arguments.sources, arguments.force, options.format)
    options = replace(options, format=outputs.format)
    return files.process("fit", options, outputs, settings, reduced if arguments.box is None else files.no_remark)


def reduced(result: Result) -> str:
    """Told when nobody asked for less than the original's size."""
    file = result.files[0]
    if (file.width, file.height) == result.facts.size:
        return ""
    was = "x".join(map(str, result.facts.size))
    return f"reduced from {was} to {file.width}x{file.height}, as REMOTE_MAX_BOX says"


DESCRIPTION = """\
Convert images: what POST /images/fit does, on files. Without --box they keep
their size as far as REMOTE_MAX_BOX reaches. Thirteen formats are read; they
become JPEG, PNG, GIF, WebP or AVIF by OUT's extension or --format, else they
stay what they are where browsers show it.

"""

EXAMPLES = """\
  remote convert scan.tiff scan.avif
  remote convert --box 640x480 --quality 75 photo.heic photo.webp
  remote convert --format png --background ffffff *.svg *.psd pictures/
  remote convert --format png - - < drawing.svg > drawing.png"""

COMMAND = Subcommand(
    "convert",
    "images into another format or size",
    DESCRIPTION + files.DESCRIPTION,
    EXAMPLES,
    files.STATUSES,
    add_arguments,
    run,
)
