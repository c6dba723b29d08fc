"""PNG/APNG, WebP and AVIF: one frame or many, with alpha."""

import io
from dataclasses import replace
from fractions import Fraction
from typing import Any

from PIL import Image

from remote.imaging.encode.png import still_png
from remote.imaging.picture import Frame, Picture, Style

PNG_LONGEST = 65535
"""Seconds, or milliseconds, of an APNG's frame: a fraction of two 16-bit numbers (W3C PNG, 11.3.6.2)."""

PNG_LEVEL = 4
"""Of an APNG: 6 takes twice the time for 1 % of a photo (512 px: 62 ms and 330 KB, against 29 and 332)."""

WEBP_QUALITY, WEBP_METHOD = 80, 2
"""Method 4 takes twice the time for 3 % (512 px photo: 91 ms and 341 KB against 199 and 331), 6 seven times."""

WEBP_LONGEST, WEBP_PLAYS = (1 << 24) - 1, 65535
"""Milliseconds of a frame, and plays (RFC 9649, 2.7.1)."""
WEBP_TOTAL = (1 << 31) - 1
"""Milliseconds of an animation: libwebp's timestamps are a C int."""

VP8X_FLAGS, ALPHA_FLAG = 20, 0x10
"""Where the flags are in a file that starts with a VP8X chunk, and the one for alpha."""

OPAQUE = 255

AVIF_QUALITY, AVIF_SPEED = 60, 8
"""Speed 6 takes four times as long for the same bytes (436 ms and 252 KB against 1771 and 251)."""


def png(picture: Picture, style: Style) -> bytes:
    """PNG, or APNG when there is more than one frame; lossless, so quality has no say."""
    frames = list(picture.frames)
    if len(frames) == 1:
        return still_png(frames[0].image)
    picture = Picture([replace(frame, duration=png_duration(frame.duration)) for frame in frames], picture.plays)
    return save("PNG", picture, loop=picture.plays, compress_level=PNG_LEVEL)


def png_duration(duration: float) -> float:
    """Milliseconds as an APNG can have them: where no fraction comes near enough whole ones, or else whole seconds."""
    if Fraction(duration / 1000).limit_denominator(PNG_LONGEST).numerator <= PNG_LONGEST:
        return duration
    return round(duration) if duration <= PNG_LONGEST else min(round(duration, -3), PNG_LONGEST * 1000)


def webp(picture: Picture, style: Style) -> bytes:
    """WebP, lossy."""
    frames = list(picture.frames)
    longest = min(WEBP_LONGEST, WEBP_TOTAL // len(frames))
    data = save(
        "WEBP",
        Picture([replace(frame, duration=min(frame.duration, longest)) for frame in frames]),
        loop=min(picture.plays, WEBP_PLAYS),
        quality=style.quality or WEBP_QUALITY,
        method=WEBP_METHOD,
    )
    return with_alpha_flag(data) if len(frames) > 1 and any(has_clear(frame.image) for frame in frames) else data


def has_clear(image: Image.Image) -> bool:
    """Whether any pixel is not opaque."""
    return image.mode in ("LA", "RGBA") and image.getchannel("A").getextrema()[0] != OPAQUE


def with_alpha_flag(data: bytes) -> bytes:
    """An animation marked as having alpha (RFC 9649, 2.7.1).

    libwebp cuts each frame to what changes and leaves the mark out where all these cuts are opaque, though the canvas
    around them is not.
    """
    return data[:VP8X_FLAGS] + bytes([data[VP8X_FLAGS] | ALPHA_FLAG]) + data[VP8X_FLAGS + 1 :]


def avif(picture: Picture, style: Style) -> bytes:
    """AVIF; it has no count of plays that browsers heed."""
    return save("AVIF", picture, quality=style.quality or AVIF_QUALITY, speed=AVIF_SPEED)


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
