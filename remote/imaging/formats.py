"""The one table of formats. All that is particular to a format is in its row."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from remote.imaging import signatures
from remote.imaging.decode.gif import check_gif, with_clear_canvas
from remote.imaging.decode.headers import check_jpeg, check_webp
from remote.imaging.decode.icons import best_icns, best_ico
from remote.imaging.decode.jp2 import decomposition_levels
from remote.imaging.decode.png import essential
from remote.imaging.decode.psd import merged
from remote.imaging.decode.raster import Raster
from remote.imaging.decode.svg import open_svg
from remote.imaging.encode.gif import gif
from remote.imaging.encode.moving import avif, png, webp
from remote.imaging.encode.still import jpeg
from remote.imaging.limits import Limits
from remote.imaging.picture import Opened, Picture, Style
from remote.jobs import KIND, Kind


@dataclass(frozen=True)
class Format:
    """One row: how a format is named, recognised, decoded and encoded."""

    kind: Kind
    open: Callable[[bytes, Limits], Opened]
    """Read the header; raises `remote.errors.UploadError`."""
    magic: frozenset[str] = frozenset()
    """libmagic's names for it; none where `recognise` alone decides."""
    recognise: Callable[[bytes], bool] | None = None
    """Asked before libmagic, where libmagic errs, or tells no more than the first bytes of a format that is common."""
    encode: Callable[[Picture, Style], bytes] | None = None
    """None where browsers do not show the format."""
    shown_as: tuple[str, str] = ("png", "png")
    """Where `encode` is None: the format that `fit` answers in, for opaque pictures and for those with alpha."""

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def mime(self) -> str:
        return self.kind.mime


def plays_of_gif(image: Image.Image) -> int:
    """GIF's NETSCAPE2.0 extension counts repetitions after the first play; none at all is one play."""
    repetitions = image.info.get("loop")
    return 1 if repetitions is None else repetitions and repetitions + 1


def with_avif_brand(data: bytes) -> bytes:
    """Pillow's plugin opens these major brands only."""
    sequence = b"avis" in signatures.brands(data)[1]
    return signatures.with_major_brand(data, frozenset({b"avif", b"avis"}), b"avis" if sequence else b"avif")


def with_heif_brand(data: bytes) -> bytes:
    """pillow-heif opens these major brands only."""
    return signatures.with_major_brand(data, signatures.HEIF_BRANDS - {b"MiHE"}, b"heic")


FORMATS = (
    Format(
        KIND["jpeg"], Raster(("JPEG",), scales=True, check=check_jpeg),
        recognise=signatures.is_jpeg, encode=jpeg,
    ),
    Format(
        KIND["png"], Raster(("PNG",), animated=True, rewrite=essential),
        recognise=signatures.is_png, encode=png,
    ),
    Format(
        KIND["gif"],
        Raster(("GIF",), animated=True, plays=plays_of_gif, check=check_gif, rewrite=with_clear_canvas),
        magic=frozenset({"image/gif"}), encode=gif,
    ),
    Format(
        KIND["webp"], Raster(("WEBP",), animated=True, check=check_webp),
        magic=frozenset({"image/webp"}), encode=webp,
    ),
    Format(
        KIND["avif"], Raster(("AVIF",), animated=True, rewrite=with_avif_brand),
        recognise=signatures.is_avif, encode=avif,
    ),
    Format(
        KIND["heif"], Raster(("HEIF",), upright_already=True, rewrite=with_heif_brand),
        recognise=signatures.is_heif, shown_as=("jpeg", "png"),
    ),
    Format(
        KIND["jp2"], Raster(("JPEG2000",), divisor=2, levels=decomposition_levels),
        magic=frozenset({"image/jp2", "image/jpx", "image/x-jp2-codestream"}),
    ),
    Format(
        KIND["bmp"], Raster(("BMP",)),
        magic=frozenset({"image/bmp", "image/x-ms-bmp"}),
    ),
    Format(
        KIND["tiff"], Raster(("TIFF",), upright_already=True),
        magic=frozenset({"image/tiff"}),
    ),
    Format(
        KIND["psd"], Raster(("PSD",), rewrite=merged),
        recognise=signatures.is_psd,
    ),
    Format(
        KIND["icns"], Raster(("ICNS", "PNG", "JPEG2000"), divisor=2, rewrite=best_icns),
        magic=frozenset({"image/x-icns"}),
    ),
    Format(
        KIND["ico"], Raster(("ICO", "PNG"), rewrite=best_ico),
        recognise=signatures.is_ico,
    ),
    Format(
        KIND["svg"], open_svg,
        recognise=signatures.is_svg,
    ),
)  # fmt: skip

BY_NAME = {format.name: format for format in FORMATS}
