"""A town street: houses in three rows, tram wires, lamp posts, a shop, wet cobbles."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Light, Weather
from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    box,
    dry_strokes,
    fade,
    lay,
    oval,
    polygon,
    rod,
    rough,
    still,
    wash,
    wide_box,
)
from evals.animatic.places.houses import Row, houses_layer, window_light
from evals.animatic.places.lights import light_layers, source_at, street_lamp
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import sitter_x
from evals.animatic.places.signs import Sign, paint_board, word_for
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.tones import ground_tone, painted, snowy, tone

__all__ = ["bench", "street"]

_PLASTER = ("#b5654a", "#c79a4e", "#7f6f8f", "#b87f74", "#5f7f86")
_ROWS = (
    (0.14, Row(base=-0.55, tall=(1.5, 2.7), wide=(0.5, 0.9), far=0.68, key=1)),
    (
        0.32,
        Row(
            base=-0.38,
            tall=(1.2, 2.5),
            wide=(0.8, 1.3),
            far=0.36,
            key=2,
            locals=_PLASTER,
            panes=1.25,
        ),
    ),
    (
        0.55,
        Row(
            base=-0.20,
            tall=(0.8, 1.7),
            wide=(1.0, 1.7),
            far=0.18,
            key=3,
            locals=_PLASTER,
            panes=1.5,
        ),
    ),
)
"""Depths, and the houses there."""


def street(stage: Stage) -> Set:
    """Return the street."""
    rig = Rig(lamp_at=(-1.35, -2.6), far_y=-1.75, shelf_y=-0.8, floor_y=0.1, has_own_lamp=True)
    back = [
        *sky_layers(stage),
        *[houses_layer(stage, depth, row) for depth, row in _ROWS[:2]],
        _garland(stage),
        houses_layer(stage, *_ROWS[2]),
        Layer(
            depth=0.8,
            paint=lambda canvas, moment: _shop(canvas, stage, moment),
            is_still=stage.sign_garble == 0,
        ),
        still(0.95, lambda canvas: _ground(canvas, stage)),
        still(0.97, lambda canvas: _lamps(canvas, stage)),
        *light_layers(stage, rig),
        _wires(stage),
    ]
    front = [still(1.35, lambda canvas: _near(canvas, stage))]
    return Set(
        back=back, front=front, lamp_at=source_at(stage, rig), bounce=ground_tone(stage, "#6b6a70")
    )


def _shop(canvas: skia.Canvas, stage: Stage, moment: Moment) -> None:
    rng = stage.rng(120)
    x = float(rng.choice([-1, 1])) * rng.uniform(2.9, 3.7)
    local = str(rng.choice(["#2f6e6a", "#93402f", "#3d4f8a", "#b5832f"]))
    wall, dark = painted(stage, local, 0.5), tone(stage, 0.03)
    lay(
        canvas,
        polygon(rough([(x - 1.5, 0), (x - 1.5, -3.9), (x + 1.5, -3.9), (x + 1.5, 0)], rng)),
        wash([(-3.9, mix(wall, tone(stage, 0.2), 0.5)), (0, mix(wall, dark, 0.4))], grain=1.0),
    )
    canvas.drawPath(
        polygon([(x - 1.65, -3.85), (x - 1.2, -4.5), (x + 1.2, -4.5), (x + 1.65, -3.85)]),
        ink(snowy(stage, dark)),
    )
    _shop_front(canvas, stage, (x, rng), colours=(wall, dark, local))
    _awning(canvas, stage, x, local=local)
    sign = Sign(
        word=word_for(stage, 1),
        at=(x, -1.95),
        height=0.30,
        key=1,
        board=mix(dark, local, 0.25),
        letters=mix(stage.palette.lit("#f1e2bd"), stage.palette.light, 0.4),
    )
    paint_board(canvas, stage, sign, moment=moment)


def _shop_front(
    canvas: skia.Canvas,
    stage: Stage,
    at: tuple[float, np.random.Generator],
    *,
    colours: tuple[str, str, str],
) -> None:
    """Windows above, the shop's window with what it sells, and a door."""
    (x, rng), (wall, dark, local) = at, colours
    glass = mix(window_light(stage), wall, 0.15)
    for dx in (-0.95, 0.95):
        for y in (-3.5, -2.72):
            lit = rng.random() < 0.5
            canvas.drawRect(
                box(x + dx - 0.2, y, right=x + dx + 0.2, bottom=y + 0.52),
                ink(glass if lit else mix(dark, wall, 0.4)),
            )
            canvas.drawLine(x + dx, y, x + dx, y + 0.52, stroke(dark, 0.03))
    canvas.drawRect(
        box(x - 1.3, -1.3, right=x + 0.45, bottom=-0.35), ink(mix(glass, "#ffffff", 0.1))
    )
    for k in range(9):
        tall = rng.uniform(0.12, 0.5)
        canvas.drawRect(
            box(x - 1.25 + 0.19 * k, -0.35 - tall, right=x - 1.12 + 0.19 * k, bottom=-0.35),
            ink(mix(dark, local, 0.3), 0.8),
        )
    canvas.drawLine(x - 0.42, -1.3, x - 0.42, -0.35, stroke(dark, 0.04))
    canvas.drawRect(box(x + 0.65, -1.45, right=x + 1.2, bottom=0), ink(dark))
    canvas.drawRect(box(x + 0.74, -1.36, right=x + 1.11, bottom=-0.62), ink(mix(glass, dark, 0.25)))


def _awning(canvas: skia.Canvas, stage: Stage, x: float, *, local: str) -> None:
    stripe = [(x - 1.4 + 0.28 * k, k % 2) for k in range(10)]
    for left, odd in stripe:
        awning = [
            (left, -1.62),
            (left + 0.28, -1.62),
            (left + 0.30, -1.22),
            (left + 0.14, -1.15),
            (left - 0.02, -1.22),
        ]
        canvas.drawPath(
            polygon(awning),
            ink(snowy(stage, painted(stage, "#e8dcc6" if odd else local, 0.85), 0.5)),
        )


def _ground(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(121)
    far, near = ground_tone(stage, "#8b8580", shade=0.6), ground_tone(stage, "#4e4a50", shade=0.25)
    lay(
        canvas,
        wide_box(-0.22, 5),
        wash([(-0.22, far), (0.35, mix(far, near, 0.5)), (1.5, near)], grain=1.0),
    )
    canvas.drawRect(wide_box(-0.22, -0.15), ink(mix(far, stage.palette.disc, 0.18)))
    wet = {Weather.RAIN: 0.75, Weather.FOG: 0.35, Weather.CLEAR: 0.28, Weather.SNOW: 0.10}[
        stage.brief.weather
    ]
    shine = mix(stage.palette.sky[3], stage.palette.haze, 0.4)
    for _ in range(26):
        at, wide = (rng.uniform(-9, 9), rng.uniform(0.0, 1.5)), rng.uniform(0.4, 1.8)
        canvas.drawOval(oval(at, wide, wide * 0.055), ink(shine, wet * rng.uniform(0.3, 0.8)))
    for x in rng.uniform(-9, 9, 34):
        top = rng.uniform(-0.12, 0.2)
        glint = fade(
            [(top, window_light(stage), wet * 0.55), (top + 1.0, window_light(stage), 0.0)]
        )
        canvas.drawRect(
            box(float(x), top, right=float(x) + rng.uniform(0.04, 0.12), bottom=top + 1.0), glint
        )
    _cobbles(canvas, stage, rng, shine=shine)
    seat = sitter_x(stage)
    if seat is not None:
        bench(canvas, stage, seat)


def _cobbles(canvas: skia.Canvas, stage: Stage, rng: np.random.Generator, *, shine: str) -> None:
    """Cobbles and the rails of the tram."""
    dark = tone(stage, 0.0)
    for row, y in enumerate((0.02, 0.10, 0.20, 0.33, 0.5, 0.72, 1.0, 1.35)):
        dry_strokes(
            canvas,
            box(-9, y, right=9, bottom=y + 0.03),
            rng,
            colour=dark,
            count=44,
            alpha=0.28,
            length=0.16 + 0.05 * row,
            width=0.012 + 0.004 * row,
        )
    for y, thick in ((0.30, 0.022), (0.62, 0.036)):
        canvas.drawLine(-40, y, 40, y, stroke(mix(dark, shine, 0.25), thick * 1.8))
        canvas.drawLine(-40, y - 0.008, 40, y - 0.008, stroke(shine, thick * 0.5, 0.8))


def bench(canvas: skia.Canvas, stage: Stage, x: float) -> None:
    """Draw a slatted bench with its seat 0.45 m up."""
    dark, wood = tone(stage, 0.02), painted(stage, "#8c5a35", 0.6)
    for leg in (-0.62, 0.62):
        rod(
            canvas,
            [(x + leg, 0.04), (x + leg, -0.45), (x + leg * 1.06, -0.88)],
            width=0.05,
            colour=dark,
        )
    for y, thick in ((-0.84, 0.07), (-0.70, 0.07), (-0.44, 0.06), (-0.40, 0.05)):
        canvas.drawRect(
            box(x - 0.8, y, right=x + 0.8, bottom=y + thick), ink(snowy(stage, wood, 0.4))
        )


def _lamps(canvas: skia.Canvas, stage: Stage) -> None:
    lit = stage.brief.light is Light.LAMP
    for x in (-12.5, -6.9, -1.35, 4.2, 9.8):
        street_lamp(canvas, stage, (x, 0.0), tall=2.75, is_lit=lit)


def _wires(stage: Stage) -> Layer:
    """Tram wires between two poles."""
    rng = stage.rng(122)
    spans = [(-3.55 + 0.2 * k, rng.uniform(0.2, 0.5)) for k in range(3)]
    phase, dark = float(stage.take_rng(123).uniform(0, 6)), tone(stage, 0.10)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        path = skia.Path()
        for k, (high, sag) in enumerate(spans):
            sway = 0.02 * math.sin(1.3 * moment.seconds + phase + k)
            for left in (-19.5, -11.7, -3.9, 3.9, 11.7):
                path.moveTo(left, high)
                path.quadTo(left + 3.9, high + 2 * (sag + sway), left + 7.8, high)
        canvas.drawPath(path, stroke(dark, 0.018))
        for left in (-11.7, -3.9, 3.9, 11.7):
            canvas.drawLine(left, 0.0, left, -4.2, stroke(dark, 0.06))
            canvas.drawLine(left - 0.5, -3.5, left + 0.5, -3.5, stroke(dark, 0.03))

    return Layer(depth=0.7, paint=paint, is_still=False)


def _garland(stage: Stage) -> Layer:
    """Pennants and paper lanterns across the street: what a close shot knows it by."""
    rng = stage.rng(125)
    strings = [
        (float(y), float(sag))
        for y, sag in zip((-2.0, -1.62), rng.uniform(0.12, 0.3, 2), strict=True)
    ]
    phase, cord = float(stage.take_rng(126).uniform(0, 6)), tone(stage, 0.1)
    inks = [
        ink(painted(stage, c, 0.85))
        for c in ("#d8432f", "#e8b83a", "#2f8f8a", "#efe4cc", "#d9718a")
    ]
    glowing = ink(mix(window_light(stage), "#ffffff", 0.15), 0.95)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for k, (high, sag) in enumerate(strings):
            for span in range(-3, 3):
                left, right = span * 3.4 + 1.7 * k, span * 3.4 + 3.4 + 1.7 * k
                for step in range(1, 12):
                    u = step / 12
                    y = high + 4 * sag * u * (1 - u)
                    x = left + (right - left) * u
                    if k == 1 and step % 3 == 0:
                        canvas.drawOval(oval((x, y + 0.08), 0.11, 0.13), glowing)
                        continue
                    lean = 0.03 * math.sin(2.2 * moment.seconds + phase + 1.7 * step)
                    flag = polygon([(x - 0.075, y), (x + 0.075, y + 0.005), (x + lean, y + 0.19)])
                    canvas.drawPath(flag, inks[(step + span + 5 * k) % 5])
                cordline = skia.Path()
                cordline.moveTo(left, high)
                cordline.quadTo((left + right) / 2, high + 2 * sag, right, high)
                canvas.drawPath(cordline, stroke(cord, 0.012))

    return Layer(depth=0.38, paint=paint, is_still=False)


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    dark = tone(stage, 0.0)
    side = float(stage.rng(124).choice([-1, 1]))
    x = 5.0 * side
    canvas.drawRect(box(x - 0.16, -10, right=x + 0.16, bottom=4), ink(dark))
    canvas.drawRect(box(x - 0.3, -2.6, right=x + 0.3, bottom=-2.2), ink(dark))
