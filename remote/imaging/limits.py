"""What one upload may cost, checked before pixels are allocated."""

from dataclasses import dataclass

from remote.errors import TooComplex, TooManyFrames, TooManyPixels


@dataclass(frozen=True)
class Limits:
    """The bounds of one upload; `Settings` gives their defaults and meaning."""

    pixels: int
    side: int
    frames: int
    total_pixels: int
    scans: int
    refused_formats: frozenset[str] = frozenset()
    """Formats that cannot be opened safely on this system."""

    def check_canvas(self, width: int, height: int, divisor: int = 1) -> None:
        """Raise `TooManyPixels` when the canvas, in pixels, is over the limit for a format divided by `divisor`."""
        limit = self.pixels // divisor
        if width * height > limit or max(width, height) > self.side:
            raise TooManyPixels(width, height, limit, self.side)

    def check_frames(self, width: int, height: int, frames: int) -> None:
        """Raise `TooManyFrames` or `TooManyPixels` when an animation is over the limits."""
        if frames > self.frames:
            raise TooManyFrames(self.frames)
        if frames > 1 and width * height * frames > self.total_pixels:
            raise TooManyPixels(width, height * frames, self.total_pixels, self.side)

    def check_scans(self, scans: int) -> None:
        """Raise `TooComplex` for a JPEG that a decoder would go over more often than `scans` times."""
        if scans > self.scans:
            raise TooComplex
