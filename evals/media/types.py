"""What one decode hands to every metric: frames, motion between them, and facts of the clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = ["ClipFacts", "Frame", "Motion"]

Picture = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One decoded frame, upright, in display aspect."""

    index: int
    """Position in the take, from 0."""
    pts_s: float
    """Presentation time in seconds, from the first frame."""
    luma: Picture
    """Luma at the file's own size, shape (H, W), full range 0-255."""
    rgb: Picture
    """sRGB at analysis size (fits 512x288, area-averaged, never enlarged), shape (h, w, 3), 0-255."""
    full_rgb: Callable[[], Picture] = field(repr=False)
    """Converts the whole frame to sRGB on demand, shape (H, W, 3); valid until the next frame is read."""
    is_corrupt: bool = False
    """The decoder concealed damage in this frame."""

    def __repr__(self) -> str:
        """Show shapes, not pixels."""
        return (
            f"Frame({self.index}, {self.pts_s:.3f} s, luma {self.luma.shape}, rgb {self.rgb.shape})"
        )


@dataclass(frozen=True, kw_only=True)
class Motion:
    """How the previous frame moved into this one, at analysis size."""

    flow: NDArray[np.float32]
    """Backward flow, shape (h, w, 2), pixels: this frame's (x, y) came from (x, y) + flow in the previous."""
    valid: NDArray[np.bool_]
    """Where forward and backward flow agree, shape (h, w)."""
    compensated: Picture
    """The previous frame warped onto this one, shape (h, w, 3); where not valid, this frame itself."""
    speed_px: float
    """Median length of the flow, in pixels at analysis size."""

    @property
    def coverage(self) -> float:
        """Share of the picture where the motion is trusted, 0-1."""
        return float(self.valid.mean())


@dataclass(frozen=True, kw_only=True)
class ClipFacts:
    """What is known of a clip once it has been read to its end."""

    frame_count: int
    """Frames really decoded."""
    fps: Fraction
    """Average rate of the file."""
    width: int
    height: int
    is_still: bool = False
    remarks: tuple[str, ...] = ()
    """Technical findings, e.g. `untagged colour, taken as BT.709`."""
