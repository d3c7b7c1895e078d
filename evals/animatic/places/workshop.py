"""A workshop: a great iron window, tools on a board, a bench with a vice, wheels, shavings."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import arc, box, lay, oval, polygon, rod, still, wash, wide_box
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import Opening, ceiling, floor, outside, shafts, sitter_x, wall
from evals.animatic.places.signs import Sign, paint_board, word_for
from evals.animatic.places.tones import room_tone

__all__ = ["workshop"]

_WALLS = ("#a8603f", "#9a7a5a", "#8a5f4a")


def workshop(stage: Stage) -> Set:
    """Return the workshop."""
    side = float(stage.rng(210).choice([-1, 1]))
    left = 0.5 if side > 0 else -3.1
    openings = [
        Opening(left=left, top=-3.0, right=left + 2.6, bottom=-1.15, columns=6, rows=4),
        Opening(
            left=left + side * 5.6,
            top=-3.0,
            right=left + side * 5.6 + 2.6,
            bottom=-1.15,
            columns=6,
            rows=4,
        ),
    ]
    rig = _rig(side)
    back = [
        *outside(stage),
        still(0.45, lambda canvas: _wall(canvas, stage, openings, side=side)),
        Layer(
            depth=0.45,
            paint=lambda canvas, moment: _name(canvas, stage, side, moment=moment),
            is_still=stage.sign_garble == 0,
        ),
        _wheel(stage, side),
        still(0.92, lambda canvas: _floor(canvas, stage)),
        shafts(stage, openings),
        still(0.95, lambda canvas: _bench(canvas, stage)),
        *light_layers(stage, rig),
    ]
    return Set(
        back=back,
        front=[still(1.3, lambda canvas: _near(canvas, stage))],
        lamp_at=source_at(stage, rig),
        table=(1.2, -0.84),
        bounce=room_tone(stage, "#b98a52"),
    )


def _rig(side: float) -> Rig:
    return Rig(
        lamp_at=(-0.9, -2.15),
        is_hung=True,
        far_y=-1.7,
        shelf_y=-1.0,
        floor_y=0.15,
        candles_at=(1.0, -0.84),
        neon_at=(side * 1.3, -2.1),
    )


def _wall(canvas: skia.Canvas, stage: Stage, openings: list[Opening], *, side: float) -> None:
    wall(canvas, stage, openings, colour=str(stage.rng(216).choice(_WALLS)), frame="#3a4448")
    ceiling(canvas, stage, colour="#5a4232", low=-3.45, beams=0.8)
    rng, line = stage.rng(211), room_tone(stage, "#6a3424", 0.7)
    bricks = skia.Path()
    for row in range(28):
        y = -5.0 + 0.19 * row
        for x in np.arange(-15 + 0.25 * (row % 2), 15, 0.5):
            if rng.random() < 0.16 and not any(
                w.left - 0.5 < x < w.right + 0.1 and w.top - 0.2 < y < w.bottom + 0.2
                for w in openings
            ):
                bricks.addRect(box(x, y, right=x + 0.44, bottom=y + 0.14))
    canvas.drawPath(bricks, ink(line, 0.55))
    middle = -side * 1.75
    lay(
        canvas,
        box(middle - 1.5, -2.75, right=middle + 1.5, bottom=-1.1),
        wash(
            [(-2.75, room_tone(stage, "#d9b070", 0.9)), (-1.1, room_tone(stage, "#a87a44", 0.8))],
            grain=1.0,
        ),
    )
    canvas.drawRect(
        box(middle - 1.5, -2.75, right=middle + 1.5, bottom=-1.1),
        stroke(room_tone(stage, "#4a2f1c", 0.6), 0.05),
    )
    for k, x in enumerate(np.linspace(middle - 1.25, middle + 1.25, 7)):
        _tool(canvas, stage, (float(x), -2.5 + 0.1 * (k % 2)), kind=int(rng.integers(5)))
    for x in np.linspace(middle - 1.1, middle + 1.1, 6):
        _tool(canvas, stage, (float(x), -1.72), kind=int(rng.integers(2, 5)))
    for x in np.arange(-16, 16, 2.6):
        rod(
            canvas,
            [(x, -3.4), (x + 1.3, -4.6), (x + 2.6, -3.4)],
            width=0.09,
            colour=room_tone(stage, "#3a2a20", 0.5),
        )
    canvas.drawRect(wide_box(-3.5, -3.3), ink(room_tone(stage, "#4a3424", 0.6)))


def _tool(canvas: skia.Canvas, stage: Stage, at: tuple[float, float], *, kind: int) -> None:
    (x, y), steel, wood = at, room_tone(stage, "#2c3a44", 0.8), room_tone(stage, "#7a2f22", 0.95)
    if kind == 0:
        canvas.drawPath(
            polygon(
                [
                    (x - 0.16, y + 0.15),
                    (x + 0.14, y + 0.15),
                    (x + 0.05, y + 0.75),
                    (x - 0.04, y + 0.75),
                ]
            ),
            ink(steel),
        )
        canvas.drawRoundRect(
            box(x - 0.17, y - 0.08, right=x + 0.15, bottom=y + 0.17), 0.06, 0.06, ink(wood)
        )
    elif kind == 1:
        canvas.drawCircle(x, y + 0.3, 0.22, stroke(steel, 0.04))
        canvas.drawLine(x, y + 0.3, x + 0.3, y + 0.55, stroke(wood, 0.05))
    elif kind == 2:
        canvas.drawRect(box(x - 0.025, y, right=x + 0.025, bottom=y + 0.5), ink(wood))
        canvas.drawRect(box(x - 0.14, y - 0.02, right=x + 0.12, bottom=y + 0.1), ink(steel))
    elif kind == 3:
        canvas.drawRect(box(x - 0.03, y - 0.02, right=x + 0.03, bottom=y + 0.2), ink(wood))
        canvas.drawPath(
            polygon(
                [
                    (x - 0.03, y + 0.2),
                    (x + 0.03, y + 0.2),
                    (x + 0.045, y + 0.5),
                    (x - 0.045, y + 0.5),
                ]
            ),
            ink(steel),
        )
    else:
        canvas.drawCircle(x, y + 0.05, 0.09, stroke(steel, 0.05))
        canvas.drawRect(box(x - 0.03, y + 0.1, right=x + 0.03, bottom=y + 0.5), ink(steel))


def _name(canvas: skia.Canvas, stage: Stage, side: float, *, moment: Moment) -> None:
    sign = Sign(
        word=word_for(stage, 1),
        at=(-side * 1.75, -3.05),
        height=0.22,
        key=1,
        board=room_tone(stage, "#23343a", 0.8),
        letters=room_tone(stage, "#f0d28a", 1.4),
    )
    paint_board(canvas, stage, sign, moment=moment)


def _wheel(stage: Stage, side: float) -> Layer:
    """A flywheel on its belt."""
    x, y, iron = -side * 4.4, -1.1, room_tone(stage, "#2a3a40", 0.8)
    rim, belt = room_tone(stage, "#8a2f26", 0.9), room_tone(stage, "#3a2418", 0.7)
    phase = float(stage.take_rng(212).uniform(0, 6))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for dx in (-0.68, 0.62):
            canvas.drawLine(x + dx, y, x + dx * 0.4, -3.4, stroke(belt, 0.05))
        canvas.drawRect(box(x - 0.5, y, right=x + 0.5, bottom=0.3), ink(iron))
        canvas.drawCircle(x, y, 0.72, stroke(rim, 0.12))
        for k in range(6):
            a = 0.9 * moment.seconds + phase + k * math.pi / 3
            canvas.drawLine(x, y, x + 0.68 * math.cos(a), y + 0.68 * math.sin(a), stroke(rim, 0.05))
        canvas.drawCircle(x, y, 0.13, ink(iron))

    return Layer(depth=0.6, paint=paint, is_still=False)


def _floor(canvas: skia.Canvas, stage: Stage) -> None:
    floor(canvas, stage, colour="#8a6a4c")
    rng, curl = stage.rng(213), room_tone(stage, "#e6c08a")
    for x, y in zip(rng.uniform(-6, 6, 40), rng.uniform(-0.1, 0.9, 40), strict=True):
        canvas.drawPath(
            arc(oval((x, y), 0.11, 0.06), rng.uniform(0, 360), 250), stroke(curl, 0.016, 0.8)
        )


def _bench(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(214)
    wood, dark, steel = (
        room_tone(stage, "#a8703c", 0.95),
        room_tone(stage, "#3a2216", 0.6),
        room_tone(stage, "#4a5a64", 0.9),
    )
    for a, b in ((0.5, 3.2), (-6.0, -2.6), (5.2, 8.5)):
        lay(
            canvas,
            box(a, -0.86, right=b, bottom=-0.72),
            wash([(-0.86, wood), (-0.7, dark)], grain=0.8),
        )
        for leg in (a + 0.12, b - 0.2):
            canvas.drawRect(box(leg, -0.72, right=leg + 0.12, bottom=0.08), ink(dark))
        canvas.drawRect(box(a + 0.1, -0.26, right=b - 0.1, bottom=-0.18), ink(dark))
        canvas.drawRect(box(a + 0.3, -0.64, right=a + 0.9, bottom=-0.46), ink(mix(wood, dark, 0.5)))
        vice = b - 0.5
        canvas.drawRect(box(vice - 0.16, -1.08, right=vice - 0.04, bottom=-0.86), ink(steel))
        canvas.drawRect(box(vice + 0.08, -1.08, right=vice + 0.2, bottom=-0.86), ink(steel))
        canvas.drawLine(vice - 0.3, -0.92, vice + 0.34, -0.92, stroke(steel, 0.05))
        for _ in range(4):
            x, tall = rng.uniform(a + 0.9, b - 0.9), rng.uniform(0.1, 0.28)
            canvas.drawRect(
                box(x, -0.86 - tall, right=x + 0.13, bottom=-0.86),
                ink(room_tone(stage, str(rng.choice(["#c2452f", "#2f6f86", "#d9a441"])))),
            )
    seat = sitter_x(stage)
    if seat is not None:
        for dx in (-0.2, 0.2):
            rod(canvas, [(seat + dx * 0.6, -0.46), (seat + dx, 0.05)], width=0.05, colour=dark)
        canvas.drawOval(oval((seat, -0.46), 0.5, 0.12), ink(wood))


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    """Planks that lean in a corner, and a chain hoist."""
    rng, dark = stage.rng(215), room_tone(stage, "#2a1a12", 0.25)
    side = float(rng.choice([-1, 1]))
    for k in range(5):
        x = side * (4.0 + 0.28 * k)
        lean, tall = side * rng.uniform(0.3, 0.6), rng.uniform(1.6, 3.4)
        plank = [(x, 4), (x + lean, 0.8 - tall), (x + lean + 0.17, 0.8 - tall), (x + 0.2, 4)]
        canvas.drawPath(polygon(plank), ink(mix(dark, room_tone(stage, "#8a5a34", 0.5), 0.12 * k)))
    x = -side * 3.7
    canvas.drawLine(x, -12, x, -2.75, stroke(dark, 0.035))
    canvas.drawCircle(x, -2.6, 0.17, stroke(dark, 0.07))
    canvas.drawPath(arc(oval((x, -2.22), 0.26, 0.3), -60, 260), stroke(dark, 0.06))
