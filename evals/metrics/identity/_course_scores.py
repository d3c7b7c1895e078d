"""Scores of a face's course through the shot; no reference and no declaration is needed."""

from __future__ import annotations

import numpy as np

from evals.metrics.identity import facts
from evals.metrics.identity._frames import around, course, region_of
from evals.metrics.identity.course import drift_of, swap_of
from evals.metrics.identity.seen import SeenFaces, tracks
from tracker.domain.scores import Evidence, Score, ScoreState

__all__ = ["score_drift", "score_swap"]

_SHOWN_FROM = 0.5
"""Share of a limit from which frames are pointed at."""


def score_drift(seen: SeenFaces) -> Score:
    """Score the slow change of the face that changes most."""
    found = [d for track in tracks(seen) if (d := drift_of(seen, track)) is not None]
    if not found:
        return Score.missing(
            facts.DRIFT.name, "No face is seen well enough for a second; a person must look."
        )
    worst = max(found, key=lambda d: d.per_s)
    words = ", ".join(f"{cosine:.2f} at {lag:g} s" for lag, cosine in worst.at_lags)
    limit = facts.DRIFT.fails_at or np.inf
    evidence: tuple[Evidence, ...] = ()
    if worst.per_s >= _SHOWN_FROM * limit:
        late = worst.faces[len(worst.faces) // 2 :]
        one = Evidence(
            frames=around(seen, late),
            kind="face drift",
            severity=worst.per_s,
            region=region_of(seen, late),
        )
        evidence = (one,)
    return Score(
        metric=facts.DRIFT.name,
        state=ScoreState.OK,
        value=worst.per_s,
        reason=f"Cosine {words}." if words else "",
        evidence=evidence,
        series=course(seen, worst.faces, worst.cosines),
    )


def score_swap(seen: SeenFaces) -> Score:
    """Score the sudden change of a face, or of who stands in its place."""
    found = [s for track in tracks(seen) if (s := swap_of(seen, track)) is not None]
    if not found:
        return Score.missing(
            facts.SWAP.name, "No face is seen well enough for long; a person must look."
        )
    worst = max(found, key=lambda s: s.gap)
    evidence: tuple[Evidence, ...] = ()
    if worst.gap >= _SHOWN_FROM * (facts.SWAP.fails_at or np.inf):
        both = np.array([worst.before, worst.after])
        one = Evidence(
            frames=around(seen, both),
            kind="another face",
            severity=worst.gap,
            region=region_of(seen, both),
        )
        evidence = (one,)
    return Score(
        metric=facts.SWAP.name,
        state=ScoreState.OK,
        value=worst.gap,
        evidence=evidence,
        series=course(seen, worst.faces, worst.gaps),
    )
