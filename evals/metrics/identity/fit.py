"""How alike faces are in an embedder that nobody has measured, told from the production's own references.

Packs of real models bring no figures, and none that are published are about takes and few references. A
production's reference pictures hold both kinds of pairs: each picture against the others of the same person,
left out one by one, and against everybody else's. Persons count, not pictures: pictures of one person are
alike for reasons of their own.

| figure           | is the                                                                          |
|------------------|---------------------------------------------------------------------------------|
| same             | mean over persons of a picture's cosine with the person's other pictures        |
| other            | mean over persons of a picture's cosine with the pictures of each other person  |
| their spreads    | deviation of single values around these means                                   |
| reference_spread | deviation of one picture's cosines with the person's others                     |
| block_spread     | the same: half seconds of one take differ less than pictures from many places   |

Spreads are widened to what a prediction for one more person needs, by Student's t with one degree less than
there are persons: with three persons about double. Pictures of a casting are more alike than takes are, so
probabilities of takes come out too low rather than too high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evals.metrics.identity.cast import KnownSet
from evals.metrics.identity.likeness import CONFIDENCE
from evals.packs.manifest import LikenessStatistics

__all__ = ["FEWEST_PERSONS", "FEWEST_PICTURES", "fit_statistics"]

FEWEST_PERSONS = 3
FEWEST_PICTURES = 3
"""Usable pictures that a person needs to count."""
_LEAST_SPREAD = 0.02
"""A few pictures may agree by chance; cosines of real faces never do so well."""

Floats = NDArray[np.float64]


def fit_statistics(cast: Mapping[str, Sequence[KnownSet]]) -> LikenessStatistics | None:
    """Return the figures of an embedder from reference sets by character; None with too few of them.

    Also None where one person's pictures are no more alike than two persons': nothing can be told by these.
    """
    pooled = [np.concatenate([s.vectors for s in sets if len(s.vectors)]) for sets in _usable(cast)]
    if len(pooled) < FEWEST_PERSONS:
        return None
    same, among = zip(*(_left_out(vectors) for vectors in pooled), strict=True)
    other = [_with_others(i, pooled) for i in range(len(pooled))]
    mean, far = (float(np.mean([v.mean() for v in values])) for values in (same, other))
    if mean <= far:
        return None
    spread = _widened(float(np.sqrt(np.mean(among))), len(pooled))
    return LikenessStatistics(
        same=(mean, _widened(_deviation(same, mean), len(pooled))),
        other=(far, _widened(_deviation(other, far), len(pooled))),
        reference_spread=spread,
        block_spread=spread,
    )


def _usable(cast: Mapping[str, Sequence[KnownSet]]) -> list[Sequence[KnownSet]]:
    return [
        cast[code]
        for code in sorted(cast)
        if sum(len(one.vectors) for one in cast[code]) >= FEWEST_PICTURES
    ]


def _left_out(vectors: Floats) -> tuple[Floats, float]:
    """Return each picture's mean cosine with the others (n,), and the variance around these means."""
    count = len(vectors)
    cosines = (vectors @ vectors.T)[~np.eye(count, dtype=bool)].reshape(count, count - 1)
    variance: Floats = cosines.var(axis=1, ddof=1)
    means: Floats = cosines.mean(axis=1)
    return means, float(variance.mean())


def _with_others(place: int, pooled: Sequence[Floats]) -> Floats:
    """Return the mean cosines of one person's pictures with each other person's, shape (n * (k - 1),)."""
    own = pooled[place]
    found = [(own @ theirs.T).mean(axis=1) for i, theirs in enumerate(pooled) if i != place]
    return np.concatenate(found)


def _deviation(values: Sequence[Floats], mean: float) -> float:
    """Deviation of single values, every person counting the same."""
    return float(np.sqrt(np.mean([((v - mean) ** 2).mean() for v in values])))


def _widened(spread: float, persons: int) -> float:
    reach = (1 + CONFIDENCE) / 2
    factor = stats.t.ppf(reach, persons - 1) / stats.norm.ppf(reach) * np.sqrt(1 + 1 / persons)
    return float(factor * max(spread, _LEAST_SPREAD))
