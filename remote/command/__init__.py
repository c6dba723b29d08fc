"""The command ``remote``: the service, a look at what it needs, and its operations on files, without HTTP.

It is on the near side of the wall: it loads no image library and never looks into a file.
"""

import argparse
from importlib.metadata import version

from remote.command import check, convert, serve, strip
from remote.command.subcommand import INTERRUPTED, described

COMMANDS = {each.name: each for each in (serve.COMMAND, check.COMMAND, convert.COMMAND, strip.COMMAND)}

EXAMPLES = """\
  remote check
  remote serve
  remote convert --box 640x480 photo.heic small.jpg
  remote strip *.jpg clean/"""


def main() -> int:
    """The exit status; wrong usage and --help exit by themselves."""
    arguments = parser().parse_args()
    try:
        return COMMANDS[arguments.command].main(arguments.words)
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """It leaves the words after the subcommand's name to the subcommand, which takes options behind files too."""
    commands = "\n".join(f"  {name:<8} {command.summary}" for name, command in COMMANDS.items())
    found = described(
        "remote",
        "An image worker for uploads, and its operations on files: every image is\ndecoded behind a kernel sandbox.",
        f"commands:\n{commands}\n\nexamples:\n{EXAMPLES}\n\nremote COMMAND --help tells more about each.",
    )
    found.add_argument("--version", action="version", version=f"remote {version('remote')}")
    found.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    found.add_argument("words", nargs=argparse.REMAINDER, metavar="...", help="its options and files")
    return found
