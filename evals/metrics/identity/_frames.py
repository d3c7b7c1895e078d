"""From faces and sampled frames to frames of the take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evals.metrics import sampled
from evals.metrics.identity.seen import SeenFaces
from tracker.domain.scores import Region
from tracker.domain.units import FrameRange

__all__ = ["around", "course", "faces_in", "over_frames", "region_of"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def around(seen: SeenFaces, faces: Whole) -> FrameRange:
    """Return the frames from the first of some faces to the last, that one included."""
    places = seen.frame_indices[seen.row[faces]]
    return FrameRange(int(places.min()), int(places.max()) + 1)


def course(seen: SeenFaces, faces: Whole, values: Floats) -> tuple[float, ...]:
    """Draw a line through values at faces, level before the first and after the last."""
    return sampled.course(values, seen.frame_indices[seen.row[faces]].tolist(), seen.frame_count)


def over_frames(seen: SeenFaces, values: Floats) -> tuple[float, ...]:
    """Give every frame the value of the nearest sampled one."""
    frames = np.arange(seen.frame_count)
    nearest = np.abs(frames[:, None] - seen.frame_indices[None]).argmin(1)
    return tuple(values[nearest].tolist())


def region_of(seen: SeenFaces, faces: Whole) -> Region | None:
    """Return the part of the picture that holds these faces; None without any."""
    return Region.around(seen.boxes[faces], size_px=seen.size_px) if len(faces) else None


def faces_in(seen: SeenFaces, frames: FrameRange) -> Whole:
    """Return the faces found in a range of frames."""
    places = seen.frame_indices[seen.row]
    return np.flatnonzero((places >= frames.start) & (places < frames.end))
