"""From a take's faces and the shot's cast to scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity import facts
from evals.metrics.identity._course_scores import score_drift, score_swap
from evals.metrics.identity._exposure_scores import (
    score_area,
    score_breach,
    score_missed,
    score_seconds,
)
from evals.metrics.identity._likeness_scores import LikenessCase, score_likeness
from evals.metrics.identity._masked_scores import score_masked
from evals.metrics.identity.cast import CastInShot
from evals.metrics.identity.exposure import exposed
from evals.metrics.identity.likeness import Yardstick
from evals.metrics.identity.seen import SeenFaces
from evals.packs.faces import FaceState
from tracker.domain.scores import Score

__all__ = ["missing_identity", "score_identity"]


def missing_identity(reason: str) -> list[Score]:
    """Return every identity metric as not assessable, for one reason."""
    return [Score.missing(fact.name, reason) for fact in facts.IDENTITY_METRICS]


def score_identity(
    seen: SeenFaces,
    cast: Sequence[CastInShot],
    *,
    others: Mapping[str, NDArray[np.float64]],
    yardstick: Yardstick,
) -> list[Score]:
    """Score one take; one score per metric, in the order of `facts.IDENTITY_METRICS`.

    `others` are mean reference vectors (d,) of the rest of the production's cast by name: those who are not
    in `cast`. Without figures of the embedder likeness has no probability; exposure and course are scored all
    the same.
    """
    take = LikenessCase(seen, tuple(cast), others, yardstick)
    shown = exposed(seen)
    return [
        *score_likeness(take),
        score_masked(take),
        score_drift(seen),
        score_swap(seen),
        score_breach(seen, cast),
        score_missed(cast, shown),
        score_seconds(facts.FACE_SECONDS, shown.face_s, seen, lambda s: s is not FaceState.NONE),
        score_seconds(
            facts.REVEAL_SECONDS, shown.revealed_s, seen, lambda s: s is FaceState.REVEALED
        ),
        score_area(shown),
    ]
