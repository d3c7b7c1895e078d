"""What a page draws of a score: its value on a scale, its course, and which frames show it."""

from __future__ import annotations

from collections.abc import Sequence

from evals.decisions.measured import caption
from evals.reports.page import Curve, Gauge, Picture, ShownRange
from tracker.domain.board import ScoredMetric
from tracker.domain.scores import Direction, Evidence, MetricFacts, Score
from tracker.domain.units import FrameRange
from tracker.ui.components.courses import course

__all__ = ["STRIP", "curve_of", "gauge_of", "pictures_of", "ranges_of"]

STRIP = 6
"""Pictures of a contact strip: one row of a printed page."""

_POINTS = 480
"""Points of a curve: more than the page has pixels for would only make it heavy."""

_ENDS_FROM_FRAMES = 6
"""A range this long also shows its first and its last frame."""


def gauge_of(facts: MetricFacts, score: Score) -> Gauge | None:
    """Place a value, its interval and its limit on one scale; None where the scale has no end.

    A measure of which less is better and that has a limit is drawn from its best value to twice the
    limit, or to its own worst end where that is farther; any other over its whole range.
    """
    if score.value is None:
        return None
    left, right = facts.low, facts.high
    is_lower = facts.direction is Direction.LOWER_IS_BETTER
    if is_lower and facts.fails_at is not None:
        worst = max(score.value, score.value if score.high is None else score.high)
        right = max(2 * facts.fails_at, 1.1 * worst)
        right = right if facts.high is None else min(right, facts.high)
    if right is None or right <= left:
        return None
    scale = right - left

    def place(value: float) -> float:
        return min(1.0, max(0.0, (value - left) / scale))

    return Gauge(
        left=left,
        right=right,
        value_0_1=place(score.value),
        low_0_1=None if score.low is None else place(score.low),
        high_0_1=None if score.high is None else place(score.high),
        limit_0_1=None if facts.fails_at is None else place(facts.fails_at),
        fails_right=is_lower,
    )


def curve_of(scored: ScoredMetric, frame_count: int) -> Curve | None:
    """Return the course of a score with its flagged ranges, or None where it has none."""
    drawn = course(scored, frame_count)
    if drawn is None:
        return None
    points = [(drawn.offset + i * drawn.step, height) for i, height in enumerate(drawn.heights)]
    return Curve(
        points=tuple(_thinned(points)),
        is_own_scale=drawn.is_own_scale,
        flagged=tuple((e.frames.start, e.frames.end) for e in scored.score.evidence),
        frame_count=frame_count,
    )


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Keep the worst point of each of at most `_POINTS` stretches, so that no fault is lost."""
    size = -(-len(points) // _POINTS)
    return [
        min(points[i : i + size], key=lambda point: point[1]) for i in range(0, len(points), size)
    ]


def ranges_of(
    facts: MetricFacts | None, evidence: Sequence[Evidence], first_frame: int
) -> tuple[ShownRange, ...]:
    """Write evidence as people read it, in the order of time."""
    found = []
    for one in sorted(evidence, key=lambda e: e.frames):
        first, last = one.frames.shown(first_frame)
        what = caption(facts, one)
        shown = ShownRange(
            first=first, last=last, what=what, severity=one.severity, region=one.region
        )
        found.append(shown)
    return tuple(found)


def pictures_of(
    ranges: Sequence[ShownRange], *, first_frame: int, frame_count: int, limit: int = STRIP
) -> tuple[Picture, ...]:
    """Choose the frames of a strip: the middle of the worst ranges, and around it where there is room.

    A long range also shows its ends; a shorter one the frames before and after it, since what pops or
    jumps is seen by comparison. At most `limit` pictures, each frame once, in the order of time.
    """
    chosen = sorted(ranges, key=lambda shown: -shown.severity)[:limit]
    has_room = 3 * len(chosen) <= limit
    found: dict[int, Picture] = {}
    for shown in chosen:
        frames = FrameRange.from_shown(shown.first, shown.last, first_frame)
        places = {(frames.start + frames.end - 1) // 2: shown.what}
        if has_room and frames.duration_frames >= _ENDS_FROM_FRAMES:
            places |= {frames.start: shown.what, frames.end - 1: shown.what}
        elif has_room:
            places |= {frames.start - 1: "before", frames.end: "after"}
        for index, what in places.items():
            if 0 <= index < max(frame_count, frames.end):
                region = None if what in {"before", "after"} else shown.region
                picture = Picture(index=index, frame=first_frame + index, what=what, region=region)
                if index not in found or found[index].what in {"before", "after"}:
                    found[index] = picture  # a neighbour of one range may lie in another
    return tuple(found[index] for index in sorted(found))
