"""Still water: everything above it again upside down, a veil of the water's own colour, glints."""

from __future__ import annotations

import math
from collections.abc import Callable

from evals.animatic.brief import Time, Weather
from evals.animatic.canvas import Layer, Moment, Stage, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import dry_strokes, fade, lay, wash, wide_box
from evals.animatic.places.sky import disc_place

__all__ = ["glints", "mirrored", "paint_bed", "veil"]

Draw = Callable[[skia.Canvas], None]


def mirrored(draw: Draw, level: float) -> Callable[[skia.Canvas, Moment], None]:
    """Return a painter that draws a thing and its mirror image below the water's level."""

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        canvas.save()
        canvas.clipRect(wide_box(level, 9.0))
        canvas.translate(0, level)
        canvas.scale(1, -0.92)
        canvas.translate(0, -level)
        draw(canvas)
        canvas.restore()
        canvas.save()
        canvas.clipRect(wide_box(-40, level + 0.012))
        draw(canvas)
        canvas.restore()

    return paint


def paint_bed(canvas: skia.Canvas, stage: Stage, level: float) -> None:
    """Draw the sky's mirror image: the ground on which reflections lie."""
    a, b, c, d = stage.palette.sky
    stops = [
        (level, mix(d, c, 0.3)),
        (level + 0.35, mix(c, b, 0.4)),
        (level + 1.1, mix(b, a, 0.45)),
        (level + 2.4, mix(a, stage.palette.ink, 0.35)),
    ]
    lay(canvas, wide_box(level, 9.0), wash(stops, grain=0.5))


def veil(stage: Stage, level: float, depth: float) -> Layer:
    """Return the layer that breaks the reflections up: ripples, finer towards the shore."""

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        a, b, c, d = stage.palette.sky
        stops = [
            (level, d, 0.30),
            (level + 0.18, c, 0.22),
            (level + 0.8, b, 0.42),
            (level + 2, a, 0.75),
        ]
        canvas.drawRect(wide_box(level, 9.0), fade(stops))
        rng = stage.rng(30)
        for step in range(7):
            top = level + 0.02 + 0.035 * step * (1 + step * 0.55)
            light = mix(d if step < 4 else c, "#ffffff", 0.15)
            for colour, count in ((light, 34), (stage.palette.ink, 22)):
                area = skia.Rect.MakeLTRB(-12, top, 12, top + 0.06 * (1 + step))
                dry_strokes(
                    canvas,
                    area,
                    rng,
                    colour=colour,
                    count=count,
                    alpha=0.20,
                    length=0.5 + 0.16 * step,
                    width=0.014 + 0.007 * step,
                )

    return Layer(depth=depth, paint=paint)


def glints(stage: Stage, level: float, depth: float) -> Layer:
    """Return the path of light under the sun or the moon, alive."""
    x0, _ = disc_place(stage)
    share = {Weather.CLEAR: 1.0, Weather.FOG: 0.4, Weather.SNOW: 0.3, Weather.RAIN: 0.15}[
        stage.brief.weather
    ]
    share *= 0.55 if stage.brief.time is Time.DAY else 0.9
    dashes = stage.rng(31).random((46, 5))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        paints = [ink(stage.palette.disc, share * alpha) for alpha in (0.25, 0.5, 0.85)]
        for u, v, long, rate, phase in dashes:
            fall = v**1.3
            shine = 0.5 + 0.5 * math.sin(moment.seconds * (0.9 + 1.5 * rate) + 6.28 * phase)
            half = (0.05 + 0.2 * long) * (0.35 + 0.65 * shine) * (0.6 + 0.8 * fall)
            x = x0 + (u - 0.5) * (0.35 + 1.6 * fall) + 0.03 * math.sin(moment.seconds + 6 * phase)
            y = level + 0.03 + 1.3 * fall
            thick = 0.011 + 0.016 * fall
            canvas.drawOval(
                skia.Rect.MakeLTRB(x - half, y - thick, x + half, y + thick),
                paints[min(2, int(shine * 3))],
            )

    return Layer(depth=depth, paint=paint, is_still=False)
