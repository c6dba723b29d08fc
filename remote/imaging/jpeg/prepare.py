"""The way of an upload through `prepare_jpeg`: clean, turn, verify."""

import io
from dataclasses import dataclass

from PIL import Image, JpegImagePlugin

from remote.errors import Internal, Undecodable
from remote.imaging.faults import codec_faults
from remote.imaging.jpeg import turbo
from remote.imaging.jpeg.clean import clean, exif_of
from remote.imaging.orientation import SWAPS_SIDES, from_exif, upright
from remote.imaging.picture import Size

PROGRESSIVE_FRAMES = ("progression", "progressive")


@dataclass(frozen=True)
class Prepared:
    """A JPEG that is safe to show."""

    data: bytes
    lossless: bool
    """False when the size did not allow an exact turn and the pixels were encoded once more."""


def prepare(data: bytes, size: Size) -> Prepared:
    """The JPEG without metadata and upright; `size` is its upright size.

    Raises `Undecodable` when the upload is damaged and `Internal` when it is good and the result is not.
    """
    orientation = from_exif(exif_of(data))
    bare = clean(data)
    prepared = Prepared(bare, lossless=True) if orientation == 1 else turn(bare, orientation)
    try:
        verify(prepared.data, size)
    except Undecodable:
        verify(bare, None)  # raises again when the upload itself is at fault
        raise Internal from None
    return prepared


def turn(bare: bytes, orientation: int) -> Prepared:
    """Turn in the DCT domain; where partial blocks forbid it, decode and encode once."""
    with codec_faults():
        image = open_jpeg(bare)
        turned = turbo.turn(bare, orientation, is_progressive(image))
        if turned:
            return Prepared(turned, lossless=True)
        return Prepared(encode_again(image, orientation), lossless=False)


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
        comment=b"",
    )
    return out.getvalue()


def turned_table(table: list[int], orientation: int) -> list[int]:
    """A quantization table, 8 x 8 in rows, for pixels turned by `orientation`."""
    if orientation not in SWAPS_SIDES:
        return list(table)
    return [table[column * 8 + row] for row in range(8) for column in range(8)]


def verify(data: bytes, size: Size | None) -> None:
    """Decode what goes out, coarsely but to its last byte; raises `Undecodable` when it is not as expected."""
    with codec_faults():
        image = open_jpeg(data)
        if size not in (None, image.size):
            raise Undecodable
        image.draft(image.mode, (1, 1))  # every coefficient is read, an eighth of the pixels computed
        image.load()


def open_jpeg(data: bytes) -> JpegImagePlugin.JpegImageFile:
    return JpegImagePlugin.JpegImageFile(io.BytesIO(data))


def is_progressive(image: Image.Image) -> bool:
    return any(name in image.info for name in PROGRESSIVE_FRAMES)
