"""A theatre's stage: red curtains, a painted backdrop, boards, footlights, heads in the stalls."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Time, Weather
from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    arc,
    box,
    fade,
    glow,
    lay,
    oval,
    polygon,
    rod,
    still,
    wash,
    wide_box,
)
from evals.animatic.places.drapes import drape, legs, wings
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import floor, sitter_x
from evals.animatic.places.tones import room_tone

__all__ = ["theatre"]


def theatre(stage: Stage) -> Set:
    """Return the stage."""
    rig = Rig(
        lamp_at=(-1.2, -2.3),
        is_hung=True,
        far_y=-1.9,
        shelf_y=-0.55,
        floor_y=0.1,
        candles_at=(-0.75, 0.02),
        neon_at=(0.0, -2.6),
    )
    back = [
        still(0.25, lambda canvas: _backdrop(canvas, stage)),
        _pieces(stage),
        still(0.3, lambda canvas: wings(canvas, stage)),
        still(0.7, lambda canvas: legs(canvas, stage)),
        still(0.92, lambda canvas: floor(canvas, stage, colour="#a8703f", top=-0.3)),
        still(0.92, lambda canvas: _footglow(canvas, stage), is_light=True),
        still(0.97, lambda canvas: _chair(canvas, stage)),
        *light_layers(stage, rig),
    ]
    front = [
        still(1.05, lambda canvas: _proscenium(canvas, stage)),
        _audience(stage),
    ]
    return Set(
        back=back, front=front, lamp_at=source_at(stage, rig), bounce=room_tone(stage, "#d99a5a")
    )


def _backdrop(canvas: skia.Canvas, stage: Stage) -> None:
    """A painted cloth: flat bands of sky, a great disc, card hills."""
    rng = stage.rng(200)
    bands = [mix(c, room_tone(stage, c), 0.35) for c in stage.palette.sky]
    canvas.drawRect(wide_box(-12, 5), ink(bands[0]))
    canvas.drawRect(wide_box(-1.0, 5), ink(bands[3]))
    for k, top in enumerate((-3.4, -2.6, -1.8)):
        wave = [
            (-17.0, top + 1.3),
            *[(x, top + 0.16 * math.sin(1.7 * x + 2.1 * k)) for x in np.linspace(-17, 17, 120)],
            (17.0, top + 1.3),
        ]
        lay(
            canvas,
            polygon(wave),
            wash(
                [(top, bands[k + 1]), (top + 1.3, mix(bands[k + 1], bands[min(3, k + 2)], 0.4))],
                grain=0.8,
            ),
        )
    _disc(canvas, stage, rng)
    _scenery(canvas, stage)


def _disc(canvas: skia.Canvas, stage: Stage, rng: np.random.Generator) -> None:
    """A sun with rays, or a crescent with stars."""
    palette = stage.palette
    x, y = (-0.72, -1.95) if stage.brief.time in (Time.NIGHT, Time.DAY) else (0.72, -1.35)
    radius = 0.62
    for k in range(16):
        a = k * math.pi / 8
        ray = [
            (x + 0.72 * math.cos(a - 0.09), y + 0.72 * math.sin(a - 0.09)),
            (x + (1.25 - 0.2 * (k % 2)) * math.cos(a), y + (1.25 - 0.2 * (k % 2)) * math.sin(a)),
            (x + 0.72 * math.cos(a + 0.09), y + 0.72 * math.sin(a + 0.09)),
        ]
        if stage.brief.time is not Time.NIGHT:
            canvas.drawPath(polygon(ray), ink(mix(palette.disc, palette.sky[3], 0.35)))
    disc = skia.Path.Circle(x, y, radius)
    if stage.brief.time is Time.NIGHT:
        bite = skia.Path.Circle(x + 0.26, y - 0.12, radius * 0.86)
        disc = skia.Op(disc, bite, skia.PathOp.kDifference_PathOp)
    canvas.drawPath(disc, ink(palette.disc))
    if stage.brief.time is Time.NIGHT:
        for sx, sy, size in rng.random((26, 3)):
            _star(
                canvas,
                ((sx * 2 - 1) * 5, -4.2 + 2.8 * sy),
                size=0.04 + 0.05 * size,
                colour=palette.disc,
            )


def _scenery(canvas: skia.Canvas, stage: Stage) -> None:
    """Card flats in front of the cloth: waves, a walled town or a wood, as the layout has it."""
    kind, rng = int(stage.rng(204).integers(3)), stage.rng(205)
    locals_ = (("#4f8fa8", "#2f5f86"), ("#b08a6a", "#6a5a7a"), ("#5f8a6a", "#35604f"))[kind]
    for k, (base, local) in enumerate(zip((-0.95, -0.6), locals_, strict=True)):
        x = np.linspace(-17, 17, 240)
        if kind == 0:
            y = base - 0.22 * np.abs(np.sin(1.9 * x + 1.3 * k + stage.brief.layout)) ** 0.6
        elif kind == 1:
            blocks = np.repeat(rng.uniform(0.0, 0.55, 60), 4)
            y = base + 0.1 - blocks - 0.09 * (np.arange(240) % 2) * (blocks > 0.3)
        else:
            y = base - 0.30 * np.abs(np.sin(0.8 * x + 1.3 * k + stage.brief.layout))
        flat = polygon([(-17.0, 4.0), *zip(x, y, strict=True), (17.0, 4.0)])
        colour = room_tone(stage, local, 1.1)
        haze = mix(colour, stage.palette.haze, 0.3)
        lay(canvas, flat, wash([(base - 0.4, haze), (0, colour)], grain=1.0))
        canvas.drawPath(flat, stroke(mix(colour, "#ffffff", 0.25), 0.02))


def _star(canvas: skia.Canvas, at: tuple[float, float], *, size: float, colour: str) -> None:
    points = [
        (
            at[0] + size * (1 if k % 2 == 0 else 0.4) * math.sin(k * math.pi / 5),
            at[1] - size * (1 if k % 2 == 0 else 0.4) * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]
    canvas.drawPath(polygon(points), ink(colour))


def _pieces(stage: Stage) -> Layer:
    """Weather of card and string: clouds, drops, flakes, gauze."""
    rng, weather = stage.rng(201), stage.brief.weather
    clouds = [
        (float(x), float(y), float(s))
        for x, y, s in zip(
            np.array([-3.0, -0.2, 2.6, 5.2, -5.6]) + rng.uniform(-0.4, 0.4, 5),
            rng.uniform(-3.0, -2.3, 5),
            rng.uniform(0.7, 1.1, 5),
            strict=True,
        )
    ]
    drops, phase = rng.random((60, 3)), float(stage.take_rng(202).uniform(0, 6))
    card = {
        Weather.CLEAR: "#f2ead8",
        Weather.FOG: "#c8ccd0",
        Weather.SNOW: "#eef2f8",
        Weather.RAIN: "#66768a",
    }[weather]
    colour, thread = (
        mix(room_tone(stage, card, 1.3), stage.palette.haze, 0.15),
        room_tone(stage, "#1a1416", 0.5),
    )

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        sway = 0.05 * math.sin(0.9 * moment.seconds + phase)
        if weather is Weather.FOG:
            canvas.drawRect(wide_box(-12, 3), fade([(-4, colour, 0.2), (-0.5, colour, 0.85)]))
        for x, y, size in clouds if weather is not Weather.CLEAR else clouds[1:3]:
            canvas.drawLine(x + sway * size, y, x, -12, stroke(thread, 0.012))
            _card_cloud(canvas, (x + sway * size, y), size=size, colour=colour)
        for x, y, size in drops if weather in (Weather.RAIN, Weather.SNOW) else ():
            at = (x * 2 - 1) * 5 + sway, -2.6 + 2.1 * y
            if weather is Weather.SNOW:
                _star(canvas, at, size=0.05 + 0.05 * size, colour="#ffffff")
            else:
                _card_drop(canvas, at)

    return Layer(depth=0.4, paint=paint, is_still=False)


def _card_cloud(canvas: skia.Canvas, at: tuple[float, float], *, size: float, colour: str) -> None:
    for dx, dy, r in ((-0.42, 0.06, 0.24), (0, -0.06, 0.36), (0.42, 0.04, 0.28), (0.0, 0.14, 0.3)):
        canvas.drawCircle(at[0] + dx * size, at[1] + dy * size, r * size, ink(colour))


def _card_drop(canvas: skia.Canvas, at: tuple[float, float]) -> None:
    x, y = at
    drop = polygon([(x, y - 0.2), (x + 0.045, y), (x, y + 0.05), (x - 0.045, y)])
    canvas.drawPath(drop, ink("#8fc0e6", 0.95))


def _footglow(canvas: skia.Canvas, stage: Stage) -> None:
    warm = mix(stage.palette.light, "#ffb45a", 0.5)
    for x in np.arange(-3.5, 3.6, 1.0):
        glow(canvas, (float(x), 0.95), radius=1.6, colour=warm, alpha=0.30, squash=0.75)


def _chair(canvas: skia.Canvas, stage: Stage) -> None:
    seat = sitter_x(stage)
    if seat is None:
        return
    gilt, plush = room_tone(stage, "#d9ae4a", 1.1), room_tone(stage, "#3f2a6a", 1.1)
    for dx in (-0.24, 0.24):
        rod(canvas, [(seat + dx, -0.45), (seat + dx, 0.05)], width=0.05, colour=gilt)
    canvas.drawRoundRect(
        box(seat - 0.3, -1.25, right=seat + 0.3, bottom=-0.4), 0.2, 0.2, ink(plush)
    )
    canvas.drawRoundRect(
        box(seat - 0.3, -1.25, right=seat + 0.3, bottom=-0.4), 0.2, 0.2, stroke(gilt, 0.05)
    )
    canvas.drawRect(box(seat - 0.32, -0.5, right=seat + 0.32, bottom=-0.4), ink(plush))


def _proscenium(canvas: skia.Canvas, stage: Stage) -> None:
    for side in (-1, 1):
        drape(canvas, stage, tuple(sorted((side * 3.7, side * 20))), shade=1.0)  # type: ignore[arg-type]
    light, dark = (
        mix(room_tone(stage, "#c22a34"), "#8a1824", 0.4),
        mix(room_tone(stage, "#4a0e1a"), "#2a0610", 0.4),
    )
    gilt = mix(room_tone(stage, "#d9ae4a"), "#a87a2a", 0.4)
    canvas.drawRect(wide_box(-14, -3.4), ink(dark))
    for x in np.arange(-16.8, 16.8, 1.2):
        swag = skia.Path()
        swag.moveTo(x, -3.9)
        swag.quadTo(x + 0.6, -2.75, x + 1.2, -3.9)
        lay(canvas, swag, wash([(-3.9, dark), (-3.3, light)], grain=0.6))
        canvas.drawPath(swag, stroke(gilt, 0.04))
        canvas.drawCircle(x, -3.4, 0.07, ink(gilt))
    lay(
        canvas,
        wide_box(0.98, 4),
        wash([(0.98, room_tone(stage, "#5a3420", 0.7)), (1.4, "#0a060a")], grain=0.6),
    )
    canvas.drawRect(wide_box(0.96, 1.02), ink(gilt))
    bulb = mix(stage.palette.light, "#ffd48a", 0.5)
    for x in np.arange(-6.0, 6.1, 0.5):
        canvas.drawPath(arc(oval((float(x), 0.99), 0.3, 0.3), 180, 180, is_closed=True), ink(gilt))
        canvas.drawCircle(float(x), 0.86, 0.05, ink(mix(bulb, "#ffffff", 0.4)))
        glow(canvas, (float(x), 0.84), radius=0.24, colour=bulb, alpha=0.6)


def _audience(stage: Stage) -> Layer:
    heads = stage.rng(203).random((26, 4))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        fill = ink("#07050a")
        for k, (jump, size, tilt, phase) in enumerate(heads):
            x = -6.5 + 0.52 * k + 0.12 * jump
            y = 1.32 - 0.10 * size + 0.008 * math.sin(1.1 * moment.seconds + 6.28 * phase)
            r = 0.13 + 0.03 * size
            canvas.drawOval(oval((x + 0.02 * tilt, y), 1.8 * r, 2.1 * r), fill)
            canvas.drawRoundRect(
                box(x - 0.25, y + 0.13, right=x + 0.25, bottom=4), 0.12, 0.12, fill
            )

    return Layer(depth=1.2, paint=paint, is_still=False)
