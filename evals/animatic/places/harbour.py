"""The harbour: a lit town across the water, ships at anchor, a boat that rocks, a wooden pier."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from evals.animatic.brief import Light, Weather
from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    box,
    curve,
    down_to,
    dry_strokes,
    lay,
    oval,
    polygon,
    ridge,
    rod,
    rough,
    still,
    wash,
    wide_box,
)
from evals.animatic.places.houses import Row, paint_houses
from evals.animatic.places.lights import light_layers, source_at, street_lamp
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import sitter_x
from evals.animatic.places.ships import paint_ships, rocking_boat
from evals.animatic.places.signs import Sign, paint_board, word_for
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.tones import ground_tone, painted, snowy, tone
from evals.animatic.places.water import glints, mirrored, paint_bed, veil

__all__ = ["harbour"]

LEVEL = -0.78
"""Of the water."""
_TOWN = Row(
    base=LEVEL,
    tall=(0.35, 0.95),
    wide=(0.3, 0.55),
    far=0.52,
    key=1,
    locals=("#b5654a", "#c79a4e", "#8a7a8f"),
)


def harbour(stage: Stage) -> Set:
    """Return the harbour."""
    rig = Rig(
        lamp_at=(-1.35, -2.35), far_y=-1.5, shelf_y=-0.72, candles_at=(-0.7, 0.02), floor_y=0.1
    )

    back = [
        *sky_layers(stage),
        still(0.0, lambda canvas: paint_bed(canvas, stage, LEVEL)),
        Layer(depth=0.10, paint=mirrored(lambda canvas: _hills(canvas, stage), LEVEL)),
        Layer(depth=0.18, paint=mirrored(lambda canvas: paint_houses(canvas, stage, _TOWN), LEVEL)),
        Layer(depth=0.30, paint=mirrored(lambda canvas: paint_ships(canvas, stage, LEVEL), LEVEL)),
        veil(stage, LEVEL, 0.3),
        glints(stage, LEVEL, 0.12),
        rocking_boat(stage),
        still(1.0, lambda canvas: _pier(canvas, stage)),
        Layer(
            depth=1.0,
            paint=lambda canvas, moment: _hut(canvas, stage, moment),
            is_still=stage.sign_garble == 0,
        ),
        *light_layers(stage, rig),
    ]
    front = [still(1.35, lambda canvas: _near(canvas, stage))]
    return Set(
        back=back,
        front=front,
        lamp_at=source_at(stage, rig),
        seat_y=-0.46,
        bounce=ground_tone(stage, "#6b5a4a"),
    )


def _hills(canvas: skia.Canvas, stage: Stage) -> None:
    line = ridge(LEVEL - 0.62, 0.42, cell=3.6, rng=stage.rng(100))
    top, low = tone(stage, 0.80), mix(tone(stage, 0.8), stage.palette.haze, 0.8)
    lay(canvas, down_to(line, LEVEL + 0.02), wash([(LEVEL - 1.2, top), (LEVEL, low)], grain=0.3))


def _pier(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(104)
    far, near = ground_tone(stage, "#8a745c", shade=0.62), ground_tone(stage, "#5d4a3c", shade=0.32)
    lay(canvas, wide_box(-0.14, 0.62), wash([(-0.14, far), (0.6, near)], grain=0.9))
    gaps = ink(tone(stage, 0.0), 0.55)
    for x in np.arange(-16, 16, 0.34):
        lean = float(x) * 0.22
        canvas.drawPath(
            polygon([(x, -0.14), (x + 0.018, -0.14), (x + lean + 0.03, 0.6), (x + lean, 0.6)]), gaps
        )
    dry_strokes(
        canvas,
        box(-12, -0.1, right=12, bottom=0.55),
        rng,
        colour=mix(far, stage.palette.disc, 0.5),
        count=90,
        alpha=0.16,
        length=0.6,
        width=0.02,
    )
    _under(canvas, stage)
    _posts(canvas, stage)
    _cargo(canvas, stage)
    seat = sitter_x(stage)
    if seat is not None:
        _bollard(canvas, stage, seat)
    if stage.brief.light is Light.LAMP:
        for x in (-7.4, 4.6, 10.4):
            street_lamp(canvas, stage, (x, -0.1), tall=2.4, is_lit=True)
    if stage.brief.weather is Weather.RAIN:
        for _ in range(14):
            at = (rng.uniform(-8, 8), rng.uniform(0.0, 0.5))
            canvas.drawOval(
                oval(at, rng.uniform(0.5, 1.4), 0.06),
                ink(mix(stage.palette.sky[3], stage.palette.haze, 0.4), 0.45),
            )


def _under(canvas: skia.Canvas, stage: Stage) -> None:
    """The beam of the pier, its piles and the dark water between them."""
    dark = tone(stage, 0.02)
    lay(canvas, wide_box(0.58, 0.80), wash([(0.58, tone(stage, 0.12)), (0.8, dark)], grain=0.8))
    lay(
        canvas,
        wide_box(0.80, 5),
        wash([(0.8, tone(stage, 0.02)), (2.0, mix(dark, stage.palette.sky[1], 0.35))], grain=0.7),
    )
    for x in np.arange(-16, 16, 1.4):
        canvas.drawRect(box(x - 0.11, 0.6, right=x + 0.11, bottom=5), ink(dark))


def _posts(canvas: skia.Canvas, stage: Stage) -> None:
    dark, rim = tone(stage, 0.03), mix(stage.palette.disc, stage.palette.haze, 0.3)
    posts = np.arange(-15.3, 15.4, 1.53)
    for a, b in pairwise(posts):
        rope = curve([(a, -0.62), ((a + b) / 2, -0.42), (b, -0.62)], 12)
        rod(canvas, rope, width=0.03, colour=dark)
    for x in posts:
        post = [(x - 0.075, 0.0), (x - 0.07, -0.74), (x + 0.07, -0.74), (x + 0.075, 0.0)]
        canvas.drawPath(polygon(post), ink(dark))
        canvas.drawOval(oval((x, -0.74), 0.17, 0.06), ink(snowy(stage, mix(dark, rim, 0.5))))


def _cargo(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(105)
    for x in (*rng.uniform(-9, -2.2, 4), *rng.uniform(2.2, 9, 4)):
        kind, size = int(rng.integers(3)), rng.uniform(0.4, 0.6)
        wood = painted(stage, str(rng.choice(["#8a5a34", "#6f6a4a", "#94422f"])), 0.5)
        dark = tone(stage, 0.0)
        if kind == 0:
            canvas.drawRect(
                box(x - size / 2, 0.06 - size, right=x + size / 2, bottom=0.06), ink(wood)
            )
            canvas.drawRect(
                box(x - size / 2, 0.06 - size, right=x + size / 2, bottom=0.06), stroke(dark, 0.03)
            )
            canvas.drawLine(x - size / 2, 0.06 - size, x + size / 2, 0.06, stroke(dark, 0.03))
        elif kind == 1:
            left = curve([(x - 0.2, 0.06), (x - 0.26, -0.25), (x - 0.2, -0.55)], 8)
            right = curve([(x + 0.2, -0.55), (x + 0.26, -0.25), (x + 0.2, 0.06)], 8)
            canvas.drawPath(polygon([*left, *right]), ink(wood))
            for y in (-0.42, -0.08):
                canvas.drawLine(x - 0.24, y, x + 0.24, y, stroke(dark, 0.03))
        else:
            for y in (0.02, -0.05, -0.12):
                canvas.drawOval(oval((x, y), 0.55, 0.15), stroke(mix(wood, dark, 0.4), 0.05))


def _bollard(canvas: skia.Canvas, stage: Stage, x: float) -> None:
    dark = mix(tone(stage, 0.05), "#7a2f2a", 0.2)
    canvas.drawPath(
        polygon([(x - 0.16, 0.05), (x - 0.13, -0.36), (x + 0.13, -0.36), (x + 0.16, 0.05)]),
        ink(dark),
    )
    canvas.drawRoundRect(box(x - 0.25, -0.47, right=x + 0.25, bottom=-0.35), 0.06, 0.06, ink(dark))


def _hut(canvas: skia.Canvas, stage: Stage, moment: Moment) -> None:
    """The harbour master's hut, with the harbour's name."""
    rng = stage.rng(106)
    x = float(rng.choice([-1, 1])) * rng.uniform(3.2, 3.9)
    wall, dark = (
        painted(stage, str(rng.choice(["#8d3d33", "#3f6f7a", "#b98a3e"])), 0.55),
        tone(stage, 0.0),
    )
    lay(
        canvas,
        polygon(rough([(x - 1.0, 0.02), (x - 1.0, -1.7), (x + 1.0, -1.7), (x + 1.0, 0.02)], rng)),
        wash([(-1.8, wall), (0.1, mix(wall, dark, 0.5))], grain=1.0),
    )
    for step in range(1, 7):
        canvas.drawLine(x - 1, -0.28 * step, x + 1, -0.28 * step + 0.01, stroke(dark, 0.012, 0.5))
    roof = [(x - 1.2, -1.64), (x - 0.75, -2.2), (x + 0.75, -2.2), (x + 1.2, -1.64)]
    canvas.drawPath(polygon(rough(roof, rng)), ink(snowy(stage, dark, 0.8)))
    canvas.drawRect(
        box(x - 0.75, -1.0, right=x - 0.2, bottom=-0.5), ink(mix(stage.palette.light, dark, 0.25))
    )
    canvas.drawLine(x - 0.475, -1.0, x - 0.475, -0.5, stroke(dark, 0.03))
    canvas.drawRect(box(x + 0.2, -1.1, right=x + 0.72, bottom=0.02), ink(mix(wall, dark, 0.6)))
    sign = Sign(
        word=word_for(stage, 1),
        at=(x, -1.36),
        height=0.24,
        key=1,
        board=mix(dark, wall, 0.15),
        letters=mix(stage.palette.lit("#efe3c4"), stage.palette.light, 0.3),
    )
    paint_board(canvas, stage, sign, moment=moment)


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    dark = tone(stage, 0.0)
    for x in (-4.9, 5.2):
        canvas.drawPath(
            polygon([(x - 0.14, 3), (x - 0.12, -1.0), (x + 0.12, -1.0), (x + 0.14, 3)]), ink(dark)
        )
        for y in (-0.75, -0.66, -0.57):
            canvas.drawLine(
                x - 0.15, y, x + 0.15, y + 0.04, stroke(mix(dark, "#8a745c", 0.3), 0.05)
            )
