"""Where uploads are decoded. `run` is the only door."""

from remote.imaging.limits import Limits
from remote.imaging.operations import Options, perform
from remote.imaging.results import Result
from remote.settings import Settings


class Sandbox:
    """Runs operations on uploads within the limits of the settings."""

    def __init__(self, settings: Settings) -> None:
        self.limits = Limits(
            pixels=settings.max_pixels,
            side=settings.max_side,
            frames=settings.max_frames,
            total_pixels=settings.max_total_pixels,
            scans=settings.max_scans,
        )

    def run(self, operation: str, options: Options, data: bytes) -> Result:
        """Do one operation to one upload; raises `remote.errors.UploadError`."""
        return perform(operation, options, data, self.limits)
