"""Does a face slowly become another one while the shot runs? Needs no reference.

A head that turns or looks up moves an embedder's vectors as much as another person's features do, so a slope
of the likeness over time mostly measures the performance. Here vectors are explained by pose first, and only
what pose cannot explain counts:

    v(t) = m + B [p, p^2] + D (t - mean) + e

`p` are the three numbers of `seen.pose_of`, D is the change per second. B and the part of t that pose
explains are found by ridge regression; points are known to some 0.01 of the distance between the eyes, which
is the ridge (errors in the variables). With rv, rt what is left of v and t, D = rt'rv / rt'rt, and
|D|^2 minus what noise of e alone would give is the change. It is multiplied by |rt|^2 / |t|^2, the share of
time that pose leaves to judge by: where a head moves in one go all through the shot, little can be said, and
the value goes to 0.

Interval, 90 %. Noise is spread over r directions, the participation ratio of the spectrum of e. Alone it
makes |D|^2 F-distributed with r and r (n - 8) degrees of freedom; along a true D it adds 4 |D|^2 / r of its
variance. Both reaches are added in squares.

A turn that comes back, or is held, leaves D alone; a drift does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evals.metrics.identity.course import FEWEST, SIDE_S, good
from evals.metrics.identity.likeness import CONFIDENCE
from evals.metrics.identity.pose import TERMS, without_pose
from evals.metrics.identity.seen import SeenFaces

__all__ = ["Drift", "drift_of"]

_LAG_S = 0.25
_LAGS_SHOWN_S = (0.25, 1.0, 4.0)
SHORTEST_S = 1.5
"""In a shorter track, pose and time can hardly be told apart."""
_POINT_ERROR = 0.01
"""Error of a point in distances between the eyes."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A slow change of a face."""

    per_s: float
    """Length by which the vector changes per second beyond what pose explains, 0 or more."""
    low: float
    """Lower end of its 90 % interval."""
    high: float
    at_lags: tuple[tuple[float, float], ...]
    """(seconds apart, mean cosine), of the lags that the track has; pose is not taken out of these."""
    faces: Whole
    cosines: Floats
    """Of each of these faces with the track's first second."""


def drift_of(seen: SeenFaces, track: Whole) -> Drift | None:
    """Measure one track; None when it is shorter than a second and a half or too badly seen."""
    faces = good(seen, track)
    if len(faces) < TERMS + 2 * FEWEST:
        return None
    seconds, vectors = seen.seconds[faces], seen.vectors[faces]
    if seconds[-1] - seconds[0] < SHORTEST_S:
        return None
    value, low, high = _change(seconds, vectors, seen.poses[faces])
    start = vectors[seconds < seconds[0] + SIDE_S].mean(0)
    start /= max(1e-9, float(np.linalg.norm(start)))
    return Drift(
        per_s=value,
        low=low,
        high=high,
        at_lags=_at_lags(seconds, vectors),
        faces=faces,
        cosines=vectors @ start,
    )


def _change(seconds: Floats, vectors: Floats, poses: Floats) -> tuple[float, float, float]:
    """Return (change per second, lower end, upper end); see the module."""
    time = seconds - seconds.mean()
    both, _ = without_pose(np.column_stack([time, vectors]), poses, error=_POINT_ERROR)
    left, rest = both[:, 0], both[:, 1:]
    told = float(left @ left)
    if told < 1e-9:
        return 0.0, 0.0, 0.0
    slope = left @ rest / told
    noise = rest - np.outer(left, slope)
    degrees = len(time) - 2 - TERMS
    variance = float((noise**2).sum()) / degrees / told
    powers = np.linalg.svd(noise, compute_uv=False) ** 2
    directions = float(powers.sum() ** 2 / max(1e-18, (powers**2).sum())) or 1.0
    square = float(slope @ slope) - variance
    below, above = _reach(max(0.0, square), variance, directions=directions, degrees=degrees)
    squares = np.array([square, square - below, square + above])
    value, low, high = np.sqrt(np.maximum(squares, 0.0) * told / float(time @ time))
    return float(value), float(low), float(high)


def _reach(
    square: float, variance: float, *, directions: float, degrees: int
) -> tuple[float, float]:
    """Return how far the interval of |D|^2 reaches down and up: noise alone, and noise along D."""
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    least, most = variance * (stats.f.ppf(tails, directions, directions * degrees) - 1)
    along = (
        stats.t.ppf(tails[1], directions * degrees) * 2 * np.sqrt(square * variance / directions)
    )
    return float(np.hypot(most, along)), float(np.hypot(least, along))


def _at_lags(seconds: Floats, vectors: Floats) -> tuple[tuple[float, float], ...]:
    """Return the mean cosine of faces that lie as far apart as people quote it."""
    first, second = np.triu_indices(len(seconds), 1)
    lags = np.round((seconds[second] - seconds[first]) / _LAG_S).astype(int)
    cosines = np.einsum("ij,ij->i", vectors[first], vectors[second])
    wanted = [(lag, cosines[lags == round(lag / _LAG_S)]) for lag in _LAGS_SHOWN_S]
    return tuple((lag, float(found.mean())) for lag, found in wanted if len(found))
