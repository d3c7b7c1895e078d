"""The finish of a print: bloom, vignette, grain, and the bars of a wide picture."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.types import Picture

__all__ = ["Finish"]

_GRAIN_LEVELS = 2.3
_GRAIN_SHEETS = 8
_BLOOM_ABOVE = 176
_WIDE = 2.39


class Finish:
    """Develops raw pixels; the grain of a frame depends on the seed and the frame's number."""

    def __init__(self, size: tuple[int, int], *, seed: int, is_letterboxed: bool) -> None:
        width, height = self._size = size
        self._rng_key = (seed, 97)
        self._vignette = _vignette(size)
        self._sheets = _grain(size)
        bar = max(0, round((height - width / _WIDE) / 2)) if is_letterboxed else 0
        self.bars = (float(bar), float(height - bar))
        """First and last row of the picture between the bars."""

    def develop(self, raw: NDArray[np.uint8], frame: int) -> Picture:
        """Return a new picture from RGBA of shape (height, width, 4)."""
        width, height = self._size
        picture = cv2.cvtColor(raw, cv2.COLOR_RGBA2RGB)
        small = cv2.resize(
            picture, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA
        )
        bright = cv2.GaussianBlur(
            np.maximum(small, _BLOOM_ABOVE) - np.uint8(_BLOOM_ABOVE), (0, 0), max(0.5, height / 220)
        )
        bloom = cv2.resize(bright, (width, height), interpolation=cv2.INTER_LINEAR)
        picture = cv2.addWeighted(picture, 1.0, bloom, 0.9, 0)
        picture = cv2.multiply(picture, self._vignette, scale=1 / 250)
        sheet, y, x, flip = np.random.default_rng((*self._rng_key, frame)).integers(
            (_GRAIN_SHEETS, 64, 64, 2)
        )
        brighter, darker = (sheets[sheet, y : y + height, x : x + width] for sheets in self._sheets)
        picture = cv2.add(picture, brighter[:, ::-1] if flip else brighter)
        picture = cv2.subtract(picture, darker[:, ::-1] if flip else darker)
        top, bottom = (int(row) for row in self.bars)
        picture[:top] = picture[bottom:] = 0
        return np.asarray(picture, np.uint8)


@lru_cache(maxsize=4)
def _vignette(size: tuple[int, int]) -> Picture:
    """Return what is left of the light, of 250, shape (height, width, 3)."""
    width, height = size
    rows, columns = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    fall = np.clip((1.03 - 0.27 * (rows**2 * 0.8 + columns**2) ** 1.2) * 250, 0, 255)
    return np.repeat(fall.astype(np.uint8)[..., None], 3, axis=2)


@lru_cache(maxsize=4)
def _grain(size: tuple[int, int]) -> tuple[Picture, Picture]:
    """Return sheets of soft silver grain, what it adds and what it takes, equal in the channels."""
    rng = np.random.default_rng((size[0], size[1], 98))
    shape = (_GRAIN_SHEETS, size[1] + 64, size[0] + 64)
    sheets = rng.standard_normal(shape, np.float32)
    soft = np.stack([cv2.GaussianBlur(sheet, (0, 0), 0.6) for sheet in sheets])
    levels = np.repeat(np.rint(soft * (_GRAIN_LEVELS / soft.std()))[..., None], 3, axis=3)
    return levels.clip(0, None).astype(np.uint8), (-levels).clip(0, None).astype(np.uint8)
