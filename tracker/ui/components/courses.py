"""From scores to curves: where each sample lies in time, and how high it is drawn.

Measures have different units and directions, so a chart of several needs one height for all:
1 is as good as the measure gets, 1/2 is the value at which it fails, 0 is endlessly bad. With
`b` the share of the way from the best value to the failing one, the height is `1 / (1 + b)`: at
b = 0 it is 1, at b = 1 it is 1/2, and a value five times past the limit still shows. A measure
without a limit is drawn on its own scale (and dashed), higher where it is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.board import ScoredMetric
from tracker.domain.scores import Direction, MetricFacts

__all__ = ["Course", "course", "heights"]

_EDGE_FRAMES = 2
"""A series this much shorter than the take measures pairs or triples: it ends with the take."""
_OWN_FLOOR = 0.2
_OWN_SPAN = 0.75


@dataclass(frozen=True, kw_only=True)
class Course:
    """One measure over the frames of a take."""

    name: str
    title: str
    unit: str
    offset: float
    """Frame of the first sample, from 0."""
    step: float
    """Frames from one sample to the next."""
    values: tuple[float, ...]
    heights: tuple[float, ...]
    """0 (worst) to 1 (best); 0.5 is the limit unless the scale is the measure's own."""
    is_own_scale: bool


def course(scored: ScoredMetric, frame_count: int) -> Course | None:
    """Return the curve of a score, or None when it has no course over time."""
    series = scored.score.series
    if len(series) < 2 or frame_count < 2:
        return None
    offset, step = _placement(len(series), frame_count)
    drawn, is_own = heights(series, scored.facts)
    return Course(
        name=scored.facts.name,
        title=scored.facts.title,
        unit=scored.facts.unit,
        offset=offset,
        step=step,
        values=series,
        heights=drawn,
        is_own_scale=is_own,
    )


def heights(series: Sequence[float], facts: MetricFacts) -> tuple[tuple[float, ...], bool]:
    """Return a height in 0..1 for each value, and whether the scale is the measure's own."""
    best = facts.low if facts.direction is Direction.LOWER_IS_BETTER else facts.high
    limit = facts.fails_at
    inside = facts.low <= min(series) and (facts.high is None or max(series) <= facts.high)
    if best is not None and limit is not None and limit != best and inside:
        return tuple(1 / (1 + (v - best) / (limit - best)) for v in series), False
    low, high = min(series), max(series)
    if low == high:
        return (_OWN_FLOOR + _OWN_SPAN,) * len(series), True
    shares = [(v - low) / (high - low) for v in series]
    if facts.direction is Direction.LOWER_IS_BETTER:
        shares = [1 - s for s in shares]
    return tuple(_OWN_FLOOR + _OWN_SPAN * s for s in shares), True


def _placement(samples: int, frame_count: int) -> tuple[float, float]:
    missing = frame_count - samples
    if missing <= 0:
        return 0.0, 1.0
    if missing <= _EDGE_FRAMES:
        return float(missing), 1.0
    return 0.0, (frame_count - 1) / (samples - 1)
