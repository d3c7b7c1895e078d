"""Morphing: things that become other things, melt, merge, or whose surface swims.

A small network (`evals.packs.morph`) gives each cell of the picture a chance of morphing, eight times a
second, from what motion does not explain (`evals.media.change`). Only arrays here.

A frame's level is the mean of its four worst cells, after each cell was averaged with its neighbours in
time. The take's value is the mean over the worse half of its samples: what passes fast through a picture
looks like a morph for a moment, and generators morph on and on. A sample in which half of the picture
seems to morph is a cut, a flash or a whip, not a morph, and counts as 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.metrics.artifacts._places import around_peak, block_region
from evals.metrics.base import metric
from evals.metrics.sampled import course
from tracker.domain.scores import Axis, Direction, Evidence, Score, ScoreState
from tracker.domain.units import FrameRange

__all__ = ["MORPH", "missing_morph", "score_morph"]

MORPH = metric(
    "morph",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Morphing",
    unit="probability",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=1.0,
    fails_at=0.9,
)

_FEWEST = 2
_WORST_CELLS = 4
_WHOLE = 0.5
"""Share of cells from which the picture as a whole changes."""
_SHOWN_FROM = 0.5
_RANGES = 8

Floats = NDArray[np.floating]


def missing_morph(reason: str) -> list[Score]:
    """Return the score as not assessable."""
    return [Score.missing(MORPH.name, reason)]


def score_morph(chances: Floats, *, frame_indices: Sequence[int], frame_count: int) -> list[Score]:
    """Score one take from chances (k, rows, columns), 0-1, of k sampled frames.

    `frame_indices` (k) are increasing places within `frame_count`.
    """
    if len(chances) < _FEWEST:
        return missing_morph(
            "Morphing needs half a second of moving picture; give a longer take, or judge it by eye."
        )
    calm = _calm(np.asarray(chances, np.float64))
    flat = np.sort(calm.reshape(len(calm), -1), axis=1)
    levels = flat[:, -_WORST_CELLS:].mean(1)
    edges = _edges(frame_indices, frame_count)
    return [
        Score(
            metric=MORPH.name,
            state=ScoreState.OK,
            value=float(np.sort(levels)[len(levels) // 2 :].mean()),
            evidence=_evidence(calm, levels, edges),
            series=course(levels, frame_indices, frame_count),
        )
    ]


def _calm(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average every cell over three samples; samples that change as a whole count as 0."""
    is_whole = (chances > _SHOWN_FROM).mean((1, 2)) >= _WHOLE
    kept = np.where(is_whole[:, None, None], 0.0, chances)
    padded = np.concatenate([kept[:1], kept, kept[-1:]])
    calm: NDArray[np.float64] = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    return calm


def _edges(frame_indices: Sequence[int], frame_count: int) -> list[int]:
    """A sample speaks of the frames since the one before it."""
    return [
        max(0, 2 * frame_indices[0] - frame_indices[1]),
        *(i + 1 for i in frame_indices[:-1]),
        min(frame_count, frame_indices[-1] + 1),
    ]


def _evidence(
    calm: NDArray[np.float64], levels: NDArray[np.float64], edges: Sequence[int]
) -> tuple[Evidence, ...]:
    found, start = [], None
    for i in range(len(levels) + 1):
        is_up = i < len(levels) and levels[i] >= _SHOWN_FROM
        if is_up and start is None:
            start = i
        if not is_up and start is not None:
            worst = start + int(levels[start:i].argmax())
            found.append(
                Evidence(
                    frames=FrameRange(edges[start], max(edges[i], edges[start] + 1)),
                    kind=MORPH.name,
                    severity=float(levels[worst]),
                    region=block_region([around_peak(calm[worst], 0.5)], picture=calm[worst].shape),
                )
            )
            start = None
    worst_ones = sorted(found, key=lambda e: -e.severity)[:_RANGES]
    return tuple(sorted(worst_ones, key=lambda e: e.frames))
