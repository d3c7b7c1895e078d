"""Coding: the 8 px grid of block codecs, and bands where a slope should be smooth.

Both need the file's own pixels, since resizing wipes out the grid and the steps. Banding is looked for twice
and the larger value counts: as steps in the picture, which a codec's smoothing wipes out, and as tones that
are missing where the picture is smooth, which it only blurs.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.motion import lengths
from evals.media.types import Picture
from evals.metrics.artifacts._courses import Course
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = [
    "BANDING",
    "BLOCKING",
    "EVERY_FRAMES",
    "band_level",
    "band_share",
    "grid_excess",
    "held_course",
    "tone_gaps",
]

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
    version="2",
    axis=Axis.ARTIFACTS,
    title="Banding",
    unit="share of smooth steps or tones",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=1.0,
    fails_at=0.3,
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
_SMOOTH_PX = 2.0
_SLOPE_MIN, _SLOPE_MAX = 0.05, 0.75
"""Where luma changes by so many levels per pixel, tones should follow each other without gaps."""
_MIN_SLOPE_PX = 800
_TONES_NEAR, _TONES_BESIDE = 5, 3
_REACHED = np.unique(np.rint(np.arange(220) / 219 * 255).astype(np.intp))
"""What luma of limited range becomes in full range: 36 of the 256 levels stay empty, and are no gaps."""


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


def tone_gaps(luma: Picture) -> float | None:
    """How unevenly the tones of a picture's slopes are used, 0-1: bands leave peaks with gaps between.

    Native luma uint8 (H, W). With h the shares of the levels where the picture, smoothed by 2 px, changes by
    0.05 to 0.75 levels per pixel, and m their mean over 5 levels: half of the sum of
    min(|h - m|, m three levels below, m three levels above). The two sides hold back single tones, such as a
    wall of one colour, and the ends of the scale. 0 with fewer than 800 such pixels; None below 32 px.
    """
    if min(luma.shape) < _MIN_EDGE_PX:
        return None
    soft = np.asarray(cv2.GaussianBlur(luma.astype(np.float32), (0, 0), _SMOOTH_PX), np.float32)
    across, down = (
        np.asarray(cv2.Sobel(soft, cv2.CV_32F, *way, scale=1 / 8), np.float32)
        for way in ((1, 0), (0, 1))
    )
    slope = lengths(across, down)
    counts = np.bincount(luma[(slope > _SLOPE_MIN) & (slope < _SLOPE_MAX)], minlength=256)
    if counts.sum() < _MIN_SLOPE_PX:
        return 0.0
    reached = counts[_REACHED]
    tones = (reached if reached.sum() == counts.sum() else counts) / counts.sum()
    near = np.pad(tones, _TONES_NEAR // 2, mode="edge")
    mean = np.convolve(near, np.full(_TONES_NEAR, 1 / _TONES_NEAR), "valid")
    beside = np.pad(mean, _TONES_BESIDE)
    lower, higher = beside[: -2 * _TONES_BESIDE], beside[2 * _TONES_BESIDE :]
    return 0.5 * float(np.minimum.reduce([np.abs(tones - mean), lower, higher]).sum())


def band_level(luma: Picture) -> float | None:
    """Return the larger of `band_share` and `tone_gaps`; None below 32 px."""
    share, gaps = band_share(luma), tone_gaps(luma)
    return None if share is None or gaps is None else max(share, gaps)


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
