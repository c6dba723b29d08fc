"""The way of an upload through `prepare_jpeg`: clean, turn, keep what may stay, verify."""

import io
from dataclasses import dataclass

from PIL import Image, JpegImagePlugin

from remote.errors import Internal, Undecodable
from remote.imaging.faults import codec_faults
from remote.imaging.jpeg import exif, rights, turbo
from remote.imaging.jpeg import segments as jpeg
from remote.imaging.jpeg.clean import clean, colour_segment, exif_of, with_exif
from remote.imaging.orientation import SWAPS_SIDES, from_exif, upright
from remote.imaging.picture import Size

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


def prepare(data: bytes, size: Size, keep_rights: bool) -> Prepared:
    """The JPEG without metadata but what is allowed, and upright; `size` is its upright size.

    Raises `Undecodable` when the upload is damaged and `Internal` when it is good and the result is not.
    """
    old = exif_of(data)
    orientation = from_exif(old)
    bare = clean(data)
    turned, lossless = (bare, True) if orientation == 1 else turn(bare, orientation)
    kept = exif.rebuilt(old, size, orientation) if keep_rights else None
    result = with_exif(turned, kept) if kept else turned
    try:
        verify(result, size)
    except Undecodable:
        if result != bare:
            verify(bare, None)  # raises again when the upload itself is at fault
            raise Internal from None
        raise
    return Prepared(result, lossless, rights.carrier(data) if keep_rights else b"")


def graft(picture: bytes, restored: bytes, size: Size) -> bytes:
    """A prepared JPEG with the XMP and IPTC that exiftool picked; raises `Internal` when anything else is in it."""
    result = rights.grafted(picture, restored)
    check_segments(result)
    if open_jpeg(result).size != size:
        raise Internal
    return result


def turn(bare: bytes, orientation: int) -> tuple[bytes, bool]:
    """Turn in the DCT domain, or where partial blocks forbid it decode and encode once; and whether it was exact."""
    with codec_faults():
        image = open_jpeg(bare)
        turned = turbo.turn(bare, orientation, is_progressive(image))
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
        subsampling=JpegImagePlugin.get_sampling(image),
        progressive=is_progressive(image),
        icc_profile=image.info.get("icc_profile"),
        dpi=image.info.get("dpi", (0, 0)),
        comment=b"",
    )
    return clean(out.getvalue())


def turned_table(table: list[int], orientation: int) -> list[int]:
    """A quantization table, 8 x 8 in rows, for pixels turned by `orientation`."""
    if orientation not in SWAPS_SIDES:
        return list(table)
    return [table[column * 8 + row] for row in range(8) for column in range(8)]


def verify(data: bytes, size: Size | None) -> None:
    """Decode what goes out, coarsely but to its last byte; raises `Undecodable` when it is not as expected."""
    check_segments(data)
    with codec_faults():
        image = open_jpeg(data)
        if size not in (None, image.size):
            raise Undecodable
        image.draft(image.mode, (1, 1))  # every coefficient is read, an eighth of the pixels computed
        image.load()


def check_segments(data: bytes) -> None:
    """Raise `Internal` for a segment that is not on the list of those that may go out."""
    for segment in jpeg.segments(data):
        payload = jpeg.payload(data, segment)
        if segment.marker in jpeg.PIXELS or colour_segment(data, segment) == data[segment.start : segment.end]:
            continue
        if not payload.startswith((exif.HEADER, rights.XMP_HEADER, rights.PHOTOSHOP_HEADER)):
            raise Internal


def open_jpeg(data: bytes) -> JpegImagePlugin.JpegImageFile:
    return JpegImagePlugin.JpegImageFile(io.BytesIO(data))


def is_progressive(image: Image.Image) -> bool:
    return any(name in image.info for name in PROGRESSIVE)
