"""PNG/APNG, WebP and AVIF: one frame or many, with alpha."""

import io
from typing import Any

from PIL import Image

from remote.imaging.picture import Frame, Picture

PNG_LEVEL = 6
"""zlib-ng: a flat logo is a third smaller than at level 3, a photo as large (20 against 30 KB, 454 against 433)."""

WEBP_QUALITY, WEBP_METHOD = 80, 2
"""Method 4 takes twice the time for 3 % (512 px photo: 91 ms and 341 KB against 199 and 331), 6 seven times."""

AVIF_QUALITY, AVIF_SPEED = 60, 8
"""Speed 6 takes four times as long for the same bytes (436 ms and 252 KB against 1771 and 251)."""


def png(picture: Picture, quality: int | None) -> bytes:
    """PNG, or APNG when there is more than one frame; lossless, so `quality` has no say."""
    return save("PNG", picture, loop=picture.plays, compress_level=PNG_LEVEL)


def webp(picture: Picture, quality: int | None) -> bytes:
    """WebP, lossy."""
    return save("WEBP", picture, loop=picture.plays, quality=quality or WEBP_QUALITY, method=WEBP_METHOD)


def avif(picture: Picture, quality: int | None) -> bytes:
    """AVIF; it has no count of plays that browsers heed."""
    return save("AVIF", picture, quality=quality or AVIF_QUALITY, speed=AVIF_SPEED)


def save(plugin: str, picture: Picture, loop: int | None = None, **options: Any) -> bytes:
    """Save all frames with their durations."""
    frames = list(picture.frames)
    images = same_mode(frames)
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": images[1:], "duration": [frame.duration for frame in frames]}
        options |= {} if loop is None else {"loop": loop}
    out = io.BytesIO()
    images[0].save(out, plugin, **options)
    return out.getvalue()


def same_mode(frames: list[Frame]) -> list[Image.Image]:
    """The images in one mode: an animation's first frame can be opaque where a later one is not."""
    modes = {frame.image.mode for frame in frames}
    if len(modes) == 1:
        return [frame.image for frame in frames]
    return [frame.image.convert("RGBA") for frame in frames]
