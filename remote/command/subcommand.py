"""What a subcommand is: its help, its arguments, what it does; and the exit statuses of all."""

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass

from remote.errors import BadParameter
from remote.settings import BadSetting, Settings

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Wrong usage is argparse's 2; 130 is 128 and SIGINT's number, as shells have it."""


@dataclass(frozen=True)
class Subcommand:
    """One of ``remote serve``, ``remote check``, ..."""

    name: str
    summary: str
    """One line for the list of commands."""
    description: str
    examples: str
    """Lines that run as they stand."""
    statuses: str
    """What its exit statuses mean."""
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Settings], int]
    """Does it and tells the exit status; raises `BadParameter` for wrong usage."""

    def main(self, words: list[str]) -> int:
        parser = self.parser()
        arguments = parser.parse_intermixed_args(words)
        try:
            return self.run(arguments, Settings.from_environment(os.environ))
        except (BadParameter, BadSetting) as error:
            parser.error(str(error))

    def parser(self) -> argparse.ArgumentParser:
        more = f"examples:\n{self.examples}\n\nexit status:\n{self.statuses}"
        found = described(f"remote {self.name}", self.description, more)
        self.add_arguments(found)
        return found


def described(name: str, description: str, more: str) -> argparse.ArgumentParser:
    """A parser whose texts are shown as they were written; an abbreviated option is none."""
    form = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(name, None, description, more, formatter_class=form, allow_abbrev=False)
