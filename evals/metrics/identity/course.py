"""Does a face jump to another one inside the shot? Needs no reference; `drift` holds the slow change.

Swap. For every cut through a track into before and after, two faces at least on either side and at most a
second of each: how much more alike faces are within the sides than across, in cosine. That is half the
square of the distance of the sides' means, less what the scatter within the sides would give. What the
turning of the head explains is taken out of vectors and of the cut first (`pose`): nobody turns within an
eighth of a second, but a nod before a cut may look like one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity.pose import without_pose
from evals.metrics.identity.seen import SeenFaces
from evals.packs.faces import FaceState

__all__ = ["FEWEST", "GOOD", "SIDE_S", "Swap", "good", "swap_of"]

SIDE_S = 1.0
"""How much of a track speaks for its start, or for a side of a cut."""
FEWEST = 2
"""Faces on either side of a cut."""
_POSE_ERROR = 0.1
"""In distances between the eyes: a cut has few faces beside it, so that only plain turns explain anything."""
GOOD = 0.15
"""Quality from which a face can be recognised and takes part."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Swap:
    """A sudden change of a face."""

    gap: float
    """Cosine within the sides minus cosine across, at the worst cut; 0 or more."""
    before: int
    """The last face before that cut."""
    after: int
    """The first face after it."""
    faces: Whole
    gaps: Floats
    """The gap of the cut before each of these faces; 0 where there is none."""


def good(seen: SeenFaces, track: Whole) -> Whole:
    """Return the faces of a track that are seen well enough, and alike: revealed, or all unsure.

    A mask that comes off changes a face more than another person would, so masked ones never take part.
    """
    states = [seen.states[i] for i in track]
    counted = FaceState.REVEALED if FaceState.REVEALED in states else FaceState.UNSURE
    is_counted = np.array([state is counted for state in states], bool)
    return track[is_counted & (seen.quality[track] >= GOOD)]


def swap_of(seen: SeenFaces, track: Whole) -> Swap | None:
    """Measure one track; None with fewer than two good faces on either side."""
    faces = good(seen, track)
    if len(faces) < 2 * FEWEST:
        return None
    seconds, vectors, poses = seen.seconds[faces], seen.vectors[faces], seen.poses[faces]
    gaps = np.zeros(len(faces))
    for cut in range(FEWEST, len(faces) - FEWEST + 1):
        near = np.flatnonzero(
            (seconds > seconds[cut - 1] - SIDE_S) & (seconds < seconds[cut] + SIDE_S)
        )
        is_after = (near >= cut).astype(float)
        if min(is_after.sum(), len(near) - is_after.sum()) >= FEWEST:
            gaps[cut] = max(0.0, _gap(is_after, vectors[near], poses[near]))
    worst = int(gaps.argmax())
    return Swap(
        gap=float(gaps[worst]),
        before=int(faces[max(0, worst - 1)]),
        after=int(faces[worst]),
        faces=faces,
        gaps=gaps,
    )


def _gap(is_after: Floats, vectors: Floats, poses: Floats) -> float:
    """Return cosine within the sides minus cosine across, pose taken out."""
    both, used = without_pose(np.column_stack([is_after, vectors]), poses, error=_POSE_ERROR)
    left, rest = both[:, 0], both[:, 1:]
    told = float(left @ left)
    if told < 1e-9:
        return 0.0
    step = left @ rest / told
    noise = rest - np.outer(left, step)
    scatter = float((noise**2).sum()) / max(1.0, len(left) - 2 - used) / told
    return (float(step @ step) - scatter) / 2
