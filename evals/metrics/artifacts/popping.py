"""Patches that pop in or out: a place that stands out from what was there before, or comes after.

Blocks of 16 px are read every 8 px of the residual that motion and exposure leave (`texture`), so that no
patch falls between blocks.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.metrics.artifacts._courses import Course
from evals.metrics.artifacts._pair import Luma, block_means
from evals.metrics.artifacts._places import Peak, around_peak
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = [
    "POPPING_PATCH",
    "REACH_FRAMES",
    "STRIDE_PX",
    "pop_at",
    "pop_blocks",
    "pop_course",
    "pop_level",
    "pop_ratios",
]

Maps = NDArray[np.float32]
"""Block maps, (by, bx) or (n, by, bx)."""

POPPING_PATCH = metric(
    "popping_patch",
    version="2",
    axis=Axis.ARTIFACTS,
    title="Popping patch",
    unit="residual / its surroundings",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=8.0,
)

REACH_FRAMES = 4
"""A frame is compared with this many on either side."""
STRIDE_PX = 8
_POP_PLACE = 0.5
"""Blocks that reach this share of the worst one beside them belong to its place."""
_NEAR = np.ones((7, 7), np.uint8)
"""What lies within 24 px of a block may have moved there."""
_QUIETER = 0.75
"""Weight of the quieter side in time; the rest is the second worst of both. Tuned on photographs."""
_POP_FLOOR = 0.3
"""Added to what a block's surroundings show, so that a clean place does not divide by nothing."""
_ENTRY_RATIO = 2.0
_SPREAD_PERCENTILE = 90
"""What a tenth of the picture does is an event of the whole frame, not a patch."""


def pop_blocks(relative: Luma) -> Maps:
    """Mean absolute residual per block of 16 px, every 8 px, trusted or not: what pops cannot be followed.

    Returns (h // 8 - 1, w // 8 - 1), at least (1, 1).
    """
    fine = block_means(np.abs(relative), STRIDE_PX)
    down = fine if len(fine) == 1 else (fine[:-1] + fine[1:]) / 2
    boxes = down if down.shape[1] == 1 else (down[:, :-1] + down[:, 1:]) / 2
    return np.asarray(boxes, np.float32)


def pop_level(here: Maps, before: Sequence[Maps], after: Sequence[Maps]) -> float:
    """How far the worst block of a frame stands out; see `pop_ratios`, whose arguments it takes."""
    return max(0.0, float(pop_ratios(here, before, after).max()))


def pop_ratios(here: Maps, before: Sequence[Maps], after: Sequence[Maps]) -> Maps:
    """How far each block of a frame stands out in time and in the frame, shape (by, bx).

    `here` is the frame's map (by, bx) over all pixels, `before` and `after` those of its neighbours in
    time. A block is held against the worst values within 24 px: on the quieter side in time, since a patch
    that stays is only new to what was before, and, with a quarter of the weight, against the second worst
    of both sides, since something that moves through is there before and after, and one more pop (in, then
    out) may be among them. What the whole frame does is subtracted.
    """
    sides = [[cv2.dilate(m, _NEAR) for m in side] for side in (before, after)]
    around = np.sort([*sides[0], *sides[1]], axis=0)
    if not len(around):
        return np.zeros_like(here)
    worst = [np.max(side, axis=0) for side in sides if len(side) > 1] or [around[-1]]
    second = around[-2] if len(around) > 1 else around[-1]
    usual = _QUIETER * np.min(worst, axis=0) + (1 - _QUIETER) * second
    excess = here - usual
    common = max(0.0, float(np.percentile(excess, _SPREAD_PERCENTILE)))
    return _without_entries(np.asarray((excess - common) / (_POP_FLOOR + usual), np.float32))


def _without_entries(ratios: Maps) -> Maps:
    """Level out what stands out in one piece with the border: things may enter a picture there.

    A patch near the border whose surroundings reach it, while its own upper half does not, stays.
    """
    level = ratios.copy()
    _, labels = cv2.connectedComponents((ratios > _ENTRY_RATIO).astype(np.uint8))
    for label in np.unique(labels[_border(labels.shape)]):
        piece = labels == label
        inside = np.where(piece, ratios, np.float32(0))
        if label > 0:
            level[piece & ~_apart(inside)] = _ENTRY_RATIO
    return level


def _apart(ratios: Maps) -> NDArray[np.bool_]:
    """Return the piece around the peak at half of its height, or nothing where it reaches the border."""
    _, labels = cv2.connectedComponents((ratios >= _POP_PLACE * ratios.max()).astype(np.uint8))
    piece: NDArray[np.bool_] = labels == labels.ravel()[int(ratios.argmax())]
    return np.zeros_like(piece) if piece[_border(piece.shape)].any() else piece


def _border(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    border = np.ones(shape, np.bool_)
    border[1:-1, 1:-1] = False
    return border


def pop_course(maps: Maps) -> Course:
    """Largest `pop_level` of a take; maps (n, by, bx) of the frames from the second on."""
    levels = [pop_at(list(maps), at)[0] for at in range(len(maps))]
    return Course(value=max(levels, default=0.0), series=np.array([0.0, *levels]))


def pop_at(maps: Sequence[Maps], here: int) -> Peak:
    """Return the level of one of the maps, and its place in strides of 8 px."""
    before = maps[max(0, here - REACH_FRAMES) : here]
    ratios = pop_ratios(maps[here], before, maps[here + 1 : here + 1 + REACH_FRAMES])
    level = max(0.0, float(ratios.max()))
    if level <= 0:
        return 0.0, None
    box = around_peak(ratios, _POP_PLACE)
    # A block is two strides wide; a picture of one block is one stride.
    return level, box._replace(bottom=box.bottom + 1, right=box.right + 1)
