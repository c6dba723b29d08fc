"""What Pillow would allocate, or loop over, merely on opening a file: read here first."""

from remote.imaging.jpeg.segments import count_scans
from remote.imaging.limits import Limits


def check_jpeg(data: bytes, limits: Limits) -> None:
    """Raise `TooComplex` for too many scans: each costs a pass over all coefficients."""
    limits.check_scans(count_scans(data))


def check_webp(data: bytes, limits: Limits) -> None:
    """Raise `TooManyPixels` for a canvas over the limit: Pillow allocates it on opening.

    The headers are those of RFC 9649, sections 2.5 to 2.7, and RFC 6386, section 9.1.
    """
    kind, body = data[12:16], data[20:30]
    if kind == b"VP8X":
        width, height = int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    elif kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        return  # no decoder will open it either
    limits.check_canvas(width, height)
