"""What a finder says of the faces in a frame; plain records, so that no metric needs a model.

A face is `masked` or `revealed`; it is `unsure` while nothing tells. A frame without any face found is
`none`, which is never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Face", "FaceState", "Points", "most_exposing"]

Points = tuple[tuple[float, float], ...]
"""Eyes (left in the picture first), tip of the nose, corners of the mouth."""


class FaceState(StrEnum):
    """How much of a face a frame shows, as far as the pack can tell."""

    MASKED = "masked"
    NONE = "none"
    """No face was found: of a frame, never of a face."""
    REVEALED = "revealed"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True)
class Face:
    """One face found; pixels of the frame that was given, x right, y down."""

    box: tuple[float, float, float, float]
    """Left, top, width, height."""
    points: Points
    score: float
    """How sure the finder is that this is a face, 0-1."""
    revealed_0_1: float
    """Probability that the face is revealed; that it is masked is 1 minus this."""
    state: FaceState


def most_exposing(states: Iterable[FaceState]) -> FaceState:
    """Return a frame's state: none without faces; else the most exposing one, revealed over unsure.

    A reveal plan is broken by one revealed face, however many masked ones stand beside it.
    """
    seen = set(states)
    for state in (FaceState.REVEALED, FaceState.UNSURE, FaceState.MASKED):
        if state in seen:
            return state
    return FaceState.NONE
