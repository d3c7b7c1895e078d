"""Cadence: freezes, dropped frames, and pictures that repeat on purpose.

Freezes and cadence read d, the mean absolute difference of luma from the frame before; dropped frames
read the same on a coarse picture.
Film at 24 shown at 30, animation on twos and slow-rate clips in faster files repeat pictures in a
regular beat; those are reported as a cadence and never as a freeze. A shot in which nothing moves at
all is locked, not frozen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evals.metrics.artifacts._courses import Course, Values, runs
from evals.metrics.artifacts._pair import Luma, block_means
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = [
    "DROPPED_FRAMES",
    "DUPLICATE_CADENCE",
    "FREEZE",
    "cadence_course",
    "coarse_difference",
    "dropped_course",
    "frame_difference",
    "freeze_course",
]

FREEZE = metric(
    "freeze",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Freeze",
    unit="s",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=0.25,
)
DROPPED_FRAMES = metric(
    "dropped_frames",
    version="2",
    axis=Axis.ARTIFACTS,
    title="Dropped frames",
    unit="times the change around",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=3.0,
)
DUPLICATE_CADENCE = metric(
    "duplicate_cadence",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Repeated frames",
    unit="share of frames",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=1.0,
    decides=False,
)

_STILL_LEVELS = 0.02
_STILL_SHARE = 0.05
"""A frame repeats the one before when d < max(0.02 levels, 5 % of the usual d)."""
_LOCKED_SHARE = 0.9
"""A shot in which this share of the frames repeats without a beat is locked."""
_MIN_FREEZE_REPEATS = 3
_ABRUPT_SHARE = 0.25
"""A stop is abrupt when the change just beside it is at least this share of the usual one."""
_MIN_BEATS = 3
_BEAT_SHARE = 0.75
_MIN_USUAL_LEVELS = 0.15
"""When frames usually change by less than this, there is no movement that could stop."""
_MIN_JUMP_LEVELS = 0.3
"""Changes smaller than this, in levels, are noise, and a multiple of them means nothing."""
_NEAR_FRAMES = 3
_COARSE_PX = 16


def frame_difference(luma: Luma, previous: Luma) -> float:
    """Mean absolute difference of two luma pictures of shape (h, w), in levels 0-255."""
    return float(np.abs(luma - previous).mean())


def coarse_difference(luma: Luma, previous: Luma) -> float:
    """Mean absolute difference of 16 px blocks, in levels; `previous` exposed like `luma`.

    Coarse pictures keep on changing with distance where fine ones have long lost all likeness, so
    this grows with the number of frames that are missing, even in a fast pan.
    """
    return float(np.abs(block_means(luma - previous, _COARSE_PX)).mean())


def freeze_course(differences: Values, fps: float) -> Course:
    """Longest stop in the middle of movement, in seconds; the course counts the time held so far.

    `differences` has shape (n,); the first is ignored. A run of at least three repeats counts when
    movement stops at it or sets off from it at once and it is longer than the take's own beat.
    """
    still = _repeats(differences)
    beat_frames = _beat_frames(still)
    series = np.zeros(len(still))
    moving = differences[1:][~still[1:]]
    usual = float(np.median(moving)) if len(moving) else 0.0
    is_locked = beat_frames == 0 and still[1:].mean() >= _LOCKED_SHARE
    if is_locked or usual < _MIN_USUAL_LEVELS:
        return Course(value=0.0, series=series, remark="locked shot: hardly anything moves")
    for start, end in runs(still):
        beside = [differences[i] for i in (start - 1, end) if 1 <= i < len(still)]
        is_abrupt = max(beside, default=0.0) >= _ABRUPT_SHARE * usual
        is_long = end - start >= max(_MIN_FREEZE_REPEATS, beat_frames + 2)
        if is_abrupt and is_long:
            series[start:end] = np.arange(1, end - start + 1) / fps
    return Course(value=float(series.max(initial=0.0)), series=series)


def dropped_course(jumps: Values, is_break: NDArray[np.bool_]) -> Course:
    """Largest `coarse_difference` as a multiple of the largest within three frames on either side.

    Both arrays have shape (n,); the first frame, cuts and sudden light are ignored. A pan that sets off,
    a thing that crosses a still picture and a flash all have neighbours like them; a leap has none.
    """
    count = len(jumps)
    known = np.where(is_break, 0.0, jumps)
    known[:1] = 0.0
    series = np.zeros(count)
    for at in range(count):
        around = np.arange(max(1, at - _NEAR_FRAMES), min(count, at + _NEAR_FRAMES + 1))
        usual = float(known[around[around != at]].max(initial=_MIN_JUMP_LEVELS))
        series[at] = known[at] / usual
    return Course(value=float(series.max(initial=0.0)), series=series)


def cadence_course(differences: Values) -> Course:
    """Share of frames, 0-1, that repeat the one before them in a regular beat; 1 where one does."""
    still = _repeats(differences)
    beat_frames = _beat_frames(still)
    series = np.zeros(len(still))
    if beat_frames:
        for start, end in runs(still):
            if end - start <= beat_frames + 1:
                series[start:end] = 1.0
    remark = f"every picture is held in a beat of {beat_frames} repeats" if beat_frames else ""
    return Course(value=float(series.mean()), series=series, remark=remark)


def _repeats(differences: Values) -> NDArray[np.bool_]:
    usual = float(np.median(differences[1:])) if len(differences) > 1 else 0.0
    still: NDArray[np.bool_] = differences < max(_STILL_LEVELS, _STILL_SHARE * usual)
    still[:1] = False
    return still


def _beat_frames(still: NDArray[np.bool_]) -> int:
    """Usual number of repeats in a regular beat (1 for twos, 1 in five for telecine); 0 for none."""
    held = runs(still)
    if len(held) < _MIN_BEATS:
        return 0
    lengths = np.array([end - start for start, end in held])
    gaps = np.diff([start for start, _ in held])
    length, gap = int(np.median(lengths)), float(np.median(gaps))
    is_regular = (
        np.mean(np.abs(lengths - length) <= 1) >= _BEAT_SHARE
        and np.mean(np.abs(gaps - gap) <= 1) >= _BEAT_SHARE
    )
    return length if is_regular else 0
