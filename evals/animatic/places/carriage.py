"""Inside a railway carriage: a passing landscape, wide windows, curtains, red plush seats, a rack."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    box,
    curve,
    down_to,
    lay,
    oval,
    polygon,
    ridge,
    rod,
    rounded,
    still,
    wash,
    wide_box,
)
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import Opening, ceiling, falling, shafts, sitter_x, wall
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.tones import room_tone, snowy, tone
from evals.animatic.places.trees import pine

__all__ = ["carriage"]

_PLUSH = (("#a3272f", "#4a1218"), ("#2f6a4a", "#12301f"), ("#35508a", "#141f42"))
"""Cloth of the seats, in the light and in the folds."""

_RIG = Rig(
    lamp_at=(-0.95, -2.2),
    is_hung=True,
    far_y=-2.0,
    shelf_y=-0.84,
    floor_y=0.2,
    candles_at=(-0.8, -0.62),
    neon_at=(1.2, -2.0),
)
_LOOP_M = 26.0


def carriage(stage: Stage) -> Set:
    """Return the carriage."""
    shift = float(stage.rng(170).uniform(-0.25, 0.25))
    openings = [
        Opening(
            left=x + shift,
            top=-2.35,
            right=x + shift + 1.95,
            bottom=-0.88,
            columns=1,
            rows=1,
            radius=0.16,
        )
        for x in np.arange(-14.5, 14, 2.45)
    ]
    back = [
        *sky_layers(stage, clouds=0.8),
        _passing(stage),
        *falling(stage),
        still(0.55, lambda canvas: _wall(canvas, stage, openings)),
        _curtains(stage, openings),
        still(0.82, lambda canvas: _seats(canvas, stage)),
        shafts(stage, openings[3:9], floor_y=0.15),
        still(1.0, lambda canvas: _own_seat(canvas, stage)),
        *light_layers(stage, _RIG),
    ]
    return Set(
        back=back,
        front=[still(1.25, lambda canvas: _near(canvas, stage))],
        lamp_at=source_at(stage, _RIG),
        table=(-0.85, -0.62),
        bounce=room_tone(stage, "#7a3030"),
    )


def _passing(stage: Stage) -> Layer:
    """Hills, trees and poles that run past."""
    rng = stage.rng(171)
    hills = ridge(-0.85, 0.3, cell=3.2, rng=rng, reach=_LOOP_M / 2)
    near = ridge(-0.4, 0.14, cell=2.0, rng=rng, reach=_LOOP_M / 2)
    for line in (hills, near):  # both ends meet, so the loop has no seam
        t = np.linspace(0, 1, len(line))
        line[:, 1] += (line[0, 1] - line[-1, 1]) * t
    trees = skia.Path()
    for x, u in rng.random((26, 2)):
        trees.addPath(polygon(np.add(pine(0.5 + 0.7 * u, rng), ((x - 0.5) * _LOOP_M, -0.35))))
    poles = skia.Path()
    for x in np.arange(-_LOOP_M / 2, _LOOP_M / 2, 3.25):
        poles.addRect(box(x - 0.04, -2.5, right=x + 0.04, bottom=1))
        poles.addRect(box(x - 0.35, -2.3, right=x + 0.35, bottom=-2.25))
    start = float(stage.take_rng(172).uniform(0, _LOOP_M))
    planes = (
        (down_to(hills, 3), snowy(stage, tone(stage, 0.7, "#7f9457"), 0.5), 0.35),
        (trees, tone(stage, 0.42, "#2f5a3f"), 0.9),
        (down_to(near, 3), snowy(stage, tone(stage, 0.34, "#8a9a4f"), 0.7), 1.2),
        (poles, tone(stage, 0.15), 1.9),
    )

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for path, colour, speed in planes:
            at = (start + speed * moment.seconds) % _LOOP_M
            fill = ink(colour)
            for turn in (-1, 0, 1):
                canvas.save()
                canvas.translate(turn * _LOOP_M - at + _LOOP_M / 2 - 0.01 * turn, 0)
                canvas.drawPath(path, fill)
                canvas.restore()

    return Layer(depth=0.25, paint=paint, is_still=False)


def _wall(canvas: skia.Canvas, stage: Stage, openings: list[Opening]) -> None:
    wall(canvas, stage, openings, colour="#8a5a3a", frame="#b98a52")
    dark, brass, wood = (
        room_tone(stage, "#3a241c", 0.6),
        room_tone(stage, "#d9ae5a"),
        room_tone(stage, "#6a3f2a", 0.9),
    )
    ceiling(canvas, stage, colour="#e6d3ad", low=-2.95, beams=2.45)
    for x in np.arange(-14.7, 15, 2.45):
        canvas.drawOval(oval((x * 1.15, -3.45), 0.62, 0.24), ink(room_tone(stage, "#fff2d0")))
        canvas.drawOval(oval((x * 1.15, -3.45), 0.62, 0.24), stroke(brass, 0.035))
    canvas.drawRect(wide_box(-2.98, -2.9), ink(dark))
    for w in openings:
        canvas.drawRoundRect(
            box(w.left + 0.06, -0.68, right=w.right - 0.06, bottom=-0.1),
            0.05,
            0.05,
            stroke(dark, 0.02),
        )
        middle = w.left - 0.25
        canvas.drawRect(box(middle - 0.02, -2.9, right=middle + 0.02, bottom=1), ink(dark, 0.6))
        canvas.drawCircle(middle, -1.95, 0.06, ink(brass))
        canvas.drawPath(
            polygon(
                [
                    (middle - 0.09, -1.95),
                    (middle - 0.05, -2.16),
                    (middle + 0.05, -2.16),
                    (middle + 0.09, -1.95),
                ]
            ),
            ink(mix(brass, "#fff0c8", 0.5)),
        )
    _rack(canvas, stage, colours=(brass, dark))
    lay(canvas, wide_box(-0.12, 5), wash([(-0.12, wood), (1.0, dark)], grain=0.8))


def _rack(canvas: skia.Canvas, stage: Stage, *, colours: tuple[str, str]) -> None:
    """The luggage rack with its net, and what travels in it."""
    brass, dark = colours
    for y in (-2.62, -2.55):
        canvas.drawLine(-40, y, 40, y, stroke(brass, 0.02))
    net = skia.Path()
    for x in np.arange(-16, 16, 0.11):
        net.moveTo(x, -2.62)
        net.lineTo(x + 0.05, -2.42)
    canvas.drawPath(net, stroke(brass, 0.01, 0.5))
    rng = stage.rng(173)
    for x in rng.uniform(-8, 8, 9):
        wide, tall = rng.uniform(0.5, 0.95), rng.uniform(0.2, 0.34)
        bag = room_tone(stage, str(rng.choice(["#7a4a2c", "#3f6a5a", "#a8813f", "#5a3a5a"])), 0.85)
        canvas.drawRoundRect(
            box(x - wide / 2, -2.62 - tall, right=x + wide / 2, bottom=-2.62), 0.05, 0.05, ink(bag)
        )
        canvas.drawLine(x - wide * 0.25, -2.62 - tall, x - wide * 0.25, -2.62, stroke(dark, 0.025))
        canvas.drawLine(x + wide * 0.25, -2.62 - tall, x + wide * 0.25, -2.62, stroke(dark, 0.025))


def _curtains(stage: Stage, openings: list[Opening]) -> Layer:
    cloth, fold = room_tone(stage, "#b8343a", 0.95), room_tone(stage, "#6a1a24", 0.7)
    phase = float(stage.take_rng(174).uniform(0, 6))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for k, w in enumerate(openings):
            if abs(w.left + 1) > 7:
                continue
            for flip, x in ((1, w.left), (-1, w.right)):
                sway = 0.02 * math.sin(2.1 * moment.seconds + phase + k)
                hang = [
                    (x - 0.03 * flip, -2.42),
                    (x + 0.34 * flip, -2.42),
                    (x + 0.20 * flip + sway, -1.6),
                    (x + (0.24 * flip) + sway, -0.92),
                    (x - 0.03 * flip, -0.92),
                ]
                canvas.drawPath(polygon(hang), ink(cloth))
                for u in (0.08, 0.17):
                    canvas.drawLine(
                        x + u * 1.5 * flip,
                        -2.4,
                        x + u * flip + sway,
                        -0.94,
                        stroke(fold, 0.02, 0.8),
                    )

    return Layer(depth=0.55, paint=paint, is_still=False)


def _bench(canvas: skia.Canvas, stage: Stage, x: float, *, shade: float) -> None:
    cloth = _PLUSH[int(stage.rng(175).integers(len(_PLUSH)))]
    plush, dark, lace = (room_tone(stage, c, shade) for c in (*cloth, "#e9dfcc"))
    wood = room_tone(stage, "#5a3420", shade)
    lay(
        canvas,
        rounded(box(x - 0.62, -1.32, right=x + 0.62, bottom=-0.3), 0.16),
        wash([(-1.32, plush), (-0.3, dark)], grain=1.0),
    )
    canvas.drawRoundRect(box(x - 0.66, -0.5, right=x + 0.66, bottom=-0.26), 0.09, 0.09, ink(plush))
    for dx in (-0.31, 0.0, 0.31):
        for y in (-1.0, -0.72):
            canvas.drawCircle(x + dx, y, 0.018, ink(dark))
    canvas.drawRoundRect(box(x - 0.36, -1.35, right=x + 0.36, bottom=-1.08), 0.05, 0.05, ink(lace))
    canvas.drawRect(box(x - 0.66, -0.27, right=x + 0.66, bottom=0.06), ink(wood))


def _seats(canvas: skia.Canvas, stage: Stage) -> None:
    lay(
        canvas,
        wide_box(-0.1, 5),
        wash(
            [(-0.1, room_tone(stage, "#6b4a3c", 0.8)), (1.4, room_tone(stage, "#38241f", 0.5))],
            grain=1.0,
        ),
    )
    canvas.drawRect(wide_box(0.12, 0.62), ink(room_tone(stage, "#7d2a34", 0.6)))
    for y in (0.17, 0.57):
        canvas.drawLine(-40, y, 40, y, stroke(room_tone(stage, "#d9ae5a", 0.7), 0.02))
    for x in (-8.4, -5.2, -2.3, 2.3, 5.2, 8.4):
        _bench(canvas, stage, x, shade=0.8)
    wood = room_tone(stage, "#8a5a34", 0.9)
    for x in (-0.85, 3.75, -6.8):
        canvas.drawRect(box(x - 0.38, -0.64, right=x + 0.38, bottom=-0.58), ink(wood))
        rod(canvas, [(x, -0.58), (x, 0.1)], width=0.05, colour=room_tone(stage, "#4a2f20", 0.7))


def _own_seat(canvas: skia.Canvas, stage: Stage) -> None:
    seat = sitter_x(stage)
    if seat is not None:
        _bench(canvas, stage, seat, shade=1.0)


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    """The backs of the nearest seats, with their handles."""
    dark, rim = room_tone(stage, "#4a1620", 0.32), room_tone(stage, "#a8782f", 0.5)
    for side in (-1, 1):
        x = side * 4.75
        back = [
            (x - 0.95, 4),
            (x - 0.9, -0.35),
            (x - 0.62, -0.72),
            (x + 0.62, -0.72),
            (x + 0.9, -0.35),
            (x + 0.95, 4),
        ]
        canvas.drawPath(polygon(curve(back, 40)), ink(dark))
        handle = skia.Path()
        handle.moveTo(x - side * 0.72, -0.6)
        handle.quadTo(x - side * 0.98, -0.86, x - side * 0.92, -0.38)
        canvas.drawPath(handle, stroke(rim, 0.045))
