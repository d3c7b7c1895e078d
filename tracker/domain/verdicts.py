"""Verdicts: what the harness proposes for a take, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.units import FrameRange

__all__ = ["RETAKE_CAP", "Outcome", "Verdict"]

RETAKE_CAP = 3
"""Regenerations a shot may have before the next problem goes to a director instead."""


class Outcome(StrEnum):
    """Who must look next."""

    PASS = "pass"  # noqa: S105  # the verdict's name, not a password
    """Nobody needs to look; only a certificate can say so."""
    DIRECT = "direct"
    """A named human must look."""
    REGENERATE = "regenerate"
    """Make another take before spending human time."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One take's verdict with its worst axis, a sentence and the frames."""

    outcome: Outcome
    reason: str
    """One sentence that a director understands."""
    axis: str
    """The worst axis, or the hard rule that decided: `error`, `likeness`, `hero`, ..."""
    metric: str = ""
    """The metric that spoke, when one did."""
    frames: tuple[FrameRange, ...] = ()
    certificate: str | None = None
    """Public id of the certificate that let the take pass."""
    is_proposed: bool = False
    """True: nothing is remade until a person agrees."""
    severity: float = 0.0
    """How bad, from 0 (fine) to 1 (worst); orders boards, decides nothing."""
