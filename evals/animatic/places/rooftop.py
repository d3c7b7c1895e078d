"""A rooftop over the city: parapet, chimney stacks, a water tower, aerials, washing on a line."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    box,
    curve,
    dry_strokes,
    lay,
    polygon,
    rod,
    rough,
    still,
    wash,
    wide_box,
)
from evals.animatic.places.houses import Row, houses_layer
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import sitter_x
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.tones import ground_tone, painted, snowy, tone

__all__ = ["rooftop"]

_BRICKS = ("#b5674a", "#8f6a5a", "#c08a5a", "#7a6a70")
_ROWS = (
    (
        0.08,
        Row(
            base=-0.1,
            tall=(1.0, 2.7),
            wide=(0.4, 0.8),
            far=0.72,
            key=1,
            is_flat=True,
            panes=0.8,
        ),
    ),
    (
        0.18,
        Row(
            base=0.2,
            tall=(0.9, 2.2),
            wide=(0.5, 1.0),
            far=0.48,
            key=2,
            is_flat=True,
            locals=_BRICKS,
            panes=0.9,
        ),
    ),
    (
        0.34,
        Row(
            base=0.4,
            tall=(0.7, 1.5),
            wide=(0.9, 1.6),
            far=0.25,
            key=3,
            locals=_BRICKS,
            panes=1.1,
        ),
    ),
)
"""Depths, and the houses there."""


def rooftop(stage: Stage) -> Set:
    """Return the rooftop."""
    rig = Rig(lamp_at=(-1.4, -2.3), far_y=-1.3, shelf_y=-0.62, floor_y=0.1, neon_at=(-1.25, -2.0))
    back = [
        *sky_layers(stage),
        *[houses_layer(stage, depth, row) for depth, row in _ROWS],
        still(0.42, lambda canvas: _tower(canvas, stage)),
        still(0.85, lambda canvas: _stacks(canvas, stage)),
        _smoke(stage),
        still(1.0, lambda canvas: _roof(canvas, stage)),
        _washing(stage),
        *light_layers(stage, rig),
    ]
    front = [still(1.3, lambda canvas: _near(canvas, stage))]
    return Set(
        back=back, front=front, lamp_at=source_at(stage, rig), bounce=ground_tone(stage, "#8a5a48")
    )


def _tower(canvas: skia.Canvas, stage: Stage) -> None:
    """Water towers on stilts: the sign of this place."""
    rng, dark = stage.rng(130), tone(stage, 0.14)
    body = mix(dark, painted(stage, "#a86238"), 0.7)
    for x, size in (
        (-1.25 + rng.uniform(-0.2, 0.2), 1.0),
        (4.6 + rng.uniform(-0.6, 0.6), 1.3),
        (-6.5, 1.2),
        (1.45 + rng.uniform(-0.2, 0.3), 0.72),
    ):
        _water_tower(canvas, stage, (x, size), colours=(body, dark))


def _water_tower(
    canvas: skia.Canvas, stage: Stage, at: tuple[float, float], *, colours: tuple[str, str]
) -> None:
    (x, size), (body, dark) = at, colours
    low, top = -0.85, -0.85 - 0.95 * size
    for dx in (-0.34, -0.12, 0.12, 0.34):
        rod(canvas, [(x + dx * size, low), (x + dx * 1.15 * size, 1.0)], width=0.04, colour=dark)
    for y in (-0.5, -0.05):
        rod(canvas, [(x - 0.36 * size, y), (x + 0.36 * size, y + 0.3)], width=0.022, colour=dark)
    tank = [
        (x - 0.46 * size, low),
        (x - 0.43 * size, top),
        (x + 0.43 * size, top),
        (x + 0.46 * size, low),
    ]
    lay(
        canvas,
        polygon(tank),
        wash(
            [(x - 0.46 * size, mix(body, stage.palette.disc, 0.15)), (x + 0.46 * size, dark)],
            along_x=True,
            grain=1.0,
        ),
    )
    for k in range(1, 4):
        y = low + (top - low) * k / 4
        canvas.drawLine(x - 0.45 * size, y, x + 0.45 * size, y, stroke(dark, 0.018))
    canvas.drawPath(
        polygon(
            [
                (x - 0.52 * size, top + 0.02),
                (x, top - 0.36 * size),
                (x + 0.52 * size, top + 0.02),
            ]
        ),
        ink(snowy(stage, dark)),
    )


def _stacks(canvas: skia.Canvas, stage: Stage) -> None:
    rng, dark = stage.rng(131), tone(stage, 0.06)
    brick = mix(dark, painted(stage, "#96503c"), 0.45)
    for x in (*rng.uniform(-9, -2.4, 3), *rng.uniform(2.4, 9, 3)):
        wide, tall = rng.uniform(0.5, 0.9), rng.uniform(0.9, 1.7)
        stack = [
            (x - wide / 2, 0.2),
            (x - wide / 2, -tall),
            (x + wide / 2, -tall),
            (x + wide / 2, 0.2),
        ]
        lay(
            canvas,
            polygon(rough(stack, rng, wobble_m=0.012)),
            wash([(-tall, brick), (0, dark)], grain=1.0),
        )
        for row in range(int(tall / 0.11)):
            y = -tall + 0.11 * row
            canvas.drawLine(x - wide / 2, y, x + wide / 2, y, stroke(dark, 0.01, 0.5))
        canvas.drawRect(
            box(x - wide / 2 - 0.06, -tall - 0.08, right=x + wide / 2 + 0.06, bottom=-tall + 0.03),
            ink(snowy(stage, dark)),
        )
        for pot in np.linspace(x - wide * 0.3, x + wide * 0.3, 3):
            canvas.drawPath(
                polygon(
                    [
                        (pot - 0.07, -tall),
                        (pot - 0.05, -tall - 0.36),
                        (pot + 0.05, -tall - 0.36),
                        (pot + 0.07, -tall),
                    ]
                ),
                ink(brick),
            )
    _aerials(canvas, rng, dark=dark)


def _aerials(canvas: skia.Canvas, rng: np.random.Generator, *, dark: str) -> None:
    for x in (*rng.uniform(-6, -1.6, 2), *rng.uniform(1.6, 6, 2)):
        high = rng.uniform(2.0, 2.9)
        rod(canvas, [(x, 0), (x, -high)], width=0.025, colour=dark)
        for k in range(4):
            half = 0.42 - 0.07 * k
            rod(
                canvas,
                [(x - half, -high + 0.13 * k), (x + half, -high + 0.13 * k)],
                width=0.014,
                colour=dark,
            )


def _roof(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(132)
    far, near = ground_tone(stage, "#9c6550", shade=0.55), ground_tone(stage, "#5a3a38", shade=0.25)
    lay(canvas, wide_box(-0.16, 5), wash([(-0.2, far), (1.4, near)], grain=1.0))
    dark = tone(stage, 0.0)
    for k, y in enumerate((0.12, 0.28, 0.5, 0.8, 1.2)):
        canvas.drawLine(-40, y, 40, y, stroke(dark, 0.012 + 0.005 * k, 0.45))
        dry_strokes(
            canvas,
            box(-10, y - 0.1, right=10, bottom=y),
            rng,
            colour=mix(far, stage.palette.disc, 0.3),
            count=26,
            alpha=0.2,
        )
    coping = snowy(stage, mix(far, stage.palette.disc, 0.2))
    lay(
        canvas,
        wide_box(-0.44, -0.10),
        wash([(-0.44, tone(stage, 0.12, "#80604f")), (-0.1, dark)], grain=1.0),
    )
    canvas.drawRect(wide_box(-0.52, -0.42), ink(coping))
    for x in np.arange(-16, 16, 0.62):
        canvas.drawLine(float(x), -0.42, float(x) + 0.02, -0.1, stroke(dark, 0.012, 0.5))
    seat = sitter_x(stage)
    if seat is not None:
        canvas.drawRect(
            box(seat - 0.4, -0.45, right=seat + 0.4, bottom=0.05), ink(tone(stage, 0.10, "#7a5a4a"))
        )


def _washing(stage: Stage) -> Layer:
    rng = stage.rng(133)
    side = float(rng.choice([-1, 1]))
    ends = sorted((side * 1.9, side * 4.9))
    cloths = [
        (float(x), float(w), float(h), str(c))
        for x, w, h, c in zip(
            np.linspace(ends[0] + 0.35, ends[1] - 0.35, 6),
            rng.uniform(0.26, 0.5, 6),
            rng.uniform(0.4, 0.75, 6),
            rng.choice(["#efe6d6", "#c2452f", "#e3b23c", "#4a7f9a", "#efe6d6", "#d98a9a"], 6),
            strict=True,
        )
    ]
    phase, dark = float(stage.take_rng(134).uniform(0, 6)), tone(stage, 0.05)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for x in ends:
            rod(canvas, [(x, 0.0), (x, -1.75)], width=0.045, colour=dark)
        line = curve([(ends[0], -1.7), (sum(ends) / 2, -1.52), (ends[1], -1.7)], 16)
        rod(canvas, line, width=0.014, colour=dark)
        for x, wide, tall, local in cloths:
            sway = 0.07 * math.sin(1.6 * moment.seconds + phase + 1.3 * x)
            colour = painted(stage, local, 0.72)
            cloth = [
                (x - wide / 2, -1.57),
                (x + wide / 2, -1.57),
                (x + wide / 2 + sway, -1.57 + tall),
                (x + sway * 0.6, -1.53 + tall),
                (x - wide / 2 + sway, -1.57 + tall * 0.97),
            ]
            canvas.drawPath(polygon(cloth), ink(colour))
            canvas.drawLine(
                x + 0.05, -1.5, x + 0.05 + sway * 0.7, -1.6 + tall, stroke(dark, 0.02, 0.25)
            )

    return Layer(depth=0.92, paint=paint, is_still=False)


def _smoke(stage: Stage) -> Layer:
    rng = stage.rng(135)
    sources, phase = rng.uniform(-6, 6, 3), float(stage.take_rng(136).uniform(0, 1))
    colour = mix(stage.palette.haze, stage.palette.sky[3], 0.5)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for k, x in enumerate(sources):
            for puff in range(5):
                age = (puff / 5 + 0.07 * moment.seconds + phase) % 1
                at = float(x) + 0.8 * age + 0.05 * math.sin(6 * age + k), -1.1 - 1.5 * age
                canvas.drawCircle(
                    *at, 0.08 + 0.3 * age, ink(colour, 0.30 * (1 - age) * min(1, age * 6))
                )

    return Layer(depth=0.35, paint=paint, is_still=False)


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    dark, side = tone(stage, 0.0), float(stage.rng(137).choice([-1, 1]))
    x = side * 5.2
    canvas.drawRect(box(x - 0.6, -0.9, right=x + 0.6, bottom=4), ink(dark))
    for dx in (-0.35, 0.0, 0.35):
        canvas.drawRect(box(x + dx - 0.09, -1.35, right=x + dx + 0.09, bottom=-0.8), ink(dark))
