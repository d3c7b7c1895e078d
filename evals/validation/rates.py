"""Arithmetic of the proofs: how well scores part clean clips from flawed ones, and how sure that is.

Arrays only. Areas under the curve come from `evals.training.proofs.auroc`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

__all__ = ["auroc_interval", "rank_correlation", "share_interval", "temporal_flickering"]

_Z = float(stats.norm.ppf(0.975))
_OFF_THE_POINT = 1e-9


def auroc_interval(area: float, *, higher: int, lower: int) -> tuple[float, float]:
    """Return the 95 % interval of an area under the curve from `higher` and `lower` many values.

    Newcombe 2006 (Statistics in Medicine 25:559-573), method 5: the areas that lie at most 1.96 of their
    own standard errors from the one found, with Hanley and McNeil's variance at mean size
    N = (higher + lower) / 2:

        v(a) = a (1 - a) (1 + (N - 1) (1 - a) / (2 - a) + (N - 1) a / (1 + a)) / (higher * lower)

    Unlike DeLong's or a bootstrap's, the interval of an area of 1 is no point.
    """
    size = (higher + lower) / 2 - 1

    def off(a: float) -> float:
        spread = a * (1 - a) * (1 + size * (1 - a) / (2 - a) + size * a / (1 + a))
        return abs(area - a) - _Z * float(np.sqrt(spread / (higher * lower)))

    # At an area of 0 or 1 the equation also holds at the point itself, which is not the end looked for.
    low = 0.0 if area <= 0 else float(optimize.brentq(off, 0.0, area - _OFF_THE_POINT))
    high = 1.0 if area >= 1 else float(optimize.brentq(off, area + _OFF_THE_POINT, 1.0))
    return low, high


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Return Clopper and Pearson's exact 95 % interval of a share."""
    if of < 1:
        return 0.0, 1.0
    low = 0.0 if hits == 0 else float(stats.beta.ppf(0.025, hits, of - hits + 1))
    high = 1.0 if hits == of else float(stats.beta.ppf(0.975, hits + 1, of - hits))
    return low, high


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Return Spearman's correlation: Pearson's of the ranks, ties by their mean; 0 where one is constant.

    >>> rank_correlation([0, 1, 2, 4], [0.1, 0.2, 0.9, 0.8])
    0.8
    """
    ranks = [stats.rankdata(values) for values in (first, second)]
    centred = [r - r.mean() for r in ranks]
    lengths = [float(np.sqrt(c @ c)) for c in centred]
    if min(lengths) == 0:
        return 0.0
    return round(float(centred[0] @ centred[1]) / (lengths[0] * lengths[1]), 12)


def temporal_flickering(frames: Sequence[NDArray[np.uint8]] | NDArray[np.uint8]) -> float:
    """Return VBench's temporal_flickering of frames (n, h, w, 3), 0-1, higher is better.

    Huang et al. 2024 (CVPR, arXiv 2311.17982): the mean absolute difference of neighbouring frames m, as
    (255 - m) / 255. No weights, no motion.
    """
    steps = [np.abs(b.astype(np.int16) - a.astype(np.int16)).mean() for a, b in pairwise(frames)]
    return float((255 - np.mean(steps)) / 255)
