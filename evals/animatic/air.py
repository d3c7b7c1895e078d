"""The air between the set and the lens: rain, snow, banks of fog, dust in the light of a room."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import Light, Time, Weather
from evals.animatic.canvas import Layer, Moment, Stage, colour4f, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import fade, wide_box

__all__ = ["air_layers"]

_LOOP_M = 12.0
"""Width and height of the block of air that is repeated sideways and falls round."""


def air_layers(stage: Stage) -> Sequence[Layer]:
    """Return what is drawn over everything: weather out of doors, dust indoors."""
    if stage.brief.setting.is_interior:
        return [_dust(stage)]
    match stage.brief.weather:
        case Weather.RAIN:
            return [_rain(stage, 0.35, near=0.0), _rain(stage, 0.7, near=1.0)]
        case Weather.SNOW:
            return [_snow(stage, 0.35, near=0.0), _snow(stage, 0.75, near=1.0)]
        case Weather.FOG:
            return [_fog(stage, 0.3), _fog(stage, 0.6)]
        case Weather.CLEAR:
            return []


def _rain(stage: Stage, depth: float, *, near: float) -> Layer:
    """Thin streaks: many read as boiling texture, so there are few."""
    drops = stage.take_rng(70, int(near)).random((130 if near else 170, 3))
    colour = mix(stage.palette.sky[3], "#ffffff", 0.35)
    speed, long, lean = 8.5 + 3 * near, 0.42 + 0.38 * near, 0.10
    brush = stroke(colour, 0.009 + 0.007 * near, 0.20 + 0.14 * near)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        path = skia.Path()
        for x, y, bright in drops:
            top = (y * _LOOP_M + moment.seconds * speed * (0.85 + 0.3 * bright)) % _LOOP_M - 8.0
            at = (x - 0.5) * 1.6 * _LOOP_M - lean * top
            reach = long * (0.7 + 0.6 * bright)
            path.moveTo(at, top)
            path.lineTo(at - lean * reach, top + reach)
        canvas.drawPath(path, brush)

    return Layer(depth=depth, paint=paint, is_still=False)


def _snow(stage: Stage, depth: float, *, near: float) -> Layer:
    flakes: NDArray[np.float64] = stage.take_rng(71, int(near)).random((110 if near else 190, 5))
    speed, size = 0.55 + 0.45 * near, 0.016 + 0.016 * near
    shades = [ink("#ffffff", alpha) for alpha in (0.5, 0.72, 0.92)]

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for x, y, big, rate, phase in flakes:
            fall = (y * _LOOP_M + moment.seconds * speed * (0.7 + 0.6 * rate)) % _LOOP_M - 8.0
            sway = 0.16 * math.sin(moment.seconds * (0.6 + rate) + 6.28 * phase)
            at = (x - 0.5) * 1.6 * _LOOP_M + sway - 0.12 * moment.seconds * near
            canvas.drawCircle(at, fall, size * (0.5 + 1.1 * big**2), shades[int(big * 3)])

    return Layer(depth=depth, paint=paint, is_still=False)


def _fog(stage: Stage, depth: float) -> Layer:
    """A veil that thickens towards the ground, and banks that drift through it."""
    rng = stage.take_rng(72, round(depth * 10))
    banks = [(float(x), float(y), float(w)) for x, y, w in zip(
        rng.uniform(-9, 9, 7), rng.uniform(-1.9, 0.6, 7), rng.uniform(2.2, 4.4, 7), strict=True)]  # fmt: skip
    colour = mix(stage.palette.haze, stage.palette.sky[3], 0.35)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        canvas.drawRect(
            wide_box(-10, 5),
            fade([(-4.2, colour, 0.06), (-0.9, colour, 0.30), (1.2, colour, 0.16)]),
        )
        for x, y, wide in banks:
            at = (x + 9 + 0.16 * moment.seconds * (0.5 + depth)) % 18 - 9
            _bank(canvas, (at, y), wide=wide, colour=colour)

    return Layer(depth=depth, paint=paint, is_still=False)


def _bank(canvas: skia.Canvas, at: tuple[float, float], *, wide: float, colour: str) -> None:
    shader = skia.GradientShader.MakeRadial(
        center=skia.Point(0, 0), radius=wide,
        colors=[colour4f(colour, alpha).toColor() for alpha in (0.34, 0.2, 0.0)], positions=[0.0, 0.5, 1.0],
    )  # fmt: skip
    canvas.save()
    canvas.translate(*at)
    canvas.scale(1.0, 0.17)
    canvas.drawCircle(0, 0, wide, skia.Paint(Shader=shader, AntiAlias=True))
    canvas.restore()


def _dust(stage: Stage) -> Layer:
    motes = stage.take_rng(73).random((34, 5))
    is_lit = stage.brief.light is not Light.NATURAL or stage.brief.time is not Time.NIGHT
    colour = mix(stage.palette.disc, stage.palette.light, 0.5)
    strength = 0.5 if is_lit else 0.25

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for x, y, size, rate, phase in motes:
            shine = 0.5 + 0.5 * math.sin(moment.seconds * (0.5 + rate) + 6.28 * phase)
            at = (
                (x - 0.5) * 8 + 0.2 * math.sin(0.4 * moment.seconds + 6 * rate),
                -3.4 + 3.4 * ((y - 0.02 * moment.seconds) % 1),
            )
            canvas.drawCircle(*at, 0.007 + 0.011 * size, ink(colour, strength * shine))

    return Layer(depth=0.7, paint=paint, is_still=False)
