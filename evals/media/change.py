"""What changed in a picture over an eighth and a quarter of a second, beyond motion: maps for a detector.

Six maps at a quarter of the analysis picture's area, of a frame and the two before it that lie an eighth of a
second apart:

| map | what | unit of 1.0 |
|---|---|---|
| 0 | luma, less its mean, over its deviation | 2 deviations |
| 1 | luma minus the frame an eighth before, moved and lit like it | 32 levels |
| 2 | the same with the frame a quarter before | 32 levels |
| 3, 4 | flow minus its smooth part (Gaussian, 8 px), x and y | 4 px |
| 5 | distance by which the ways there and back miss each other | 4 px |

All are held within -4..4. Flow is dense inverse search between these very frames, so that a slow change adds
up before it is looked at.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.motion import lengths, pull

__all__ = ["CHANGE_BOX", "CHANGE_RATE_PER_S", "CHANNELS", "ChangeMaker", "change_step"]

CHANGE_BOX = (256, 144)
"""Width and height that the maps fit into, in pixels."""
CHANGE_RATE_PER_S = 8
CHANNELS = 6

_LIMIT = 4.0
_LEVELS, _FLOW_PX, _SMOOTH_PX = 32.0, 4.0, 8.0
_EDGE_PX = 16
"""Sides are cut to multiples of this."""

Luma = NDArray[np.uint8]
Maps = NDArray[np.float32]


def change_step(fps: float) -> int:
    """Return every how many frames maps are made.

    >>> change_step(24.0), change_step(7.7)
    (3, 1)
    """
    return max(1, round(fps / CHANGE_RATE_PER_S))


class ChangeMaker:
    """Makes maps of one take's sampled frames; keeps the two frames before."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._before: deque[Luma] = deque(maxlen=2)

    def add(self, rgb: NDArray[np.uint8]) -> Maps | None:
        """Take the next sampled frame, uint8 (h, w, 3); return maps (6, h', w'), None for the first two."""
        luma = _small(rgb)
        maps = None
        if len(self._before) == 2:
            maps = self._maps(luma)
        self._before.append(luma)
        return maps

    def _maps(self, luma: Luma) -> Maps:
        here = luma.astype(np.float32)
        spread = max(8.0, float(here.std()))
        far, near = self._before
        recent, flow, lost = self._left_over(luma, near)
        older, _, _ = self._left_over(luma, far)
        rough = (flow - cv2.GaussianBlur(flow, (0, 0), _SMOOTH_PX)) / _FLOW_PX
        maps = np.stack(
            [
                (here - here.mean()) / (2 * spread),
                recent / _LEVELS,
                older / _LEVELS,
                rough[..., 0],
                rough[..., 1],
                lost / _FLOW_PX,
            ]
        )
        return np.asarray(np.clip(maps, -_LIMIT, _LIMIT), np.float32)

    def _left_over(self, luma: Luma, before: Luma) -> tuple[Maps, Maps, Maps]:
        """Return (what motion does not explain, backward flow, miss of there and back)."""
        start = np.zeros((*luma.shape, 2), np.float32)
        flow = np.asarray(self._search.calc(luma, before, start.copy()), np.float32)
        back = np.asarray(self._search.calc(before, luma, start), np.float32)
        moved = pull(before, flow).astype(np.float32)
        here = luma.astype(np.float32)
        gain = float(np.median((here + 16) / (moved + 16)))
        miss = flow + pull(back, flow)
        return (
            here - ((moved + 16) * gain - 16),
            flow,
            lengths(miss[..., 0], miss[..., 1]),
        )


def _small(rgb: NDArray[np.uint8]) -> Luma:
    height, width = rgb.shape[:2]
    scale = min(1.0, CHANGE_BOX[0] / width, CHANGE_BOX[1] / height)
    sides = [max(_EDGE_PX, round(side * scale) // _EDGE_PX * _EDGE_PX) for side in (width, height)]
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (sides[0], sides[1]), interpolation=mode), np.uint8)
