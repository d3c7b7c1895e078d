"""Two neighbouring frames brought onto each other, once, for every measure that compares them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.motion import lengths, pull
from evals.media.types import Motion

__all__ = [
    "LEAP_GAIN",
    "Luma",
    "Pair",
    "block_means",
    "exposed",
    "frame_gain",
    "pair_up",
    "steady_gain",
]

Luma = NDArray[np.float32]

LEAP_GAIN = 0.2
"""A larger log ratio from one frame to the next is lightning or a switch, not a drift of exposure."""
_MIN_COVERAGE = 0.2
"""With less of the picture followed than this, share 0-1, two frames cannot be compared."""
_MIN_LIT = 0.05
_TOE_LEVELS = 16.0
"""Added before taking logarithms, so that noise in the blacks does not count as light."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One frame and the frame before it, moved and lit like this one; all of shape (h, w)."""

    luma: Luma
    """This frame, 0-255."""
    before: Luma
    """The previous frame, warped onto this one and brought to its exposure."""
    valid: NDArray[np.bool_]
    """Where the motion is trusted."""
    speed: Luma
    """Length of the flow, in pixels."""
    gain: float | None
    """Change of exposure as a log ratio; None when too little could be followed."""


def frame_gain(luma: Luma, before: Luma, valid: NDArray[np.bool_]) -> float | None:
    """Median over the trusted pixels of log((I_t + 16) / (W(I_t-1) + 16)); None below 20 % trusted.

    Both pictures are luma 0-255 of shape (h, w). Positive where the take grew brighter. Where at
    least a twentieth of the picture is trusted and lit, only that part speaks: near black, one level
    of rounding is five per cent of light.
    """
    if valid.mean() < _MIN_COVERAGE:
        return None
    lit = valid & (luma + before >= 2 * _TOE_LEVELS)
    mask = lit if lit.mean() >= _MIN_LIT else valid
    ratio = ((luma + _TOE_LEVELS) / (before + _TOE_LEVELS))[mask]
    # The logarithm keeps order, so it is taken of the median only.
    return float(np.log(np.median(ratio)))


def exposed(luma: Luma, gain: float | None) -> Luma:
    """Bring luma 0-255 to the exposure of a frame that is `gain` (a log ratio) brighter."""
    if gain is None:
        return luma
    lit = (luma + np.float32(_TOE_LEVELS)) * np.float32(np.exp(gain)) - np.float32(_TOE_LEVELS)
    return np.asarray(lit, np.float32)


def steady_gain(luma: Luma, before: Luma, gain: float | None) -> float:
    """Return a gain as a log ratio; where it could not be followed, that of the mean luma.

    The mean hardly knows what moved, so a step in the dark end of a fade is not taken for a jump.
    """
    if gain is not None:
        return gain
    return float(np.log((luma.mean() + _TOE_LEVELS) / (before.mean() + _TOE_LEVELS)))


def pair_up(previous: Luma, luma: Luma, motion: Motion) -> Pair:
    """Warp the previous frame's luma along the flow and match its exposure to this frame."""
    before = pull(previous, motion.flow)
    gain = frame_gain(luma, before, motion.valid)
    flow = motion.flow
    return Pair(
        luma=luma,
        before=exposed(before, gain),
        valid=motion.valid,
        speed=lengths(flow[..., 0], flow[..., 1]),
        gain=gain,
    )


def block_means(picture: Luma, edge_px: int) -> NDArray[np.float32]:
    """Mean of each whole block of `edge_px`, shape (h // edge, w // edge), centred in the picture.

    A picture smaller than one block counts as one block.
    """
    height, width = picture.shape
    rows, columns = max(1, height // edge_px), max(1, width // edge_px)
    tall, wide = min(height, rows * edge_px), min(width, columns * edge_px)
    top, left = (height - tall) // 2, (width - wide) // 2
    inner = picture[top : top + tall, left : left + wide]
    means = cv2.resize(inner, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(means, np.float32)
