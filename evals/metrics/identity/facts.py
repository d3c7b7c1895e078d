"""What the identity metrics are called, and where they fail."""

from __future__ import annotations

from functools import partial

from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = [
    "BREACH",
    "DRIFT",
    "FACE_AREA",
    "FACE_SECONDS",
    "FILM",
    "FILM_METRICS",
    "IDENTITY_METRICS",
    "MASKED",
    "MISSED",
    "OTHERS",
    "REVEAL_SECONDS",
    "SAME",
    "SETS",
    "SWAP",
]

REVEAL_S = 0.5
"""A face shown for less was not revealed."""

_lower = partial(metric, axis=Axis.IDENTITY, direction=Direction.LOWER_IS_BETTER, low=0.0)
_higher = partial(metric, version="1", axis=Axis.IDENTITY, direction=Direction.HIGHER_IS_BETTER)

SAME = _higher(
    "identity_same",
    title="Same person",
    unit="probability",
    low=0.0,
    high=1.0,
    fails_at=0.1,
)
SETS = _higher(
    "identity_sets",
    title="Reference sets agree",
    unit="1 - span of probabilities",
    low=0.0,
    high=1.0,
)
OTHERS = _higher(
    "identity_others",
    title="Told from the rest of the cast",
    unit="cosine ahead",
    low=-2.0,
    high=2.0,
    decides=False,
)
MASKED = _higher(
    "identity_masked",
    title="Same person behind the mask",
    unit="probability",
    low=0.0,
    high=1.0,
    decides=False,
)
DRIFT = _lower(
    "identity_drift",
    version="2",
    title="Face drifts",
    unit="change per second beyond pose",
    high=None,
    fails_at=0.15,
)
SWAP = _lower(
    "identity_swap",
    version="2",
    title="Face changes inside the shot",
    unit="cosine gap",
    high=2.0,
    fails_at=0.65,
)
BREACH = _lower(
    "exposure_breach",
    version="1",
    title="Face shown against the plan",
    unit="s",
    high=None,
    fails_at=0.25,
)
MISSED = _lower(
    "reveal_missed",
    version="1",
    title="Planned face not shown",
    unit="s short of 0.5",
    high=REVEAL_S,
    decides=False,
)
FACE_SECONDS = _lower(
    "face_seconds",
    version="1",
    title="Faces seen",
    unit="s",
    high=None,
    decides=False,
)
REVEAL_SECONDS = _lower(
    "reveal_seconds",
    version="1",
    title="Faces revealed",
    unit="s",
    high=None,
    decides=False,
)
FACE_AREA = _lower(
    "face_area",
    version="1",
    title="Area of faces",
    unit="share of the picture",
    high=1.0,
    decides=False,
)

FILM = _higher(
    "identity_film",
    title="As in the film's other shots",
    unit="cosine",
    low=-1.0,
    high=1.0,
)

FILM_METRICS = (FILM,)
"""What `score_film` scores, once all takes' faces are known."""

IDENTITY_METRICS = (
    SAME,
    SETS,
    OTHERS,
    MASKED,
    DRIFT,
    SWAP,
    BREACH,
    MISSED,
    FACE_SECONDS,
    REVEAL_SECONDS,
    FACE_AREA,
)
"""What `score_identity` scores, in its order."""
