"""Is this the same person? A probability from few references, as wide as few references deserve.

Similarity. A take's faces (half-second blocks j) are compared with single references i, never with a mean
vector of unit length: the mean of the cosines A[i, j], weighted by quality, has the same expectation for one
reference as for twenty, so one pair of curves serves all.

Probability. With t the similarity, P = f(t; m, s) / (f(t; m, s) + f(t; o, r)), even odds, f a normal density
of which one per cent is spread over -1..1, t held between o and m so that P never falls again. (m, s) are
takes with their own person, (o, r) with somebody else. Both are told by the pack and bent to the case:
m = (n * own + 5 * m0) / (n + 5) with `own` the mean cosine among the n references, and o likewise by K
cohort members, the half of the rest of the cast that is nearest to the references and to the take
(adaptive symmetric normalisation, Matejka et al. 2017).

Interval. t has two independent sources of error, which references and which half seconds. Each variance is
shrunk to the pack's, ((n - 1) * own + 5 * pack) / (n + 4), divided by the effective number of rows, and the
sum gives a t interval (Satterthwaite's degrees of freedom), mapped through P. A bootstrap would find no
variance at all in a single photograph; with twenty references both agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evals.packs.manifest import LikenessStatistics
from tracker.errors import MisuseError

__all__ = ["CONFIDENCE", "Likeness", "LikenessModel", "Yardstick", "block_means", "compare"]

CONFIDENCE = 0.90
_PRIOR_ROWS = 5
"""How many references the pack's own figures are worth."""
_LAPSE = 0.01
"""Share of takes that follow neither curve; without it a few spreads would pass for certainty."""
_CLOSEST = 0.05
"""Own and other similarity nearer than this cannot be told apart."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """What is known of an embedder: how alike faces are in it."""

    statistics: LikenessStatistics | None
    """Of revealed faces; None: likeness has no probability."""
    masked: LikenessStatistics | None = None
    """Of masked faces against unmasked references."""
    is_fitted: bool = False
    """The figures come from this production's references, not from the pack."""
    tells_masked: bool = True
    """False: nothing in the pack tells a masked face from a revealed one, and every face is unsure."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How like a take's faces are to one person's references."""

    similarity: float
    """Mean cosine, -1 to 1."""
    similarity_low: float
    """Lower end of the 90 % interval of the similarity."""
    similarity_high: float
    same_0_1: float
    """Probability of being the same person."""
    same_low: float
    """Lower end of its 90 % interval."""
    same_high: float


@dataclass(frozen=True, kw_only=True)
class LikenessModel:
    """One person's references, and what somebody else's faces look like beside them."""

    references: Floats
    """Unit vectors, shape (n, d)."""
    weights: Floats
    """Quality of each, above 0, shape (n,)."""
    cohort: Floats
    """Mean vectors of the rest of the cast, shape (k, d); k may be 0."""
    statistics: LikenessStatistics
    is_bent: bool = True
    """Whether the references among themselves say what this very person's likeness is."""

    def __post_init__(self) -> None:
        """Refuse a person without references."""
        if len(self.references) == 0 or len(self.references) != len(self.weights):
            raise MisuseError(
                f"{len(self.references)} references have {len(self.weights)} weights; "
                "give at least one reference, and a weight for each."
            )

    def own(self) -> tuple[float, float]:
        """Return mean and spread of takes with this very person."""
        mean, spread = self.statistics.same
        count = len(self.references)
        if count < 2 or not self.is_bent:
            return mean, spread
        pairs = np.triu_indices(count, 1)
        cosines = (self.references @ self.references.T)[pairs]
        weights = np.outer(self.weights, self.weights)[pairs]
        among = float(np.average(cosines, weights=weights))
        return (count * among + _PRIOR_ROWS * mean) / (count + _PRIOR_ROWS), spread

    def other(self, take: Floats) -> tuple[float, float]:
        """Return mean and spread of takes with somebody else; `take` (d,) is this take's mean vector."""
        mean, spread = self.statistics.other
        if len(self.cohort) == 0:
            return mean, spread
        person = np.average(self.references, axis=0, weights=self.weights)
        near = [_nearer_half(self.cohort @ vector) for vector in (person, take)]
        rows = len(near[0])
        found = float(np.mean([half.mean() for half in near]))
        return (rows * found + _PRIOR_ROWS * mean) / (rows + _PRIOR_ROWS), spread

    def probability(self, similarity: Floats, take: Floats) -> Floats:
        """Return P(same person) of similarities, any shape; see the module."""
        (own, own_spread), (other, other_spread) = self.own(), self.other(take)
        if own - other < _CLOSEST:
            return np.full(np.shape(similarity), 0.5)
        held = np.clip(similarity, other, own)
        same = _density(held, own, own_spread)
        chance: Floats = same / (same + _density(held, other, other_spread))
        return chance


def compare(
    model: LikenessModel, faces: Floats, *, weights: Floats, blocks: NDArray[np.int64]
) -> Likeness:
    """Compare faces (n, d) of unit length, their quality (n,) and half-second blocks (n,) with a person.

    Raises MisuseError without a face of any quality.
    """
    total = float(np.sum(weights))
    if len(faces) == 0 or total <= 0:
        raise MisuseError("There is no face good enough to compare; check that before.")
    means, block_weights = block_means(faces, weights, blocks)
    cosines = model.references @ means.T
    by_reference = np.average(cosines, axis=1, weights=block_weights)
    by_block = np.average(cosines, axis=0, weights=model.weights)
    value = float(np.average(by_reference, weights=model.weights))
    told = model.statistics
    sources = [
        _mean_variance(by_reference, model.weights, told.reference_spread),
        _mean_variance(by_block, block_weights, told.block_spread),
    ]
    reach = _reach(sources)
    ends = np.clip([value, value - reach, value + reach], -1, 1)
    take = np.average(means, axis=0, weights=block_weights)
    chances = model.probability(ends, take)
    return Likeness(
        similarity=value,
        similarity_low=float(ends[1]),
        similarity_high=float(ends[2]),
        same_0_1=float(chances[0]),
        same_low=float(chances[1]),
        same_high=float(chances[2]),
    )


def _density(similarity: Floats, mean: float, spread: float) -> Floats:
    normal = stats.norm.pdf(similarity, mean, spread)
    density: Floats = (1 - _LAPSE) * normal + _LAPSE / 2
    return density


def block_means(faces: Floats, weights: Floats, blocks: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return each block's mean vector (b, d), not of unit length, and its weight (b,): its best face's.

    Blocks come in increasing order; those without any quality are left out.
    """
    numbers = [n for n in np.unique(blocks) if weights[blocks == n].sum() > 0]
    means = [np.average(faces[blocks == n], axis=0, weights=weights[blocks == n]) for n in numbers]
    return np.stack(means), np.array([weights[blocks == n].max() for n in numbers])


def _mean_variance(values: Floats, weights: Floats, told: float) -> tuple[float, float]:
    """Return (variance of the weighted mean, degrees of freedom), shrunk to the pack's spread."""
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    mean = np.average(values, weights=weights)
    spread = float(np.average((values - mean) ** 2, weights=weights))
    degrees = effective - 1 + _PRIOR_ROWS
    # The biased variance times n is the unbiased one times n - 1.
    variance = (effective * spread + _PRIOR_ROWS * told**2) / degrees
    return variance / effective, degrees


def _reach(sources: Sequence[tuple[float, float]]) -> float:
    """Return half the width of the interval of a sum of independent errors."""
    total = sum(variance for variance, _ in sources)
    if total <= 0:
        return 0.0
    degrees = total**2 / sum(variance**2 / d for variance, d in sources if variance > 0)
    return float(stats.t.ppf((1 + CONFIDENCE) / 2, degrees) * np.sqrt(total))


def _nearer_half(cosines: Floats) -> Floats:
    return np.sort(cosines)[len(cosines) // 2 :]
