"""What is tried through the wall: each format, the ways of `prepare_jpeg`, text in an SVG."""

from collections.abc import Iterator

from remote.command.needs import Line
from remote.command.samples import RIGHTS, SAMPLES, sideways, text
from remote.errors import RemoteError
from remote.jobs import FitOptions, Options, PrepareOptions, Result
from remote.sandbox.door import Sandbox
from remote.sandbox.memory import memory_file

FIT = FitOptions((16, 16))


def attempt(sandbox: Sandbox, operation: str, options: Options, data: bytes) -> Result | RemoteError:
    with memory_file("sample") as upload:
        upload.write(data)
        try:
            return sandbox.run(operation, options, upload)
        except RemoteError as error:
            return error


def formats(sandbox: Sandbox) -> Iterator[Line]:
    """Each decoded, and encoded as `fit` does without a word about the format."""
    for name, data in SAMPLES.items():
        found = attempt(sandbox, "fit", FIT, data)
        if isinstance(found, RemoteError):
            yield Line(f"format: {name}", False, f"{found.code}: {found.message}")
        else:
            yield Line(f"format: {name}", found.format == name, f"decoded, answered as {found.files[0].format}")


def jpeg(sandbox: Sandbox, exiftool: bool) -> Iterator[Line]:
    """Turned without loss, and rights kept where there is an exiftool."""
    found = attempt(sandbox, "prepare_jpeg", PrepareOptions("rights" if exiftool else "none"), sideways())
    file = None if isinstance(found, RemoteError) else found.files[0]
    if file and file.lossless:
        yield Line("strip: turning", True, "without loss")
    else:
        yield Line("strip: turning", False, "not without loss; Debian: apt-get install libturbojpeg0")
    if file and RIGHTS in file.data:
        yield Line("strip: rights", True, "exiftool keeps them, behind its wall")
    else:
        yield Line("strip: rights", False, "those in XMP and IPTC are not kept: exiftool does not run behind its wall")


def fonts(sandbox: Sandbox) -> Line:
    """Text looks different from cairo's own strokes, which take the place of a font where none is found."""
    drawn = [attempt(sandbox, "fit", FIT, text(family)) for family in ("sans-serif", "@cairo:")]
    files = [found.files[0].data for found in drawn if not isinstance(found, RemoteError)]
    if len(set(files)) == len(drawn):
        return Line("fonts", True, "text in an SVG is drawn with them")
    return Line("fonts", False, "text in an SVG is not drawn; Debian: apt-get install fonts-dejavu-core")
