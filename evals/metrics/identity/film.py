"""Does a character look the same in every shot of the film?

Each shot speaks by one take, and a take by its good faces of the character. Two takes are as alike as their
faces are on average: the mean cosine of half seconds of one with half seconds of the other. A take's value is
the median over the film's other shots, so that one shot gone wrong does not spoil those that are right; its
own row shows it. The shot with the highest median is the medoid, the face that the film agrees on.

The 90 % interval redraws the other shots and the take's half seconds together, where there are three shots
or more; with fewer, how shots differ cannot be estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity import facts
from evals.metrics.identity._frames import around, course, region_of
from evals.metrics.identity.cast import NO_CAST, CastInShot, assign
from evals.metrics.identity.course import good
from evals.metrics.identity.likeness import CONFIDENCE, block_means
from evals.metrics.identity.seen import SeenFaces
from tracker.domain.likeness import Exposure
from tracker.domain.scores import Evidence, Score, ScoreState

__all__ = ["Appearance", "appearances", "missing_film", "pairs", "score_film"]

_ENOUGH_SHOTS = 3
_DRAWS = 400

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """One character's good faces in one shot."""

    shot: str
    faces: Whole
    """Places among the take's faces, shape (n,)."""
    blocks: Whole
    """Half second of each face, shape (n,)."""
    means: Floats = field(repr=False)
    """Mean vector of each half second, not of unit length, shape (b, d)."""
    weights: Floats
    """Quality of each half second, shape (b,)."""

    @property
    def mean(self) -> Floats:
        """Mean vector of the shot, shape (d,)."""
        mean: Floats = np.average(self.means, axis=0, weights=self.weights)
        return mean


def missing_film(reason: str) -> list[Score]:
    """Return the metrics across shots as not assessable, for one reason."""
    return [Score.missing(facts.FILM.name, reason)]


def appearances(
    seen: SeenFaces, cast: Sequence[CastInShot], *, shot: str
) -> dict[str, Appearance | None]:
    """Return code -> faces in a take of everybody meant to be revealed there; None without a good one."""
    given = assign(seen, cast)
    return {
        member.code: _appearance(seen, given[member.code], shot)
        for member in cast
        if member.declared is Exposure.REVEALED
    }


def _appearance(seen: SeenFaces, faces: Whole, shot: str) -> Appearance | None:
    kept = good(seen, faces)
    if not len(kept):
        return None
    blocks = seen.blocks(kept)
    means, weights = block_means(seen.vectors[kept], seen.quality[kept], blocks)
    return Appearance(shot=shot, faces=kept, blocks=blocks, means=means, weights=weights)


def pairs(shots: Sequence[Appearance]) -> Floats:
    """Return the mean cosine of every two shots' faces, shape (k, k); a shot with itself too."""
    means = np.stack([one.mean for one in shots])
    together: Floats = means @ means.T
    return together


def score_film(
    seen: SeenFaces,
    cast: Sequence[CastInShot],
    *,
    shot: str,
    others: Mapping[str, Sequence[Appearance]],
) -> list[Score]:
    """Score how like the film's other shots a take's characters are; the worst of them counts.

    `others` are, by character code, the appearances in the film's other shots.
    """
    if not cast:
        return missing_film(NO_CAST)
    names = {member.code: member.name for member in cast}
    own = appearances(seen, cast, shot=shot)
    if not own:
        return missing_film("No face is meant to be revealed here, so no shots are compared.")
    unseen = [names[code] for code, one in own.items() if one is None]
    if unseen:
        return missing_film(
            f"No revealed face of {' or '.join(unseen)} is seen well enough; a person must look."
        )
    alone = [names[code] for code in own if not others.get(code)]
    if len(alone) == len(own):
        return missing_film(
            f"No other shot of the film shows the face of {' or '.join(alone)} well enough; score the "
            "film's other shots, or judge by the references."
        )
    found = [
        _Row.of(names[code], one, others[code])
        for code, one in own.items()
        if one is not None and others.get(code)
    ]
    return [_score(seen, found)]


@dataclass(frozen=True)
class _Row:
    """One character of the take beside the other shots."""

    name: str
    own: Appearance
    by_shot: Mapping[str, float]
    by_block: Floats
    """Median over the other shots of each half second, shape (b,)."""
    low: float | None
    high: float | None

    @property
    def median(self) -> float:
        return float(np.median([*self.by_shot.values()]))

    @classmethod
    def of(cls, name: str, own: Appearance, others: Sequence[Appearance]) -> _Row:
        alike = own.means @ np.stack([other.mean for other in others]).T
        by_shot = np.average(alike, axis=0, weights=own.weights)
        low, high = _interval(alike, own.weights)
        return cls(
            name=name,
            own=own,
            by_shot={o.shot: float(value) for o, value in zip(others, by_shot, strict=True)},
            by_block=np.median(alike, axis=1),
            low=low,
            high=high,
        )


def _interval(alike: Floats, weights: Floats) -> tuple[float | None, float | None]:
    """Return the ends of the interval of the median; `alike` is (half seconds, other shots)."""
    blocks, shots = alike.shape
    if shots < _ENOUGH_SHOTS:
        return None, None
    rng = np.random.default_rng(0)  # the same faces must give the same interval
    medians = []
    for _ in range(_DRAWS):
        drawn = rng.integers(blocks, size=blocks)
        shown = np.average(alike[drawn], axis=0, weights=weights[drawn])
        medians.append(np.median(shown[rng.integers(shots, size=shots)]))
    low, high = np.quantile(medians, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _score(seen: SeenFaces, found: Sequence[_Row]) -> Score:
    worst = min(found, key=lambda row: row.median)
    low = None if worst.low is None else min(worst.low, worst.median)
    high = None if worst.high is None else max(worst.high, worst.median)
    numbers = np.unique(worst.own.blocks)
    least = int(worst.by_block.argmin())
    faces = worst.own.faces[worst.own.blocks == numbers[least]]
    by_face = worst.by_block[np.searchsorted(numbers, worst.own.blocks)]
    return Score(
        metric=facts.FILM.name,
        state=ScoreState.OK,
        value=worst.median,
        low=low,
        high=high,
        reason=f"{'; '.join(_told(row) for row in found)}.",
        evidence=(
            Evidence(
                frames=around(seen, faces),
                kind=f"{worst.name} least as in other shots",
                severity=1 - float(worst.by_block[least]),
                region=region_of(seen, faces),
            ),
        ),
        series=course(seen, worst.own.faces, by_face),
    )


def _told(row: _Row) -> str:
    least = min(row.by_shot, key=row.by_shot.__getitem__)
    shots = f"{len(row.by_shot)} other shot{'s' * (len(row.by_shot) > 1)}"
    return f"{row.name} {row.median:.2f} by {shots}, least by {least} ({row.by_shot[least]:.2f})"
