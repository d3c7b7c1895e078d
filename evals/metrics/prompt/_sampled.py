"""What all measures of the text-image model share: unit vectors, shares, intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.domain.scores import Evidence, Score, ScoreState
from tracker.errors import MisuseError

__all__ = [
    "NOT_FINITE",
    "Vectors",
    "bootstrap",
    "check_places",
    "estimate",
    "softmax",
    "unit",
]

Vectors = NDArray[np.floating]

NOT_FINITE = "The model's vectors are not finite; score the take on the CPU."

_RESAMPLES = 1000
_FEWEST_FOR_INTERVAL = 3


def unit(vectors: Vectors) -> NDArray[np.float64]:
    """Return vectors (n, d) at length 1, in double precision."""
    wide = vectors.astype(np.float64)
    scaled: NDArray[np.float64] = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    return scaled


def softmax(logits: Vectors) -> Vectors:
    """Return exp(x_i) / sum_j exp(x_j) along each row of logits (n, m)."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    share: Vectors = powers / powers.sum(1, keepdims=True)
    return share


def bootstrap(frames: int) -> Vectors:
    """Return resampling weights (1000, frames), each row summing to 1; the same on every call.

    No rows for fewer than three frames: resampling one frame would call it certain.
    """
    if frames < _FEWEST_FOR_INTERVAL:
        return np.zeros((0, frames))
    drawn = np.random.default_rng(0).multinomial(frames, np.full(frames, 1 / frames), _RESAMPLES)
    return drawn / frames


def estimate(
    name: str,
    value: float | np.floating,
    resampled: Vectors,
    *,
    reason: str = "",
    evidence: tuple[Evidence, ...] = (),
    series: tuple[float, ...] = (),
) -> Score:
    """Make a score whose 90 % interval spans the resampled values (n) and the value; n may be 0."""
    low, high = None, None
    if len(resampled):
        ends = np.quantile(resampled, (0.05, 0.95))
        low, high = min(float(ends[0]), float(value)), max(float(ends[1]), float(value))
    return Score(
        metric=name,
        state=ScoreState.OK,
        value=float(value),
        low=low,
        high=high,
        reason=reason,
        evidence=evidence,
        series=series,
    )


def check_places(frames: Vectors, *, frame_indices: Sequence[int], frame_count: int) -> None:
    """Raise MisuseError unless frames (k, d) come with k increasing places within the take."""
    if frames.ndim != 2 or len(frames) == 0:
        raise MisuseError(f"Frames {frames.shape} are not (k, d) with at least one frame.")
    steps = np.diff([-1, *frame_indices, frame_count])
    if len(frame_indices) != len(frames) or steps.min() < 1:
        raise MisuseError(
            f"Frame indices {tuple(frame_indices)} must be {len(frames)} increasing places"
            f" within {frame_count} frames."
        )
