"""Files of every format, made here, so that the tests need nothing but the clone."""

import io
import struct

import numpy as np
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

WIDTH, HEIGHT = 160, 96


def scene(width: int = WIDTH, height: int = HEIGHT, mode: str = "RGB") -> Image.Image:
    """A smooth picture with four different corners: red, green, blue and white; turned, it is another picture."""
    corners = Image.new("RGB", (2, 2))
    corners.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)])
    picture = corners.resize((width, height), Image.Resampling.BILINEAR)
    if mode in ("RGBA", "LA"):
        picture.putalpha(Image.linear_gradient("L").resize((width, height)))
    return picture.convert(mode)


def waves(width: int, height: int) -> Image.Image:
    """The scene under waves of light and, wider ones, of colour: moved by half a pixel, it is another picture."""
    y, x = np.mgrid[:height, :width]
    light, hue = 30 * np.sin(x / 4 + y / 7), 40 * np.sin(x / 13 - y / 11)
    pixels = 50 + 0.6 * np.asarray(scene(width, height), float) + light[..., None] + hue[..., None] * (1, -0.5, -1)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def saved(image: Image.Image, plugin: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, plugin, **options)
    return out.getvalue()


def animation(plugin: str, count: int = 5, **options: object) -> bytes:
    """A green square on blue that moves to the right by its width each frame, 40, 50, 60 ... milliseconds each.

    It is played for ever, unless `options` say otherwise.
    """
    frames = []
    for index in range(count):
        frame = Image.new("RGBA", (20 * count, 40), (0, 0, 255, 255))
        frame.paste((0, 255, 0, 255), (20 * index, 10, 20 * index + 20, 30))
        frames.append(frame)
    durations = [40 + 10 * index for index in range(count)]
    rest = {"save_all": True, "append_images": frames[1:], "duration": durations}
    rest |= {} if plugin == "AVIF" else {"loop": 0}
    return saved(frames[0], plugin, **(rest | options))


def psd() -> bytes:
    """Version 1, three channels of 8 bits, uncompressed (Adobe Photoshop File Formats Specification)."""
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, HEIGHT, WIDTH, 8, 3)
    return header + struct.pack(">IIIH", 0, 0, 0, 0) + b"".join(band.tobytes() for band in scene().split())


def icns_of(icon: bytes) -> bytes:
    """One icon of 128 x 128, type ic07, which holds a PNG."""
    return b"icns" + (16 + len(icon)).to_bytes(4) + b"ic07" + (8 + len(icon)).to_bytes(4) + icon


def svg(attributes: str = 'width="160" height="96"') -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><rect width="80" height="48" fill="#f00"/>'
        '<rect x="80" y="48" width="80" height="48" fill="#00f"/></svg>'
    ).encode()


EVERY_FORMAT = {
    "jpeg": saved(scene(), "JPEG", quality=92, subsampling=0),
    "png": saved(scene(), "PNG"),
    "gif": saved(scene(), "GIF"),
    "webp": saved(scene(), "WEBP", lossless=True),
    "avif": saved(scene(), "AVIF", quality=95),
    "heif": saved(scene(), "HEIF", quality=95),
    "jp2": saved(scene(), "JPEG2000"),
    "bmp": saved(scene(), "BMP"),
    "tiff": saved(scene(), "TIFF"),
    "psd": psd(),
    "icns": icns_of(saved(scene(128, 128), "PNG")),
    "ico": saved(scene(128, 128), "ICO", sizes=[(128, 128)]),
    "svg": svg(),
}
"""One file of each format by its name in the table: 160 x 96 pixels, icons 128 x 128."""


def exif(orientation: int = 1, gps: bool = False) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    if gps:
        block.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 30.0)})
    return block.tobytes()
