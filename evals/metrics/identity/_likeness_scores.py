"""Scores of whose face a take shows; every character meant to be revealed counts, the worst most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity import facts
from evals.metrics.identity._frames import course, faces_in, region_of
from evals.metrics.identity.cast import NO_CAST, CastInShot, assign
from evals.metrics.identity.course import GOOD
from evals.metrics.identity.exposure import ranges_of, settled
from evals.metrics.identity.fit import FEWEST_PERSONS, FEWEST_PICTURES
from evals.metrics.identity.likeness import Likeness, LikenessModel, Yardstick, compare
from evals.metrics.identity.seen import SeenFaces
from evals.packs.faces import FaceState
from tracker.domain.likeness import Exposure
from tracker.domain.scores import Evidence, Score, ScoreState
from tracker.domain.units import FrameRange

__all__ = ["LikenessCase", "score_likeness"]

_UNCALIBRATED = (
    "The pack has no [identity.statistics], and how alike one person's faces are cannot be learnt before "
    f"{FEWEST_PERSONS} characters have {FEWEST_PICTURES} usable pictures each; add some with `roundtable "
    "cast references`, or let a person judge the likeness."
)
_FITTED = " Judged by how alike the cast's own references are, not by figures of the pack."
_BLIND = " Nothing in the pack would see a mask; a person must look."
_NOT_SAME = 0.5
"""A face below this probability is evidence."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class LikenessCase:
    """A take's faces, the shot's cast, and everybody else in the production."""

    seen: SeenFaces
    cast: tuple[CastInShot, ...]
    others: Mapping[str, Floats]
    yardstick: Yardstick


def score_likeness(take: LikenessCase) -> list[Score]:
    """Score whether everybody is who they should be: the worst character counts."""
    names = facts.SAME, facts.SETS, facts.OTHERS
    reason = _refusal(take)
    if reason:
        return [Score.missing(fact.name, reason) for fact in names]
    found = []
    for member, faces in _known(take):
        result = _Compared.of(take, member, faces)
        if result is None:
            return [
                Score.missing(
                    fact.name,
                    f"No revealed face of {member.name} is seen well enough; a person must look.",
                )
                for fact in names
            ]
        found.append(result)
    return [_same(take, found), _sets(found), _ahead(found)]


def _refusal(take: LikenessCase) -> str:
    shown = [m for m in take.cast if m.declared is Exposure.REVEALED]
    if not take.cast:
        return NO_CAST
    if not shown:
        return "No face is meant to be revealed here, so likeness is not judged."
    if take.yardstick.statistics is None:
        return _UNCALIBRATED
    without = [m.name for m in shown if not len(m.vectors)]
    if without:
        return (
            f"There is no usable reference of {' or '.join(without)}; "
            "add pictures with `roundtable cast references`."
        )
    return ""


def _known(take: LikenessCase) -> list[tuple[CastInShot, Whole]]:
    given = assign(take.seen, take.cast)
    return [(m, given[m.code]) for m in take.cast if m.declared is Exposure.REVEALED]


@dataclass(frozen=True)
class _Compared:
    """One character beside its references."""

    member: CastInShot
    whole: Likeness
    by_set: Mapping[str, Likeness]
    ahead: float | None
    """Similarity ahead of the nearest other person; None where nobody else is known."""
    rival: str
    faces: Whole
    chances: Floats
    """P(same) of each face on its own, shape (n,)."""

    @classmethod
    def of(cls, take: LikenessCase, member: CastInShot, faces: Whole) -> _Compared | None:
        """Compare, or return None where no revealed face is good enough."""
        seen = take.seen
        # Where nothing tells masked from revealed, all that can be judged is what should be revealed.
        told = FaceState.REVEALED if take.yardstick.tells_masked else FaceState.UNSURE
        is_meant = [seen.states[i] is told for i in faces]
        usable = faces[np.array(is_meant, bool) & (seen.quality[faces] >= GOOD)]
        statistics = take.yardstick.statistics
        if not len(usable) or statistics is None:
            return None
        vectors, weights = seen.vectors[usable], seen.quality[usable]
        rest = {m.name: _mean(m) for m in take.cast if m is not member and len(m.vectors)}
        rest |= take.others
        cohort = np.array([*rest.values()], float) if rest else np.zeros((0, vectors.shape[1]))
        blocks = seen.blocks(usable)

        def model(references: Floats, quality: Floats) -> LikenessModel:
            return LikenessModel(
                references=references, weights=quality, cohort=cohort, statistics=statistics
            )

        pooled = model(member.vectors, member.weights)
        by_set = {
            s.name: compare(model(s.vectors, s.weights), vectors, weights=weights, blocks=blocks)
            for s in member.sets
            if len(s.vectors)
        }
        whole = compare(pooled, vectors, weights=weights, blocks=blocks)
        mean = np.average(vectors, axis=0, weights=weights)
        beside = {name: float(vector @ mean) for name, vector in rest.items()}
        rival = max(beside, key=beside.__getitem__, default="")
        singly = np.average(member.vectors @ vectors.T, axis=0, weights=member.weights)
        return cls(
            member=member,
            whole=whole,
            by_set=by_set,
            ahead=whole.similarity - beside[rival] if rival else None,
            rival=rival,
            faces=usable,
            chances=pooled.probability(singly, mean),
        )


def _same(take: LikenessCase, found: Sequence[_Compared]) -> Score:
    seen, yardstick = take.seen, take.yardstick
    worst = min(found, key=lambda one: one.whole.same_0_1)
    rows = np.zeros(len(seen.frame_indices), bool)
    rows[seen.row[worst.faces[worst.chances < _NOT_SAME]]] = True
    told = "; ".join(
        f"{one.member.name} {one.whole.same_0_1:.2f} by {len(one.member.vectors)} references"
        for one in found
    )
    return Score(
        metric=facts.SAME.name,
        state=ScoreState.OK,
        value=worst.whole.same_0_1,
        low=worst.whole.same_low,
        # A mask lowers a likeness as another person does: where none can be seen, nothing surely fails.
        high=worst.whole.same_high if yardstick.tells_masked else 1.0,
        reason=f"{told}.{_FITTED * yardstick.is_fitted}{_BLIND * (not yardstick.tells_masked)}",
        evidence=tuple(_not_same(seen, worst, f) for f in ranges_of(seen, settled(rows.tolist()))),
        series=course(seen, worst.faces, worst.chances),
    )


def _not_same(seen: SeenFaces, one: _Compared, frames: FrameRange) -> Evidence:
    inside = np.isin(one.faces, faces_in(seen, frames))
    return Evidence(
        frames=frames,
        kind=f"not {one.member.name}",
        severity=1 - float(one.chances[inside].min(initial=1.0)),
        region=region_of(seen, one.faces[inside]),
    )


def _sets(found: Sequence[_Compared]) -> Score:
    several = [one for one in found if len(one.by_set) > 1]
    if not several:
        return Score.missing(
            facts.SETS.name,
            "Nobody in the shot has two reference sets with usable pictures; add another set to hear a "
            "second memory.",
        )

    def span(one: _Compared) -> float:
        chances = [likeness.same_0_1 for likeness in one.by_set.values()]
        return max(chances) - min(chances)

    worst = max(several, key=span)
    told = ", ".join(f"{name} {one.same_0_1:.2f}" for name, one in worst.by_set.items())
    return Score(
        metric=facts.SETS.name,
        state=ScoreState.OK,
        value=1 - span(worst),
        reason=f"{worst.member.name}: {told}.",
    )


def _ahead(found: Sequence[_Compared]) -> Score:
    beside = [one for one in found if one.ahead is not None]
    if not beside:
        return Score.missing(
            facts.OTHERS.name,
            "Nobody else in the cast has references to compare with; add some with `roundtable cast "
            "references`.",
        )
    worst = min(beside, key=lambda one: one.ahead or 0.0)
    value = worst.ahead or 0.0
    nearer = f"nearer to {worst.rival}" if value < 0 else f"{worst.rival} comes next"
    return Score(
        metric=facts.OTHERS.name,
        state=ScoreState.OK,
        value=value,
        reason=f"{worst.member.name}: {nearer}.",
    )


def _mean(member: CastInShot) -> Floats:
    mean: Floats = np.average(member.vectors, axis=0, weights=member.weights)
    return mean
