"""Is a face shown only where the film means to show it?

Each sampled frame is none, masked, revealed or unsure, and stands for the time half way to its neighbours.
A state that lasts for one sample only, between two that agree, is taken for a slip of the model and follows
them. What may be shown is the stricter of the shot's declared exposure and the film's reveal plan, per
character; in a frame the most exposing of its characters, and where characters differ, each face is judged by
the character it resembles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.metrics.identity.seen import SeenFaces
from evals.metrics.sampled import edges, ranges
from evals.packs.faces import FaceState
from tracker.domain.likeness import Exposure
from tracker.domain.units import FrameRange

__all__ = ["Exposed", "exposed", "ranges_of", "settled", "shows_more", "stricter", "weights_s"]

T = TypeVar("T")

_RANK = {Exposure.NONE: 0, Exposure.MASKED: 1, Exposure.REVEALED: 2}
_SHOWN = {FaceState.NONE: 0, FaceState.MASKED: 1, FaceState.UNSURE: 1, FaceState.REVEALED: 2}

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """What a take shows of faces, in time."""

    face_s: float
    """Seconds with any face."""
    revealed_s: float
    unsure_s: float
    face_area: float
    """Mean share of the picture that faces cover, over all frames, 0-1."""
    states: tuple[FaceState, ...]
    """Of the sampled frames, slips taken out."""
    weights_s: Floats
    """Seconds that each sampled frame stands for."""


def stricter(declared: Exposure | None, planned: Exposure | None) -> Exposure | None:
    """Return what may be shown at most; None where nobody said anything."""
    said = [one for one in (declared, planned) if one is not None]
    return min(said, key=_RANK.__getitem__, default=None)


def shows_more(state: FaceState, allowed: Exposure) -> bool:
    """Say whether a face surely shows more than is allowed; an unsure one shows a face, perhaps masked."""
    return _SHOWN[state] > _RANK[allowed]


def settled(states: Sequence[T]) -> tuple[T, ...]:
    """Let a single sample between two that agree follow them.

    >>> [s.value for s in settled([FaceState.MASKED, FaceState.REVEALED, FaceState.MASKED])]
    ['masked', 'masked', 'masked']
    """
    calm = list(states)
    for i in range(1, len(states) - 1):
        if states[i - 1] == states[i + 1]:
            calm[i] = states[i - 1]
    return tuple(calm)


def exposed(seen: SeenFaces) -> Exposed:
    """Sum a take up."""
    states, weights = settled(seen.frame_states), weights_s(seen)
    areas = np.zeros(len(seen.frame_indices))
    width, height = seen.size_px
    np.add.at(areas, seen.row, seen.boxes[:, 2] * seen.boxes[:, 3] / (width * height))
    return Exposed(
        face_s=_seconds(states, weights, *(s for s in FaceState if s is not FaceState.NONE)),
        revealed_s=_seconds(states, weights, FaceState.REVEALED),
        unsure_s=_seconds(states, weights, FaceState.UNSURE),
        face_area=float(np.average(np.minimum(areas, 1), weights=weights)),
        states=states,
        weights_s=weights,
    )


def ranges_of(seen: SeenFaces, flags: Sequence[bool]) -> list[FrameRange]:
    """Return the frames that flagged samples stand for, neighbours joined."""
    return [frames for frames, _ in ranges(flags, seen.frame_indices.tolist(), seen.frame_count)]


def weights_s(seen: SeenFaces) -> Floats:
    """Return the seconds that each sampled frame stands for, shape (k,)."""
    weights: Floats = np.diff(edges(seen.frame_indices.tolist(), seen.frame_count)) / float(
        seen.fps
    )
    return weights


def _seconds(states: Sequence[FaceState], weights: Floats, *wanted: FaceState) -> float:
    return float(sum(w for state, w in zip(states, weights, strict=True) if state in wanted))
