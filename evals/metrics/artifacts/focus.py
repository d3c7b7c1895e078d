"""Focus: a blur that comes and goes within a few frames."""

from __future__ import annotations

import cv2
import numpy as np

from evals.metrics.artifacts._courses import Course, Values, rolling_median
from evals.metrics.artifacts._pair import Luma
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = ["BLUR_PULSE", "blur_course", "log_sharpness"]

BLUR_PULSE = metric(
    "blur_pulse",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Blur pulse",
    unit="log ratio",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=1.2,
)

_RADIUS_FRAMES = 8
_FLOOR = 1.0
"""Added to the variance, in squared levels: what rounding leaves in an empty picture."""


def log_sharpness(luma: Luma) -> float:
    """log(var(Laplacian) + 1) of a luma picture 0-255 of shape (h, w)."""
    return float(np.log(cv2.Laplacian(luma, cv2.CV_32F).var() + _FLOOR))


def blur_course(sharpness: Values) -> Course:
    """Largest drop of `log_sharpness`, shape (n,), below its rolling median over 17 frames.

    A fade or a slow change of focus is its own median and does not count.
    """
    series = np.maximum(0.0, rolling_median(sharpness, _RADIUS_FRAMES) - sharpness)
    return Course(value=float(series.max(initial=0.0)), series=series)
