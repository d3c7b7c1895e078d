"""Framing: how much of the set a shot size shows, and how a camera move shifts it over time.

A picture is a window on the subject's plane: its middle (metres) and its height (metres). A layer
of depth d moves with the camera d times as much as the subject's plane does, and a camera that
comes nearer enlarges it by `(ratio of heights) ** (0.3 + 0.7 d)`, so that backgrounds grow more
slowly than faces do; a zoom enlarges every layer alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evals.animatic.brief import CameraMove, ShotSize
from evals.animatic.canvas import Moment

__all__ = ["GROUND_SHARE", "HEIGHTS_M", "Camera", "View"]

HEIGHTS_M = {
    ShotSize.EXTREME_WIDE: 8.0,
    ShotSize.WIDE: 5.0,
    ShotSize.FULL: 2.6,
    ShotSize.MEDIUM: 1.25,
    ShotSize.CLOSE: 0.62,
}
"""Height of the picture at the subject's plane."""
_WIDE_M = HEIGHTS_M[ShotSize.WIDE]
GROUND_SHARE = 0.74
"""Where the ground under the subject lies in a wide picture, as a share of its height from the top."""
_PAN_M, _TILT_M = 0.36, 0.24
"""What a pan or a tilt covers during the shot, in picture heights."""
_CLOSER = 0.22
"""Share of the picture's height that a dolly or a zoom takes away."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What the camera sees at one moment."""

    x_m: float
    y_m: float
    """Middle of the picture at the subject's plane."""
    height_m: float
    zoom: float
    """How much of the enlargement is the lens's alone, 1 none."""

    def layer(self, depth: float, height_px: int) -> tuple[float, float, float]:
        """Return (pixels per metre, x, y) of a layer: a point p lies at pixel p * scale + (x, y) + centre."""
        ratio = _WIDE_M / self.height_m
        scale = height_px / _WIDE_M * self.zoom * ratio ** (0.3 + 0.7 * depth)
        rest_y = (0.5 - GROUND_SHARE) * _WIDE_M  # middle of a wide picture
        y = rest_y + (self.y_m - rest_y) * min(1.0, 0.25 + 0.75 * depth)
        return scale, -self.x_m * depth * scale, -y * scale


class Camera:
    """One shot's framing; `focus` is the subject's head, or None for a picture of the place.

    `shown_share` is how much of the picture's height its bars leave: the shot size counts between them.
    """

    def __init__(
        self,
        size: ShotSize,
        move: CameraMove,
        *,
        focus: tuple[float, float] | None,
        seed: int,
        shown_share: float = 1.0,
    ) -> None:
        shown_m = HEIGHTS_M[size]
        self._move, self._height = move, shown_m / shown_share
        rest = (0.5 - GROUND_SHARE) * shown_m
        if size in (ShotSize.WIDE, ShotSize.EXTREME_WIDE) or focus is None:
            self._middle = (0.0, rest)
        elif size is ShotSize.FULL:
            self._middle = (focus[0] * 0.8, rest * 1.25)
        else:  # eyes on the upper third
            self._middle = (focus[0] * 0.92, focus[1] + 0.13 * shown_m)
        self._phase = np.random.default_rng((seed, 31)).uniform(0, 2 * math.pi, 4)

    def view(self, moment: Moment, follow_m: tuple[float, float] = (0.0, 0.0)) -> View:
        """Return what is seen at a moment; `follow_m` is how far the camera has gone with a subject."""
        eased = moment.progress * moment.progress * (3 - 2 * moment.progress)
        x, y, height, zoom = (
            self._middle[0] + follow_m[0],
            self._middle[1] + follow_m[1],
            self._height,
            1.0,
        )
        shift = (eased - 0.5) * self._height
        match self._move:
            case CameraMove.PAN_RIGHT:
                x += _PAN_M * shift
            case CameraMove.PAN_LEFT:
                x -= _PAN_M * shift
            case CameraMove.TILT_UP:
                y -= _TILT_M * shift
            case CameraMove.TILT_DOWN:
                y += _TILT_M * shift
            case CameraMove.DOLLY_IN:
                height *= 1 - _CLOSER * eased
            case CameraMove.DOLLY_OUT:
                height *= 1 - _CLOSER * (1 - eased)
            case CameraMove.ZOOM_IN:
                zoom = 1 / (1 - _CLOSER * eased)
            case CameraMove.HANDHELD:
                x, y = x + self._sway(moment, 0), y + 0.8 * self._sway(moment, 2)
            case CameraMove.STATIC:
                pass
        return View(x_m=x, y_m=y, height_m=height, zoom=zoom)

    def _sway(self, moment: Moment, which: int) -> float:
        a, b = self._phase[which : which + 2]
        slow, quick = math.sin(2.3 * moment.seconds + a), math.sin(5.9 * moment.seconds + b)
        return self._height * (0.011 * slow + 0.004 * quick)
