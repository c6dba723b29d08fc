"""``python -m tests.fuzz.segments``: what the segment filter lets pass is pixels, colour and allowed tags, and nothing
changes when it is filtered again."""

import sys

import atheris

with atheris.instrument_imports(include=["remote"]):
    from remote.errors import RemoteError
    from remote.imaging.jpeg import exif, rights, segments
    from remote.imaging.jpeg.allowed import EXPOSURE, IMAGE
    from remote.imaging.jpeg.clean import COLOUR, clean, exif_of, with_exif

SIZE = (16, 8)
MOST_EXIF = 65533 - len(exif.HEADER)
"""Bytes that one segment holds."""


def one_input(data: bytes) -> None:
    if data[:2] != b"\xff\xd8":
        data = b"\xff\xd8" + data
    segments.count_scans(data)
    try:
        cleaned, old = clean(data), exif_of(data)
        rights.carrier(data)
    except RemoteError:
        return
    assert clean(cleaned) == cleaned
    for segment in segments.segments(cleaned):
        payload = segments.payload(cleaned, segment)
        assert segment.marker in segments.PIXELS or payload.startswith(COLOUR[segment.marker])
    for turn in (1, 6):
        kept = exif.rebuilt(old, SIZE, turn)
        if kept:
            check_exif(kept)
            assert exif_of(with_exif(cleaned, kept)) == kept
            assert exif.rebuilt(kept, SIZE, 1) == kept


def check_exif(kept: bytes) -> None:
    """It has no tag that is not allowed, and fits in a segment."""
    assert len(kept) <= MOST_EXIF
    tiff = kept[len(exif.HEADER) :]
    order = "<" if tiff.startswith(b"II") else ">"
    image = exif.directory(tiff, order, 8)
    exposure = exif.directory(tiff, order, exif.number(image[exif.EXIF_IFD][2], order, 0, 4))
    assert image.keys() <= IMAGE.keys() | {exif.EXIF_IFD}
    assert exposure.keys() <= EXPOSURE.keys() | {exif.PIXEL_X, exif.PIXEL_Y}


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
