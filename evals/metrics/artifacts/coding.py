"""Coding: the 8 px grid of block codecs, and bands where a slope should be smooth.

Both need the file's own pixels, since resizing wipes out the grid and the steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evals.media.types import Picture
from evals.metrics.artifacts._courses import Course
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = ["BANDING", "BLOCKING", "EVERY_FRAMES", "band_share", "grid_excess", "held_course"]

BLOCKING = metric(
    "blocking",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Blocking",
    unit="excess of the grid",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=0.8,
)
BANDING = metric(
    "banding",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Banding",
    unit="share of smooth steps",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=1.0,
    fails_at=0.2,
)

EVERY_FRAMES = 6
"""One frame in this many is looked at: both faults last, and native size is dear."""
_GRID_PX = 8
_MIN_EDGE_PX = 4 * _GRID_PX
_TEXTURE_LEVELS = 24
"""Steeper steps than this are edges of things, not of blocks or bands."""
_FLAT_PX = 3
_LINE_STEP = 4
_MIN_FLAT_NEIGHBOURS = 4
_BAND_MIN, _BAND_MAX = 2, 20


def grid_excess(luma: Picture) -> float | None:
    """How much steeper the picture is on the strongest 8 px grid than off it; 0 means no grid.

    Native luma uint8 (H, W). Steps between neighbours are averaged by their position modulo 8, and
    the largest of the eight is divided by their median, less 1, rows and columns averaged. All eight grids
    are tried, since a crop shifts it and a flip mirrors it. None below 32 px.
    """
    if min(luma.shape) < _MIN_EDGE_PX:
        return None
    signed = luma.astype(np.int16)
    across, down = np.diff(signed, axis=1), np.diff(signed, axis=0).T
    return 0.5 * (_strongest_phase(across) + _strongest_phase(down))


def band_share(luma: Picture) -> float | None:
    """Share, 0-1, of the smooth picture's steps that jump by 2-20 levels in flat surroundings.

    Native luma uint8 (H, W). A step counts as smooth when nothing steeper than 20 levels lies within
    3 px, and its surroundings as flat when four of those six neighbours are no step at all. Single
    levels in the same surroundings, which a clean slope takes, count against it. Every fourth row
    and column is read. None below 32 px.
    """
    if min(luma.shape) < _MIN_EDGE_PX:
        return None
    signed = luma.astype(np.int16)
    counts = [_band_counts(np.diff(y[_lines(len(y))], axis=1)) for y in (signed, signed.T)]
    surplus, changed, smooth = (sum(c[i] for c in counts) for i in range(3))
    # With hardly any steps at all there is nothing to judge: a flat wall is not banded.
    return max(0, surplus) / max(changed, smooth / 200, 1)


def held_course(samples: list[tuple[int, float]], count: int) -> Course:
    """Spread sampled (frame, value) pairs over `count` frames; the value is their median."""
    series = np.zeros(count)
    for frame, value in samples:
        series[frame:] = value
    return Course(value=float(np.median([value for _, value in samples])), series=series)


def _strongest_phase(steps: NDArray[np.int16]) -> float:
    size = np.minimum(np.abs(steps), _TEXTURE_LEVELS).sum(axis=0, dtype=np.int64)
    means = np.array([size[phase::_GRID_PX].mean() for phase in range(_GRID_PX)])
    usual = float(np.median(means))
    return float(means.max()) / usual - 1 if usual > 0 else 0.0


def _lines(count: int) -> NDArray[np.intp]:
    """Every fourth line counted from both ends, so that a mirrored picture is read alike."""
    from_end = np.minimum(np.arange(count), np.arange(count)[::-1])
    return np.flatnonzero(from_end % _LINE_STEP == 0)


def _band_counts(steps: NDArray[np.int16]) -> tuple[int, int, int]:
    """Band edges less single levels, non-zero steps, and all steps, in the smooth parts of rows."""
    size = np.minimum(np.abs(steps), _BAND_MAX + 1).astype(np.uint8)
    width = size.shape[1]
    inner = size[:, _FLAT_PX : width - _FLAT_PX]
    offsets = [k for k in range(-_FLAT_PX, _FLAT_PX + 1) if k]
    beside = [size[:, _FLAT_PX + k : width - _FLAT_PX + k] for k in offsets]
    smooth = np.maximum.reduce([*beside, inner]) <= _BAND_MAX
    level = np.add.reduce([(b == 0).view(np.uint8) for b in beside])
    flat = smooth & (level >= _MIN_FLAT_NEIGHBOURS)
    surplus = int((flat & (inner >= _BAND_MIN)).sum()) - int((flat & (inner == 1)).sum())
    return surplus, int((smooth & (inner > 0)).sum()), int(smooth.sum())
