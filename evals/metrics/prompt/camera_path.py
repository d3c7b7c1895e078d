"""The camera's path through a take, from the motion that every metric shares.

Each pair of frames gives one similarity (shift, enlargement, turn): the one that least median of squares
finds among the trusted vectors of a coarse grid (Rousseeuw 1984, as OpenCV's `estimateAffinePartial2D` has
it), so a subject may move on its own in nearly half of the picture. About 0.4 ms for each pair.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.types import Motion

__all__ = ["CameraPath", "PathRecorder", "pair_motion"]

_GRID_PX = 12
_FEWEST_VECTORS = 24
_LEAST_SHARE = 0.2
"""Of the grid; where less of the picture is followed, the pair says nothing of the camera."""
_LARGEST_SHIFT = 0.5
"""Picture widths in one frame; what is found beyond it is no camera move but a mistake."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CameraPath:
    """Where the camera looks, frame by frame from zero; each of shape (n,)."""

    right: NDArray[np.float64]
    """In picture widths: grows while the camera pans or goes to the right."""
    down: NDArray[np.float64]
    """In picture widths, too: grows while it tilts or goes down."""
    closer: NDArray[np.float64]
    """Logarithm of the enlargement: grows while it comes closer or zooms in."""
    followed: float
    """Share of the frame pairs whose motion was found, 0-1; in the others the path stands still."""

    def __repr__(self) -> str:
        """Show the length, not the numbers."""
        return f"CameraPath({len(self.right)} frames, {self.followed:.0%} followed)"


def pair_motion(motion: Motion) -> tuple[float, float, float] | None:
    """Return how far the camera went (right, down, closer) between two frames, units as in `CameraPath`.

    None where too few vectors can be trusted. The flow leads back to the frame before: what lies to the right
    there has been panned to.
    """
    height, width = motion.flow.shape[:2]
    rows, columns = (
        places.ravel()
        for places in np.mgrid[_GRID_PX // 2 : height : _GRID_PX, _GRID_PX // 2 : width : _GRID_PX]
    )
    is_sure = motion.valid[rows, columns]
    if is_sure.sum() < max(_FEWEST_VECTORS, _LEAST_SHARE * len(is_sure)):
        return None
    rows, columns = rows[is_sure], columns[is_sure]
    here = np.stack([columns - width / 2, rows - height / 2], axis=1).astype(np.float32)
    there = here + motion.flow[rows, columns]
    found, _ = cv2.estimateAffinePartial2D(here, there, method=cv2.LMEDS)
    if found is None or not np.isfinite(found).all():
        return None
    right, down = float(found[0, 2]) / width, float(found[1, 2]) / width
    scale = float(np.hypot(found[0, 0], found[1, 0]))
    if max(abs(right), abs(down)) > _LARGEST_SHIFT or not 0.5 < scale < 2:
        return None
    return right, down, -float(np.log(scale))


@dataclass
class PathRecorder:
    """Adds up the motion of one take, pair by pair; a few numbers per frame are kept."""

    _steps: list[tuple[float, float, float] | None] = field(default_factory=list)

    def add(self, motion: Motion) -> None:
        """Take the motion between the next two frames."""
        self._steps.append(pair_motion(motion))

    def path(self) -> CameraPath:
        """Return the path so far, one frame longer than there were pairs."""
        steps = np.array([step or (0.0, 0.0, 0.0) for step in self._steps]).reshape(-1, 3)
        right, down, closer = np.concatenate([np.zeros((1, 3)), steps.cumsum(0)]).T
        found = sum(step is not None for step in self._steps)
        followed = found / len(self._steps) if self._steps else 0.0
        return CameraPath(right=right, down=down, closer=closer, followed=followed)
