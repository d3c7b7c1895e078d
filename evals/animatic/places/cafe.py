"""A cafe: tall windows with the name on the glass, bottles, a counter, bentwood chairs, a tiled floor."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import box, lay, oval, polygon, rod, rounded, still, wash, wide_box
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import Opening, ceiling, floor, outside, shafts, sitter_x, wall
from evals.animatic.places.signs import Sign, letters_path, word_for
from evals.animatic.places.tones import room_tone

__all__ = ["cafe"]

_WALLS = ("#2f7a74", "#3f6a4a", "#7a3f52", "#2f5f7a")


def cafe(stage: Stage) -> Set:
    """Return the cafe."""
    side = float(stage.rng(180).choice([-1, 1]))
    left = 0.35 if side > 0 else -3.35
    openings = [
        Opening(left=left, top=-2.75, right=left + 3.0, bottom=-0.95, columns=3, rows=1),
        Opening(
            left=left + side * 4.6,
            top=-2.75,
            right=left + side * 4.6 + 2.4,
            bottom=-0.95,
            columns=2,
            rows=1,
        ),
    ]
    rig = _rig(side)
    back = [
        *outside(stage),
        still(0.45, lambda canvas: _wall(canvas, stage, openings, side=side)),
        Layer(
            depth=0.45,
            paint=lambda canvas, moment: _name(canvas, stage, openings[0], moment=moment),
            is_still=stage.sign_garble == 0,
        ),
        still(0.6, lambda canvas: _counter(canvas, stage, side)),
        still(0.92, lambda canvas: floor(canvas, stage, colour="#c9b08c", boards=False)),
        shafts(stage, openings),
        still(0.95, lambda canvas: _tables(canvas, stage)),
        _steam(stage),
        *light_layers(stage, rig),
    ]
    return Set(
        back=back,
        front=[still(1.3, lambda canvas: _near(canvas, stage))],
        lamp_at=source_at(stage, rig),
        table=(0.86, -0.72),
        bounce=room_tone(stage, "#c9a878"),
    )


def _rig(side: float) -> Rig:
    return Rig(
        lamp_at=(-0.95, -2.15),
        is_hung=True,
        far_y=-1.75,
        shelf_y=-0.95,
        floor_y=0.15,
        candles_at=(0.86, -0.72),
        neon_at=(-side * 1.15, -2.25),
    )


def _wall(canvas: skia.Canvas, stage: Stage, openings: list[Opening], *, side: float) -> None:
    wall(canvas, stage, openings, colour=str(stage.rng(185).choice(_WALLS)), frame="#d9b877")
    ceiling(canvas, stage, colour="#d9c294", low=-3.3, beams=1.5)
    dado, dark = room_tone(stage, "#7a4a30", 0.8), room_tone(stage, "#2a1a16", 0.5)
    lay(canvas, wide_box(-0.80, 5), wash([(-0.8, dado), (0.2, dark)], grain=1.0))
    canvas.drawRect(wide_box(-0.84, -0.76), ink(room_tone(stage, "#c99a5c")))
    for x in np.arange(-16, 16, 0.5):
        canvas.drawLine(x, -0.7, x, 0.2, stroke(dark, 0.015, 0.6))
    _shelves(canvas, stage, side)


def _shelves(canvas: skia.Canvas, stage: Stage, side: float) -> None:
    """Bottles and cups on the wall opposite the window."""
    rng, dark = stage.rng(181), room_tone(stage, "#3a2418", 0.7)
    middle = -side * 1.9
    canvas.drawRect(
        box(middle - 1.45, -3.0, right=middle + 1.45, bottom=-0.9),
        ink(room_tone(stage, "#24564f", 0.6)),
    )
    colours = ("#3f8a5a", "#b5402e", "#d9a441", "#e6dcc8", "#5a3a6a", "#2f6f9a", "#8a4a2c")
    for y in (-2.5, -2.0, -1.5, -1.0):
        canvas.drawRect(
            box(middle - 1.45, y, right=middle + 1.45, bottom=y + 0.06),
            ink(room_tone(stage, "#a8703c")),
        )
        x = middle - 1.38
        while x < middle + 1.3:
            wide, tall = rng.uniform(0.07, 0.14), rng.uniform(0.18, 0.38)
            glass = ink(room_tone(stage, str(rng.choice(colours)), 1.0))
            canvas.drawRoundRect(
                box(x, y - tall * 0.65, right=x + wide, bottom=y), 0.02, 0.02, glass
            )
            canvas.drawRect(
                box(x + wide * 0.33, y - tall, right=x + wide * 0.67, bottom=y - tall * 0.6), glass
            )
            canvas.drawLine(
                x + wide * 0.25,
                y - tall * 0.55,
                x + wide * 0.25,
                y - 0.04,
                stroke("#ffffff", 0.012, 0.3),
            )
            x += wide + rng.uniform(0.02, 0.12)
    canvas.drawRect(box(middle - 1.5, -3.05, right=middle + 1.5, bottom=-2.97), ink(dark))


def _name(canvas: skia.Canvas, stage: Stage, window: Opening, *, moment: Moment) -> None:
    """The name on the glass."""
    at = (window.left + window.right) / 2, window.top + 0.38
    sign = Sign(
        word=word_for(stage, 1),
        at=at,
        height=0.30,
        key=1,
        board="#000000",
        letters=room_tone(stage, "#f2d28a", 1.6),
    )
    path = letters_path(stage, sign, moment)
    canvas.drawPath(path, stroke(room_tone(stage, "#3a2418", 0.5), 0.075, 0.75))
    canvas.drawPath(path, stroke(sign.letters, 0.045))


def _counter(canvas: skia.Canvas, stage: Stage, side: float) -> None:
    x, wood, dark = -side * 2.9, room_tone(stage, "#8a4a2c", 0.9), room_tone(stage, "#2f1a12", 0.5)
    a, b = x - 1.5, x + 1.5
    lay(canvas, box(a, -0.92, right=b, bottom=0.3), wash([(-0.92, wood), (0.2, dark)], grain=1.0))
    canvas.drawRect(
        box(a - 0.1, -1.0, right=b + 0.1, bottom=-0.9), ink(room_tone(stage, "#d9a860"))
    )
    for k in range(6):
        canvas.drawRect(
            box(a + 0.1 + 0.48 * k, -0.8, right=a + 0.48 + 0.48 * k, bottom=0.0),
            stroke(dark, 0.025),
        )
    steel, shade = room_tone(stage, "#c8ccd0"), room_tone(stage, "#5a6068", 0.7)
    at = x + side * 0.5
    lay(
        canvas,
        rounded(box(at - 0.4, -1.55, right=at + 0.4, bottom=-1.0), 0.08),
        wash([(-1.55, steel), (-1.0, shade)], grain=0.4),
    )
    canvas.drawPath(polygon([(at - 0.18, -1.55), (at, -1.86), (at + 0.18, -1.55)]), ink(steel))
    canvas.drawCircle(at, -1.86, 0.05, ink(room_tone(stage, "#d9a860")))
    for dx in (-0.2, 0.2):
        canvas.drawLine(at + dx, -1.3, at + dx, -1.12, stroke(shade, 0.05))


def _tables(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(182)
    for x in (-3.9 + rng.uniform(-0.3, 0.3), 3.1 + rng.uniform(-0.3, 0.4), 6.2, -6.9):
        _chair(canvas, stage, x - 0.75, flip=1)
        _chair(canvas, stage, x + 0.75, flip=-1)
        _table(canvas, stage, x)
    _table(canvas, stage, 0.86)
    seat = sitter_x(stage)
    if seat is not None:
        _chair(canvas, stage, seat, flip=1)


def _table(canvas: skia.Canvas, stage: Stage, x: float) -> None:
    iron, marble = room_tone(stage, "#2a2420", 0.6), room_tone(stage, "#e9e2d6")
    rod(canvas, [(x, -0.7), (x, 0.0)], width=0.05, colour=iron)
    for dx in (-0.24, 0.24):
        rod(canvas, [(x, -0.1), (x + dx, 0.06)], width=0.04, colour=iron)
    canvas.drawOval(oval((x, -0.69), 0.82, 0.13), ink(iron))
    canvas.drawOval(oval((x, -0.72), 0.82, 0.12), ink(marble))
    canvas.drawOval(oval((x - 0.16, -0.74), 0.16, 0.04), ink(mix(marble, iron, 0.35)))
    canvas.drawRoundRect(
        box(x - 0.21, -0.83, right=x - 0.11, bottom=-0.745),
        0.02,
        0.02,
        ink(room_tone(stage, "#c2452f", 1.1)),
    )


def _chair(canvas: skia.Canvas, stage: Stage, x: float, *, flip: int) -> None:
    wood = room_tone(stage, "#5a2f1c", 0.8)
    for dx in (-0.2, 0.2):
        rod(canvas, [(x + dx * 0.9, -0.45), (x + dx * 1.15, 0.04)], width=0.035, colour=wood)
    canvas.drawOval(oval((x, -0.45), 0.48, 0.10), ink(wood))
    back = skia.Path()
    back.moveTo(x - 0.21 * flip, -0.45)
    back.cubicTo(x - 0.34 * flip, -1.1, x + 0.1 * flip, -1.15, x + 0.16 * flip, -0.46)
    canvas.drawPath(back, stroke(wood, 0.035))


def _steam(stage: Stage) -> Layer:
    phase = float(stage.take_rng(183).uniform(0, 6))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        path = skia.Path()
        path.moveTo(0.70, -0.86)
        for k in range(1, 9):
            path.lineTo(
                0.70 + 0.006 * k * math.sin(2.2 * moment.seconds - 0.8 * k + phase),
                -0.86 - 0.035 * k,
            )
        canvas.drawPath(path, stroke("#ffffff", 0.02, 0.22))

    return Layer(depth=0.96, paint=paint, is_still=False)


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    """A palm in a pot, close to the lens."""
    rng = stage.rng(184)
    x, dark = 4.35 * float(rng.choice([-1, 1])), room_tone(stage, "#16302a", 0.35)
    canvas.drawPath(
        polygon([(x - 0.36, 0.5), (x + 0.36, 0.5), (x + 0.26, 1.4), (x - 0.26, 1.4)]), ink(dark)
    )
    for turn in np.linspace(-1.45, 1.45, 11) + rng.uniform(-0.1, 0.1, 11):
        long = rng.uniform(0.9, 1.5)
        tip = (
            x + 0.75 * long * math.sin(turn),
            0.3 - long * math.cos(turn) * 0.95 + 0.25 * abs(turn),
        )
        bend = x + 0.3 * long * math.sin(turn), 0.2 - 0.9 * long
        leaf = skia.Path()
        leaf.moveTo(x - 0.03, 0.5)
        leaf.quadTo(bend[0] - 0.06, bend[1], *tip)
        leaf.quadTo(bend[0] + 0.10, bend[1] + 0.14, x + 0.03, 0.5)
        canvas.drawPath(leaf, ink(dark))
