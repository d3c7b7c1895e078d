"""Which curves of the chart are named at once, and which wait folded away by axis.

A take has some thirty measures. A director needs the few that say something: what the verdict speaks of, what
fails, what is near its limit, what flags frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.board import ScoredMetric, TakeSheet
from tracker.domain.scores import Axis
from tracker.domain.units import FrameRange
from tracker.ui.components.courses import Course

__all__ = ["Key", "is_whole_take", "keys_of"]

_FIRST_AT_MOST = 5
_FIRST_AT_LEAST = 3
_NEAR = 0.5
"""Share of its limit from which a measure is near it, as verdicts have it."""
_FAILS, _QUIET = 1, 4
"""Ranks of what fails, and of what need not be looked at."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """One curve in the legend."""

    course: Course
    axis: Axis
    is_first: bool
    """False: folded away."""


def is_whole_take(sheet: TakeSheet, frames: FrameRange) -> bool:
    """Say whether a range is the whole take, and so points nowhere."""
    probe = sheet.take.probe
    return probe is not None and frames == FrameRange(0, max(1, probe.frame_count))


def keys_of(sheet: TakeSheet, courses: Sequence[Course]) -> tuple[Key, ...]:
    """Return the curves of a take: what somebody should look at, gravest first, then the rest by axis."""
    scored = {s.facts.name: s for s in sheet.scores}
    axes = list(Axis)
    ranked = sorted(courses, key=lambda c: _gravest_first(sheet, scored[c.name], c))
    distinct = [
        c
        for place, c in enumerate(ranked)
        if _rank(sheet, scored[c.name]) <= _FAILS or not any(_is_twin(c, o) for o in ranked[:place])
    ]
    worth = sum(_rank(sheet, scored[c.name]) < _QUIET for c in distinct)
    first = distinct[: min(_FIRST_AT_MOST, max(_FIRST_AT_LEAST, worth))]
    folded = [c for c in ranked if c not in first]
    folded.sort(key=lambda c: (axes.index(scored[c.name].facts.axis), c.title))
    return tuple(
        Key(course=c, axis=scored[c.name].facts.axis, is_first=c in first)
        for c in (*first, *folded)
    )


def _is_twin(course: Course, other: Course) -> bool:
    """Say whether two measures have one course, as a mean and a minimum may: one line hides the other."""
    return course.values == other.values and course.unit == other.unit


def _rank(sheet: TakeSheet, scored: ScoredMetric) -> int:
    """Return 0 for what the verdict speaks of, 1 if it fails, 2 near its limit, 3 with flagged frames."""
    verdict, facts = sheet.verdict, scored.facts
    marks = (
        verdict is not None and verdict.metric == facts.name,
        sheet.fails(scored),
        sheet.counts(scored) and facts.limit_used(scored.score.value or 0.0) >= _NEAR,
        any(not is_whole_take(sheet, e.frames) for e in scored.score.evidence),
    )
    return next((rank for rank, is_so in enumerate(marks) if is_so), _QUIET)


def _gravest_first(
    sheet: TakeSheet, scored: ScoredMetric, course: Course
) -> tuple[int, bool, bool, float, str]:
    used = scored.facts.limit_used(scored.score.value or 0.0)
    rank = _rank(sheet, scored)
    return rank, not sheet.counts(scored), course.is_own_scale, -used, course.title
