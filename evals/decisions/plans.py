"""How many to look at: the plan of a lot's audit, chosen before the draw.

A plan says how many takes of a zone are drawn and how many of them may be rejected. With few labels one
rejection already refuses; with many there is little left to save. The best plan has the greatest expected
number of takes that nobody must look at:

    saving(k) = P(at most k rejections of n) x (N - n)        n = the least number with which k certify

Rejections are expected as history has them: beta-binomial, with the mean given and the weight of
`HISTORY_WEIGHT` verdicts; and where earlier audits found more or fewer than history had expected, so are the
next (`learned_shift`). How good that guess is changes what is saved, never what is guaranteed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import betabinom

from evals.decisions.bounds import check_rates, labels_needed

__all__ = [
    "HISTORY_WEIGHT",
    "WORTHWHILE",
    "Plan",
    "best_plan",
    "choose_zone",
    "learned_shift",
    "plans_for",
    "shifted",
]

HISTORY_WEIGHT = 20.0
"""How many verdicts a guess of the rejection rate is worth."""

WORTHWHILE = 0.10
"""An audit that is expected to save less than this share of the lot is not worth making."""

_MOST_TOLERATED = 12
_SHIFT_SD = 1.5
"""How far, in log odds, an audit is thought to lie from what decisions suggest before any was held."""
_CERTAIN = 0.01
"""Expectations nearer to 0 or 1 than this are taken for this: no guess is that sure."""


@dataclass(frozen=True)
class Plan:
    """One way to audit a zone."""

    takes: int
    """N, the takes in the zone."""
    labels: int
    """n, how many are drawn."""
    tolerated: int
    """k, how many of them may be rejected."""
    chance: float
    """Probability that it certifies, if the guess is right."""
    expected_saving: float
    """Takes that nobody must look at, on average."""

    @property
    def unseen(self) -> int:
        """Takes that pass without a look where it certifies."""
        return self.takes - self.labels


def plans_for(takes: int, *, alpha: float, delta: float, rate: float) -> Iterator[Plan]:
    """Yield the plans of a zone of so many takes, by tolerated rejections; none where it is too small.

    `rate` is the share of the zone's takes that are expected to be rejected, 0-1.
    """
    check_rates(alpha, delta)
    mean = min(max(rate, 1e-3), 1 - 1e-3)
    for tolerated in range(_MOST_TOLERATED + 1):
        labels = labels_needed(tolerated, alpha=alpha, delta=delta, takes=takes)
        if labels is None:
            return
        a, b = mean * HISTORY_WEIGHT, (1 - mean) * HISTORY_WEIGHT
        chance = float(betabinom.cdf(tolerated, labels, a, b))
        yield Plan(takes, labels, tolerated, chance, chance * (takes - labels))


def best_plan(takes: int, *, alpha: float, delta: float, rate: float) -> Plan | None:
    """Return the plan that is expected to save most; None where every take must be looked at."""
    plans = list(plans_for(takes, alpha=alpha, delta=delta, rate=rate))
    return max(plans, key=lambda plan: plan.expected_saving, default=None)


def choose_zone(
    scores: Sequence[float],
    expected_rejection: Sequence[float],
    *,
    alpha: float,
    delta: float,
) -> tuple[float, Plan] | None:
    """Return the threshold and the plan that are expected to save most looks.

    `scores` are the takes' scores, `expected_rejection` the chance, 0-1, that each is rejected, as
    history tells. Every threshold is tried, since a stricter zone is smaller but likelier to certify.
    None where no zone can be certified without looking at all of it.
    """
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    ranked = np.asarray(scores, float)[order]
    mean = np.cumsum(np.asarray(expected_rejection, float)[order]) / np.arange(1, len(order) + 1)
    found: tuple[float, Plan] | None = None
    for i in range(len(order)):
        if i + 1 < len(order) and ranked[i + 1] == ranked[i]:
            continue  # equal scores are in a zone together
        plan = best_plan(i + 1, alpha=alpha, delta=delta, rate=float(mean[i]))
        if plan and (found is None or plan.expected_saving >= found[1].expected_saving):
            found = float(ranked[i]), plan
    return found


def learned_shift(told: Sequence[tuple[float, bool]]) -> float:
    """Return by how much, in log odds, rejections were likelier than expected; 0 where nothing is told.

    `told` are pairs of the chance, 0-1, that was expected of an audited take, and whether it was rejected.
    The slope stays 1 and the intercept is the mode of its posterior with a normal prior of mean 0, i.e. the
    root of sum(y - expit(logit(expected) + shift)) = shift / sd^2: recalibration in the large (Cox 1958,
    "Two further applications of a model for binary regression").
    """
    if not told:
        return 0.0
    expected = logit(np.clip([chance for chance, _ in told], _CERTAIN, 1 - _CERTAIN))
    rejected = sum(is_rejected for _, is_rejected in told)

    def slope(shift: float) -> float:
        return float(rejected - expit(expected + shift).sum() - shift / _SHIFT_SD**2)

    bound = _SHIFT_SD**2 * len(told) + 1  # the prior alone outweighs all that is told beyond it
    return float(brentq(slope, -bound, bound))


def shifted(chance: float, shift: float) -> float:
    """Return a chance, 0-1, moved by log odds; a shift of 0 leaves it as it is.

    >>> round(shifted(0.5, -1.0), 3)
    0.269
    """
    return (
        chance
        if shift == 0
        else float(expit(logit(np.clip(chance, _CERTAIN, 1 - _CERTAIN)) + shift))
    )
