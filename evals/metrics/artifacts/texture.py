"""Texture: boil, surfaces that crawl on every frame; and the history of blocks that `popping` reads, too.

Both look at what is left of a frame after the one before it was moved and lit like it, per block of
16 px, measured against what the motion search cannot be expected to explain: noise and steep edges. The
residual is smoothed with its sign, which removes grain but keeps patterns.

Boil is told from motion that was merely not followed by its rhythm. A pattern n that is drawn anew on
every frame leaves n_t - n_t-1, and this residual has the opposite sign of the one before it, on
average by half their power; a thing that moves on, or light that drifts, keeps its sign.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

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
from evals.metrics.artifacts._places import Box, Peak, around_peak, block_region
from evals.metrics.artifacts.popping import REACH_FRAMES, STRIDE_PX, pop_at, pop_blocks
from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction, Region

__all__ = [
    "TEXTURE_BOIL",
    "BlockHistory",
    "boil_blocks",
    "boil_course",
    "boil_level",
    "relative_residual",
]

Maps = NDArray[np.float32]
"""Block maps, (by, bx) or (n, by, bx)."""

TEXTURE_BOIL = metric(
    "texture_boil",
    version="2",
    axis=Axis.ARTIFACTS,
    title="Texture boil",
    unit="residual / expected",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    fails_at=0.8,
)
_BLOCK_PX = 16
_SMOOTH_PX = 1.5
_TOP_BLOCKS = 4
_MIN_TRUSTED = 0.15
"""A block with a smaller trusted share, 0-1, is scaled as if it had this much."""
_BOIL_PLACE = 0.25
"""Blocks that reach this share of the worst one beside them belong to its place; levels are squares."""


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


def boil_level(maps: Maps) -> float:
    """Root of the mean of the four blocks that are worst in the median over time; maps (n, by, bx)."""
    return _boil_at(maps)[0]


def boil_course(maps: Maps, count: int) -> Course:
    """`boil_level` of the worst window of 24; maps (n, by, bx) are of the last n of `count` frames."""
    levels = [boil_level(maps[a : a + WINDOW_FRAMES]) for a in window_starts(len(maps))]
    return _spread_windows(levels, len(maps), count)


class BlockHistory:
    """The last 24 maps of a take, and what has been read from them so far.

    Gives exactly what `boil_course` and `pop_course` give on all maps of the take.
    """

    def __init__(self) -> None:
        self._boils: deque[Maps] = deque(maxlen=WINDOW_FRAMES)
        self._pops: deque[Maps] = deque(maxlen=2 * REACH_FRAMES + 1)
        self._boil_count = self._pop_count = 0
        self._boil_levels: list[Peak] = []
        self._pop_levels: list[Peak] = []
        self._picture = (1, 1)
        self._relative: Luma | None = None
        self._valid: Luma | None = None

    def add(self, pair: Pair, flow: NDArray[np.float32]) -> None:
        """Take the next pair of frames, and the flow that joins them."""
        relative, valid = relative_residual(pair), pair.valid.astype(np.float32)
        self._picture = relative.shape
        self._add_pop(pop_blocks(relative))
        if self._relative is not None and self._valid is not None:
            trusted = valid * pull(self._valid, flow)
            self._add_boil(boil_blocks(relative, pull(self._relative, flow), trusted))
        self._relative, self._valid = relative, valid

    def boil(self) -> Course:
        """The worst window; each frame's course is the worst window that holds it."""
        peaks = list(self._boil_levels)
        starts = window_starts(self._boil_count)
        if len(peaks) < len(starts):
            peaks.append(_boil_at(np.stack(self._boils)))
        course = _spread_windows([p[0] for p in peaks], self._boil_count, self._pop_count + 1)

        def region_of(frames: Sequence[int]) -> Region | None:
            shift, least = self._pop_count + 1 - self._boil_count, course.series[frames].min()
            windows = [(p, a + shift) for p, a in zip(peaks, starts, strict=True)]
            boxes = [
                box
                for (level, box), start in windows
                if level >= least and start <= frames[-1] and frames[0] < start + WINDOW_FRAMES
            ]
            return self._region(boxes, _BLOCK_PX)

        return replace(course, region_of=region_of)

    def pops(self) -> Course:
        """The worst frame, and every frame's level."""
        maps = list(self._pops)
        pending = range(len(maps) - min(REACH_FRAMES, self._pop_count), len(maps))
        peaks = self._pop_levels + [pop_at(maps, at) for at in pending]
        levels = [level for level, _ in peaks]
        return Course(
            value=max(levels, default=0.0),
            series=np.array([0.0, *levels]),
            region_of=lambda frames: self._region(
                [peaks[i - 1][1] for i in frames if i], STRIDE_PX
            ),
        )

    def _region(self, boxes: Iterable[Box | None], edge_px: int) -> Region | None:
        known = [box for box in boxes if box is not None]
        return block_region(known, picture=self._picture, edge_px=edge_px)

    def _add_boil(self, blocks: Maps) -> None:
        self._boils.append(blocks)
        self._boil_count += 1
        beyond = self._boil_count - WINDOW_FRAMES
        if beyond >= 0 and beyond % WINDOW_STRIDE_FRAMES == 0:
            self._boil_levels.append(_boil_at(np.stack(self._boils)))

    def _add_pop(self, blocks: Maps) -> None:
        self._pops.append(blocks)
        self._pop_count += 1
        if self._pop_count > REACH_FRAMES:
            maps = list(self._pops)
            self._pop_levels.append(pop_at(maps, len(maps) - 1 - REACH_FRAMES))


def _spread_windows(levels: list[float], maps: int, count: int) -> Course:
    series = np.zeros(count)
    for start, level in zip(window_starts(maps), levels, strict=True):
        first = count - maps + start
        inside = slice(first, first + WINDOW_FRAMES)
        series[inside] = np.maximum(series[inside], level)
    return Course(value=float(series.max(initial=0.0)), series=series)


def _boil_at(maps: Maps) -> Peak:
    steady = np.median(maps, axis=0)
    level = float(np.sqrt(max(0.0, np.sort(steady.ravel())[-_TOP_BLOCKS:].mean())))
    return level, around_peak(steady, _BOIL_PLACE) if level > 0 else None


def _gradient(luma: Luma) -> Luma:
    """Length of the central-difference gradient, levels per pixel."""
    across = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=1 / 8)
    return lengths(np.asarray(across, np.float32), np.asarray(down, np.float32))
