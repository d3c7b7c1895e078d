"""What triage knows of one take, and what of its scores counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evals.decisions.excuses import Judged, judged
from tracker.domain.effects import ShotEffect
from tracker.domain.production import ArtifactPolicy, Method
from tracker.domain.scores import MetricFacts, Score
from tracker.domain.units import FIRST_FRAME

__all__ = ["TakeCase"]


@dataclass(frozen=True, kw_only=True)
class TakeCase:
    """What triage knows of one take."""

    take_id: int
    shot: str
    """Groups the takes of one shot."""
    number: int
    method: Method
    scores: tuple[tuple[MetricFacts, Score], ...]
    takes_of_shot: int = 1
    """All takes that the shot has had: past the retake cap none is made again unattended."""
    is_sent_back: bool = False
    """Whether a person asked for another take instead: that is a regeneration, whatever was measured."""
    policy: ArtifactPolicy = ArtifactPolicy.AVOID
    embraced: frozenset[str] = frozenset()
    """Kinds of trace that the story takes in; they are excused on this shot, all others count."""
    effects: tuple[ShotEffect, ...] = ()
    """Effects that the shot means to have; they excuse their kinds, where they are declared."""
    needs: frozenset[str] = frozenset()
    """Metrics without which nobody may say that the take is fine."""
    is_hero: bool = False
    protected: str = ""
    """Why a human must always look, in words; empty when nothing protects the take."""
    director: str | None = None
    first_frame: int = FIRST_FRAME
    frame_count: int = 0
    """Frames of the take; 0 when it could not be probed."""

    @cached_property
    def counted(self) -> tuple[tuple[MetricFacts, Score], ...]:
        """The scores without what is excused."""
        return tuple((f, j.score) for f, j in self._judged if j.score is not None)

    @cached_property
    def excuses(self) -> tuple[str, ...]:
        """What would be a failure and is excused, in sentences."""
        return tuple(
            j.excuse
            for (facts, score), (_, j) in zip(self.scores, self._judged, strict=True)
            if j.excuse and facts.fails(score)
        )

    @cached_property
    def _judged(self) -> tuple[tuple[MetricFacts, Judged], ...]:
        embraced = self.embraced if self.policy is ArtifactPolicy.EMBRACE else frozenset()
        return tuple(
            (
                facts,
                judged(
                    facts,
                    score,
                    embraced=embraced,
                    effects=self.effects,
                    first_frame=self.first_frame,
                ),
            )
            for facts, score in self.scores
        )
