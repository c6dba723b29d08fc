"""The same operation on one file or many, through the wall."""

import logging
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import NoReturn

from remote.command.batch import run_all
from remote.command.inputs import upload
from remote.command.outputs import STANDARD, Outputs
from remote.command.progress import Progress
from remote.command.subcommand import FAILED, INTERRUPTED
from remote.errors import Internal
from remote.jobs import Options, Result
from remote.sandbox.door import Sandbox, WallIncomplete
from remote.settings import Settings, warn_of_unknown

DESCRIPTION = """\
IN may be many files when OUT is a directory: they keep their names, under the
extension of their format. A directory that ends in / is made when it is not
there. - is standard input or output, for one file. A result appears complete
or not at all. No input is ever overwritten, and no other file without --force.
A failure is one line on standard error, NAME: CODE: MESSAGE, and the other
files go on. The limits are the service's, by its environment variables."""

STATUSES = """\
  0    all files are done
  1    some files failed
  2    wrong usage, or a setting is not valid
  130  interrupted"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="IN", help="a file, or - for standard input")
    parser.add_argument("out", metavar="OUT", help="a file, a directory, or - for standard output")
    parser.add_argument("--force", action="store_true", help="overwrite files that are there, but for inputs")


def no_remark(result: Result) -> str:
    return ""


def process(
    operation: str,
    options: Options,
    outputs: Outputs,
    settings: Settings,
    remark: Callable[[Result], str] = no_remark,
) -> int:
    """Do it to all inputs and tell the exit status. `remark` is what there is to say of a result."""
    progress = Progress(sys.stderr, len(outputs.sources))
    logging.basicConfig(stream=progress, format="remote: %(message)s", force=True)
    warn_of_unknown(os.environ)
    sandbox = Sandbox(settings)

    def work(source: str) -> Result:
        if outputs.format and outputs.out != STANDARD:
            outputs.check(outputs.path(source, outputs.format))
        with upload(source, settings.max_upload_bytes) as file:
            return sandbox.run(operation, options, file)

    def deliver(source: str, result: Result) -> None:
        file = result.files[0]
        outputs.write(source, file.format, file.data)
        if remark(result):
            progress.tell(source, remark(result))

    try:
        interruptible()
        sandbox.start()
        return run_all(outputs.sources, work, deliver, progress)
    except WallIncomplete as error:
        return stopped(str(error))
    except Internal:
        return stopped("the decoders do not start; remote check tells what is missing")
    except KeyboardInterrupt:
        progress.end()
        leave(sandbox)
    finally:
        sandbox.close()


def stopped(why: str) -> int:
    """Before the first file."""
    logging.error("%s", why)
    return FAILED


def interruptible() -> None:
    """Signals that end a program end this one as Ctrl-C does, unless whoever started it has them ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def leave(sandbox: Sandbox) -> NoReturn:
    """End with all processes. A thread may be reading from a pipe that nobody writes to: none is waited for."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # another one ends it at once
    logging.disable()  # jobs that end with their decoder are no faults
    sandbox.close()
    os._exit(INTERRUPTED)
