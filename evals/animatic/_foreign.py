"""Pieces of picture that do not belong: a patch from elsewhere, a region that boils, another angle."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.types import Picture

__all__ = ["foreign_patch", "from_other_side", "soft_disc", "soft_stamp"]

_MIN_PATCH_CONTRAST = 16.0
"""Mean difference, in levels, from what a patch covers: below this nobody would see it."""
_ELSEWHERE_SHARE = 0.62
"""How much of the picture's width a cut to another angle shows."""


def soft_stamp(edge_px: int) -> NDArray[np.float64]:
    """Return how much of a patch shows, 0-1, shape (edge, edge): a soft, rounded square."""
    across = np.abs(np.linspace(-1, 1, edge_px))
    far = (across[:, None] ** 4 + across[None, :] ** 4) ** 0.25
    shown: NDArray[np.float64] = np.clip((1 - far) * 5, 0, 1)
    return shown


def foreign_patch(
    frame: Picture, edge_px: int, rng: np.random.Generator
) -> tuple[Picture, tuple[int, int]]:
    """Find a piece of the frame and a place where it stands out; the best of 40 draws otherwise."""
    room = (frame.shape[0] - edge_px, frame.shape[1] - edge_px)
    best = -1.0
    for _ in range(40):
        (y0, x0), (y1, x1) = rng.integers((0, 0), room, (2, 2))
        source = frame[y0 : y0 + edge_px, x0 : x0 + edge_px]
        under = frame[y1 : y1 + edge_px, x1 : x1 + edge_px]
        contrast = float(np.abs(source.astype(np.int16) - under).mean())
        if contrast > best:
            best, patch, spot = contrast, source, (int(y1), int(x1))
        if best >= _MIN_PATCH_CONTRAST:
            break
    return patch, spot


def soft_disc(
    height: int, width: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], tuple[slice, slice]]:
    """Return a round, soft-edged region of about a fifth of the picture, 0-1, and where it lies."""
    radius = 0.25 * np.sqrt(height * width)
    y, x = rng.uniform(0.3, 0.7, 2) * (height, width)
    rows, columns = np.ogrid[:height, :width]
    disc = np.clip(1.5 - np.hypot(rows - y, columns - x) / radius, 0, 1).astype(np.float32)
    inside = [np.flatnonzero(disc.any(axis=axis)) for axis in (1, 0)]
    box = (slice(inside[0][0], inside[0][-1] + 1), slice(inside[1][0], inside[1][-1] + 1))
    return disc[box], box


def from_other_side(frame: Picture) -> Picture:
    """Show a frame as a camera on the other side might: mirrored, nearer, lit the other way."""
    height, width = frame.shape[:2]
    edge = (max(1, round(height * _ELSEWHERE_SHARE)), max(1, round(width * _ELSEWHERE_SHARE)))
    near = np.ascontiguousarray(frame[height - edge[0] :, width - edge[1] :][:, ::-1])
    gamma = 0.45 if frame.mean() < 128 else 2.2
    toned = np.rint(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    seen: Picture = toned[cv2.resize(near, (width, height), interpolation=cv2.INTER_LINEAR)]
    return seen
