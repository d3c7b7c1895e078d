"""The air between the set and the lens: rain, snow, banks of fog, dust in the light of a room."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evals.animatic.brief import Light, Time, Weather
from evals.animatic.canvas import Layer, Moment, Stage, colour4f, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import fade, wide_box
from evals.animatic.places.falling import Fall, rain, snow

__all__ = ["air_layers"]

_RAIN = (
    Fall(depth=0.35, count=44, size=1.0, key=0),
    Fall(depth=0.7, count=20, size=1.9, key=1),
)
_SNOW = (
    Fall(depth=0.35, count=90, size=0.9, key=0),
    Fall(depth=0.75, count=34, size=1.9, key=1),
)


def air_layers(stage: Stage) -> Sequence[Layer]:
    """Return what is drawn over everything: weather out of doors, dust indoors."""
    if stage.brief.setting.is_interior:
        return [_dust(stage)]
    match stage.brief.weather:
        case Weather.RAIN:
            return [rain(stage, fall) for fall in _RAIN]
        case Weather.SNOW:
            return [snow(stage, fall) for fall in _SNOW]
        case Weather.FOG:
            return [_fog(stage, 0.3), _fog(stage, 0.6)]
        case Weather.CLEAR:
            return []


def _fog(stage: Stage, depth: float) -> Layer:
    """A veil that thickens towards the ground, and banks that drift through it."""
    rng = stage.take_rng(72, round(depth * 10))
    banks = [(float(x), float(y), float(w)) for x, y, w in zip(
        rng.uniform(-9, 9, 7), rng.uniform(-1.9, 0.6, 7), rng.uniform(2.2, 4.4, 7), strict=True)]  # fmt: skip
    colour = mix(stage.palette.haze, stage.palette.sky[3], 0.35)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        canvas.drawRect(
            wide_box(-10, 5),
            fade([(-4.2, colour, 0.06), (-0.9, colour, 0.26), (1.2, colour, 0.16)]),
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
