"""Scores as the record keeps them: a value with its metric's facts, a state, and evidence.

A score that could not be taken is a case with a reason: never 0, never NaN, never left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = ["Axis", "Direction", "Evidence", "MetricFacts", "Region", "Score", "ScoreState"]


class ScoreState(StrEnum):
    """Whether a score has a value, and if not, why not."""

    OK = "ok"
    NOT_ASSESSABLE = "not_assessable"
    """The measure does not apply here or lacks what it needs; the reason says which and the remedy."""
    ERROR = "error"
    """The take could not be read."""


class Axis(StrEnum):
    """What a metric speaks about; each axis is judged on its own and the worst one counts."""

    PROMPT = "prompt"
    IDENTITY = "identity"
    ARTIFACTS = "artifacts"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER_IS_BETTER = "higher"
    LOWER_IS_BETTER = "lower"


@dataclass(frozen=True, kw_only=True)
class MetricFacts:
    """What a metric says of itself; stored with its scores so that screens never import it."""

    name: str
    """Stable name, e.g. `flicker`."""
    version: str
    """Changes whenever the same frames could get another value."""
    axis: Axis
    low: float
    """Smallest possible value."""
    high: float | None
    """Largest possible value; None when it has no bound."""
    direction: Direction
    unit: str
    """Unit of the value in words, e.g. `log ratio`."""
    title: str
    """What people call it, e.g. `Flicker`."""
    fails_at: float | None = None
    """At this value or worse it is a measured technical failure; None: never on its own."""
    decides: bool = True
    """False: shown, never decided on."""

    @property
    def range(self) -> tuple[float, float | None]:
        """The lowest and highest possible value."""
        return self.low, self.high

    def is_failure(self, value: float) -> bool:
        """Say whether the value is a measured technical failure."""
        if self.fails_at is None:
            return False
        return (
            value >= self.fails_at
            if self.direction is Direction.LOWER_IS_BETTER
            else value <= self.fails_at
        )

    def limit_used(self, value: float) -> float:
        """Return how much of its limit a value uses: 1 at the limit, more beyond it, 0 without a limit."""
        limit = self.fails_at
        if limit is None:
            return 0.0
        if self.direction is Direction.LOWER_IS_BETTER:
            return value / limit if limit > 0 else 2.0 * (value > 0)
        return limit / value if value > 0 else 2.0

    def fails(self, score: Score) -> bool:
        """Say whether a score surely fails: of an estimate, even the better end of its interval."""
        if score.value is None:
            return False
        is_higher = self.direction is Direction.HIGHER_IS_BETTER
        better = score.high if is_higher else score.low
        return self.is_failure(score.value if better is None else better)


@dataclass(frozen=True)
class Region:
    """A rectangle of the picture, in shares of its width and height, 0-1."""

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        """Refuse what lies outside the picture."""
        ends = (self.left, self.top, self.left + self.width, self.top + self.height)
        if not (all(-1e-6 <= e <= 1 + 1e-6 for e in ends) and self.width > 0 and self.height > 0):
            raise MisuseError(f"{self} is no part of a picture; give shares of it, 0 to 1.")

    @classmethod
    def around(cls, boxes: Iterable[Sequence[float]], *, size_px: tuple[int, int]) -> Region:
        """Return the part of a picture (width, height) that holds boxes (left, top, width, height) in px."""
        sides = [(b[0], b[1], b[0] + b[2], b[1] + b[3]) for b in boxes]
        width, height = size_px
        left, top = (min(1.0, max(0.0, min(s[i] for s in sides) / size_px[i])) for i in (0, 1))
        right, low = (min(1.0, max(s[i + 2] for s in sides) / size_px[i]) for i in (0, 1))
        return cls(left, top, max(1 / width, right - left), max(1 / height, low - top))


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Where in the take a score comes from."""

    frames: FrameRange
    kind: str = ""
    """What is seen there, in the word people use, e.g. `flicker`."""
    severity: float = 0.0
    """How bad it is there, larger is worse: the measure itself, or one minus it where higher is better."""
    region: Region | None = None
    """Where in the picture; None where that is not known, or everywhere."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """One take judged by one metric."""

    metric: str
    state: ScoreState
    value: float | None = None
    low: float | None = None
    """Lower end of the 90 % interval, where the value is estimated."""
    high: float | None = None
    """Upper end of the 90 % interval."""
    reason: str = ""
    """Why there is no value, in a sentence with the remedy; or a remark on the value."""
    evidence: tuple[Evidence, ...] = ()
    series: tuple[float, ...] = ()
    """The measure frame by frame, for the chart; empty when it has no such course."""

    def __post_init__(self) -> None:
        """Hold the rule that a value is finite and present exactly when the state is ok."""
        numbers = [v for v in (self.value, self.low, self.high, *self.series) if v is not None]
        if not all(math.isfinite(v) for v in numbers):
            raise MisuseError(f"Score '{self.metric}' is not finite; record it as not assessable.")
        if (self.value is None) == (self.state is ScoreState.OK):
            raise MisuseError(f"Score '{self.metric}' is {self.state} with value {self.value}.")
        if self.state is not ScoreState.OK and not self.reason:
            raise MisuseError(f"Score '{self.metric}' is {self.state} without a reason.")

    @classmethod
    def missing(cls, metric: str, reason: str) -> Score:
        """Make a score that could not be taken, for a reason that names the remedy."""
        return cls(metric=metric, state=ScoreState.NOT_ASSESSABLE, reason=reason)

    @classmethod
    def failed(cls, metric: str, reason: str) -> Score:
        """Make the score of a take that could not be read."""
        return cls(metric=metric, state=ScoreState.ERROR, reason=reason)
