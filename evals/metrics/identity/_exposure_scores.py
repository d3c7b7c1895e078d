"""Scores of what a take shows of faces, against what it may show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from evals.metrics.identity import facts
from evals.metrics.identity._frames import faces_in, over_frames, region_of
from evals.metrics.identity.cast import NO_CAST, CastInShot, assign, expects_face
from evals.metrics.identity.course import GOOD
from evals.metrics.identity.exposure import (
    Exposed,
    ranges_of,
    settled,
    shows_more,
    weights_s,
)
from evals.metrics.identity.seen import SeenFaces
from evals.packs.faces import FaceState
from tracker.domain.likeness import Exposure
from tracker.domain.scores import Evidence, MetricFacts, Score, ScoreState

__all__ = ["score_area", "score_breach", "score_missed", "score_seconds"]


def score_breach(seen: SeenFaces, cast: Sequence[CastInShot]) -> Score:
    """Score how long a face shows more than it may; from sure seconds up to possible ones."""
    if not cast:
        return Score.missing(facts.BREACH.name, NO_CAST)
    if not len(seen) and any(expects_face(m) for m in cast):
        return Score.missing(
            facts.BREACH.name,
            "A face is declared and none was found, so its mask cannot be judged; a person must "
            "look.",
        )
    plain = [
        state if state is FaceState.REVEALED or quality >= GOOD else FaceState.NONE
        for state, quality in zip(seen.states, seen.quality, strict=True)
    ]
    sure = settled(_breaking(seen, cast, plain))
    doubtful = [FaceState.REVEALED if state is FaceState.UNSURE else state for state in seen.states]
    possible = [a or b for a, b in zip(sure, _breaking(seen, cast, doubtful), strict=True)]
    weights = weights_s(seen)
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
                severity=frames.duration_frames / float(seen.fps),
                region=region_of(seen, faces_in(seen, frames)),
            )
            for frames in ranges_of(seen, sure)
        ),
        series=over_frames(seen, np.array(sure, float)),
    )


def _breaking(
    seen: SeenFaces, cast: Sequence[CastInShot], states: Sequence[FaceState]
) -> list[bool]:
    """Say for each sampled frame whether a face shows more than it may."""
    allowed = {member.code: member.allowed for member in cast}
    most = max(allowed.values(), key=list(Exposure).index)
    of_face = [most] * len(seen)
    if len(set(allowed.values())) > 1:
        for code, faces in assign(seen, cast).items():
            for face in faces:
                of_face[face] = allowed[code]
    broken = [False] * len(seen.frame_indices)
    for row, state, may in zip(seen.row, states, of_face, strict=True):
        broken[row] = broken[row] or shows_more(state, may)
    return broken


def score_missed(cast: Sequence[CastInShot], shown: Exposed) -> Score:
    """Score how far a planned reveal falls short of half a second."""
    if not cast:
        return Score.missing(facts.MISSED.name, NO_CAST)
    if all(m.declared is not Exposure.REVEALED for m in cast):
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


def score_seconds(
    fact: MetricFacts, value: float, seen: SeenFaces, is_shown: Callable[[FaceState], bool]
) -> Score:
    flags = np.array([is_shown(state) for state in settled(seen.frame_states)], float)
    return Score(
        metric=fact.name, state=ScoreState.OK, value=value, series=over_frames(seen, flags)
    )


def score_area(shown: Exposed) -> Score:
    return Score(metric=facts.FACE_AREA.name, state=ScoreState.OK, value=shown.face_area)
