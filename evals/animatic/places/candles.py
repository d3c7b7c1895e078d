"""Candles on a table, on the ground and on a ledge in the background."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from evals.animatic.canvas import Layer, Moment, Stage, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import box, glow, oval, wide_box
from evals.animatic.places.rig import Rig, corners, is_near, strength_of
from evals.animatic.places.tones import room_tone, tone

__all__ = ["candle_layers"]


def candle_layers(stage: Stage, rig: Rig) -> list[Layer]:
    """Return candles, their flames and the light around them."""
    x, y = rig.candles_at
    near, far = _places(stage, rig)
    phases = stage.take_rng(51).uniform(0, 6.28, 16)
    groups = _Flames(stage, far, phases), _Flames(stage, near, phases)
    ledge = (
        tone(stage, 0.06)
        if not stage.brief.setting.is_interior
        else room_tone(stage, "#4a2f20", 0.8)
    )

    def paint_ledge(canvas: skia.Canvas, moment: Moment) -> None:
        canvas.drawRect(wide_box(rig.shelf_y, rig.shelf_y + 0.07), ink(ledge))
        groups[0].wax(canvas, moment)

    behind = [
        Layer(depth=0.3, paint=paint_ledge),
        Layer(depth=0.3, paint=groups[0].fire, is_still=False),
    ]
    return [
        *(behind if is_near(stage) else []),
        corners(stage, (x * 0.5, y - 0.5), power=0.85),
        Layer(depth=0.98, paint=groups[1].wax),
        Layer(depth=0.98, paint=groups[1].fire, is_still=False),
        Layer(depth=0.98, paint=groups[1].light, is_light=True),
    ]


def _places(
    stage: Stage, rig: Rig
) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]:
    """Where candles stand, with their heights: near the subject, and on the ledge behind."""
    (x, y), rng = rig.candles_at, stage.rng(50)
    near = [
        (x + dx, y + dy, tall)
        for dx, dy, tall in ((0, 0, 0.2), (0.13, 0.03, 0.13), (-0.14, 0.02, 0.26))
    ]
    if not stage.brief.setting.is_interior:
        near += [
            (float(u), rig.floor_y + float(v), float(t))
            for u, v, t in zip(
                (-3.2, -2.5, -1.7, 0.9, 1.7, 2.3, 3.4),
                rng.uniform(-0.1, 0.2, 7),
                rng.uniform(0.1, 0.24, 7),
                strict=True,
            )
        ]
    places = np.array([-2.9, -1.9, -1.30, -1.04, -0.78, 0.80, 1.04, 1.32, 2.1, 2.8]) + rng.uniform(
        -0.08, 0.08, 10
    )
    far = [
        (float(u), rig.shelf_y, float(t))
        for u, t in zip(places, rng.uniform(0.16, 0.4, 10), strict=True)
    ]
    return near, far


class _Flames:
    """A group of candles."""

    def __init__(
        self, stage: Stage, places: list[tuple[float, float, float]], phases: NDArray[np.float64]
    ) -> None:
        self._stage, self._places, self._phases = stage, places, phases

    def wax(self, canvas: skia.Canvas, _moment: Moment) -> None:
        """Draw the candles."""
        body = mix(self._stage.palette.lit("#e8d7b4"), self._stage.palette.light, 0.45)
        for x, y, tall in self._places:
            canvas.drawRect(box(x - 0.034, y - tall, right=x + 0.034, bottom=y), ink(body))
            canvas.drawRect(
                box(x + 0.008, y - tall, right=x + 0.034, bottom=y), ink("#7a4a2a", 0.35)
            )
            canvas.drawOval(
                oval((x, y), 0.16, 0.04), ink(mix(self._stage.palette.ink, "#7a5a30", 0.3))
            )

    def fire(self, canvas: skia.Canvas, moment: Moment) -> None:
        """Draw flames that waver."""
        for (x, y, tall), phase in zip(self._places, self._phases, strict=False):
            lean = 0.012 * math.sin(5.1 * moment.seconds + phase)
            top = y - tall - 0.14 - 0.012 * math.sin(7.3 * moment.seconds + 2 * phase)
            glow(canvas, (x, y - tall - 0.06), radius=0.36, colour="#ff9a3c", alpha=0.5)
            for half, low, colour in ((0.034, 0.0, "#ffb347"), (0.017, -0.01, "#fff3c4")):
                flame = skia.Path()
                flame.moveTo(x + lean, top - low)
                flame.quadTo(x + 2.0 * half, y - tall - 0.03, x, y - tall - 0.005)
                flame.quadTo(x - 2.0 * half, y - tall - 0.03, x + lean, top - low)
                canvas.drawPath(flame, ink(colour))

    def light(self, canvas: skia.Canvas, _moment: Moment) -> None:
        """Draw the warm air around them."""
        strength = strength_of(self._stage)
        (x, y, tall), *others = self._places
        glow(canvas, (x, y - tall), radius=1.7, colour="#ff8a30", alpha=0.6 * strength)
        for at, foot, _ in [(x, y, tall), *others[2:]]:
            glow(
                canvas,
                (at, foot + 0.02),
                radius=0.9,
                colour="#ff9440",
                alpha=0.6 * strength,
                squash=0.16,
            )
