"""Do the 90 % intervals of the likeness hold what they promise, for one reference as for twenty?

Simulated, with the pack's own statistics. A person is a vector p of length sqrt(m), m the mean likeness of
takes with their own person. Takes are t / m * p with a likeness t from the normal curve of `same`; references
scatter around p, and half seconds around their take, so that cosines vary by `reference_spread` and
`block_spread`. Pictures have length 1, so this noise has d = m (1 - m) / reference_spread^2 dimensions. To be
covered: t.

Drawn. References of a person are drawn from many portraits; what is to be covered is the mean cosine of the
whole take with all portraits that were not drawn. The interval is made from the take's first half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import ShotSize
from evals.errors import PackError
from evals.metrics.identity.likeness import Likeness, LikenessModel, compare
from evals.packs.faces import FaceState
from evals.packs.manifest import LikenessStatistics, PackManifest, read_pack
from evals.validation._faces import brief_of, person, portraits, watch
from evals.validation._pool import Bench
from evals.validation.figures import Figure
from evals.validation.rates import share_interval
from evals.validation.scale import Scale

__all__ = ["COUNTS", "TITLE", "measure", "says", "simulated"]

TITLE = "Intervals of the likeness"
COUNTS = (1, 2, 3, 5, 10, 20)
GOAL = 0.85
_BLOCKS, _FACES = 5, 4
_DRAWS = 4
"""Choices of references for every person and number."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Trial:
    """Whether an interval held the truth, and how wide it was."""

    references: int
    is_covered: bool
    cosine_width: float
    chance_width: float


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"90 % intervals for {', '.join(map(str, COUNTS))} references: {scale.simulated} simulated takes "
        f"each, and {scale.persons} persons of the drawn world, {_DRAWS} draws of references from "
        f"{scale.portraits} portraits each. The note gives the median widths. Draws of one person "
        "are no independent trials, so the drawn world's intervals are too narrow."
    )


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return how often the intervals hold the truth, simulated and drawn."""
    statistics = _statistics(bench.pack)
    rows = [
        _covered(
            f"simulated, {count} reference{'s' * (count > 1)}",
            simulated(statistics, count, takes=scale.simulated, seed=scale.seed),
        )
        for count in COUNTS
    ]
    draw = partial(_drawn, scale=scale, pack=bench.pack.folder)
    found = [t for some in bench.spread(draw, range(scale.persons), TITLE) for t in some]
    return (
        *rows,
        *(
            _covered(
                f"drawn world, {count} reference{'s' * (count > 1)}",
                [t for t in found if t.references == count],
            )
            for count in COUNTS
        ),
    )


def _covered(row: str, trials: Sequence[_Trial]) -> Figure:
    if not trials:
        note = "too few good portraits of anybody"
        return Figure(row=row, measure="coverage", value=None, goal=GOAL, note=note)
    hits = sum(t.is_covered for t in trials)
    low, high = share_interval(hits, len(trials))
    wide = [
        float(np.median([getattr(t, n) for t in trials])) for n in ("cosine_width", "chance_width")
    ]
    return Figure(
        row=row,
        measure="coverage",
        value=round(hits / len(trials), 4),
        low=round(low, 4),
        high=round(high, 4),
        count=len(trials),
        goal=GOAL,
        note=f"median width {wide[0]:.2f} in cosine, {wide[1]:.2f} in probability",
    )


def simulated(statistics: LikenessStatistics, count: int, *, takes: int, seed: int) -> list[_Trial]:
    """Simulate takes judged by `count` references; see the module."""
    mean, spread = statistics.same
    size = max(2, round(mean * (1 - mean) / statistics.reference_spread**2))
    rng = np.random.default_rng((seed, 77, count))

    def noise(cosine_spread: float, *shape: int) -> Floats:
        drawn: Floats = rng.normal(size=(*shape, size)) * cosine_spread / np.sqrt(mean)
        return drawn

    numbers = np.repeat(np.arange(_BLOCKS), _FACES)
    trials = []
    for _ in range(takes):
        direction = rng.normal(size=size)
        who = np.sqrt(mean) * direction / np.linalg.norm(direction)
        references = who + noise(statistics.reference_spread, count)
        likeness = rng.normal(mean, spread)
        take = likeness / mean * who
        blocks = take + noise(statistics.block_spread, _BLOCKS)
        found = compare(
            _model(references, np.ones(count), statistics),
            np.repeat(blocks, _FACES, axis=0),
            weights=np.ones(len(numbers)),
            blocks=numbers,
        )
        trials.append(_trial(found, count, truth=likeness))
    return trials


def _trial(found: Likeness, count: int, *, truth: float) -> _Trial:
    return _Trial(
        references=count,
        is_covered=found.similarity_low <= truth <= found.similarity_high,
        cosine_width=found.similarity_high - found.similarity_low,
        chance_width=found.same_high - found.same_low,
    )


def _model(references: Floats, weights: Floats, statistics: LikenessStatistics) -> LikenessModel:
    nobody = np.zeros((0, references.shape[1]))
    return LikenessModel(
        references=references, weights=weights, cohort=nobody, statistics=statistics
    )


def _drawn(number: int, *, scale: Scale, pack: Path) -> list[_Trial]:
    """Judge one person's take by many choices of references."""
    who, statistics = person(number), _statistics(read_pack(pack))
    vectors, weights = portraits(who, scale.portraits, seed=scale.seed, pack=pack)
    rng = np.random.default_rng((scale.seed, 78, number))
    brief = brief_of(who, rng, size=ShotSize.CLOSE if number % 2 else ShotSize.MEDIUM)
    seen = watch(brief, seed=int(rng.integers(2**31)), pack=pack).seen
    usable = [
        i for i, state in enumerate(seen.states)
        if state is FaceState.REVEALED and seen.quality[i] > 0
    ]  # fmt: skip
    early = np.array([i for i in usable if seen.seconds[i] < seen.seconds[-1] / 2], np.int64)
    if not len(early):
        return []
    whole = np.average(seen.vectors[usable], axis=0, weights=seen.quality[usable])
    trials = []
    for count in COUNTS:
        for _ in range(_DRAWS):
            order = rng.permutation(len(vectors))
            chosen, rest = order[:count], order[count:]
            if len(rest) < 2:
                continue
            found = compare(
                _model(vectors[chosen], weights[chosen], statistics),
                seen.vectors[early],
                weights=seen.quality[early],
                blocks=seen.blocks(early),
            )
            truth = float(np.average(vectors[rest] @ whole, weights=weights[rest]))
            trials.append(_trial(found, count, truth=truth))
    return trials


def _statistics(pack: PackManifest) -> LikenessStatistics:
    if pack.identity is None or pack.identity.statistics is None:
        raise PackError(
            f"Pack '{pack.name}' has no [identity.statistics]; choose a pack that has, such as demo."
        )
    return pack.identity.statistics
