"""Scores of a face's course through the shot; no reference and no declaration is needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity import facts
from evals.metrics.identity._frames import around, course, region_of
from evals.metrics.identity.course import swap_of
from evals.metrics.identity.drift import drift_of
from evals.metrics.identity.seen import SeenFaces, tracks
from tracker.domain.scores import Evidence, MetricFacts, Score, ScoreState

__all__ = ["score_drift", "score_swap"]

_SHOWN_FROM = 0.5
"""Share of a limit from which frames are pointed at."""


def score_drift(seen: SeenFaces) -> Score:
    """Score the slow change of the face that changes most."""
    found = [d for track in tracks(seen) if (d := drift_of(seen, track)) is not None]
    if not found:
        return Score.missing(
            facts.DRIFT.name,
            "No face is seen well enough for a second and a half; a person must look.",
        )
    worst = max(found, key=lambda d: d.per_s)
    words = ", ".join(f"{cosine:.2f} at {lag:g} s" for lag, cosine in worst.at_lags)
    late = worst.faces[len(worst.faces) // 2 :]
    return Score(
        metric=facts.DRIFT.name,
        state=ScoreState.OK,
        value=worst.per_s,
        low=worst.low,
        high=worst.high,
        reason=f"Cosine {words}." if words else "",
        evidence=_shown(facts.DRIFT, worst.per_s, seen, late, kind="face drift"),
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
    both = np.array([worst.before, worst.after])
    return Score(
        metric=facts.SWAP.name,
        state=ScoreState.OK,
        value=worst.gap,
        evidence=_shown(facts.SWAP, worst.gap, seen, both, kind="another face"),
        series=course(seen, worst.faces, worst.gaps),
    )


def _shown(
    fact: MetricFacts, value: float, seen: SeenFaces, faces: NDArray[np.int64], *, kind: str
) -> tuple[Evidence, ...]:
    """Point at faces whose measure uses enough of its limit."""
    if value < _SHOWN_FROM * (fact.fails_at or np.inf):
        return ()
    frames, region = around(seen, faces), region_of(seen, faces)
    return (Evidence(frames=frames, kind=kind, severity=value, region=region),)
