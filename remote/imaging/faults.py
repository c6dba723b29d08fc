"""Turns whatever a codec raises on a bad file into an error of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from remote.errors import RemoteError, TooComplex, Undecodable


@contextmanager
def codec_faults() -> Iterator[None]:
    """Around calls of codecs only: their exceptions are the uploader's fault.

    `Exception` is caught whole because real files make Pillow raise OSError, SyntaxError, ValueError, KeyError,
    TypeError, IndexError, EOFError and struct.error, and other codecs their own.
    """
    try:
        yield
    except RemoteError:
        raise
    except (MemoryError, RecursionError) as error:
        raise TooComplex from error
    except Exception as error:
        raise Undecodable from error
