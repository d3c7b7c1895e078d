"""Is one generator or workflow better than another? Paired by shot, since shots differ more than generators.

Takes of the same shot are alike, so a difference over all takes would look surer than it is. The unit is the
shot: of each shot that both made takes for, the difference of their mean acceptance (or score); the mean
over shots with a 90 % interval from the cluster bootstrap (Davison & Hinkley 1997, ch. 3.8), and the
sign-flip permutation p-value of no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.errors import UndecidedError

__all__ = ["Comparison", "compare_paired"]

_ROUNDS = 4000
_LEAST_SHOTS = 5
_EXACT_UP_TO = 12
_DOUBT = 0.10
"""Two-sided, as the 90 % interval is: over few shots the bootstrap alone is too sure of itself."""


@dataclass(frozen=True)
class Comparison:
    """How much better the first is than the second."""

    shots: int
    """Shots that both made takes for."""
    difference: float
    """Mean over shots of first minus second."""
    low: float
    high: float
    """90 % interval, clustered by shot."""
    p_value: float
    """Of no difference, two-sided."""
    better: int
    worse: int
    """Shots where the first is better, and worse."""

    def sentence(self, first: str, second: str, unit: str = "acceptance") -> str:
        """Say which is better, or that it cannot be told."""
        span = f"{self.low:+.2f} to {self.high:+.2f} over {self.shots} shots"
        if self.low <= 0 <= self.high or self.p_value > _DOUBT:
            return (
                f"{first} and {second} cannot be told apart by {unit}: {span} "
                f"(p = {self.p_value:.3f})."
            )
        one, other = (first, second) if self.difference > 0 else (second, first)
        return f"{one} does better than {other} by {unit}: {span} (p = {self.p_value:.3f})."


def compare_paired(
    first: Mapping[str, Sequence[float]], second: Mapping[str, Sequence[float]], *, seed: int = 0
) -> Comparison:
    """Compare values of takes, shot -> values, higher is better.

    Raises UndecidedError with fewer than five shots in common.
    """
    shots = sorted(set(first) & set(second))
    shots = [shot for shot in shots if first[shot] and second[shot]]
    if len(shots) < _LEAST_SHOTS:
        raise UndecidedError(
            f"Only {len(shots)} shots have takes of both; comparing needs at least {_LEAST_SHOTS}."
        )
    gaps = np.array([np.mean(first[s]) - np.mean(second[s]) for s in shots], float)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(gaps), (_ROUNDS, len(gaps)))
    low, high = np.quantile(gaps[drawn].mean(axis=1), [0.05, 0.95])
    return Comparison(
        shots=len(shots),
        difference=float(gaps.mean()),
        low=float(low),
        high=float(high),
        p_value=_sign_flip(gaps, rng),
        better=int((gaps > 0).sum()),
        worse=int((gaps < 0).sum()),
    )


def _sign_flip(gaps: NDArray[np.float64], rng: np.random.Generator) -> float:
    """Return the share of sign patterns whose mean is at least as far from 0; all of them if few."""
    count = len(gaps)
    if count <= _EXACT_UP_TO:
        codes = np.arange(2**count)[:, None] >> np.arange(count) & 1
        signs = 2 * codes - 1
    else:
        signs = rng.choice([-1, 1], (_ROUNDS, count))
        signs[0] = 1  # the pattern that was seen is one of them
    means = np.abs((signs * gaps).mean(axis=1))
    return float((means >= abs(gaps.mean()) - 1e-12).mean())
