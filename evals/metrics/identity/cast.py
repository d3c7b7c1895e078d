"""Who should be in the shot, what is known of their faces, and which faces found are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity.seen import SeenFaces, tracks
from tracker.domain.likeness import Exposure

__all__ = ["NO_CAST", "CastInShot", "KnownSet", "assign", "expects_face"]

NO_CAST = "The shot declares nobody's face; say who is seen with `roundtable cast exposures`."

_LEAST_QUALITY = 0.3
"""Summed over its faces, what a track needs to speak for somebody."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class KnownSet:
    """The usable faces of one reference set."""

    name: str
    vectors: Floats = field(repr=False)
    """Unit length, shape (n, d); n may be 0."""
    weights: Floats = field(repr=False)
    """Quality, above 0, shape (n,)."""
    unusable: int = 0
    """Pictures in which no face was found, or none that is good enough."""


@dataclass(frozen=True, kw_only=True)
class CastInShot:
    """A character in a shot."""

    code: str
    name: str
    allowed: Exposure
    """What may be shown at most: the stricter of the shot's word and the reveal plan's."""
    declared: Exposure
    """What the shot itself says."""
    sets: tuple[KnownSet, ...] = ()

    @property
    def vectors(self) -> Floats:
        """All usable reference faces, shape (n, d)."""
        kept = [s.vectors for s in self.sets if len(s.vectors)]
        return np.concatenate(kept) if kept else np.zeros((0, 1))

    @property
    def weights(self) -> Floats:
        """Their quality, shape (n,)."""
        return np.concatenate([np.zeros(0), *(s.weights for s in self.sets)])


def expects_face(member: CastInShot) -> bool:
    """Say whether the shot means to show this character's face, masked or not."""
    return member.declared is not Exposure.NONE


def assign(seen: SeenFaces, cast: Sequence[CastInShot]) -> dict[str, Whole]:
    """Return character code -> its faces, in order; whole tracks go to whom they resemble most.

    A character has one face at a time. Where the shot shows one character alone, that is the best track of
    every moment, known or not; of several, those without references get what is left over.
    """
    wanted = [member for member in cast if expects_face(member)]
    found = [t for t in tracks(seen) if seen.quality[t].sum() >= _LEAST_QUALITY]
    pairs = [
        (-_resemblance(seen, track, member), place, member.code)
        for place, track in enumerate(found)
        for member in wanted
    ]
    given: dict[str, list[Whole]] = {member.code: [] for member in wanted}
    taken: set[int] = set()
    for _, place, code in sorted(pairs):
        track = found[place]
        rows = set(seen.row[track].tolist())
        mine = {int(row) for other in given[code] for row in seen.row[other]}
        if place in taken or rows & mine:
            continue
        taken.add(place)
        given[code].append(track)
    return {
        code: np.sort(np.concatenate([np.zeros(0, np.int64), *parts]))
        for code, parts in given.items()
    }


def _resemblance(seen: SeenFaces, track: Whole, member: CastInShot) -> float:
    """Mean cosine with a character's references; -1 for one without any, which comes last."""
    if not len(member.vectors):
        return -1.0
    face = np.average(seen.vectors[track], axis=0, weights=seen.quality[track])
    return float(np.average(member.vectors @ face, weights=member.weights))
