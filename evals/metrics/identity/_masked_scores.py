"""Whose face is behind a mask: figures of its own, a wide interval, and never a decision.

A mask moves every likeness, of the same person and of others, so a masked face never meets the threshold of
revealed ones. It is compared with unmasked references by curves that the pack measured for just that, which
are not bent by the references among themselves: those say nothing of masks.
"""

from __future__ import annotations

import numpy as np

from evals.metrics.identity import facts
from evals.metrics.identity._frames import course
from evals.metrics.identity._likeness_scores import LikenessCase
from evals.metrics.identity.cast import NO_CAST, CastInShot, assign, expects_face
from evals.metrics.identity.course import GOOD
from evals.metrics.identity.likeness import Likeness, LikenessModel, compare
from evals.metrics.identity.seen import Floats, Whole
from evals.packs.faces import FaceState
from tracker.domain.scores import Score, ScoreState

__all__ = ["score_masked"]

_NO_FIGURES = (
    "The pack does not say how alike masked faces are; add [identity.masked_statistics] to it, or let a "
    "person judge who is behind the mask."
)
_CANNOT_TELL = "Nothing in the pack tells a masked face from a revealed one; a person must look."


def score_masked(take: LikenessCase) -> Score:
    """Score whether those seen masked only are who they should be; the worst character counts."""
    name = facts.MASKED.name
    masked = _masked(take)
    if not take.cast:
        return Score.missing(name, NO_CAST)
    if not take.yardstick.tells_masked:
        return Score.missing(name, _CANNOT_TELL)
    if not masked:
        return Score.missing(
            name, "Nobody is seen masked only, so there is no mask to look behind."
        )
    if take.yardstick.masked is None:
        return Score.missing(name, _NO_FIGURES)
    without = [member.name for member, _ in masked if not len(member.vectors)]
    if without:
        return Score.missing(
            name,
            f"There is no usable reference of {' or '.join(without)}; add unmasked pictures with "
            "`roundtable cast references`.",
        )
    found = [(member, faces, _compared(take, member, faces)) for member, faces in masked]
    _, faces, (worst, chances) = min(found, key=lambda one: one[2][0].same_0_1)
    told = "; ".join(f"{m.name} {likeness.same_0_1:.2f}" for m, _, (likeness, _) in found)
    return Score(
        metric=name,
        state=ScoreState.OK,
        value=worst.same_0_1,
        low=worst.same_low,
        high=worst.same_high,
        reason=f"Behind the mask: {told}. A mask hides too much to decide by.",
        series=course(take.seen, faces, chances),
    )


def _masked(take: LikenessCase) -> list[tuple[CastInShot, Whole]]:
    """Return the characters of whom good masked faces are seen and no good revealed one."""
    given = assign(take.seen, take.cast)
    found = []
    for member in take.cast:
        if not expects_face(member):
            continue
        good = [i for i in given[member.code] if take.seen.quality[i] >= GOOD]
        states = [take.seen.states[i] for i in good]
        if FaceState.MASKED in states and FaceState.REVEALED not in states:
            kept = [i for i, state in zip(good, states, strict=True) if state is FaceState.MASKED]
            found.append((member, np.array(kept, np.int64)))
    return found


def _compared(take: LikenessCase, member: CastInShot, faces: Whole) -> tuple[Likeness, Floats]:
    """Return the likeness of some faces, and P(same) of each on its own, shape (n,)."""
    statistics = take.yardstick.masked
    assert statistics is not None  # noqa: S101 - asked before
    vectors, weights = take.seen.vectors[faces], take.seen.quality[faces]
    model = LikenessModel(
        references=member.vectors,
        weights=member.weights,
        cohort=np.zeros((0, vectors.shape[1])),
        statistics=statistics,
        is_bent=False,
    )
    whole = compare(model, vectors, weights=weights, blocks=take.seen.blocks(faces))
    singly = np.average(member.vectors @ vectors.T, axis=0, weights=member.weights)
    return whole, model.probability(singly, np.average(vectors, axis=0, weights=weights))
