"""A railway platform: an iron roof with a scalloped edge, a clock, a sign, rails, signals."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Weather
from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    box,
    dry_strokes,
    lay,
    oval,
    polygon,
    rod,
    rounded,
    still,
    wash,
    wide_box,
)
from evals.animatic.places.houses import Row, paint_houses, window_light
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import sitter_x
from evals.animatic.places.signs import Sign, paint_board, word_for
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.street import bench
from evals.animatic.places.tones import ground_tone, painted, snowy, tone

__all__ = ["platform"]


def platform(stage: Stage) -> Set:
    """Return the platform."""
    rig = Rig(
        lamp_at=(-1.3, -2.35),
        is_hung=True,
        far_y=-1.85,
        shelf_y=-0.75,
        floor_y=0.1,
        neon_at=(1.3, -1.55),
    )
    row = Row(base=-0.4, tall=(0.5, 1.3), wide=(0.5, 1.1), far=0.66, key=1)
    back = [
        *sky_layers(stage),
        still(0.12, lambda canvas: paint_houses(canvas, stage, row)),
        still(0.30, lambda canvas: _far_side(canvas, stage)),
        still(0.45, lambda canvas: _train(canvas, stage)),
        still(0.85, lambda canvas: _roof(canvas, stage)),
        Layer(
            depth=0.85,
            paint=lambda canvas, moment: _fittings(canvas, stage, moment),
            is_still=stage.sign_garble == 0,
        ),
        still(0.97, lambda canvas: _ground(canvas, stage)),
        _steam(stage),
        *light_layers(stage, rig),
    ]
    return Set(
        back=back,
        front=[still(1.3, lambda canvas: _near(canvas, stage))],
        lamp_at=source_at(stage, rig),
        bounce=ground_tone(stage, "#8c857c"),
    )


def _far_side(canvas: skia.Canvas, stage: Stage) -> None:
    rng, dark = stage.rng(160), tone(stage, 0.34)
    lay(
        canvas,
        wide_box(-0.42, 4),
        wash([(-0.45, tone(stage, 0.5)), (0.2, tone(stage, 0.25))], grain=0.8),
    )
    for x in np.arange(-15, 15.1, 3.0):
        rod(canvas, [(x, -0.3), (x, -3.0)], width=0.05, colour=dark)
        rod(canvas, [(x, -2.8), (x + 1.1, -2.8)], width=0.03, colour=dark)
    for y in (-2.75, -2.55):
        canvas.drawLine(-40, y, 40, y, stroke(dark, 0.012))
    _far_roof(canvas, stage)
    for x in rng.uniform(-6, 6, 4):
        lamp = "#ff5a48" if rng.random() < 0.5 else "#57d98a"
        rod(canvas, [(x, -0.3), (x, -1.75)], width=0.04, colour=dark)
        canvas.drawRoundRect(
            box(x - 0.09, -1.95, right=x + 0.09, bottom=-1.55), 0.04, 0.04, ink(dark)
        )
        canvas.drawCircle(x, -1.83, 0.05, ink(lamp))
        canvas.drawCircle(x, -1.83, 0.16, ink(lamp, 0.25))


def _far_roof(canvas: skia.Canvas, stage: Stage) -> None:
    """The roof of the platform opposite: its scallops stay in the picture of a close shot."""
    iron, roof = tone(stage, 0.30, "#3f7a66"), tone(stage, 0.42, "#8a4a3a")
    lay(
        canvas,
        wide_box(-2.22, -1.98),
        wash([(-2.22, snowy(stage, roof)), (-1.98, roof)], grain=0.6),
    )
    teeth = skia.Path()
    for x in np.arange(-17, 17, 0.17):
        teeth.addPath(
            polygon(
                [(x, -2.0), (x + 0.17, -2.0), (x + 0.17, -1.88), (x + 0.085, -1.79), (x, -1.88)]
            )
        )
    canvas.drawPath(teeth, ink(iron))
    for x in np.arange(-16.1, 16, 1.4):
        rod(canvas, [(x, -0.3), (x, -1.95)], width=0.055, colour=iron)
        for flip in (-1, 1):
            rod(canvas, [(x, -1.62), (x + flip * 0.28, -1.9)], width=0.03, colour=iron)


def _train(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(161)
    local = str(rng.choice(["#8a2f35", "#2c5a48", "#2f4a78", "#9a6a2c"]))
    body, dark = tone(stage, 0.18, local), tone(stage, 0.1)
    side = float(rng.choice([-1, 1]))
    start = side * rng.uniform(0.4, 1.4)
    for k in range(4):
        a, b = sorted((start + side * 5.3 * k, start + side * (5.3 * k + 5.1)))
        lay(
            canvas,
            rounded(box(a, -1.95, right=b, bottom=-0.32), 0.14),
            wash(
                [(-1.95, mix(body, stage.palette.haze, 0.25)), (-0.4, mix(body, dark, 0.4))],
                grain=0.8,
            ),
        )
        canvas.drawRoundRect(
            box(a - 0.03, -2.05, right=b + 0.03, bottom=-1.82), 0.12, 0.1, ink(snowy(stage, dark))
        )
        canvas.drawRect(box(a, -0.98, right=b, bottom=-0.92), ink(mix(body, "#e8d29a", 0.5)))
        for x in np.arange(a + 0.35, b - 0.4, 0.62):
            lit = rng.random() < 0.75
            canvas.drawRoundRect(
                box(x, -1.62, right=x + 0.42, bottom=-1.12),
                0.05,
                0.05,
                ink(window_light(stage) if lit else mix(dark, body, 0.4), 0.95),
            )
        for x in np.arange(a + 0.6, b, 1.25):
            canvas.drawCircle(x, -0.28, 0.17, ink(dark))
    canvas.drawRect(wide_box(-0.3, 3), ink(dark))
    for y in (-0.22, -0.12):
        canvas.drawLine(-40, y, 40, y, stroke(mix(stage.palette.sky[3], dark, 0.3), 0.02))


def _roof(canvas: skia.Canvas, stage: Stage) -> None:
    dark, iron = tone(stage, 0.04), tone(stage, 0.10, "#3f5f58")
    lay(
        canvas,
        wide_box(-12, -3.05),
        wash([(-6, tone(stage, 0.0)), (-3.0, tone(stage, 0.12, "#6a4a3a"))], grain=1.0),
    )
    glass = mix(stage.palette.sky[1], tone(stage, 0.1), 0.35)
    for x in np.arange(-16, 16, 1.5):
        pane = [(x + 0.12, -3.22), (x + 1.38, -3.22), (x + 1.78, -4.6), (x + 0.58, -4.6)]
        lay(canvas, polygon(pane), wash([(-4.6, mix(glass, dark, 0.5)), (-3.2, glass)], grain=0))
    teeth = skia.Path()
    for x in np.arange(-17, 17, 0.26):
        teeth.addPath(
            polygon([(x, -3.1), (x + 0.26, -3.1), (x + 0.26, -2.86), (x + 0.13, -2.72), (x, -2.86)])
        )
    canvas.drawPath(teeth, ink(snowy(stage, iron, 0.3)))
    canvas.drawRect(wide_box(-3.12, -3.02), ink(dark))
    for x in np.arange(-15.3, 15.4, 4.5):
        rod(canvas, [(x, 0.1), (x, -3.1)], width=0.13, colour=iron)
        canvas.drawRect(box(x - 0.15, -0.5, right=x + 0.15, bottom=0.1), ink(iron))
        for flip in (-1, 1):
            bracket = skia.Path()
            bracket.moveTo(x, -2.05)
            bracket.quadTo(x + flip * 0.12, -2.75, x + flip * 0.95, -2.95)
            canvas.drawPath(bracket, stroke(iron, 0.06))
            canvas.drawCircle(x + flip * 0.33, -2.72, 0.14, stroke(iron, 0.035))
    for x in np.arange(-16, 16, 1.5):
        rod(canvas, [(x, -3.05), (x + 0.6, -5.2)], width=0.05, colour=dark)


def _fittings(canvas: skia.Canvas, stage: Stage, moment: Moment) -> None:
    rng, dark = stage.rng(162), tone(stage, 0.02)
    side = float(rng.choice([-1, 1]))
    x = side * 1.75
    rod(canvas, [(x, -3.0), (x, -2.5)], width=0.04, colour=dark)
    canvas.drawCircle(x, -2.2, 0.36, ink(dark))
    face = mix(stage.palette.lit("#f6efdc"), window_light(stage), 0.45)
    canvas.drawCircle(x, -2.2, 0.30, ink(face))
    for k in range(12):
        c, s = math.cos(k * math.pi / 6), math.sin(k * math.pi / 6)
        canvas.drawLine(
            x + 0.24 * c, -2.2 + 0.24 * s, x + 0.28 * c, -2.2 + 0.28 * s, stroke(dark, 0.022)
        )
    for turn, long, wide in (
        (rng.uniform(0, 6.28), 0.15, 0.035),
        (rng.uniform(0, 6.28), 0.23, 0.022),
    ):
        canvas.drawLine(
            x, -2.2, x + long * math.sin(turn), -2.2 - long * math.cos(turn), stroke(dark, wide)
        )
    at = (-side * 2.75, -2.25)
    for dx in (-0.6, 0.6):
        rod(canvas, [(at[0] + dx, -3.0), (at[0] + dx, at[1])], width=0.025, colour=dark)
    sign = Sign(
        word=word_for(stage, 1),
        at=at,
        height=0.26,
        key=1,
        board=painted(stage, "#22456e", 0.75),
        letters=mix(stage.palette.lit("#f4efe2"), stage.palette.light, 0.2),
    )
    paint_board(canvas, stage, sign, moment=moment)


def _ground(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(163)
    far, near = ground_tone(stage, "#a59a8c", shade=0.5), ground_tone(stage, "#5b544f", shade=0.25)
    lay(canvas, wide_box(-0.16, 5), wash([(-0.16, far), (1.3, near)], grain=1.0))
    canvas.drawRect(wide_box(-0.16, -0.06), ink(snowy(stage, painted(stage, "#e6b93c", 0.6), 0.5)))
    dark = tone(stage, 0.0)
    for x in np.arange(-14, 14, 0.7):
        canvas.drawLine(float(x), -0.06, float(x) * 1.8, 1.6, stroke(dark, 0.012, 0.35))
    for k, y in enumerate((0.08, 0.28, 0.56, 0.95)):
        canvas.drawLine(-40, y, 40, y, stroke(dark, 0.012 + 0.004 * k, 0.35))
    dry_strokes(
        canvas,
        box(-10, 0.0, right=10, bottom=1.2),
        rng,
        colour=mix(far, stage.palette.disc, 0.4),
        count=70,
        alpha=0.16,
    )
    wet = 0.6 if stage.brief.weather is Weather.RAIN else 0.22
    for _ in range(16):
        at, wide = (rng.uniform(-8, 8), rng.uniform(0.1, 1.2)), rng.uniform(0.5, 1.6)
        canvas.drawOval(
            oval(at, wide, wide * 0.06),
            ink(mix(stage.palette.sky[3], stage.palette.haze, 0.5), wet * 0.6),
        )
    for x in (*rng.uniform(-7, -2.4, 2), *rng.uniform(2.4, 7, 2)):
        leather = painted(stage, str(rng.choice(["#7a4a2c", "#3f5a6a", "#8a6a3a"])), 0.5)
        for k, (wide, tall) in enumerate(((0.8, 0.34), (0.6, 0.26))):
            top = 0.1 - 0.34 * (k + 1) + (0.08 if k else 0)
            canvas.drawRoundRect(
                box(x - wide / 2, top, right=x + wide / 2, bottom=top + tall),
                0.04,
                0.04,
                ink(mix(leather, dark, 0.2 * k)),
            )
            for dx in (-0.2, 0.2):
                canvas.drawLine(x + dx, top, x + dx, top + tall, stroke(dark, 0.03))
    seat = sitter_x(stage)
    bench(canvas, stage, seat if seat is not None else 4.9 * float(rng.choice([-1, 1])))


def _steam(stage: Stage) -> Layer:
    phase = float(stage.take_rng(164).uniform(0, 1))
    colour = mix(stage.palette.haze, "#ffffff", 0.35)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for puff in range(9):
            age = (puff / 9 + 0.11 * moment.seconds + phase) % 1
            at = -3.4 + 0.62 * puff + 0.5 * age, -0.15 - 0.85 * age
            canvas.drawCircle(
                *at, 0.16 + 0.42 * age, ink(colour, 0.22 * (1 - age) * min(1.0, 5 * age))
            )

    return Layer(depth=0.6, paint=paint, is_still=False)


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    x = 5.1 * float(stage.rng(165).choice([-1, 1]))
    canvas.drawRect(box(x - 0.2, -10, right=x + 0.2, bottom=4), ink(tone(stage, 0.0)))
