"""Texture: boil (surfaces that crawl on every frame) and patches that pop in or out.

Both look at what is left of a frame after the one before it was moved and lit like it, per block of
16 px, measured against what the motion search cannot be expected to explain: noise and steep edges.
The residual is smoothed with its sign, which removes grain but keeps patterns.

Boil is told from motion that was merely not followed by its rhythm. A pattern n that is drawn anew on
every frame leaves n_t - n_t-1, and this residual has the opposite sign of the one before it, on
average by half their power; a thing that moves on, or light that drifts, keeps its sign.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.motion import lengths, pull
from evals.metrics.artifacts._courses import (
    WINDOW_FRAMES,
    WINDOW_STRIDE_FRAMES,
    Course,
    window_starts,
)
from evals.metrics.artifacts._pair import LEAP_GAIN, Luma, Pair, block_means
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction

__all__ = [
    "POPPING_PATCH",
    "TEXTURE_BOIL",
    "BlockHistory",
    "boil_blocks",
    "boil_course",
    "boil_level",
    "pop_blocks",
    "pop_course",
    "pop_level",
    "relative_residual",
]

Maps = NDArray[np.float32]
"""Block maps, (by, bx) or (n, by, bx)."""

TEXTURE_BOIL = metric(
    "texture_boil",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Texture boil",
    unit="residual / expected",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=0.8,
)
POPPING_PATCH = metric(
    "popping_patch",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Popping patch",
    unit="residual / its surroundings",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=8.0,
)

_REACH_FRAMES = 4
"""A frame is compared with this many on either side."""
_BLOCK_PX = 16
_SMOOTH_PX = 1.5
_TOP_BLOCKS = 4
_MIN_TRUSTED = 0.15
"""A block with a smaller trusted share, 0-1, is scaled as if it had this much."""
_POP_FLOOR = 0.3
"""Added to what a block's surroundings show, so that a clean place does not divide by nothing."""
_ENTRY_RATIO = 2.0
_SPREAD_PERCENTILE = 90
"""What a tenth of the picture does is an event of the whole frame, not a patch."""


def relative_residual(pair: Pair) -> Luma:
    """Signed, smoothed residual / (2 + (0.5 + 0.05 flow) gradient), shape (h, w).

    Zero everywhere when too little of the picture could be followed, or the light leapt: what is
    blown out or drowned in one of the two frames cannot be compared.
    """
    if pair.gain is None or abs(pair.gain) > LEAP_GAIN:
        return np.zeros_like(pair.luma)
    residual = cv2.GaussianBlur(pair.luma - pair.before, (0, 0), _SMOOTH_PX)
    expected = 2 + (0.5 + 0.05 * pair.speed) * _gradient(pair.luma)
    return np.asarray(residual / expected, np.float32)


def boil_blocks(relative: Luma, before: Luma, trusted: Luma) -> Maps:
    """Minus the product of a residual and the one before it, per block, over trusted pixels.

    All of shape (h, w): `before` is the previous frame's residual moved onto this frame, `trusted`
    the share, 0-1, in which both can be trusted. Returns (h // 16, w // 16), at least (1, 1).
    """
    share = np.maximum(block_means(trusted, _BLOCK_PX), np.float32(_MIN_TRUSTED))
    return np.asarray(block_means(-relative * before * trusted, _BLOCK_PX) / share, np.float32)


def pop_blocks(relative: Luma) -> Maps:
    """Mean absolute residual per block, trusted or not: what pops up cannot be followed."""
    return block_means(np.abs(relative), _BLOCK_PX)


def boil_level(maps: Maps) -> float:
    """Root of the mean of the four blocks that are worst in the median over time; maps (n, by, bx)."""
    steady = np.median(maps, axis=0).ravel()
    return float(np.sqrt(max(0.0, np.sort(steady)[-_TOP_BLOCKS:].mean())))


def pop_level(here: Maps, around: Maps | list[Maps]) -> float:
    """How far the worst block of a frame stands out in time and in the frame.

    `here` is the frame's map (by, bx) over all pixels, `around` (n, by, bx) those of its neighbours
    in time. A block is held against the second worst value around it, one block further in every
    direction: something that moves through is there before and after, and the second worst leaves
    room for one more pop (in, then out). What the whole frame does is subtracted.
    """
    if not len(around):
        return 0.0
    wide = np.sort([cv2.dilate(m, np.ones((3, 3), np.uint8)) for m in around], axis=0)
    usual = wide[-2] if len(wide) > 1 else wide[-1]
    excess = here - usual
    common = max(0.0, float(np.percentile(excess, _SPREAD_PERCENTILE)))
    return max(0.0, float(_without_entries((excess - common) / (_POP_FLOOR + usual)).max()))


def _without_entries(ratios: Maps) -> Maps:
    """Level out what stands out in one piece with the border: things may enter a picture there."""
    _, labels = cv2.connectedComponents((ratios > _ENTRY_RATIO).astype(np.uint8))
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    entered = np.isin(labels, border[border > 0])
    return np.where(entered, np.float32(_ENTRY_RATIO), ratios)


def boil_course(maps: Maps, count: int) -> Course:
    """`boil_level` of the worst window of 24; maps (n, by, bx) are of the last n of `count` frames."""
    levels = [boil_level(maps[a : a + WINDOW_FRAMES]) for a in window_starts(len(maps))]
    return _spread_windows(levels, len(maps), count)


def pop_course(maps: Maps) -> Course:
    """Largest `pop_level` of a take; maps (n, by, bx) of the frames from the second on."""
    levels = [_pop_at(list(maps), at) for at in range(len(maps))]
    return Course(value=max(levels, default=0.0), series=np.array([0.0, *levels]))


class BlockHistory:
    """The last 24 maps of a take, and what has been read from them so far.

    Gives exactly what `boil_course` and `pop_course` give on all maps of the take.
    """

    def __init__(self) -> None:
        self._boils: deque[Maps] = deque(maxlen=WINDOW_FRAMES)
        self._pops: deque[Maps] = deque(maxlen=2 * _REACH_FRAMES + 1)
        self._boil_count = self._pop_count = 0
        self._boil_levels: list[float] = []
        self._pop_levels: list[float] = []
        self._relative: Luma | None = None
        self._valid: Luma | None = None

    def add(self, pair: Pair, flow: NDArray[np.float32]) -> None:
        """Take the next pair of frames, and the flow that joins them."""
        relative, valid = relative_residual(pair), pair.valid.astype(np.float32)
        self._add_pop(pop_blocks(relative))
        if self._relative is not None and self._valid is not None:
            trusted = valid * pull(self._valid, flow)
            self._add_boil(boil_blocks(relative, pull(self._relative, flow), trusted))
        self._relative, self._valid = relative, valid

    def boil(self) -> Course:
        """The worst window; each frame's course is the worst window that holds it."""
        levels = list(self._boil_levels)
        if len(levels) < len(window_starts(self._boil_count)):
            levels.append(boil_level(np.stack(self._boils)))
        return _spread_windows(levels, self._boil_count, self._pop_count + 1)

    def pops(self) -> Course:
        """The worst frame, and every frame's level."""
        maps = list(self._pops)
        pending = range(len(maps) - min(_REACH_FRAMES, self._pop_count), len(maps))
        levels = self._pop_levels + [_pop_at(maps, at) for at in pending]
        return Course(value=max(levels, default=0.0), series=np.array([0.0, *levels]))

    def _add_boil(self, blocks: Maps) -> None:
        self._boils.append(blocks)
        self._boil_count += 1
        beyond = self._boil_count - WINDOW_FRAMES
        if beyond >= 0 and beyond % WINDOW_STRIDE_FRAMES == 0:
            self._boil_levels.append(boil_level(np.stack(self._boils)))

    def _add_pop(self, blocks: Maps) -> None:
        self._pops.append(blocks)
        self._pop_count += 1
        if self._pop_count > _REACH_FRAMES:
            maps = list(self._pops)
            self._pop_levels.append(_pop_at(maps, len(maps) - 1 - _REACH_FRAMES))


def _spread_windows(levels: list[float], maps: int, count: int) -> Course:
    series = np.zeros(count)
    for start, level in zip(window_starts(maps), levels, strict=True):
        first = count - maps + start
        inside = slice(first, first + WINDOW_FRAMES)
        series[inside] = np.maximum(series[inside], level)
    return Course(value=float(series.max(initial=0.0)), series=series)


def _pop_at(maps: list[Maps], here: int) -> float:
    near = maps[max(0, here - _REACH_FRAMES) : here + _REACH_FRAMES + 1]
    at = min(here, _REACH_FRAMES)
    return pop_level(near[at], np.stack(near[:at] + near[at + 1 :]) if len(near) > 1 else near[:0])


def _gradient(luma: Luma) -> Luma:
    """Length of the central-difference gradient, levels per pixel."""
    across = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=1 / 8)
    return lengths(np.asarray(across, np.float32), np.asarray(down, np.float32))
