"""What screens read: the board of a film and the sheet of a take, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tracker.domain.effects import ShotEffect
from tracker.domain.production import ArtifactPolicy, Brief, Method
from tracker.domain.scores import MetricFacts, Score
from tracker.domain.stages import ShotStatus
from tracker.domain.takes import Take
from tracker.domain.verdicts import Verdict

__all__ = [
    "KEPT_BACK",
    "BoardRow",
    "FilmRow",
    "HistoryRow",
    "ProductionRow",
    "ScoredMetric",
    "TakeSheet",
]

KEPT_BACK = "To be judged without hints: scores and verdict show once it is decided."
"""Said wherever the harness keeps its word back."""


@dataclass(frozen=True, kw_only=True)
class ProductionRow:
    """A production with what a list shows of it."""

    code: str
    title: str
    kind: str
    is_demo: bool
    films: int
    shots: int
    takes: int


@dataclass(frozen=True, kw_only=True)
class FilmRow:
    """A film with the counts that say what needs somebody."""

    production: str
    code: str
    title: str
    director: str | None
    shots: int
    takes: int
    """All takes of the film."""
    passes: int
    directs: int
    regenerates: int
    unscored: int
    """Latest takes by verdict; `unscored` have none yet, or the shot has no take."""


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """A shot with its latest take, as one tile of the board."""

    production: str
    film: str
    sequence: str
    shot: str
    method: Method
    status: ShotStatus
    is_hero: bool
    prompt: str
    first_frame: int
    fps: Fraction
    takes: int
    """How many takes the shot has."""
    take: str | None
    """Code of the latest take; None when there is none yet."""
    sha256: str | None
    generator: str
    probe_error: str
    verdict: Verdict | None
    scored_metrics: int
    """How many metrics of the latest take have a value."""
    expected_metrics: int
    """How many metrics of the latest take have a row."""
    is_withheld: bool = False
    """True: it is to be judged without hints, so its verdict is not here."""
    is_outdated: bool = False
    """True: the shot, or the film's director, has changed since the takes were judged."""


@dataclass(frozen=True, kw_only=True)
class ScoredMetric:
    """A score with the facts of its metric and the pack that took it."""

    facts: MetricFacts
    pack: str
    score: Score
    is_demo_pack: bool = False
    """True: outside demo productions the score decides nothing."""


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One line of the event history."""

    when: datetime
    who: str
    what: str
    """Action in words, e.g. `take.submitted`."""
    detail: str


@dataclass(frozen=True, kw_only=True)
class TakeSheet:
    """Everything that the take page shows."""

    take: Take
    is_demo: bool
    first_frame: int
    fps: Fraction
    method: Method
    artifact_policy: ArtifactPolicy
    brief: Brief
    siblings: tuple[str, ...]
    """Codes of all takes of the shot, oldest first."""
    verdict: Verdict | None
    scores: tuple[ScoredMetric, ...]
    history: tuple[HistoryRow, ...]
    effects: tuple[ShotEffect, ...] = ()
    """What the shot means to have."""
    is_withheld: bool = False
    """True: it is to be judged without hints, so verdict, scores and history are not here."""

    def counts(self, scored: ScoredMetric) -> bool:
        """Say whether a score may decide: a DEMO pack's decides nothing outside demo productions."""
        return scored.facts.decides and (self.is_demo or not scored.is_demo_pack)

    def fails(self, scored: ScoredMetric) -> bool:
        """Say whether a score that may decide surely fails."""
        return self.counts(scored) and scored.facts.fails(scored.score)
