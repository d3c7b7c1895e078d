"""What people decide about takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.domain.production import Role
from tracker.domain.units import FrameRange

__all__ = ["Decision", "DecisionOutcome"]


class DecisionOutcome(StrEnum):
    """What a named person says of a take."""

    APPROVE = "approve"
    DIRECT = "direct"
    REGENERATE = "regenerate"
    EMBRACE = "embrace"

    @property
    def is_rejection(self) -> bool:
        """True when the take is not accepted as it stands (y = 1)."""
        return self in {DecisionOutcome.DIRECT, DecisionOutcome.REGENERATE}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One person's decision on one take; never changed, only undone by a later row."""

    take: str
    """Full address of the take."""
    outcome: DecisionOutcome
    by: str
    role: Role
    note: str = ""
    kind: str = ""
    """The trace that is embraced, when the outcome is embrace."""
    frames: FrameRange | None = None
    minutes: float | None = None
    """Direction time spent, in minutes."""
    seen: str = ""
    """What the person had on screen: a digest of the scores, or `blind`."""
    decided_ts: datetime | None = None
