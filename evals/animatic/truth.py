"""What is known of every drawn frame, since it was drawn on purpose."""

from __future__ import annotations

from dataclasses import dataclass

from evals.animatic.brief import Action
from tracker.domain.likeness import Exposure

__all__ = ["FaceTruth", "FrameTruth"]

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class FaceTruth:
    """One face in the picture; coordinates are pixels of the rendered frame, x right, y down."""

    person: int
    """`Person.seed` of its owner."""
    state: Exposure
    """MASKED or REVEALED; a face that cannot be seen is not listed."""
    box: tuple[float, float, float, float]
    """Left, top, width, height: hairline to chin, cheek to cheek; may reach over the edge."""
    points: tuple[Point, Point, Point, Point, Point]
    """Centres of the eyes (left in the picture first), tip of the nose, corners of the mouth."""
    yaw_deg: float
    """0 looks into the camera, positive to the picture's right."""
    visible_share: float
    """Of the box, inside the picture and not covered by things that are no mask, 0-1."""


@dataclass(frozen=True, kw_only=True)
class FrameTruth:
    """One frame."""

    frame: int
    """From 0."""
    faces: tuple[FaceTruth, ...] = ()
    beats: tuple[Action, ...] = ()
    """What each figure does, in the brief's order."""
