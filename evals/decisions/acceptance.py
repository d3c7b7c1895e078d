"""One number per take: the chance that its worst axis is accepted, from what people decided before.

Each axis is mapped on its own to one scale, and a take gets the *minimum*: a fine picture of the wrong
person never passes on its average. With history, the map is isotonic regression of acceptance on the axis'
rank (Ayer et al. 1955; pool adjacent violators): monotone, nothing else assumed. Without, it is the rank
within the lot. How good the map is changes how much can pass, never what a certificate guarantees.

Nobody says on which axis a take was rejected. A rejection is put down to the axis where the take ranks worst,
and tells the other axes nothing: a wrong face is no word against the prompt. So an axis' chance is that of
being accepted on this axis, and all together, taken for independent, are the chance of being accepted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from evals.decisions.case import TakeCase
from evals.decisions.goodness import goodness_of
from tracker.domain.scores import Axis

__all__ = ["Acceptance", "History", "accept"]

_LEAST_LABELS = 20
_LEAST_OF_EACH = 3
_PRIOR_WEIGHT = 4.0
"""How many verdicts the overall rate of acceptance is worth against those of like takes."""
_TIE_BREAK = 1e-3
"""Share of the score that is the plain rank: takes on one step of the map keep an order."""

History = Sequence[tuple[TakeCase, bool]]
"""Takes that were decided, and whether they were accepted."""


@dataclass(frozen=True)
class Acceptance:
    """How likely a take is accepted."""

    score: float
    """0-1, the chance of being accepted on its worst axis; rounded to six places, as it is frozen."""
    worst: Axis
    axes: Mapping[Axis, float]
    expected_rejection: float | None
    """Chance of a rejection on any axis, 0-1; None for plain ranks, which are no chances."""


def accept(lot: Sequence[TakeCase], history: History = ()) -> dict[int, Acceptance]:
    """Return take id -> acceptance of the takes of a lot that have at least one measured axis.

    The history must not hold takes of the lot: what tunes a score never certifies it.
    """
    own = {case.take_id for case in lot}
    past = [(case, accepted) for case, accepted in history if case.take_id not in own]
    ranks = goodness_of([*lot, *(case for case, _ in past)])
    maps = {axis: _fit(axis, past, ranks) for axis in Axis}
    has_history = any(fitted is not None for fitted in maps.values())
    found = {}
    for case in lot:
        axes = {axis: _mapped(maps[axis], rank) for axis, rank in ranks[case.take_id].items()}
        if not axes:
            continue
        worst = _worst(axes)
        score = round(axes[worst], 6)
        known = [chance for axis, chance in axes.items() if maps[axis] is not None]
        expected = round(1 - math.prod(known), 6) if has_history else None
        found[case.take_id] = Acceptance(score, worst, axes, expected)
    return found


def _worst(axes: Mapping[Axis, float]) -> Axis:
    return min(axes, key=lambda axis: (axes[axis], axis.value))


@dataclass(frozen=True)
class _Map:
    """A monotone map from an axis' rank to the chance of acceptance, linear between its steps."""

    ranks: NDArray[np.float64]
    chances: NDArray[np.float64]


def _fit(axis: Axis, past: History, ranks: Mapping[int, Mapping[Axis, float]]) -> _Map | None:
    """Fit an axis' map; where hardly any rejection is put down to it, from all rejections."""
    told = [(ranks[case.take_id], accepted) for case, accepted in past]
    measured = [(axes, accepted) for axes, accepted in told if axis in axes]
    its_own = [(axes, accepted) for axes, accepted in measured if accepted or _worst(axes) is axis]
    for pairs in (its_own, measured):
        accepted = sum(y for _, y in pairs)
        if len(pairs) >= _LEAST_LABELS and min(accepted, len(pairs) - accepted) >= _LEAST_OF_EACH:
            return _isotonic(sorted((axes[axis], y) for axes, y in pairs))
    return None


def _isotonic(pairs: Sequence[tuple[float, bool]]) -> _Map:
    x = np.array([rank for rank, _ in pairs])
    y = np.array([float(accepted) for _, accepted in pairs])
    fitted = isotonic_regression(y)
    edges = fitted.blocks
    sizes = np.diff(edges)
    base = float(y.mean())
    centres = np.array([x[a:b].mean() for a, b in pairwise(edges)])
    steps = fitted.x[edges[:-1]]
    # A step of three verdicts is hardly known: it is pulled to the overall rate, and stays in order.
    shrunk = (steps * sizes + base * _PRIOR_WEIGHT) / (sizes + _PRIOR_WEIGHT)
    return _Map(centres, isotonic_regression(shrunk, weights=sizes.astype(float)).x)


def _mapped(fitted: _Map | None, rank: float) -> float:
    if fitted is None:
        return rank
    chance = float(np.interp(rank, fitted.ranks, fitted.chances))
    return (1 - _TIE_BREAK) * chance + _TIE_BREAK * rank
