"""Cuts: the picture changes into another one inside a shot.

A cut changes the colours, leaves nothing that motion could follow, and no change of light explains it.
Strobes, lightning, switches and fades do the first two: they are told by a tone curve. Where the light
alone changes, each place of the coarse picture keeps its rank: what was brighter stays brighter, whatever
the gain, the offset, or what is clipped. A picture without contrast (black, or white with a flash) is no
picture to cut to; what comes after it is held against the last one before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.types import Picture
from evals.metrics.artifacts._courses import Course, Values
from evals.metrics.artifacts._pair import Luma
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = [
    "HARD_CUT",
    "CutReader",
    "color_histogram",
    "cut_course",
    "cut_level",
    "is_break",
    "light_share",
]

HARD_CUT = metric(
    "hard_cut",
    version="2",
    axis=Axis.ARTIFACTS,
    title="Cut inside the shot",
    unit="share changed",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=1.0,
    fails_at=0.1,
)

_BINS = 32
_COARSE = (32, 18)
"""Columns and rows of the coarse picture in which light is told from content."""
_MIN_CONTRAST = 1.5
"""Standard deviation of the coarse picture, in levels, below which there is nothing to see in it."""
_ANOTHER_PICTURE = 0.25
"""From this level on, whatever the light did, other measures begin anew."""
_SUDDEN_GAIN = 0.6
"""A larger log ratio from one frame to the next is a light of its own; a fade that lost frames makes less."""
_BLINK_FRAMES = 4
"""So long a picture is remembered while there is nothing to see."""

Floats = NDArray[np.float64]


def color_histogram(rgb: Picture) -> Floats:
    """Shares of the picture per 8 levels and channel, shape (3, 32); each row sums to 1."""
    rows = [cv2.calcHist([rgb], [c], None, [_BINS], [0, 256]).ravel() for c in range(3)]
    shares: Floats = np.asarray(rows, np.float64) / (rgb.shape[0] * rgb.shape[1])
    return shares


def cut_level(histogram: Floats, previous: Floats, *, coverage: float, light: float = 0.0) -> float:
    """Share of the colours that changed x share that could not be followed x share that is not light, 0-1.

    A whip pan keeps its colours, a thing that moves can be followed, and light keeps the order of tones.
    Only another picture does all three. The two histograms come from `color_histogram`, `light` from
    `light_share`.
    """
    changed = 0.5 * float(np.abs(histogram - previous).sum(axis=1).mean())
    return changed * (1 - coverage) * (1 - light)


def light_share(coarse: Luma, before: Luma) -> float:
    """Share of a coarse picture's variance, 0-1, that a tone curve explains from the one before it.

    The curve is the best that never falls (isotonic regression). Both ways are tried and the better one
    counts, since what one of the two pictures has clipped cannot be had back from it.
    """
    return max(
        _explained(before.ravel(), coarse.ravel()), _explained(coarse.ravel(), before.ravel())
    )


def _explained(given: NDArray[np.float32], wanted: NDArray[np.float32]) -> float:
    # Late: it is more than half of what a reading process imports.
    from scipy.optimize import isotonic_regression

    # Equal tones are taken in the order of what is wanted least, so that ties explain nothing.
    told = wanted[np.lexsort((-wanted, given))].astype(np.float64)
    spread = float(told.var())
    if spread <= 0:
        return 1.0
    left = told - isotonic_regression(told, increasing=True).x
    return max(0.0, 1 - float((left**2).mean()) / spread)


@dataclass(frozen=True)
class _Seen:
    """What is kept of a frame in which there is something to see."""

    frame: int
    histogram: Floats
    coarse: Luma


class CutReader:
    """Reads one take and tells how far each frame is from being the first of another picture."""

    def __init__(self) -> None:
        self._count = 0
        self._previous: Floats | None = None
        self._seen: _Seen | None = None

    def add(self, rgb: Picture, luma: Luma, *, coverage: float) -> tuple[float, float]:
        """Take the next frame; return its level as a cut, and as any break, whatever the light did.

        `rgb` (h, w, 3) and `luma` (h, w) are 0-255, `coverage` the share, 0-1, that was followed from the
        frame before; it means nothing for the first frame, whose levels are 0.
        """
        histogram = color_histogram(rgb)
        coarse = np.asarray(cv2.resize(luma, _COARSE, interpolation=cv2.INTER_AREA), np.float32)
        here = _Seen(self._count, histogram, coarse)
        broken = (
            0.0
            if self._previous is None
            else cut_level(histogram, self._previous, coverage=coverage)
        )
        level = 0.0
        if float(coarse.std()) >= _MIN_CONTRAST:
            level = self._against_last(here, coverage)
            self._seen = here
        self._previous = histogram
        self._count += 1
        return level, broken

    def _against_last(self, here: _Seen, coverage: float) -> float:
        last = self._seen
        if last is None or here.frame - last.frame > _BLINK_FRAMES:
            return 0.0
        # Nothing can be followed through a picture without contrast.
        followed = coverage if here.frame - last.frame == 1 else 0.0
        light = light_share(here.coarse, last.coarse)
        return cut_level(here.histogram, last.histogram, coverage=followed, light=light)


def is_break(breaks: Values, gains: Values) -> NDArray[np.bool_]:
    """Say at which frames another picture or another light begins.

    `breaks` (n,) are levels whatever the light did, `gains` (n,) its log ratios, NaN where unknown.
    """
    leaps = np.abs(np.nan_to_num(gains)) > _SUDDEN_GAIN
    found: NDArray[np.bool_] = (breaks >= _ANOTHER_PICTURE) | leaps
    return found


def cut_course(levels: Values) -> Course:
    """Largest `cut_level` of the take; `levels` has shape (n,) and starts with 0."""
    return Course(value=float(levels.max(initial=0.0)), series=levels.copy())
