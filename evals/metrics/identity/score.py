"""From a take's faces and the shot's cast to scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity import facts
from evals.metrics.identity.cast import CastInShot, assign, expects_face
from evals.metrics.identity.course import drift_of, swap_of
from evals.metrics.identity.exposure import (
    Exposed,
    exposed,
    ranges_of,
    settled,
    shows_more,
    weights_s,
)
from evals.metrics.identity.likeness import Likeness, LikenessModel, compare
from evals.metrics.identity.seen import SeenFaces, tracks
from evals.packs.faces import FaceState
from evals.packs.manifest import LikenessStatistics
from tracker.domain.likeness import Exposure
from tracker.domain.scores import Evidence, MetricFacts, Score, ScoreState
from tracker.domain.units import FrameRange

__all__ = ["NO_CAST", "missing_identity", "score_identity"]

NO_CAST = "The shot declares nobody's face; say who is seen with `roundtable cast exposures`."
_UNCALIBRATED = (
    "The pack does not say how alike one person's faces are; add [identity.statistics] to it, or "
    "let a person judge the likeness."
)
_NOT_SAME = 0.5
"""A half second below this probability is evidence."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def missing_identity(reason: str) -> list[Score]:
    """Return every identity metric as not assessable, for one reason."""
    return [Score.missing(fact.name, reason) for fact in facts.IDENTITY_METRICS]


def score_identity(
    seen: SeenFaces,
    cast: Sequence[CastInShot],
    *,
    others: Mapping[str, Floats],
    statistics: LikenessStatistics | None,
) -> list[Score]:
    """Score one take; one score per metric, in the order of `facts.IDENTITY_METRICS`.

    `others` are mean reference vectors (d,) of the rest of the production's cast by name: those who are not
    in `cast`. Without statistics, likeness has no probability; exposure and course are scored all the same.
    """
    take = _Take(seen, tuple(cast), others, statistics)
    shown = exposed(seen)
    scores = [
        *take.likeness(),
        take.drift(),
        take.swap(),
        take.breach(),
        take.missed(shown),
        _seconds(facts.FACE_SECONDS, shown.face_s, seen, lambda s: s is not FaceState.NONE),
        _seconds(facts.REVEAL_SECONDS, shown.revealed_s, seen, lambda s: s is FaceState.REVEALED),
        _area(seen, shown),
    ]
    order = {fact.name: place for place, fact in enumerate(facts.IDENTITY_METRICS)}
    return sorted(scores, key=lambda score: order[score.metric])


@dataclass(frozen=True)
class _Take:
    seen: SeenFaces
    cast: tuple[CastInShot, ...]
    others: Mapping[str, Floats]
    statistics: LikenessStatistics | None

    def likeness(self) -> list[Score]:
        """Score whether everybody is who they should be: the worst character counts."""
        names = facts.SAME, facts.SETS, facts.OTHERS
        reason = self._no_likeness()
        if reason:
            return [Score.missing(fact.name, reason) for fact in names]
        found = []
        for member, faces in self._known():
            result = _Compared.of(self, member, faces)
            if result is None:
                return [
                    Score.missing(
                        fact.name,
                        f"No revealed face of {member.name} is seen well enough; a person must look.",
                    )
                    for fact in names
                ]
            found.append(result)
        return [_same(self.seen, found), _sets(found), _ahead(found)]

    def _no_likeness(self) -> str:
        shown = [m for m in self.cast if m.declared is Exposure.REVEALED]
        if not self.cast:
            return NO_CAST
        if not shown:
            return "No face is meant to be revealed here, so likeness is not judged."
        if self.statistics is None:
            return _UNCALIBRATED
        without = [m.name for m in shown if not len(m.vectors)]
        if without:
            return (
                f"There is no usable reference of {' or '.join(without)}; "
                "add pictures with `roundtable cast references`."
            )
        return ""

    def _known(self) -> list[tuple[CastInShot, Whole]]:
        given = assign(self.seen, self.cast)
        return [(m, given[m.code]) for m in self.cast if m.declared is Exposure.REVEALED]

    def drift(self) -> Score:
        """Score the slow change of the face that changes most."""
        found = [d for track in tracks(self.seen) if (d := drift_of(self.seen, track)) is not None]
        if not found:
            return Score.missing(
                facts.DRIFT.name, "No face is seen well enough for a second; a person must look."
            )
        worst = max(found, key=lambda d: d.per_s)
        words = ", ".join(f"{cosine:.2f} at {lag:g} s" for lag, cosine in worst.at_lags)
        limit = facts.DRIFT.fails_at or np.inf
        evidence: tuple[Evidence, ...] = ()
        if worst.per_s >= 0.4 * limit:
            frames = _around(self.seen, worst.faces[len(worst.faces) // 2 :])
            evidence = (Evidence(frames=frames, kind="face drift", severity=worst.per_s),)
        return Score(
            metric=facts.DRIFT.name,
            state=ScoreState.OK,
            value=worst.per_s,
            reason=f"Cosine {words}." if words else "",
            evidence=evidence,
            series=_course(self.seen, worst.faces, worst.cosines),
        )

    def swap(self) -> Score:
        """Score the sudden change of a face, or of who stands in its place."""
        found = [s for track in tracks(self.seen) if (s := swap_of(self.seen, track)) is not None]
        if not found:
            return Score.missing(
                facts.SWAP.name, "No face is seen well enough for long; a person must look."
            )
        worst = max(found, key=lambda s: s.gap)
        evidence: tuple[Evidence, ...] = ()
        if worst.gap >= 0.5 * (facts.SWAP.fails_at or np.inf):
            at = _around(self.seen, np.array([worst.before, worst.after]))
            evidence = (Evidence(frames=at, kind="another face", severity=worst.gap),)
        return Score(
            metric=facts.SWAP.name,
            state=ScoreState.OK,
            value=worst.gap,
            evidence=evidence,
            series=_course(self.seen, worst.faces, worst.gaps),
        )

    def breach(self) -> Score:
        """Score how long a face shows more than it may; from sure seconds up to possible ones."""
        if not self.cast:
            return Score.missing(facts.BREACH.name, NO_CAST)
        if not len(self.seen) and any(expects_face(m) for m in self.cast):
            return Score.missing(
                facts.BREACH.name,
                "A face is declared and none was found, so its mask cannot be judged; a person must "
                "look.",
            )
        sure = settled(self._breaking(self.seen.states))
        doubtful = [
            FaceState.REVEALED if state is FaceState.UNSURE else state for state in self.seen.states
        ]
        possible = [a or b for a, b in zip(sure, self._breaking(doubtful), strict=True)]
        weights = weights_s(self.seen)
        value, high = float(weights[list(sure)].sum()), float(weights[possible].sum())
        return Score(
            metric=facts.BREACH.name,
            state=ScoreState.OK,
            value=value,
            low=value,
            high=high,
            reason=f"Unsure for {high - value:.2g} s more." if high > value + 1e-9 else "",
            evidence=tuple(
                Evidence(
                    frames=frames,
                    kind="face against the plan",
                    severity=frames.duration_frames / float(self.seen.fps),
                )
                for frames in ranges_of(self.seen, sure)
            ),
            series=_over_frames(self.seen, np.array(sure, float)),
        )

    def _breaking(self, states: Sequence[FaceState]) -> list[bool]:
        """Say for each sampled frame whether a face shows more than it may."""
        allowed = {member.code: member.allowed for member in self.cast}
        most = max(allowed.values(), key=list(Exposure).index)
        of_face = [most] * len(self.seen)
        if len(set(allowed.values())) > 1:
            for code, faces in assign(self.seen, self.cast).items():
                for face in faces:
                    of_face[face] = allowed[code]
        broken = [False] * len(self.seen.frame_indices)
        for row, state, may in zip(self.seen.row, states, of_face, strict=True):
            broken[row] = broken[row] or shows_more(state, may)
        return broken

    def missed(self, shown: Exposed) -> Score:
        """Score how far a planned reveal falls short of half a second."""
        if not self.cast:
            return Score.missing(facts.MISSED.name, NO_CAST)
        if all(m.declared is not Exposure.REVEALED for m in self.cast):
            return Score.missing(facts.MISSED.name, "No face is meant to be revealed here.")
        possible = shown.revealed_s + shown.unsure_s
        return Score(
            metric=facts.MISSED.name,
            state=ScoreState.OK,
            value=max(0.0, facts.REVEAL_S - shown.revealed_s),
            low=max(0.0, facts.REVEAL_S - possible),
            high=max(0.0, facts.REVEAL_S - shown.revealed_s),
            reason=f"Unsure for {shown.unsure_s:.2g} s." if shown.unsure_s else "",
        )


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
    def of(cls, take: _Take, member: CastInShot, faces: Whole) -> _Compared | None:
        """Compare, or return None where no revealed face is good enough."""
        seen = take.seen
        is_revealed = [seen.states[i] is FaceState.REVEALED for i in faces]
        usable = faces[np.array(is_revealed, bool) & (seen.quality[faces] > 0)]
        if not len(usable) or take.statistics is None:
            return None
        vectors, weights = seen.vectors[usable], seen.quality[usable]
        rest = {m.name: _mean(m) for m in take.cast if m is not member and len(m.vectors)}
        rest |= take.others
        cohort = np.array(list(rest.values()), float).reshape(len(rest), -1)
        blocks = seen.blocks(usable)

        def model(references: Floats, quality: Floats) -> LikenessModel:
            return LikenessModel(
                references=references, weights=quality, cohort=cohort, statistics=take.statistics
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


def _same(seen: SeenFaces, found: Sequence[_Compared]) -> Score:
    worst = min(found, key=lambda one: one.whole.same_0_1)
    rows = np.zeros(len(seen.frame_indices), bool)
    rows[seen.row[worst.faces[worst.chances < _NOT_SAME]]] = True
    lowest = {r: float(c) for r, c in zip(seen.row[worst.faces], worst.chances, strict=True)}
    told = "; ".join(
        f"{one.member.name} {one.whole.same_0_1:.2f} by {len(one.member.vectors)} references"
        for one in found
    )
    return Score(
        metric=facts.SAME.name,
        state=ScoreState.OK,
        value=worst.whole.same_0_1,
        low=worst.whole.same_low,
        high=worst.whole.same_high,
        reason=f"{told}.",
        evidence=tuple(
            Evidence(
                frames=frames,
                kind=f"not {worst.member.name}",
                severity=1 - min(_inside(seen, frames, lowest), default=worst.whole.same_0_1),
            )
            for frames in ranges_of(seen, settled(rows.tolist()))
        ),
        series=_course(seen, worst.faces, worst.chances),
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


def _seconds(
    fact: MetricFacts, value: float, seen: SeenFaces, is_shown: Callable[[FaceState], bool]
) -> Score:
    flags = np.array([is_shown(state) for state in settled(seen.frame_states)], float)
    return Score(
        metric=fact.name, state=ScoreState.OK, value=value, series=_over_frames(seen, flags)
    )


def _area(seen: SeenFaces, shown: Exposed) -> Score:
    return Score(metric=facts.FACE_AREA.name, state=ScoreState.OK, value=shown.face_area)


def _mean(member: CastInShot) -> Floats:
    mean: Floats = np.average(member.vectors, axis=0, weights=member.weights)
    return mean


def _inside(seen: SeenFaces, frames: FrameRange, by_row: Mapping[int, float]) -> list[float]:
    return [
        chance
        for row, chance in by_row.items()
        if frames.start <= seen.frame_indices[row] < frames.end
    ]


def _around(seen: SeenFaces, faces: Whole) -> FrameRange:
    """Return the frames from the first of some faces to the last, that one included."""
    places = seen.frame_indices[seen.row[faces]]
    return FrameRange(int(places.min()), int(places.max()) + 1)


def _course(seen: SeenFaces, faces: Whole, values: Floats) -> tuple[float, ...]:
    """Draw a line through values at faces, level before the first and after the last."""
    places = seen.frame_indices[seen.row[faces]]
    return tuple(np.interp(np.arange(seen.frame_count), places, values).tolist())


def _over_frames(seen: SeenFaces, values: Floats) -> tuple[float, ...]:
    """Give every frame the value of the nearest sampled one."""
    frames = np.arange(seen.frame_count)
    nearest = np.abs(frames[:, None] - seen.frame_indices[None]).argmin(1)
    return tuple(values[nearest].tolist())
