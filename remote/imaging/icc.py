"""An ICC profile from a gamma and primaries, for files that give these and no profile.

Layout: ICC.1:2001-04 (version 2), sections 6.1 to 6.5: a display profile of matrix and curve.
"""

import struct

Matrix = tuple[tuple[float, ...], ...]
"""Three rows of three."""

SRGB_CHROMATICITIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""White point, red, green and blue as x and y (IEC 61966-2-1)."""

D50 = (0.96422, 1.0, 0.82491)
"""The white of the profile connection space, XYZ."""

BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
"""To the cone responses in which a white is adapted to another (ICC.1:2001-04, annex E)."""


def matrix_profile(gamma: float, chromaticities: tuple[float, ...] = SRGB_CHROMATICITIES) -> bytes:
    """A profile for RGB that is light to the power of `gamma`; raises ZeroDivisionError for impossible primaries."""
    red, green, blue = transposed(adapted(chromaticities))
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, min(0xFFFF, round(256 / gamma)))
    tags = {
        b"wtpt": xyz(D50),
        b"rXYZ": xyz(red),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return assembled(tags)


def assembled(tags: dict[bytes, bytes]) -> bytes:
    """Header, tag table and tag data."""
    table, data = struct.pack(">I", len(tags)), b""
    behind = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        padded = content.ljust(-(-len(content) // 4) * 4, b"\x00")
        table += name + struct.pack(">II", behind + len(data), len(content))
        data += padded
    header = struct.pack(">I4sI4s4s4s", behind + len(data), bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", *(round(value * 65536) for value in D50))
    return header.ljust(128, b"\x00") + table + data


def xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">iii", *(round(value * 65536) for value in values))


def adapted(chromaticities: tuple[float, ...]) -> Matrix:
    """RGB to XYZ under D50."""
    white, *primaries = [(x / y, 1.0, (1 - x - y) / y) for x, y in zip(*[iter(chromaticities)] * 2, strict=True)]
    columns = transposed(tuple(primaries))
    weights = applied(inverted(columns), white)
    native = tuple(tuple(value * weight for value, weight in zip(row, weights, strict=True)) for row in columns)
    return multiplied(adaptation(white), native)


def adaptation(white: tuple[float, ...]) -> Matrix:
    """XYZ under `white` to XYZ under D50."""
    scale = [to / of for to, of in zip(applied(BRADFORD, D50), applied(BRADFORD, white), strict=True)]
    scaled = tuple(tuple(factor * value for value in row) for factor, row in zip(scale, BRADFORD, strict=True))
    return multiplied(inverted(BRADFORD), scaled)


def applied(matrix: Matrix, vector: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def multiplied(one: Matrix, other: Matrix) -> Matrix:
    return transposed(tuple(applied(one, column) for column in transposed(other)))


def transposed(matrix: tuple[tuple[float, ...], ...]) -> Matrix:
    return tuple(zip(*matrix, strict=True))


def inverted(matrix: Matrix) -> Matrix:
    """By cofactors."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    cofactors = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return tuple((x / determinant, y / determinant, z / determinant) for x, y, z in cofactors)
