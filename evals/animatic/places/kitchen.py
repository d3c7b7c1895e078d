"""A kitchen: a window over the sink, tiles, pots on a rail, plates, a stove, a set table."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import arc, box, lay, oval, polygon, rod, still, wash, wide_box
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import Opening, ceiling, floor, outside, shafts, sitter_x, wall
from evals.animatic.places.tones import room_tone

__all__ = ["kitchen"]

_WALLS = ("#e9d9a0", "#f0c9a8", "#bcd8d2", "#e6d0c0")


def kitchen(stage: Stage) -> Set:
    """Return the kitchen."""
    side = float(stage.rng(190).choice([-1, 1]))
    x = side * stage.rng(197).uniform(1.2, 1.7)
    openings = [
        Opening(left=x - 0.85, top=-2.55, right=x + 0.85, bottom=-1.25),
        Opening(left=-side * 7.6 - 0.8, top=-2.5, right=-side * 7.6 + 0.8, bottom=-1.25),
    ]
    rig = Rig(
        lamp_at=(-0.8, -2.1),
        is_hung=True,
        far_y=-1.8,
        shelf_y=-1.0,
        floor_y=0.15,
        candles_at=(0.95, -0.74),
        neon_at=(-side * 1.2, -2.35),
    )
    back = [
        *outside(stage),
        still(0.45, lambda canvas: _wall(canvas, stage, openings, side=side)),
        still(0.55, lambda canvas: _units(canvas, stage, side)),
        _curtains(stage, openings[0]),
        still(0.92, lambda canvas: floor(canvas, stage, colour="#b98a5c")),
        shafts(stage, openings),
        still(0.96, lambda canvas: _table(canvas, stage)),
        _steam(stage, side),
        *light_layers(stage, rig),
    ]
    return Set(
        back=back,
        front=(),
        lamp_at=source_at(stage, rig),
        table=(1.1, -0.74),
        bounce=room_tone(stage, "#d9b98c"),
    )


def _wall(canvas: skia.Canvas, stage: Stage, openings: list[Opening], *, side: float) -> None:
    wall(canvas, stage, openings, colour=str(stage.rng(196).choice(_WALLS)), frame="#f6f0e0")
    ceiling(canvas, stage, colour="#a87a4c", low=-3.2)
    tile, line = room_tone(stage, "#a9cdb4"), room_tone(stage, "#4f8a76", 0.8)
    lay(
        canvas,
        wide_box(-1.22, -0.2),
        wash([(-1.22, tile), (-0.2, room_tone(stage, "#6fa58c", 0.8))], grain=0.5),
    )
    for x in np.arange(-16, 16, 0.24):
        canvas.drawLine(x, -1.22, x, -0.2, stroke(line, 0.012, 0.6))
    for y in (-1.22, -0.98, -0.74, -0.5):
        canvas.drawLine(-40, y, 40, y, stroke(line, 0.012 if y > -1.2 else 0.05, 0.7))
    for w in openings:
        canvas.drawRect(
            box(w.left - 0.12, w.bottom + 0.02, right=w.right + 0.12, bottom=w.bottom + 0.1),
            ink(room_tone(stage, "#fff6e0")),
        )
        for k, dx in enumerate((0.25, 0.62, 1.3)):
            _plant(canvas, stage, (w.left + dx, w.bottom + 0.02), key=k)
    _pots(canvas, stage, -side * 0.55)
    _plates(canvas, stage, -side * 2.6)
    _door(canvas, stage, side)


def _plant(canvas: skia.Canvas, stage: Stage, at: tuple[float, float], *, key: int) -> None:
    (x, y), rng = at, stage.rng(191, key)
    canvas.drawPath(
        polygon([(x - 0.08, y - 0.16), (x + 0.08, y - 0.16), (x + 0.06, y), (x - 0.06, y)]),
        ink(room_tone(stage, "#c2653c")),
    )
    for _ in range(7):
        tip = x + rng.uniform(-0.2, 0.2), y - rng.uniform(0.25, 0.48)
        canvas.drawPath(
            polygon([(x - 0.03, y - 0.15), tip, (x + 0.03, y - 0.15)]),
            ink(room_tone(stage, "#4f8a3f", 0.9)),
        )


def _pots(canvas: skia.Canvas, stage: Stage, middle: float) -> None:
    rng, iron = stage.rng(192), room_tone(stage, "#3a2f2a", 0.6)
    canvas.drawLine(middle - 1.0, -2.45, middle + 1.0, -2.45, stroke(iron, 0.035))
    for x in np.linspace(middle - 0.9, middle + 0.9, 5):
        size, drop = rng.uniform(0.12, 0.2), rng.uniform(0.22, 0.34)
        copper = room_tone(stage, str(rng.choice(["#c9743c", "#b8602f", "#6a7078", "#d98a4a"])))
        canvas.drawLine(x, -2.45, x, -2.45 + drop, stroke(iron, 0.03))
        canvas.drawCircle(x, -2.45 + drop + size, size, ink(copper))
        canvas.drawPath(
            arc(oval((x, -2.45 + drop + size), size * 1.5, size * 1.5), 190, 80),
            stroke(mix(copper, "#fff0d0", 0.6), 0.022),
        )


def _door(canvas: skia.Canvas, stage: Stage, side: float) -> None:
    """A garden door with a pane, and the clock beside it."""
    x, wood, dark = side * 4.3, room_tone(stage, "#7a9a6a", 0.95), room_tone(stage, "#33452f", 0.7)
    canvas.drawRect(
        box(x - 0.62, -2.5, right=x + 0.62, bottom=0.3), ink(room_tone(stage, "#f6f0e0"))
    )
    canvas.drawRect(box(x - 0.52, -2.4, right=x + 0.52, bottom=0.3), ink(wood))
    pane = mix(stage.palette.sky[2], wood, 0.25)
    canvas.drawRect(box(x - 0.36, -2.24, right=x + 0.36, bottom=-1.35), ink(pane))
    canvas.drawLine(x, -2.24, x, -1.35, stroke(wood, 0.05))
    canvas.drawLine(x - 0.36, -1.8, x + 0.36, -1.8, stroke(wood, 0.05))
    canvas.drawRect(box(x - 0.36, -1.15, right=x + 0.36, bottom=-0.2), stroke(dark, 0.03))
    canvas.drawCircle(x - side * 0.42, -1.15, 0.045, ink(room_tone(stage, "#e0b860")))
    at = side * 3.0
    canvas.drawCircle(at, -2.2, 0.26, ink(room_tone(stage, "#c2452f")))
    canvas.drawCircle(at, -2.2, 0.21, ink(room_tone(stage, "#f6f0e2")))
    canvas.drawLine(at, -2.2, at, -2.36, stroke(dark, 0.025))
    canvas.drawLine(at, -2.2, at + 0.11, -2.14, stroke(dark, 0.03))


def _plates(canvas: skia.Canvas, stage: Stage, middle: float) -> None:
    rng, wood = stage.rng(193), room_tone(stage, "#5f8f86", 0.9)
    for y in (-2.3, -1.75):
        canvas.drawRect(box(middle - 1.05, y, right=middle + 1.05, bottom=y + 0.07), ink(wood))
        for x in np.arange(middle - 0.85, middle + 0.9, 0.38):
            if rng.random() < 0.65:
                canvas.drawCircle(x, y - 0.17, 0.16, ink(room_tone(stage, "#f6f0e2")))
                canvas.drawCircle(x, y - 0.17, 0.10, stroke(room_tone(stage, "#3f6fa8"), 0.02))
            else:
                cup = room_tone(stage, str(rng.choice(["#c2452f", "#e0a13a", "#4a7fa8"])))
                canvas.drawRoundRect(
                    box(x - 0.08, y - 0.17, right=x + 0.08, bottom=y), 0.03, 0.03, ink(cup)
                )
                canvas.drawCircle(x + 0.1, y - 0.09, 0.045, stroke(cup, 0.025))


def _units(canvas: skia.Canvas, stage: Stage, side: float) -> None:
    door, dark = room_tone(stage, "#5f8f86", 0.9), room_tone(stage, "#243a38", 0.5)
    lay(canvas, wide_box(-0.82, 3), wash([(-0.82, door), (0.3, dark)], grain=0.9))
    canvas.drawRect(wide_box(-0.90, -0.80), ink(room_tone(stage, "#d9b98c")))
    for x in np.arange(-15.6, 16, 0.86):
        canvas.drawRect(box(x + 0.06, -0.72, right=x + 0.80, bottom=-0.1), stroke(dark, 0.025))
        canvas.drawCircle(x + 0.70, -0.5, 0.025, ink(room_tone(stage, "#e0b860")))
    x = -side * 0.75
    enamel, iron = room_tone(stage, "#efe8da"), room_tone(stage, "#1f1c1c", 0.6)
    canvas.drawRect(box(x - 0.5, -0.94, right=x + 0.5, bottom=0.2), ink(enamel))
    canvas.drawRect(box(x - 0.38, -0.66, right=x + 0.38, bottom=-0.12), ink(iron))
    canvas.drawRect(
        box(x - 0.30, -0.56, right=x + 0.30, bottom=-0.24), ink(mix(iron, "#ff8a3c", 0.55))
    )
    for dx in (-0.3, -0.1, 0.1, 0.3):
        canvas.drawCircle(x + dx, -0.80, 0.04, ink(iron))
    red = room_tone(stage, "#c2352c")
    canvas.drawPath(
        polygon([(x - 0.34, -0.94), (x - 0.29, -1.24), (x + 0.05, -1.24), (x + 0.1, -0.94)]),
        ink(red),
    )
    canvas.drawPath(
        polygon([(x - 0.28, -1.1), (x - 0.5, -1.24), (x - 0.46, -1.28), (x - 0.27, -1.18)]),
        ink(red),
    )
    canvas.drawPath(arc(oval((x - 0.12, -1.24), 0.3, 0.3), 180, 180), stroke(iron, 0.03))


def _curtains(stage: Stage, w: Opening) -> Layer:
    cloth, spot = room_tone(stage, "#d9604a", 0.95), room_tone(stage, "#f6ead2")
    phase = float(stage.take_rng(194).uniform(0, 6))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for flip, x in ((1, w.left), (-1, w.right)):
            sway = 0.035 * math.sin(1.3 * moment.seconds + phase)
            hang = [
                (x - 0.16 * flip, w.top - 0.06),
                (x + 0.42 * flip, w.top - 0.06),
                (x + 0.12 * flip + sway, w.top + 0.75),
                (x + 0.2 * flip + sway, w.bottom - 0.02),
                (x - 0.16 * flip, w.bottom - 0.02),
            ]
            canvas.drawPath(polygon(hang), ink(cloth))
            for k in range(5):
                canvas.drawCircle(
                    x + (0.16 - 0.03 * k) * flip + sway * k / 4,
                    w.top + 0.12 + 0.25 * k,
                    0.03,
                    ink(spot, 0.9),
                )
        canvas.drawLine(w.left - 0.3, w.top - 0.07, w.right + 0.3, w.top - 0.07, stroke(spot, 0.03))

    return Layer(depth=0.45, paint=paint, is_still=False)


def _table(canvas: skia.Canvas, stage: Stage) -> None:
    wood, cloth, check = (
        room_tone(stage, "#7a4a2c", 0.8),
        room_tone(stage, "#f2e9d8"),
        room_tone(stage, "#c2352c"),
    )
    for leg in (0.45, 1.75):
        rod(canvas, [(leg, -0.68), (leg, 0.06)], width=0.07, colour=wood)
    top = polygon([(0.38, -0.78), (1.82, -0.78), (1.95, -0.70), (0.25, -0.70)])
    canvas.drawPath(top, ink(cloth))
    canvas.drawRect(box(0.25, -0.70, right=1.95, bottom=-0.48), ink(mix(cloth, wood, 0.15)))
    for k in range(10):
        canvas.drawRect(
            box(0.25 + 0.17 * k, -0.70, right=0.335 + 0.17 * k, bottom=-0.48), ink(check, 0.75)
        )
    canvas.drawRect(box(0.25, -0.62, right=1.95, bottom=-0.55), ink(check, 0.55))
    canvas.drawPath(
        arc(oval((1.5, -0.80), 0.4, 0.26), 0, 180, is_closed=True), ink(room_tone(stage, "#4a7fa8"))
    )
    for dx, local in ((-0.1, "#d9402c"), (0.03, "#e0a13a"), (0.13, "#8fae3c")):
        canvas.drawCircle(1.5 + dx, -0.84, 0.075, ink(room_tone(stage, local)))
    seat = sitter_x(stage)
    for x in (-3.4, seat) if seat is not None else (-3.4,):
        for dx in (-0.2, 0.2):
            rod(canvas, [(x + dx, -1.05), (x + dx, 0.05)], width=0.045, colour=wood)
        canvas.drawRect(box(x - 0.25, -0.48, right=x + 0.25, bottom=-0.41), ink(wood))
        for y in (-0.98, -0.80, -0.64):
            canvas.drawRect(box(x - 0.2, y, right=x + 0.2, bottom=y + 0.07), ink(wood))


def _steam(stage: Stage, side: float) -> Layer:
    phase, x0 = float(stage.take_rng(195).uniform(0, 1)), -side * 0.75 - 0.48

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for puff in range(5):
            age = (puff / 5 + 0.18 * moment.seconds + phase) % 1
            canvas.drawCircle(
                x0 - 0.12 * age + 0.03 * math.sin(8 * age),
                -1.28 - 0.5 * age,
                0.04 + 0.12 * age,
                ink("#ffffff", 0.2 * (1 - age)),
            )

    return Layer(depth=0.55, paint=paint, is_still=False)
