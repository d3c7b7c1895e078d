"""From one number per frame to a value, its course and the frames that prove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.domain.scores import Evidence, Region
from tracker.domain.units import FrameRange

__all__ = [
    "WINDOW_FRAMES",
    "WINDOW_STRIDE_FRAMES",
    "Course",
    "evidence_over",
    "over_windows",
    "rolling_median",
    "runs",
    "window_starts",
]

Values = NDArray[np.float64]

WINDOW_FRAMES = 24
"""Length of the windows on which the measures were proved; a longer take counts by its worst one."""
WINDOW_STRIDE_FRAMES = 12
_MAX_RANGES = 8


@dataclass(frozen=True, kw_only=True)
class Course:
    """A value and how the take came to it."""

    value: float
    series: Values
    """The measure frame by frame, shape (n,); 0 where it is undefined."""
    remark: str = ""
    """What a reader must know beside the value."""
    active: NDArray[np.bool_] | None = None
    """Frames, shape (n,), in which something happens; a window's range begins and ends with one."""
    region_of: Callable[[Sequence[int]], Region | None] | None = None
    """Says where in the picture the measure peaks in some frames; None where it is of whole frames."""


def window_starts(count: int) -> list[int]:
    """First frames of the windows that cover `count` frames; one short window when there are few.

    >>> window_starts(30), window_starts(5)
    ([0, 6], [0])
    """
    last = max(0, count - WINDOW_FRAMES)
    starts = list(range(0, last + 1, WINDOW_STRIDE_FRAMES))
    return starts if starts[-1] == last else [*starts, last]


def over_windows(values: Values, measure: Callable[[Values], float]) -> Course:
    """Measure every window; each frame's course is the worst window that holds it."""
    series = np.zeros(len(values))
    for start in window_starts(len(values)):
        end = start + WINDOW_FRAMES
        series[start:end] = np.maximum(series[start:end], measure(values[start:end]))
    return Course(value=float(series.max(initial=0.0)), series=series)


def rolling_median(values: Values, radius: int) -> Values:
    """Median over `radius` frames on either side, fewer on both sides near an end.

    Keeping both sides equal makes a steady slope its own median, up to the very ends.
    """
    count = len(values)
    reach = np.minimum(radius, np.minimum(np.arange(count), np.arange(count)[::-1]))
    return np.array([np.median(values[i - r : i + r + 1]) for i, r in enumerate(reach)])


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges in which a flag stays up.

    >>> runs(np.array([False, True, True, False, True]))
    [(1, 3), (4, 5)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def evidence_over(
    course: Course, floor: float, *, kind: str, gap_frames: int = 3
) -> tuple[Evidence, ...]:
    """Ranges at or over `floor`, close ones merged, the eight worst in order of time.

    A range of windows is cut to the frames in which something happens, and the region of a range is that of
    its frames at or over `floor`.
    """
    series = course.series
    merged: list[tuple[int, int]] = []
    for start, end in runs(series >= floor):
        if merged and start - merged[-1][1] <= gap_frames:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    if course.active is not None:
        merged = [_trimmed(a, b, course.active) for a, b in merged]
    worst = sorted(merged, key=lambda r: -float(series[r[0] : r[1]].max()))[:_MAX_RANGES]
    return tuple(
        Evidence(
            frames=FrameRange(a, b),
            kind=kind,
            severity=float(series[a:b].max()),
            region=None
            if course.region_of is None
            else course.region_of([i for i in range(a, b) if series[i] >= floor]),
        )
        for a, b in sorted(worst)
    )


def _trimmed(start: int, end: int, active: NDArray[np.bool_]) -> tuple[int, int]:
    happening = np.flatnonzero(active[start:end])
    if not len(happening):
        return start, end
    return start + int(happening[0]), start + int(happening[-1]) + 1
