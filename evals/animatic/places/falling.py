"""Rain and snow in one plane of the air, as dense in a close picture as in a wide one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import ShotSize
from evals.animatic.canvas import Layer, Moment, Stage, ink, skia, stroke
from evals.animatic.palette import mix

__all__ = ["Fall", "rain", "snow"]

_WIDE_M = 5.0
_MIDDLE_Y = {
    ShotSize.EXTREME_WIDE: -1.92,
    ShotSize.WIDE: -1.2,
    ShotSize.FULL: -0.8,
    ShotSize.MEDIUM: -1.45,
    ShotSize.CLOSE: -1.5,
}
"""Where pictures have their middle, roughly; see `evals.animatic.camera`."""


@dataclass(frozen=True, kw_only=True)
class Fall:
    """One plane of drops or flakes."""

    depth: float
    count: int
    """How many are in the picture at a time."""
    size: float
    """Of a drop or flake, relative to the usual one."""
    key: int
    """Which of the take's random numbers scatter it."""


@dataclass(frozen=True)
class _Block:
    """The air in which things fall round and round, in metres of its layer."""

    middle: float
    height: float
    width: float
    picture: float
    """Height of the picture."""
    things: NDArray[np.float64]


def _block(stage: Stage, fall: Fall) -> _Block:
    picture = _WIDE_M * (stage.picture_height_m / _WIDE_M) ** (0.3 + 0.7 * fall.depth)
    height, width = 1.8 * picture, 2.6 * picture * stage.aspect + 3.0 * fall.depth
    share = (height * width) / (picture * picture * stage.aspect)
    middle = -1.2 + (_MIDDLE_Y[stage.brief.size] + 1.2) * min(1.0, 0.25 + 0.75 * fall.depth)
    things = stage.take_rng(70, fall.key).random((round(fall.count * share), 5))
    return _Block(middle, height, width, picture, things)


def rain(stage: Stage, fall: Fall) -> Layer:
    """Return thin streaks; they are few, because many read as boiling texture."""
    block = _block(stage, fall)
    high, lean = block.picture, 0.10
    colour = mix(stage.palette.sky[3], "#ffffff", 0.4)
    brush = stroke(colour, 0.0021 * fall.size * high, min(0.5, 0.20 + 0.10 * fall.size))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        path = skia.Path()
        for x, y, bright, _, _ in block.things:
            gone = moment.seconds * 1.9 * fall.size**0.5 * high * (0.85 + 0.3 * bright)
            top = block.middle + (y * block.height + gone) % block.height - block.height / 2
            at = (x - 0.5) * block.width - lean * top
            reach = 0.10 * fall.size * high * (0.6 + 0.8 * bright)
            path.moveTo(at, top)
            path.lineTo(at - lean * reach, top + reach)
        canvas.drawPath(path, brush)

    return Layer(depth=fall.depth, paint=paint, is_still=False)


def snow(stage: Stage, fall: Fall) -> Layer:
    """Return flakes that sway as they sink."""
    block = _block(stage, fall)
    high = block.picture
    shades = [ink("#ffffff", alpha) for alpha in (0.55, 0.75, 0.95)]

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for x, y, big, rate, phase in block.things:
            gone = moment.seconds * 0.12 * fall.size * high * (0.7 + 0.6 * rate)
            top = block.middle + (y * block.height + gone) % block.height - block.height / 2
            sway = 0.03 * high * math.sin(moment.seconds * (0.6 + rate) + 6.28 * phase)
            radius = 0.0046 * fall.size * high * (0.5 + 1.1 * big**2)
            canvas.drawCircle((x - 0.5) * block.width + sway, top, radius, shades[int(big * 3)])

    return Layer(depth=fall.depth, paint=paint, is_still=False)
