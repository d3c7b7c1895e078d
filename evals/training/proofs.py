"""Arithmetic of the proofs: areas under curves, their intervals, the hardest pair. Arrays only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["auroc", "interval", "rank_table"]

_RESAMPLES = 300


def auroc(higher: ArrayLike, lower: ArrayLike) -> float:
    """Return the probability that a value of `higher` beats one of `lower`, ties by half.

    >>> auroc([2, 3], [1, 2])
    0.875
    """
    a, b = np.asarray(higher, float), np.sort(np.asarray(lower, float))
    if not a.size or not b.size:
        return float("nan")
    below, upto = np.searchsorted(b, a, side="left"), np.searchsorted(b, a, side="right")
    return float(np.mean((below + upto) / 2) / b.size)


def interval(higher: NDArray[np.float64], lower: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of the area, by resampling scenes: row i of both is one scene."""
    rng = np.random.default_rng(9)
    count = len(higher)
    areas = []
    for _ in range(_RESAMPLES):
        picked = rng.integers(count, size=count)
        areas.append(auroc(higher[picked], lower[picked]))
    low, high = np.quantile(areas, [0.025, 0.975])
    return float(low), float(high)


def rank_table(rows: Sequence[tuple[str, str]]) -> str:
    """Lay out names and values in two columns."""
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
