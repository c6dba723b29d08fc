"""How far a JPEG 2000 file can be decoded at a reduced size: each resolution level less is half the sides."""

from remote.imaging.decode.icons import SIZ
from remote.imaging.resize import Box
from remote.jobs import Size

COD, COC, SOT = b"\xff\x52", b"\xff\x53", b"\xff\x90"
"""ITU-T T.800, table A.2: the main header is between SIZ and the first tile's SOT."""
OFFSET = slice(16, 24)
"""Where the picture starts on its grid, in bytes from SOC (T.800, A.5.1): unless at 0, 0 Pillow cannot reduce it."""
LEVELS_AT = 9
"""Bytes from a COD marker to the number of its decomposition levels (T.800, A.6.1)."""


def decomposition_levels(data: bytes) -> int:
    """The levels of all components that can be left out; 0 when the header does not tell, or tells others for some."""
    start = data.find(SIZ)
    header = data[start : data.find(SOT, start)] if start >= 0 else b""
    at = header.find(COD)
    if at < 0 or COC in header or at + LEVELS_AT >= len(header) or any(header[OFFSET]):
        return 0
    return header[at + LEVELS_AT]


def reduction(levels: int, size: Size, wanted: Size) -> int:
    """How many levels may be left out so that both sides stay at least as wanted.

    Pillow rounds the reduced sides, the standard rounds them up (T.800, B-15): where these differ it fails.
    """
    fitting = [0]
    for left_out in range(1, levels + 1):
        power = 1 << left_out
        reduced = [-(-side // power) for side in size]
        if any(side < want for side, want in zip(reduced, wanted, strict=True)):
            break
        if reduced == [(side + power // 2) // power for side in size]:
            fitting.append(left_out)
    return fitting[-1]


def picture_box(size: Size, left_out: int) -> Box:
    """Where a picture of this size lies in what is decoded without these levels.

    Each sample stands on the first of the pixels that it is made of, not between them (T.800, F.3).
    """
    power = 1 << left_out
    shift = 0.5 - 0.5 / power
    return shift, shift, size[0] / power + shift, size[1] / power + shift
