"""How each frame moved out of the one before it, found once and shared by every metric.

Dense inverse search (DIS, FAST preset) on luma at analysis size, in both directions. Each frame is
brought to the same mean and spread first, so that a change of exposure does not look like motion.
A vector is trusted where the way there and back agree (Sundaram, Brox and Keutzer 2010) and where it
does not come from outside the picture.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.types import Motion, Picture
from tracker.errors import MisuseError

__all__ = ["MotionTracker", "lengths", "pull", "rgb_luma"]

_MIN_EDGE_PX = 32
"""Below about 12 px DIS raises or kills the process, so smaller pictures are padded to this."""
_MAX_ASPECT = 4
"""DIS chooses its pyramid by width alone: 200x12 kills the process, 4:1 was tried up to 512 px."""
_SPREAD = 48.0
"""Standard deviation, in levels, that a frame is brought to before the search."""
_FLAT = 0.5
"""A frame with less spread than this, in levels, has nothing to follow."""
_LOST_ABSOLUTE = 0.5
_LOST_RELATIVE = 0.01
"""Squared there-and-back error allowed: 0.5 px^2 + 1 % of the squared lengths."""

Flow = NDArray[np.float32]


def rgb_luma(rgb: Picture) -> NDArray[np.float32]:
    """Full-range luma of an sRGB picture: (h, w, 3) 0-255 to float32 (h, w), BT.601 weights."""
    grey: NDArray[np.float32] = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return grey


def lengths(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Length of each vector (x, y), float32 of the same shape.

    `cv2.magnitude` rounds by where an array happens to lie in memory; scores must repeat to the bit.
    """
    length: NDArray[np.float32] = np.sqrt(x * x + y * y)
    return length


def pull(picture: NDArray[Any], flow: Flow) -> NDArray[Any]:
    """Warp `picture` along a backward flow: out(x, y) = picture((x, y) + flow(x, y)), bilinear.

    `picture` has shape (h, w) or (h, w, c), `flow` (h, w, 2); what lies outside repeats the border.
    """
    x, y = _origins(flow)
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


class MotionTracker:
    """Follows one take, frame by frame; keeps the previous frame and nothing else."""

    def __init__(self) -> None:
        # Takes are spread over processes; threads inside each one would only fight for the cores.
        cv2.setNumThreads(1)
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._previous: Picture | None = None
        self._previous_ready: Picture | None = None

    def update(self, rgb: Picture) -> Motion | None:
        """Take the next frame, uint8 (h, w, 3) at analysis size; None for the first one.

        Raises MisuseError when the picture has another shape than the one before.
        """
        previous, previous_ready = self._previous, self._previous_ready
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
            raise MisuseError(
                f"A frame has shape {rgb.shape} of {rgb.dtype}; motion needs uint8 (h, w, 3)."
            )
        if previous is not None and previous.shape != rgb.shape:
            raise MisuseError(
                f"A frame has shape {rgb.shape} after {previous.shape}; "
                "follow pictures of one size, with one tracker for each take."
            )
        ready = _ready(rgb)
        self._previous, self._previous_ready = rgb.copy(), ready
        if previous is None or previous_ready is None:
            return None
        if np.array_equal(previous, rgb):
            return _no_motion(rgb)
        height, width = rgb.shape[:2]
        backward = self._find(ready, previous_ready)[:height, :width]
        forward = self._find(previous_ready, ready)[:height, :width]
        return _motion(previous, rgb, backward=backward, forward=forward)

    def _find(self, here: Picture, there: Picture) -> Flow:
        start = np.zeros((*here.shape, 2), np.float32)
        return np.asarray(self._search.calc(here, there, start), np.float32)


def _motion(previous: Picture, rgb: Picture, *, backward: Flow, forward: Flow) -> Motion:
    flow = np.ascontiguousarray(backward)
    valid = _agree(flow, np.ascontiguousarray(forward))
    compensated = pull(previous, flow)
    compensated[~valid] = rgb[~valid]
    speed = float(np.median(lengths(flow[..., 0], flow[..., 1])))
    return Motion(flow=flow, valid=valid, compensated=compensated, speed_px=speed)


def _no_motion(rgb: Picture) -> Motion:
    height, width = rgb.shape[:2]
    return Motion(
        flow=np.zeros((height, width, 2), np.float32),
        valid=np.ones((height, width), np.bool_),
        compensated=rgb.copy(),
        speed_px=0.0,
    )


def _ready(rgb: Picture) -> Picture:
    """Luma at a common mean and spread, padded to what DIS can take."""
    luma = rgb_luma(rgb)
    mean, spread = cv2.meanStdDev(luma)
    if float(spread[0, 0]) < _FLAT:
        luma = np.full_like(luma, 128)
    else:
        luma = (luma - mean[0, 0]) * (_SPREAD / spread[0, 0]) + 128
    height, width = luma.shape
    bottom = max(_MIN_EDGE_PX, -(-width // _MAX_ASPECT)) - height
    right = max(_MIN_EDGE_PX, -(-height // _MAX_ASPECT)) - width
    ready: Picture = np.clip(luma, 0, 255).astype(np.uint8)
    return np.pad(ready, ((0, max(bottom, 0)), (0, max(right, 0))), mode="edge")


def _agree(backward: Flow, forward: Flow) -> NDArray[np.bool_]:
    there_x, there_y = backward[..., 0], backward[..., 1]
    x, y = _origins(backward)
    returned = cv2.remap(forward, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    back_x, back_y = returned[..., 0], returned[..., 1]
    lost = (there_x + back_x) ** 2 + (there_y + back_y) ** 2
    length = there_x**2 + there_y**2 + back_x**2 + back_y**2
    height, width = x.shape
    inside = (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5)
    agree: NDArray[np.bool_] = inside & (lost <= _LOST_RELATIVE * length + _LOST_ABSOLUTE)
    return agree


def _origins(flow: Flow) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    height, width = flow.shape[:2]
    columns = np.arange(width, dtype=np.float32)[None, :]
    rows = np.arange(height, dtype=np.float32)[:, None]
    return flow[..., 0] + columns, flow[..., 1] + rows
