"""GIF: 255 colours and one transparent index for each frame."""

import io

from PIL import Image

from remote.imaging.picture import Frame, Picture, Style

COLOURS = 255
TRANSPARENT = 255
"""The index that shows what is below; the palette proper has the 255 before it."""

LONGEST, MOST_REPETITIONS = 655350, 65535
"""Milliseconds of a frame, written in hundredths of a second; plays after the first. Both are 16-bit numbers."""

OPAQUE_FROM = 128
"""GIF knows no half transparency: alpha below the middle becomes clear."""


def gif(picture: Picture, style: Style) -> bytes:
    """GIF with one palette a frame; quality has no say.

    Disposal 2 (clear) when any pixel of any frame is clear, so that cleared areas do not show what was there before.
    """
    frames = list(picture.frames)
    images = [indexed(frame.image) for frame in frames]
    clear = any(image.info for image in images)
    out = io.BytesIO()
    images[0].save(
        out,
        "GIF",
        save_all=len(frames) > 1,
        append_images=images[1:],
        duration=durations(frames, images) if len(frames) > 1 else 0,
        disposal=2 if clear else 1,
        optimize=False,
        **loop(picture.plays if len(frames) > 1 else 1),
    )
    return out.getvalue()


def loop(plays: int) -> dict[str, int]:
    """The NETSCAPE2.0 extension counts repetitions: played once has none, 0 is for ever."""
    return {} if plays == 1 else {"loop": min(max(0, plays - 1), MOST_REPETITIONS)}


def durations(frames: list[Frame], images: list[Image.Image]) -> list[float]:
    """Milliseconds of each frame. Pillow makes one frame of equal ones: together they get no more than `LONGEST`."""
    shown: list[float] = []
    before, left = None, 0.0
    for frame, image in zip(frames, images, strict=True):
        pixels = pixels_of(image)
        left = left - shown[-1] if pixels == before else LONGEST
        shown.append(min(frame.duration, left))
        before = pixels
    return shown


def pixels_of(image: Image.Image) -> bytes:
    """Of an image with a palette. Not of itself: converting it, Pillow changes its palette, and fails on that later."""
    assert image.palette
    twin = Image.frombytes("P", image.size, image.tobytes())
    twin.putpalette(image.palette.palette)
    twin.info = dict(image.info)
    return twin.convert("RGBA").tobytes()


def indexed(image: Image.Image) -> Image.Image:
    """The image with a palette; its info names the transparent index when a pixel is clear."""
    if image.mode not in ("LA", "RGBA"):
        return image.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE)
    clear = image.getchannel("A").point(lambda alpha: 255 if alpha < OPAQUE_FROM else 0)
    result = image.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE)
    if clear.getbbox():
        result.paste(TRANSPARENT, mask=clear)
        result.info["transparency"] = TRANSPARENT
    return result
