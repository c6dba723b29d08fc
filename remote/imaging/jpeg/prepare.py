"""The way of an upload through `prepare_jpeg`: clean, turn, keep what may stay, verify."""

import io
from dataclasses import dataclass

from PIL import Image, JpegImagePlugin

from remote.errors import Internal
from remote.imaging.faults import codec_faults
from remote.imaging.jpeg import exif, rights, turbo
from remote.imaging.jpeg import segments as jpeg
from remote.imaging.jpeg.clean import clean, colour_segment, exif_of, with_exif
from remote.imaging.jpeg.planes import decode_planes
from remote.imaging.orientation import SWAPS_SIDES, upright
from remote.jobs import Facts, Size

FULL, HALF, QUARTER = 0, 1, 2
"""Pillow's numbers for 4:4:4, 4:2:2 and 4:2:0."""

UPRIGHT = 1
COARSEST = 1
"""Eighths: every coefficient is read, an eighth of the samples computed each way."""

PROGRESSIVE = ("progression", "progressive")
"""What Pillow calls it, in a file it opened and in one it makes."""


@dataclass(frozen=True)
class Prepared:
    """A JPEG that is safe to show."""

    data: bytes
    lossless: bool
    """False when the size did not allow an exact turn and the pixels were encoded once more."""
    carrier: bytes = b""
    """A JPEG of one pixel with the XMP and IPTC of the upload, when these may hold rights: exiftool is to pick them."""


def prepare(data: bytes, facts: Facts, keep_rights: bool) -> Prepared:
    """The JPEG without metadata but what is allowed, and upright; `facts` are what its header says.

    Raises `Undecodable` when the upload is damaged and `Internal` when the result is not what it must be.
    """
    old = exif_of(data)
    size, orientation = facts.size, facts.orientation
    bare = clean(data)
    turned, lossless = (read_through(bare), True) if orientation == 1 else turn(bare, orientation)
    kept = exif.rebuilt(old, size, orientation) if keep_rights else None
    result = with_exif(turned, kept) if kept else turned
    check_form(result, size)
    return Prepared(result, lossless, rights.carrier(data) if keep_rights else b"")


def graft(picture: bytes, restored: bytes, size: Size) -> bytes:
    """A prepared JPEG with the XMP and IPTC that exiftool picked; raises `Internal` when anything else is in it."""
    result = rights.grafted(picture, restored)
    check_form(result, size)
    return result


def read_through(bare: bytes) -> bytes:
    """The same when it can be read to its end and nothing else is in its scans; else with its coefficients alone.

    What stands in a scan behind its last coefficient is seen by nobody and would stay. Raises `Undecodable` when there
    is too little.
    """
    if decode_planes(bare, COARSEST):
        return bare
    check_scans(bare)
    with codec_faults():
        again = turbo.transformed(bare, UPRIGHT, is_progressive(open_jpeg(bare)))
    return clean(again) if again else bare


def turn(bare: bytes, orientation: int) -> tuple[bytes, bool]:
    """Turn in the DCT domain, or where partial blocks forbid it decode and encode once; and whether it was exact."""
    with codec_faults():
        image = open_jpeg(bare)
        turned = turbo.transformed(bare, orientation, is_progressive(image))
        if not turned:
            image.load()
    return (clean(turned), True) if turned else (encode_again(image, orientation), False)


def encode_again(image: JpegImagePlugin.JpegImageFile, orientation: int) -> bytes:
    """Encode the turned pixels with the source's own quantization tables and chroma subsampling."""
    tables = {number: turned_table(table, orientation) for number, table in image.quantization.items()}
    out = io.BytesIO()
    upright(image, orientation).save(
        out,
        "JPEG",
        qtables=tables,
        subsampling=turned_subsampling(image, orientation),
        progressive=is_progressive(image),
        icc_profile=image.info.get("icc_profile"),
        dpi=image.info.get("dpi", (0, 0)),
        comment=b"",
    )
    return clean(out.getvalue())


def turned_subsampling(image: JpegImagePlugin.JpegImageFile, orientation: int) -> int:
    """Pillow's number for the chroma subsampling after a turn.

    4:2:2 lying down is 4:4:0, which Pillow cannot write, nor rarer ones: 4:4:4 then, which loses nothing.
    """
    number = JpegImagePlugin.get_sampling(image)
    as_it_is = number in (FULL, QUARTER) or (number == HALF and orientation not in SWAPS_SIDES)
    return number if as_it_is else FULL


def turned_table(table: list[int], orientation: int) -> list[int]:
    """A quantization table, 8 x 8 in rows, for pixels turned by `orientation`."""
    if orientation not in SWAPS_SIDES:
        return list(table)
    return [table[column * 8 + row] for row in range(8) for column in range(8)]


def check_form(data: bytes, size: Size) -> None:
    """Raise `Internal` when what goes out has a segment that is not allowed, or another size than it must."""
    for segment in jpeg.segments(data):
        payload = jpeg.payload(data, segment)
        if segment.marker in jpeg.PIXELS or colour_segment(data, segment) == data[segment.start : segment.end]:
            continue
        if not payload.startswith((exif.HEADER, rights.XMP_HEADER, rights.PHOTOSHOP_HEADER)):
            raise Internal
    with codec_faults():
        if open_jpeg(data).size != size:
            raise Internal


def check_scans(data: bytes) -> None:
    """Decode, coarsely but to the last byte; raises `Undecodable` when there is too little."""
    with codec_faults():
        image = open_jpeg(data)
        image.draft(image.mode, (1, 1))  # every coefficient is read, an eighth of the pixels computed
        image.load()


def open_jpeg(data: bytes) -> JpegImagePlugin.JpegImageFile:
    return JpegImagePlugin.JpegImageFile(io.BytesIO(data))


def is_progressive(image: Image.Image) -> bool:
    return any(name in image.info for name in PROGRESSIVE)
