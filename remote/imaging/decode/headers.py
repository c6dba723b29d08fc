"""What Pillow would allocate, or loop over, merely on opening a file: read here first."""

from remote.errors import TooManyFrames
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


def check_gif(data: bytes, limits: Limits) -> None:
    """Raise `TooManyFrames` as soon as there is one too many: Pillow counts to the end, however far it is.

    The blocks are those of the GIF89a specification, sections 17 to 27.
    """
    frames = 0
    position = 13 + color_table(data[10:11])
    while position < len(data):
        introducer = data[position]
        if introducer == 0x2C:  # image descriptor, then the LZW code size
            frames += 1
            if frames > limits.frames:
                raise TooManyFrames(limits.frames)
            position += 10 + color_table(data[position + 9 : position + 10]) + 1
        elif introducer == 0x21:  # extension and its label
            position += 2
        elif introducer == 0x3B:  # trailer
            return
        else:
            position += 1
            continue
        position = after_sub_blocks(data, position)


def color_table(flags: bytes) -> int:
    """Bytes of the color table that these packed fields announce."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def after_sub_blocks(data: bytes, position: int) -> int:
    """The position after a chain of sub-blocks and its terminator."""
    while position < len(data) and data[position]:
        position += data[position] + 1
    return position + 1
