"""The sky: a wash of four colours, stars, the sun or the moon, and painted bands of cloud."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Time, Weather
from evals.animatic.canvas import Layer, Moment, Stage, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import TOP_M, fade, glow, lay, polygon, wash, wide_box

__all__ = ["HORIZON_M", "disc_place", "sky_layers"]

HORIZON_M = -0.75
"""Where the sky ends in a wide picture."""


def sky_layers(stage: Stage, *, clouds: float = 1.0) -> list[Layer]:
    """Return the sky, and clouds that drift; `clouds` below 1 thins them."""

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        _wash(canvas, stage)
        if stage.brief.time is Time.NIGHT and stage.brief.weather is Weather.CLEAR:
            _stars(canvas, stage)
        _disc(canvas, stage)

    def paint_clouds(canvas: skia.Canvas, _moment: Moment) -> None:
        _clouds(canvas, stage, clouds)

    return [Layer(depth=0.0, paint=paint), Layer(depth=0.04, paint=paint_clouds)]


def disc_place(stage: Stage) -> tuple[float, float]:
    """Return where the sun or the moon stands, in metres of the sky's layer."""
    x, y = stage.palette.disc_at
    return x * 4.45, -3.7 + 5.0 * y


def _wash(canvas: skia.Canvas, stage: Stage) -> None:
    a, b, c, d = stage.palette.sky
    stops = [
        (-4.6, a),
        (-3.1, b),
        (-1.75, c),
        (HORIZON_M, d),
        (0.4, mix(d, stage.palette.haze, 0.6)),
    ]
    lay(canvas, wide_box(TOP_M, 6), wash(stops, grain=0))


def _stars(canvas: skia.Canvas, stage: Stage) -> None:
    paint = ink("#ffffff", 0.8)
    for x, y, big, faint in stage.rng(1).random((150, 4)):
        paint.setAlphaf(0.25 + 0.6 * faint)
        at = (x * 2 - 1) * 9, -5.4 + 4.3 * y**1.3
        canvas.drawCircle(*at, 0.007 + 0.016 * big**4, paint)


def _disc(canvas: skia.Canvas, stage: Stage) -> None:
    palette, weather = stage.palette, stage.brief.weather
    at, radius = disc_place(stage), palette.disc_radius * 5
    seen = {Weather.CLEAR: 1.0, Weather.FOG: 0.55, Weather.SNOW: 0.35, Weather.RAIN: 0.0}[weather]
    strength = {Time.DAY: 0.55, Time.DAWN: 0.75, Time.DUSK: 0.8, Time.NIGHT: 0.38}[stage.brief.time]
    glow(canvas, at, radius=radius * 9, colour=palette.disc, alpha=strength * (0.35 + 0.65 * seen))
    if seen == 0:
        return
    if weather is Weather.CLEAR:
        glow(canvas, at, radius=radius * 2.6, colour=palette.disc, alpha=0.75)
    canvas.drawCircle(*at, radius, ink(palette.disc, seen))
    if stage.brief.time is Time.NIGHT:
        for dx, dy, size in ((-0.3, -0.2, 0.26), (0.25, 0.3, 0.32), (0.3, -0.35, 0.16)):
            spot = ink(mix(palette.disc, palette.sky[2], 0.5), 0.35 * seen)
            canvas.drawCircle(at[0] + dx * radius, at[1] + dy * radius, size * radius, spot)


def _clouds(canvas: skia.Canvas, stage: Stage, amount: float) -> None:
    rng, palette, weather = stage.rng(2), stage.palette, stage.brief.weather
    heavy = {Weather.CLEAR: 0.0, Weather.FOG: 0.3, Weather.SNOW: 0.7, Weather.RAIN: 1.0}[weather]
    sun_x, sun_y = disc_place(stage)
    for _ in range(round((13 + 6 * heavy) * amount)):
        x, v = rng.uniform(-8, 8), rng.random()
        y = -4.6 + 3.5 * v**1.2
        long, thick = (
            rng.uniform(1.4, 4.6),
            rng.uniform(0.12, 0.36) * (1 + 1.2 * heavy) * (1.25 - 0.8 * v),
        )
        near_sun = math.exp(-(((x - sun_x) / 3.2) ** 2 + ((y - sun_y) / 1.2) ** 2))
        dark = mix(palette.sky[0], palette.haze, 0.25 + 0.45 * v)
        bright = mix(palette.sky[2], "#ffffff", 0.55)
        body = mix(bright, dark, 0.85 * heavy) if stage.brief.time is Time.DAY else dark
        rim = mix(palette.sky[3], palette.disc, 0.2 + 0.6 * near_sun)
        outline = _cloud(x, y, long=long, thick=thick, rng=rng)
        alpha = 0.55 + 0.3 * heavy
        low = mix(body, rim, (0.25 + 0.6 * near_sun) * (1 - 0.7 * heavy))
        stops = [
            (y - thick, body, alpha * 0.85),
            (y + thick * 0.15, low, alpha),
            (y + thick * 0.55, low, 0.0),
        ]
        canvas.drawPath(outline, fade(stops))
        if heavy < 0.5:
            _rim(canvas, (x, y + 0.1 * thick), long=long, colour=rim, alpha=0.25 + 0.5 * near_sun)


def _cloud(x: float, y: float, *, long: float, thick: float, rng: np.random.Generator) -> skia.Path:
    """A flat-bottomed bank with a bumpy back, thin at both ends."""
    t = np.linspace(0, 1, 46)
    body = np.sin(np.pi * t) ** 0.7
    bumps = np.abs(np.sin(t * rng.uniform(9, 16) + rng.uniform(0, 6))) * 0.5 + 0.5
    jag = rng.normal(0, 0.05, t.size)
    top = y - thick * body * (bumps + jag)
    under = y + thick * 0.55 * body * (0.6 + 0.4 * np.sin(t * 23 + rng.uniform(0, 6))) + jag * 0.05
    xs = x + (t - 0.5) * long
    return polygon([*zip(xs, top, strict=True), *zip(xs[::-1], under[::-1], strict=True)])


def _rim(
    canvas: skia.Canvas, at: tuple[float, float], *, long: float, colour: str, alpha: float
) -> None:
    """A dry stroke of light along the lower edge."""
    x, y = at
    half = long * 0.36
    line = [
        (x - half, y),
        (x - half * 0.2, y + 0.018),
        (x + half, y - 0.01),
        (x + half * 0.1, y - 0.016),
    ]
    canvas.drawPath(polygon(line), ink(colour, alpha))
