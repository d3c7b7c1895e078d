"""How far flawed frames are from their clean twins: structural similarity, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from evals.media.types import Picture
from tracker.errors import MisuseError

__all__ = ["Box", "around", "mean_ssim", "ssim", "touched"]

Box = tuple[int, int, int, int]

_WINDOW = 7
_PAIRS = _WINDOW**2
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_SEEN = (5, 16)
"""Mean change of 5x5 pixels from which they count, in levels, at least and at most: an edge that moves
by a fraction of a pixel, or light that blooms a little further, is no part of a flaw."""
_SEEN_SHARE = 0.15
"""The same as a share of the greatest change, for flaws in the dark."""
_LOCAL_SHARE = 0.6
"""A box that covers more of the picture than this says nothing about where to look."""
_MIN_BOX_PX = 8


def ssim(one: Picture, two: Picture) -> float:
    """Return the mean SSIM of the luma of two sRGB pictures, uint8 (h, w, 3): 1 is equal.

    Uniform windows of 7x7 pixels with sample covariance, as scikit-image has them by default. Luma
    is BT.601's. Raises MisuseError for unlike shapes or sides under 7 pixels.

    >>> grey = np.full((9, 9, 3), 90, np.uint8)
    >>> ssim(grey, grey)
    1.0
    """
    if one.shape != two.shape or min(one.shape[:2]) < _WINDOW:
        raise MisuseError(
            f"Cannot compare pictures of {one.shape} and {two.shape}; "
            f"give two alike with sides of at least {_WINDOW} pixels."
        )
    a, b = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float64) for p in (one, two))
    mean_a, mean_b = _mean(a), _mean(b)
    sample = _PAIRS / (_PAIRS - 1)
    variances = sample * (_mean(a * a) - mean_a * mean_a + _mean(b * b) - mean_b * mean_b)
    covariance = sample * (_mean(a * b) - mean_a * mean_b)
    light = (2 * mean_a * mean_b + _C1) / (mean_a * mean_a + mean_b * mean_b + _C1)
    likeness = light * (2 * covariance + _C2) / (variances + _C2)
    edge = _WINDOW // 2
    return float(likeness[edge:-edge, edge:-edge].mean(dtype=np.float64))


def touched(clean: Picture, flawed: Picture) -> Box | None:
    """Return the box (left, top, width, height) of what differs between two pictures.

    None where nothing does, or most of the picture.
    """
    height, width = clean.shape[:2]
    change = np.asarray(cv2.blur(cv2.absdiff(clean, flawed).max(axis=-1), (5, 5)))
    is_seen = change >= np.clip(_SEEN_SHARE * change.max(), *_SEEN)
    rows, columns = np.flatnonzero(is_seen.any(axis=1)), np.flatnonzero(is_seen.any(axis=0))
    if not len(rows):
        return None
    spans = []
    for found, edge in ((columns, width), (rows, height)):  # at least one window of the SSIM
        start = max(0, min(int(found[0]), edge - _MIN_BOX_PX))
        spans.append((start, max(int(found[-1]) + 1 - start, min(_MIN_BOX_PX, edge))))
    (left, wide), (top, tall) = spans
    return (left, top, wide, tall) if wide * tall <= _LOCAL_SHARE * width * height else None


def around(boxes: Sequence[Box | None]) -> Box | None:
    """Return the box around boxes; None where there is none."""
    known = np.array([box for box in boxes if box is not None])
    if not len(known):
        return None
    left, top = known[:, :2].min(axis=0)
    right, bottom = (known[:, :2] + known[:, 2:]).max(axis=0)
    return int(left), int(top), int(right - left), int(bottom - top)


def mean_ssim(
    clean: Sequence[Picture],
    flawed: Sequence[Picture],
    *,
    boxes: Sequence[Box | None] | None = None,
) -> float:
    """Return the mean SSIM of pairs of pictures, each inside its own box if it has one."""
    values = []
    for one, two, box in zip(clean, flawed, boxes or [None] * len(clean), strict=True):
        left, top, wide, tall = box or (0, 0, one.shape[1], one.shape[0])
        inside = (slice(top, top + tall), slice(left, left + wide))
        values.append(ssim(one[inside], two[inside]))
    return float(np.mean(values))


def _mean(values: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.blur(values, (_WINDOW, _WINDOW)))
