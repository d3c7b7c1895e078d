"""How much may pass at which risk: the picture behind a threshold, from decisions that were made anyway.

From the strictest threshold to the loosest: the share of takes that would pass, and the share of those with a
decision that was a rejection, with its one-sided upper bound. A picture for planning: thresholds that
are read off it are chosen after looking, so nothing is certified by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.decisions.bounds import upper_bound

__all__ = ["CurvePoint", "risk_curve"]

_MOST_POINTS = 40


@dataclass(frozen=True)
class CurvePoint:
    """One threshold."""

    threshold: float
    passing: int
    """Takes that would pass."""
    coverage: float
    """Of all takes, 0-1."""
    labelled: int
    """Decided takes at or above the threshold."""
    rejected: int
    rate: float | None
    """rejected / labelled; None without labels."""
    upper: float
    """One-sided Clopper-Pearson bound at confidence 1 - delta; 1 without labels."""


def risk_curve(
    pool: Sequence[float],
    labelled: Sequence[tuple[float, bool]],
    *,
    takes: int | None = None,
    delta: float,
) -> list[CurvePoint]:
    """Return the curve of takes with scores `pool`; `labelled` are (score, rejected) of decided takes.

    `takes` is what the share is of, the pool itself without it: takes that no threshold lets pass count.
    """
    scores = np.sort(np.asarray(pool, float))[::-1]
    if not len(scores):
        return []
    total = len(scores) if takes is None else takes
    found = []
    for threshold in _thresholds(scores.tolist()):
        inside = [rejected for score, rejected in labelled if score >= threshold]
        passing, rejected = int((scores >= threshold).sum()), sum(inside)
        found.append(
            CurvePoint(
                threshold=float(threshold),
                passing=passing,
                coverage=passing / total,
                labelled=len(inside),
                rejected=rejected,
                rate=rejected / len(inside) if inside else None,
                upper=upper_bound(rejected, len(inside), delta),
            )
        )
    return found


def _thresholds(scores: Sequence[float]) -> list[float]:
    """Return the scores that occur, strict to loose, thinned to a readable number."""
    each = list(dict.fromkeys(scores))
    if len(each) <= _MOST_POINTS:
        return each
    places = np.linspace(0, len(each) - 1, _MOST_POINTS).round().astype(int)
    return [each[i] for i in places]
