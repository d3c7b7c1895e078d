"""Cuts: the picture changes into another one inside a shot."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.types import Picture
from evals.metrics.artifacts._courses import Course, Values
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = ["HARD_CUT", "color_histogram", "cut_course", "cut_level"]

HARD_CUT = metric(
    "hard_cut",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Cut inside the shot",
    unit="share changed",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=1.0,
    fails_at=0.25,
)

_BINS = 32


def color_histogram(rgb: Picture) -> NDArray[np.float64]:
    """Shares of the picture per 8 levels and channel, shape (3, 32); each row sums to 1."""
    rows = [cv2.calcHist([rgb], [c], None, [_BINS], [0, 256]).ravel() for c in range(3)]
    shares: NDArray[np.float64] = np.asarray(rows, np.float64) / (rgb.shape[0] * rgb.shape[1])
    return shares


def cut_level(
    histogram: NDArray[np.float64], previous: NDArray[np.float64], *, coverage: float
) -> float:
    """Share of the colours that changed x share of the picture that could not be followed, 0-1.

    Light that changes leaves motion that can be followed; a whip pan keeps its colours. Only another
    picture does both. The two histograms come from `color_histogram`.
    """
    changed = 0.5 * float(np.abs(histogram - previous).sum(axis=1).mean())
    return changed * (1 - coverage)


def cut_course(levels: Values) -> Course:
    """Largest `cut_level` of the take; `levels` has shape (n,) and starts with 0."""
    return Course(value=float(levels.max(initial=0.0)), series=levels.copy())
