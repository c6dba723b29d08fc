"""A picture as a file of a result."""

from PIL import Image, ImageFile

from remote.imaging.formats import Format
from remote.imaging.picture import Picture, Style
from remote.jobs import Encoded, Size


def encode(picture: Picture, target: Format, size: Size, style: Style) -> Encoded:
    """The picture as a file of the target format, which is one that has an encoder."""
    assert target.encode
    frames = list(picture.map(detached).frames)
    return Encoded(target.encode(Picture(frames, picture.plays), style), target.name, *size, len(frames))


def detached(image: Image.Image) -> Image.Image:
    """The image without the file it came from, whose metadata encoders would ask it for."""
    return image.copy() if isinstance(image, ImageFile.ImageFile) else image
