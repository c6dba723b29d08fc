"""Animations that must not grow too large: fewer frames, shown longer, in the same time."""

from remote.imaging.picture import Frame


def thinned(frames: list[Frame], step: int) -> list[Frame]:
    """Every `step`-th frame, each shown for as long as those it stands for."""
    groups = (frames[start : start + step] for start in range(0, len(frames), step))
    return [Frame(group[0].image, sum(frame.duration for frame in group)) for group in groups]
