"""How far verdicts can be trusted: people who judge again, people who judge the same, and what follows.

A certificate cannot be better than its reviewer. If the same person, shown the same take again without
knowing it, turns round in a share e of cases, then a rate of wrong takes below e cannot be told from chance:
a certificate at alpha needs alpha >= 2 e, otherwise it is said to be unreachable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from tracker.errors import MisuseError

__all__ = ["REPEATS", "Agreement", "FlipRate", "flip_rate", "krippendorff_alpha", "majority"]

REPEATS = 30
"""Blind repeats with which a flip rate is worth saying."""

_LEVEL = 0.90


@dataclass(frozen=True)
class FlipRate:
    """How often people turn round when they judge the same take again."""

    repeats: int
    flips: int
    rate: float
    """flips / repeats, 0-1; 0 without repeats."""
    low: float
    high: float
    """Clopper-Pearson 90 % interval; 0 to 1 without repeats."""

    def unreachable(self, alpha: float) -> str:
        """Say why a certificate at `alpha` cannot be reached; empty where it can, or nobody knows."""
        if self.repeats < REPEATS or alpha >= 2 * self.rate:
            return ""
        least = -(-200 * self.flips // self.repeats) / 100  # rounded up: this much can be reached
        return (
            f"Alpha {alpha:g} is unreachable: reviewers disagree with themselves in {self.rate:.0%} "
            f"of {self.repeats} blind repeats, so at least {least:g} must be tolerated."
        )

    def sentence(self) -> str:
        """Say what is known in one sentence."""
        if self.repeats == 0:
            return "Nobody has judged a take twice without knowing it; ask for blind repeats."
        more = REPEATS - self.repeats
        few = f" {more} more repeats make it worth relying on." if more > 0 else ""
        return (
            f"{self.flips} of {self.repeats} blind repeats came out the other way: "
            f"{self.rate:.0%}, 90 % interval {self.low:.0%} to {self.high:.0%}.{few}"
        )


@dataclass(frozen=True)
class Agreement:
    """How far several people agree on the same takes."""

    takes: int
    """Takes that at least two people judged."""
    alpha: float | None
    """Krippendorff's alpha: 1 for perfect agreement, 0 for chance; None where it has no meaning."""


def flip_rate(pairs: Sequence[tuple[bool, bool]]) -> FlipRate:
    """Return the flip rate of (rejected before, rejected again) pairs, with its 90 % interval."""
    repeats = len(pairs)
    flips = sum(before != again for before, again in pairs)
    if repeats == 0:
        return FlipRate(0, 0, 0.0, 0.0, 1.0)
    tail = (1 - _LEVEL) / 2
    low = 0.0 if flips == 0 else float(beta.ppf(tail, flips, repeats - flips + 1))
    high = 1.0 if flips == repeats else float(beta.ppf(1 - tail, flips + 1, repeats - flips))
    return FlipRate(repeats, flips, flips / repeats, low, high)


def krippendorff_alpha(verdicts: Mapping[str, Sequence[bool]]) -> Agreement:
    """Return Krippendorff's alpha of take -> one verdict per person, nominal, with missing ones allowed.

    alpha = 1 - observed disagreement / expected disagreement over pairable values (Krippendorff 2011,
    *Computing Krippendorff's alpha-reliability*). None where everybody always says the same.
    """
    judged = {take: list(values) for take, values in verdicts.items() if len(values) >= 2}
    if not judged:
        return Agreement(0, None)
    pairable = sum(len(values) for values in judged.values())
    ones = sum(sum(values) for values in judged.values())
    observed = sum(
        2 * sum(values) * (len(values) - sum(values)) / (len(values) - 1)
        for values in judged.values()
    )
    expected = 2 * ones * (pairable - ones) / (pairable - 1)
    if expected == 0:
        return Agreement(len(judged), None)
    return Agreement(len(judged), float(1 - observed / expected))


def majority(rejections: Sequence[bool]) -> bool:
    """Return what most of an odd number of people say; raises MisuseError for an even number."""
    if len(rejections) % 2 == 0:
        raise MisuseError(
            f"{len(rejections)} verdicts have no majority; ask an odd number of people."
        )
    return int(np.sum(rejections)) * 2 > len(rejections)
