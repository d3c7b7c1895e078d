"""What an animal does at one moment."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AnimalPose", "Point"]

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class AnimalPose:
    """What an animal does; it looks to the right and is mirrored by its caller."""

    phase: float = 0.0
    stride: float = 0.0
    run: float = 0.0
    sit: float = 0.0
    up: float = 0.0
    """The head: 1 looks up, -1 bows."""
    seconds: float = 0.0
