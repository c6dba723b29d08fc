"""What a zygote is told when it starts."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Self

from remote.cores import cores
from remote.imaging.limits import Limits
from remote.settings import Settings


@dataclass(frozen=True)
class Config:
    """The part of the settings that the far side needs."""

    level: str
    memory: int
    """Bytes of address space of one decoder."""
    cpu: int
    """Seconds of CPU of one decoder, over all its threads and jobs: a net below the deadline, which is exact."""
    reuse: int
    """Jobs a decoder serves."""
    spares: int
    """Decoders that are kept waiting: those of all workers together are two for each core, in round numbers."""
    limits: Limits

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        limits = Limits(
            pixels=settings.max_pixels,
            side=settings.max_side,
            frames=settings.max_frames,
            total_pixels=settings.max_total_pixels,
            scans=settings.max_scans,
        )
        return cls(
            level=settings.sandbox,
            memory=settings.memory_limit,
            cpu=math.ceil(settings.timeout) * cores() * settings.sandbox_reuse + 1,
            reuse=settings.sandbox_reuse,
            spares=min(cores(), math.ceil(2 * cores() / settings.workers)),
            limits=limits,
        )

    def to_json(self) -> str:
        limits = asdict(self.limits)
        del limits["refused_formats"]
        return json.dumps(asdict(self) | {"limits": limits})

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        return cls(**values | {"limits": Limits(**values["limits"])})
