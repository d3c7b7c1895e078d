"""Faults of generated people, on request: limbs that warp or multiply, faces that melt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.errors import MisuseError

__all__ = ["Glitch", "GlitchKind"]


class GlitchKind(StrEnum):
    """What goes wrong with a body."""

    EXTRA_LIMB = "extra_limb"
    """A third arm grows."""
    MELTING_FACE = "melting_face"
    """Features slide down and the outline runs."""
    MORPHING_LIMB = "morphing_limb"
    """A leg and an arm bend where there is no joint, and merge."""


@dataclass(frozen=True, kw_only=True)
class Glitch:
    """One fault and when it shows; severity 0 changes nothing."""

    kind: GlitchKind
    severity: float = 1.0
    """0-1, continuous."""
    start: float = 0.0
    end: float = 1.0
    """Shot progress, half-open."""

    def __post_init__(self) -> None:
        """A glitch needs a severity from 0 to 1 and some time."""
        if not 0 <= self.severity <= 1 or not self.start < self.end:
            raise MisuseError(
                f"A {self.kind} needs a severity from 0 to 1 and an end after its start; "
                f"it has {self.severity:g}, {self.start:g} to {self.end:g}."
            )

    def strength(self, progress: float) -> float:
        """Return how bad it is at a moment, 0-1: it swells and ebbs within its time."""
        if not self.start <= progress < self.end:
            return 0.0
        passed = (progress - self.start) / (self.end - self.start)
        return self.severity * min(1.0, passed / 0.25, (1 - passed) / 0.25 + 0.2)
