"""Whether a figure of a brief leaves room for a flaw, and in which frames."""

from __future__ import annotations

import numpy as np

from evals.animatic._misread import MASKING
from evals.animatic.brief import Action, Brief, Facing, Figure, MaskKind, ShotSize
from tracker.domain.units import FrameRange

__all__ = [
    "beat_start",
    "changes_beat",
    "is_turned",
    "masked_frames",
    "shows_face",
    "shows_limb",
    "wears_mask",
]


def is_turned(figure: Figure) -> bool:
    """Say whether a figure shows its back all the time."""
    return figure.facing is Facing.AWAY and Action.TURN_BACK not in figure.beats


def shows_face(figure: Figure, brief: Brief) -> bool:
    """Say whether a face, or part of it, can be seen at some time."""
    hidden = figure.mask is not None and figure.mask.kind is MaskKind.FOX and all(_masked(figure))
    is_tiny = brief.size is ShotSize.EXTREME_WIDE
    return figure.subject.has_face and not (is_turned(figure) or hidden or is_tiny)


def shows_limb(figure: Figure, brief: Brief) -> bool:
    """Say whether the arms of a person are in the picture."""
    return figure.subject.has_face and brief.size is not ShotSize.CLOSE


def changes_beat(figure: Figure, _brief: Brief) -> bool:
    """Say whether the second beat differs from the first."""
    return len(figure.beats) > 1 and figure.beats[0] is not figure.beats[1]


def wears_mask(figure: Figure, brief: Brief) -> bool:
    """Say whether a mask is on for a whole beat, and can be seen."""
    is_tiny = brief.size is ShotSize.EXTREME_WIDE
    return any(_masked(figure)) and not is_turned(figure) and not is_tiny


def _masked(figure: Figure) -> list[bool]:
    """Say for each beat whether the mask is on throughout."""
    if figure.mask is None:
        return [False] * len(figure.beats)
    first = next((beat for beat in figure.beats if beat in MASKING), Action.UNMASK)
    is_on, worn = first is Action.UNMASK, []
    for beat in figure.beats:
        worn.append(is_on and beat not in MASKING)
        is_on = beat is Action.MASK or (is_on and beat is not Action.UNMASK)
    return worn


def masked_frames(figure: Figure, frame_count: int) -> FrameRange:
    """Return the first run of beats in which the mask is on."""
    worn = [*_masked(figure), False]
    first = worn.index(True)
    last = worn.index(False, first)
    beats = len(figure.beats)
    return FrameRange(
        beat_start(first, beats, frame_count),
        frame_count if last == beats else beat_start(last, beats, frame_count),
    )


def beat_start(beat: int, beats: int, frame_count: int) -> int:
    """Return the first frame of one of some beats."""
    return int(np.ceil(beat / beats * (frame_count - 1) - 1e-9))
