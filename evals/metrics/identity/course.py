"""Does a face stay who it is while the shot runs? Needs no reference.

Drift. Cosines of all pairs of a track's faces, averaged per lag of a quarter of a second; the slope of these
means over the lag by Theil-Sen, its sign turned, per second. The cosines at lags of 0.25, 1 and 4 seconds go
with it, as people quote them.

Swap. For every cut through a track into before and after, two faces at least on either side and at most a
second of each: how much more alike faces are within the sides than across, in cosine. A change of pose
bends both alike; another person does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity.seen import SeenFaces
from evals.packs.faces import FaceState

__all__ = ["GOOD", "Drift", "Swap", "drift_of", "swap_of"]

_LAG_S = 0.25
_LAGS_SHOWN_S = (0.25, 1.0, 4.0)
_SHORTEST_S = 1.0
"""A shorter track says nothing of a slow change."""
_SIDE_S = 1.0
_FEWEST = 2
GOOD = 0.15
"""Quality from which a face can be recognised and takes part."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A slow change of a face."""

    per_s: float
    """Cosine lost per second; 0 when none is lost."""
    at_lags: tuple[tuple[float, float], ...]
    """(seconds apart, mean cosine), of the lags that the track has."""
    faces: Whole
    cosines: Floats
    """Of each of these faces with the track's first second."""


@dataclass(frozen=True, kw_only=True)
class Swap:
    """A sudden change of a face."""

    gap: float
    """Cosine within the sides minus cosine across, at the worst cut; 0 or more."""
    before: int
    """The last face before that cut."""
    after: int
    """The first face after it."""
    faces: Whole
    gaps: Floats
    """The gap of the cut before each of these faces; 0 where there is none."""


def good(seen: SeenFaces, track: Whole) -> Whole:
    """Return the faces of a track that are seen well enough, and alike: revealed, or all unsure.

    A mask that comes off changes a face more than another person would, so masked ones never take part.
    """
    states = [seen.states[i] for i in track]
    counted = FaceState.REVEALED if FaceState.REVEALED in states else FaceState.UNSURE
    is_counted = np.array([state is counted for state in states], bool)
    return track[is_counted & (seen.quality[track] >= GOOD)]


def drift_of(seen: SeenFaces, track: Whole) -> Drift | None:
    """Measure one track; None when it is shorter than a second or too badly seen."""
    faces = good(seen, track)
    if len(faces) < 2 * _FEWEST:
        return None
    seconds, vectors = seen.seconds[faces], seen.vectors[faces]
    if seconds[-1] - seconds[0] < _SHORTEST_S:
        return None
    cosines = vectors @ vectors.T
    first, second = np.triu_indices(len(faces), 1)
    lags = np.round((seconds[second] - seconds[first]) / _LAG_S).astype(int)
    numbers = np.unique(lags[lags > 0])
    if len(numbers) < 2:
        return None
    means = np.array([cosines[first, second][lags == n].mean() for n in numbers])
    counts = np.array([(lags == n).sum() for n in numbers], float)
    slope = _theil_sen(numbers * _LAG_S, means, counts)
    start = vectors[seconds < seconds[0] + _SIDE_S].mean(0)
    start /= max(1e-9, float(np.linalg.norm(start)))
    shown = [(lag, means[numbers == round(lag / _LAG_S)]) for lag in _LAGS_SHOWN_S]
    return Drift(
        per_s=max(0.0, -slope),
        at_lags=tuple((lag, float(mean[0])) for lag, mean in shown if len(mean)),
        faces=faces,
        cosines=vectors @ start,
    )


def swap_of(seen: SeenFaces, track: Whole) -> Swap | None:
    """Measure one track; None with fewer than two good faces on either side."""
    faces = good(seen, track)
    if len(faces) < 2 * _FEWEST:
        return None
    seconds, vectors = seen.seconds[faces], seen.vectors[faces]
    gaps = np.zeros(len(faces))
    for cut in range(_FEWEST, len(faces) - _FEWEST + 1):
        before = np.flatnonzero(seconds[:cut] > seconds[cut - 1] - _SIDE_S)
        after = cut + np.flatnonzero(seconds[cut:] < seconds[cut] + _SIDE_S)
        if min(len(before), len(after)) >= _FEWEST:
            gaps[cut] = max(0.0, _gap(vectors[before], vectors[after]))
    worst = int(gaps.argmax())
    return Swap(
        gap=float(gaps[worst]),
        before=int(faces[max(0, worst - 1)]),
        after=int(faces[worst]),
        faces=faces,
        gaps=gaps,
    )


def _gap(before: Floats, after: Floats) -> float:
    within = [_mean_pair(side) for side in (before, after)]
    return float(np.mean(within) - (before @ after.T).mean())


def _mean_pair(vectors: Floats) -> float:
    """Mean cosine of different rows."""
    rows = np.triu_indices(len(vectors), 1)
    return float((vectors @ vectors.T)[rows].mean())


def _theil_sen(x: Floats, y: Floats, weights: Floats) -> float:
    """Weighted median of the slopes between all points; a slope counts as the rarer of its two ends."""
    first, second = np.triu_indices(len(x), 1)
    slopes = (y[second] - y[first]) / (x[second] - x[first])
    order = np.argsort(slopes)
    mass = np.minimum(weights[first], weights[second])[order].cumsum()
    return float(slopes[order][np.searchsorted(mass, mass[-1] / 2)])
