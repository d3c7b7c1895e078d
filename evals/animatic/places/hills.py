"""Rolling hills: ridges that fade, a lone tree, a path with a fence, a mill, a cottage with a light."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    Points,
    box,
    curve,
    down_to,
    dry_strokes,
    lay,
    polygon,
    ridge,
    rod,
    rough,
    still,
    wash,
)
from evals.animatic.places.houses import window_light
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import sitter_x
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.tones import ground_tone, painted, snowy, tone
from evals.animatic.places.trees import Wood, crown, dab_leaves, grass, paint_pines

__all__ = ["hills"]


def hills(stage: Stage) -> Set:
    """Return the hills."""
    rig = Rig(lamp_at=(-1.3, -2.1), far_y=-1.5, shelf_y=-0.72, floor_y=0.1)
    side = float(stage.rng(150).choice([-1, 1]))

    def far(canvas: skia.Canvas, _moment: Moment) -> None:
        for key, (base, swing, share) in enumerate(((-1.55, 0.52, 0.88), (-1.2, 0.42, 0.74))):
            _ridge(canvas, stage, (base, swing, share), key=key)

    back = [
        *sky_layers(stage, clouds=1.3),
        Layer(depth=0.08, paint=far),
        still(0.2, lambda canvas: _wooded(canvas, stage)),
        still(0.34, lambda canvas: _farm(canvas, stage, side)),
        _mill(stage, -side),
        still(0.42, lambda canvas: _tree(canvas, stage, side)),
        still(1.0, lambda canvas: _ground(canvas, stage)),
        *light_layers(stage, rig),
    ]
    front = [_blades(stage)]
    return Set(
        back=back,
        front=front,
        lamp_at=source_at(stage, rig),
        seat_y=-0.44,
        bounce=ground_tone(stage, "#7c8f4e"),
    )


def _ridge(
    canvas: skia.Canvas,
    stage: Stage,
    shape: tuple[float, float, float],
    *,
    key: int,
    local: str = "#7f9457",
) -> Points:
    base, swing, far = shape
    line = ridge(base, swing, cell=4.6 - 0.7 * key, rng=stage.rng(151, key))
    line[:, 1] = np.convolve(np.pad(line[:, 1], 4, mode="edge"), np.ones(9) / 9, mode="valid")
    colour = snowy(stage, tone(stage, far, local), 0.62)
    lay(
        canvas,
        down_to(line),
        wash(
            [
                (base - swing, colour),
                (base + 0.75, mix(colour, stage.palette.haze, 0.45 + 0.4 * far)),
            ],
            grain=0.7 * (1 - far),
        ),
    )
    return line


def _wooded(canvas: skia.Canvas, stage: Stage) -> None:
    line = _ridge(canvas, stage, (-1.0, 0.34, 0.55), key=2)
    paint_pines(
        canvas, stage, Wood(base=-0.9, tall=(0.22, 0.5), count=70, far=0.5, key=8), ground=line
    )


def _farm(canvas: skia.Canvas, stage: Stage, side: float) -> None:
    line = _ridge(canvas, stage, (-0.70, 0.24, 0.36), key=3, local="#8d9a4c")
    rng = stage.rng(152)
    for step in range(16):
        x = -9 + 1.15 * step + rng.uniform(-0.2, 0.2)
        y = float(np.interp(x, *line.T))
        dry_strokes(
            canvas,
            box(x - 1, y + 0.1, right=x + 1, bottom=y + 0.45),
            rng,
            colour=tone(stage, 0.2, "#c9b35a"),
            count=5,
            alpha=0.25,
        )
    x = side * rng.uniform(1.0, 1.9)
    y = float(np.interp(x, *line.T)) + 0.06
    wall, roof = tone(stage, 0.2, "#e6d9c0"), tone(stage, 0.1, "#9c3f30")
    canvas.drawRect(box(x - 0.22, y - 0.26, right=x + 0.24, bottom=y), ink(wall))
    canvas.drawPath(
        polygon(
            [(x - 0.28, y - 0.25), (x - 0.12, y - 0.46), (x + 0.14, y - 0.46), (x + 0.30, y - 0.25)]
        ),
        ink(snowy(stage, roof)),
    )
    canvas.drawRect(box(x + 0.06, y - 0.56, right=x + 0.13, bottom=y - 0.42), ink(roof))
    canvas.drawRect(box(x - 0.08, y - 0.18, right=x, bottom=y - 0.08), ink(window_light(stage)))
    for k in range(5):
        px, tall = x + side * (0.55 + 0.19 * k), rng.uniform(0.55, 0.85)
        py = float(np.interp(px, *line.T)) + 0.05
        t = np.linspace(0, 2 * np.pi, 15)[:-1]
        leaf = np.stack(
            [
                px + 0.07 * np.cos(t) * (1 - 0.25 * np.sin(t)),
                py - tall * 0.52 - tall * 0.48 * np.sin(t),
            ],
            1,
        )
        canvas.drawPath(polygon(rough(leaf, rng, wobble_m=0.01)), ink(tone(stage, 0.22, "#39552f")))


def _mill(stage: Stage, side: float) -> Layer:
    rng = stage.rng(153)
    x, y, phase = side * rng.uniform(2.1, 2.9), -0.72, float(stage.take_rng(154).uniform(0, 6))
    dark, wall = tone(stage, 0.28), tone(stage, 0.30, "#d9cdb6")

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        canvas.drawPath(
            polygon([(x - 0.17, y), (x - 0.11, y - 0.62), (x + 0.11, y - 0.62), (x + 0.17, y)]),
            ink(wall),
        )
        canvas.drawPath(
            polygon([(x - 0.14, y - 0.6), (x, y - 0.78), (x + 0.14, y - 0.6)]), ink(dark)
        )
        for k in range(4):
            a = 0.45 * moment.seconds + phase + k * math.pi / 2
            c, s = math.cos(a), math.sin(a)
            tip = (x + 0.5 * c, y - 0.63 + 0.5 * s)
            rod(canvas, [(x, y - 0.63), tip], width=0.018, colour=dark)
            sail = [
                (x + 0.12 * c, y - 0.63 + 0.12 * s),
                tip,
                (tip[0] - 0.1 * s, tip[1] + 0.1 * c),
                (x + 0.12 * c - 0.1 * s, y - 0.63 + 0.12 * s + 0.1 * c),
            ]
            canvas.drawPath(polygon(sail), ink(mix(dark, wall, 0.5), 0.75))

    return Layer(depth=0.34, paint=paint, is_still=False)


def _tree(canvas: skia.Canvas, stage: Stage, side: float) -> None:
    """The tree that everybody in these hills knows."""
    line = _ridge(canvas, stage, (-0.34, 0.14, 0.18), key=4, local="#8fa040")
    rng = stage.rng(155)
    x, size = -side * rng.uniform(1.25, 1.65), rng.uniform(0.85, 1.0)
    y = float(np.interp(x, *line.T)) + 0.1
    dark = tone(stage, 0.06, "#4a3426")
    trunk = [(-0.22, 0), (-0.09, -0.6), (-0.1, -1.3), (0.1, -1.3), (0.08, -0.6), (0.25, 0)]
    canvas.drawPath(
        polygon(rough([(x + px * size, y + py * size) for px, py in trunk], rng)), ink(dark)
    )
    for reach, high in ((-0.6, 1.5), (0.55, 1.6), (0.1, 1.9)):
        rod(
            canvas,
            [(x, y - 0.9 * size), (x + reach * size, y - high * size)],
            width=0.06,
            colour=dark,
        )
    local = str(rng.choice(["#5d7a36", "#c0662c", "#7d8f40", "#b8475a"]))
    leaf = tone(stage, 0.06, local)
    leaves = crown((x, y - 1.75 * size), wide=2.1 * size, tall=1.5 * size, rng=rng)
    lay(
        canvas,
        leaves,
        wash([(y - 2.5 * size, leaf), (y - 1.0 * size, mix(leaf, dark, 0.75))], grain=0.8),
    )
    sun = 1.0 if stage.palette.disc_at[0] > 0 else -1.0
    lit = mix(mix(leaf, local, 0.4), stage.palette.disc, 0.35)
    dab_leaves(
        canvas, leaves, rng, paint=ink(snowy(stage, lit, 0.8), 0.6), towards=(sun, -0.8), count=150
    )
    dab_leaves(canvas, leaves, rng, paint=ink(dark, 0.35), towards=(-sun, 0.7), count=80)


def _ground(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(156)
    far, near = ground_tone(stage, "#8a9a4f", shade=0.5), ground_tone(stage, "#49542c", shade=0.22)
    line = ridge(-0.08, 0.06, cell=3.0, rng=rng)
    lay(canvas, down_to(line), wash([(-0.15, far), (1.3, near)], grain=1.0))
    path = [
        *curve([(-3.5, 0.06), (-1.2, 0.0), (1.4, 0.03), (4.5, -0.03), (14, 0.0)], 30),
        *curve([(14, 0.25), (5, 0.26), (1.6, 0.30), (-1.4, 0.5), (-4.5, 1.4)], 30),
    ]
    canvas.drawPath(
        polygon(rough(path, rng, wobble_m=0.02)),
        ink(snowy(stage, ground_tone(stage, "#c9b48a", shade=0.6), 0.5), 0.75),
    )
    _fence(canvas, stage, line, rng=rng)
    _meadow(canvas, stage, line, rng=rng)
    seat = sitter_x(stage)
    if seat is not None:
        canvas.drawPath(
            polygon(
                rough(
                    [
                        (seat - 0.5, 0.08),
                        (seat - 0.42, -0.34),
                        (seat - 0.1, -0.46),
                        (seat + 0.35, -0.42),
                        (seat + 0.52, 0.08),
                    ],
                    rng,
                )
            ),
            ink(tone(stage, 0.1, "#85827a")),
        )


def _fence(canvas: skia.Canvas, stage: Stage, line: Points, *, rng: np.random.Generator) -> None:
    dark = tone(stage, 0.03)
    for x in np.arange(-15, 15, 0.95):
        y = float(np.interp(x, *line.T)) + 0.02
        canvas.drawPath(
            polygon(
                rough(
                    [(x - 0.035, y), (x - 0.03, y - 0.52), (x + 0.03, y - 0.54), (x + 0.035, y)],
                    rng,
                    wobble_m=0.006,
                )
            ),
            ink(dark),
        )
    for high in (0.42, 0.22):
        rail = [
            (float(x), float(np.interp(x, *line.T)) - high + 0.02 * math.sin(3 * x))
            for x in np.arange(-15, 15, 0.95)
        ]
        rod(canvas, rail, width=0.035, colour=dark)


def _meadow(canvas: skia.Canvas, stage: Stage, line: Points, *, rng: np.random.Generator) -> None:
    """Tufts and flowers."""
    near, dark = ground_tone(stage, "#49542c", shade=0.22), tone(stage, 0.03)
    tuft = mix(near, painted(stage, "#a9b45c", 0.7), 0.45)
    canvas.drawPath(grass(rng, base=0.02, tall=0.15, count=160, slope=line), ink(tuft))
    canvas.drawPath(grass(rng, base=0.62, tall=0.24, count=140), ink(mix(tuft, dark, 0.4)))
    for x, y, size, pick in rng.random((60, 4)):
        local = ("#e8c84a", "#d8543c", "#efe6da")[int(pick * 3)]
        canvas.drawCircle(
            (x * 2 - 1) * 8, 0.3 + 0.9 * y, 0.014 + 0.014 * size, ink(painted(stage, local, 0.85))
        )


def _blades(stage: Stage) -> Layer:
    path, dark = grass(stage.rng(157), base=1.45, tall=0.55, count=60, gap=1.8), tone(stage, 0.0)
    phase = float(stage.take_rng(158).uniform(0, 6))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        canvas.save()
        lean = 0.05 * math.sin(1.2 * moment.seconds + phase)
        canvas.translate(-1.45 * lean, 0)
        canvas.skew(lean, 0)
        canvas.drawPath(path, ink(dark))
        canvas.restore()

    return Layer(depth=1.25, paint=paint, is_still=False)
