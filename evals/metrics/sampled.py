"""From some frames of a take to all of them: which stretch a sampled frame stands for, and lines between."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.domain.units import FrameRange

__all__ = ["course", "edges", "ranges"]


def edges(frame_indices: Sequence[int], frame_count: int) -> list[int]:
    """Return where the stretch of each sampled frame begins and ends, half-open: k + 1 frame numbers.

    Neighbours share the frames between them by halves.
    """
    middles = [(a + b + 1) // 2 for a, b in pairwise(frame_indices)]
    return [0, *middles, frame_count]


def ranges(
    is_in: NDArray[np.bool_] | Sequence[bool], frame_indices: Sequence[int], frame_count: int
) -> list[tuple[FrameRange, slice]]:
    """Return each run of marked sampled frames (k), as frames of the take and as a slice of the k."""
    borders, found, start = edges(frame_indices, frame_count), [], 0
    for i in range(len(is_in) + 1):
        if i < len(is_in) and is_in[i]:
            continue
        if start < i:
            found.append((FrameRange(borders[start], borders[i]), slice(start, i)))
        start = i + 1
    return found


def course(
    values: NDArray[np.floating], frame_indices: Sequence[int], frame_count: int
) -> tuple[float, ...]:
    """Return one value for every frame, straight lines between the sampled ones (k)."""
    line = np.interp(np.arange(frame_count), frame_indices, values)
    return tuple(float(value) for value in line)
