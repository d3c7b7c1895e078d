"""Light: flicker, exposure pumping and black frames.

Flicker and pumping work on the gain g between neighbouring frames (`frame_gain`), which follows the
motion, so that a pan over bright and dark things is not taken for a change of light.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.metrics.artifacts._courses import Course, Values, over_windows, runs
from evals.metrics.artifacts._pair import LEAP_GAIN, Luma
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = [
    "BLACK_FRAMES",
    "EXPOSURE_PUMP",
    "FLICKER",
    "black_course",
    "brightness",
    "exposure_course",
    "flicker_course",
]

FLICKER = metric(
    "flicker",
    version="2",
    axis=Axis.ARTIFACTS,
    title="Flicker",
    unit="log ratio",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=0.03,
)
EXPOSURE_PUMP = metric(
    "exposure_pump",
    version="2",
    axis=Axis.ARTIFACTS,
    title="Exposure pumping",
    unit="share of exposure",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=0.12,
)
BLACK_FRAMES = metric(
    "black_frames",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Black frames",
    unit="frames",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=1.0,
)

_ACTIVE_JUMP, _ACTIVE_GAIN = 0.0075, 0.004
"""Log ratios below these, from frame to frame, are the noise of a steady light."""
_TREND_DEGREE = 3
_MIN_TREND_FRAMES = 12
_BLACK_LEVELS = 24.0
"""A frame is black when 99.9 % of it lie at or below this luma: a night sky has its stars."""
_DIM_LEVELS = 48.0
"""Beside a black run, a frame no brighter than this (99.9 % of it) belongs to a fade."""


def brightness(luma: Luma) -> float:
    """Luma, 0-255, that 99.9 % of the picture (h, w) do not exceed."""
    counts = np.cumsum(cv2.calcHist([luma], [0], None, [256], [0, 256]))
    return float(np.searchsorted(counts, 0.999 * luma.size))


def flicker_course(gains: Values) -> Course:
    """Median of |g_t - g_t-1|, in the worst window of 24 frames.

    `gains` has shape (n,) with NaN where unknown (the first frame, cuts). A steady fade has a steady
    gain and does not count; light that jumps to and fro does.
    """
    jumps = np.abs(np.diff(gains, prepend=np.nan))
    course = over_windows(jumps, _median_known)
    return replace(course, active=np.nan_to_num(jumps) >= _ACTIVE_JUMP)


def exposure_course(gains: Values) -> Course:
    """Peak-to-peak of the cumulated exposure around its trend, in the worst window of 24 frames.

    The trend is a cubic in linear light (a line below 12 frames): it follows a fade or a slow change
    of weather, which are wanted, and not a swing that comes back. What never comes back, such as the
    start of a fade, counts half; leaps between two frames are lightning or a switch and are left out.
    0.1 is a tenth of the exposure.
    """
    course = over_windows(gains, _swing)
    return replace(course, active=np.abs(np.nan_to_num(gains)) >= _ACTIVE_GAIN)


def black_course(brightnesses: Values) -> Course:
    """Frames of black that no fade leads to, shape (n,) of `brightness` in.

    A run of black counts when the frame before or after it is bright, or when all is black.
    """
    black = brightnesses <= _BLACK_LEVELS
    series = np.zeros(len(black))
    for start, end in runs(black):
        beside = [brightnesses[i] for i in (start - 1, end) if 0 <= i < len(black)]
        if not beside or max(beside) > _DIM_LEVELS:
            series[start:end] = 1.0
    remark = "the whole take is black" if black.all() else ""
    return Course(value=float(series.sum()), series=series, remark=remark)


def _median_known(values: Values) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else 0.0


def _swing(gains: Values) -> float:
    drift = np.nan_to_num(gains, nan=0.0)
    exposure = np.exp(np.cumsum(np.where(_leaps(drift), 0.0, drift)))
    degree = _TREND_DEGREE if len(gains) >= _MIN_TREND_FRAMES else 1
    if len(gains) <= degree + 1:
        return 0.0
    time = np.linspace(-1, 1, len(gains))
    left = float(np.ptp(exposure - np.polyval(np.polyfit(time, exposure, degree), time)))
    # Late: it is more than half of what a reading process imports.
    from scipy.optimize import isotonic_regression

    ways = [isotonic_regression(exposure, increasing=up).x for up in (True, False)]
    returned = min(float(np.ptp(exposure - way)) for way in ways)
    return min(left, max(returned, left / 2)) / float(exposure.mean())


def _leaps(gains: Values) -> NDArray[np.bool_]:
    """Where the light leaps; a fast fade has neighbours that go the same way and does not."""
    beside = np.maximum(
        np.append(gains[1:], 0) * np.sign(gains), np.roll(gains, 1) * np.sign(gains)
    )
    leaps: NDArray[np.bool_] = (np.abs(gains) > LEAP_GAIN) & (3 * beside < np.abs(gains))
    return leaps
