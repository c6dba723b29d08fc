"""``python -m tests.fuzz.sniffing``: whatever the bytes, sniffing knows a format or says `UnsupportedType`, and what is
looked at before a codec is raises no error but ours."""

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["remote"]):
    from remote.errors import RemoteError, UnsupportedType
    from remote.imaging.decode.entities import written_out
    from remote.imaging.decode.gif import check_gif, with_clear_canvas
    from remote.imaging.decode.headers import check_jpeg, check_webp
    from remote.imaging.formats import FORMATS
    from remote.imaging.limits import Limits
    from remote.imaging.sniff import sniff

LIMITS = Limits(1 << 20, 1 << 12, 100, 1 << 22, 64)


def one_input(data: bytes) -> None:
    with suppress(UnsupportedType):
        assert sniff(data) in FORMATS
    for check in (check_gif, check_jpeg, check_webp):
        with suppress(RemoteError):
            check(data, LIMITS)
    with suppress(RemoteError):
        written_out(data)
    if data.startswith(b"GIF8") and len(data) > 13:
        assert len(with_clear_canvas(data)) <= len(data) + 8


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
