"""A rocky shore: open water, a lighthouse on its island, a sail."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Time, Weather
from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    box,
    down_to,
    dry_strokes,
    fade,
    glow,
    lay,
    polygon,
    ridge,
    rod,
    rough,
    still,
    wash,
)
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import sitter_x
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.tones import ground_tone, painted, snowy, tone
from evals.animatic.places.trees import grass
from evals.animatic.places.water import glints, mirrored, paint_bed, veil

__all__ = ["lighthouse"]

LEVEL = -0.92


def lighthouse(stage: Stage) -> Set:
    """Return the shore."""
    rng = stage.rng(110)
    side = float(rng.choice([-1, 1]))
    tower = side * rng.uniform(1.5, 2.1), rng.uniform(1.9, 2.3)
    rig = Rig(
        lamp_at=(-1.3, -2.2), far_y=-1.6, shelf_y=-0.75, floor_y=0.1, neon_at=(-side * 1.15, -2.0)
    )

    def paint_sea(canvas: skia.Canvas, _moment: Moment) -> None:
        paint_bed(canvas, stage, LEVEL)

    def coast(canvas: skia.Canvas) -> None:
        line = ridge(LEVEL - 0.08, 0.22, cell=3.0, rng=stage.rng(111))
        lay(
            canvas,
            down_to(line, LEVEL + 0.02),
            wash([(LEVEL - 0.4, tone(stage, 0.85)), (LEVEL, tone(stage, 0.95))], grain=0.3),
        )

    back = [
        *sky_layers(stage),
        Layer(depth=0.0, paint=paint_sea),
        Layer(depth=0.08, paint=mirrored(coast, LEVEL)),
        Layer(depth=0.2, paint=mirrored(lambda canvas: _island(canvas, stage, tower), LEVEL)),
        veil(stage, LEVEL, 0.25),
        glints(stage, LEVEL, 0.12),
        _beam(stage, tower),
        _sail(stage, -side),
        still(1.0, lambda canvas: _shore(canvas, stage)),
        *light_layers(stage, rig),
    ]
    front = [still(1.3, lambda canvas: _near(canvas, stage))]
    return Set(
        back=back,
        front=front,
        lamp_at=source_at(stage, rig),
        seat_y=-0.44,
        bounce=ground_tone(stage, "#75706a"),
    )


def _island(canvas: skia.Canvas, stage: Stage, tower: tuple[float, float]) -> None:
    (x, tall), rng = tower, stage.rng(112)
    rock = [
        (x - 1.15, LEVEL + 0.05),
        (x - 0.9, LEVEL - 0.16),
        (x - 0.55, LEVEL - 0.24),
        (x - 0.3, LEVEL - 0.42),
        (x + 0.3, LEVEL - 0.40),
        (x + 0.62, LEVEL - 0.22),
        (x + 1.0, LEVEL - 0.14),
        (x + 1.3, LEVEL + 0.05),
    ]
    dark = tone(stage, 0.16)
    foot = LEVEL - 0.38
    wall = painted(stage, "#e9e2d2", 0.86)
    _tower(canvas, stage, (x, foot), tall=tall)
    lay(
        canvas,
        polygon(rough(rock, rng, wobble_m=0.02)),
        wash([(LEVEL - 0.4, dark), (LEVEL, mix(dark, stage.palette.haze, 0.25))], grain=1.0),
    )
    hut = [
        (x + 0.3, LEVEL - 0.28),
        (x + 0.3, LEVEL - 0.56),
        (x + 0.5, LEVEL - 0.72),
        (x + 0.72, LEVEL - 0.56),
        (x + 0.72, LEVEL - 0.2),
    ]
    canvas.drawPath(polygon(hut), ink(snowy(stage, mix(wall, dark, 0.45), 0.2)))
    canvas.drawRect(
        box(x + 0.44, LEVEL - 0.5, right=x + 0.54, bottom=LEVEL - 0.38), ink(stage.palette.light)
    )


def _tower(canvas: skia.Canvas, stage: Stage, at: tuple[float, float], *, tall: float) -> None:
    (x, foot), dark = at, tone(stage, 0.16)
    top = foot - tall
    wall, red = painted(stage, "#e9e2d2", 0.86), painted(stage, "#c23b2c", 0.8)
    shade = mix(tone(stage, 0.15), wall, 0.25)
    for band in range(5):
        a, b = foot - tall * band / 5, foot - tall * (band + 1) / 5
        wa, wb = 0.25 - 0.10 * band / 5, 0.25 - 0.10 * (band + 1) / 5
        colour = wall if band % 2 == 0 else red
        lit = wash([(x - wa, colour), (x + wa, mix(colour, shade, 0.75))], along_x=True, grain=0.5)
        lay(canvas, polygon([(x - wa, a), (x + wa, a), (x + wb, b), (x - wb, b)]), lit)
    canvas.drawRect(box(x - 0.24, top - 0.05, right=x + 0.24, bottom=top + 0.02), ink(dark))
    canvas.drawRect(
        box(x - 0.12, top - 0.30, right=x + 0.12, bottom=top - 0.05),
        ink(mix(stage.palette.light, "#ffffff", 0.3)),
    )
    for dx in (-0.12, -0.04, 0.04, 0.12):
        canvas.drawLine(x + dx, top - 0.30, x + dx, top - 0.05, stroke(dark, 0.016))
    canvas.drawPath(
        polygon([(x - 0.17, top - 0.29), (x, top - 0.50), (x + 0.17, top - 0.29)]), ink(red)
    )


def _beam(stage: Stage, tower: tuple[float, float]) -> Layer:
    x, top = tower[0], LEVEL - 0.38 - tower[1] - 0.17
    strength = {Time.NIGHT: 0.55, Time.DUSK: 0.42, Time.DAWN: 0.30, Time.DAY: 0.0}[stage.brief.time]
    if stage.brief.weather is Weather.FOG:
        strength = max(0.25, strength)
    phase = float(stage.take_rng(113).uniform(0, 6.28))
    colour = mix(stage.palette.light, "#ffffff", 0.4)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        glow(canvas, (x, top), radius=0.9, colour=colour, alpha=0.35 + strength)
        if strength == 0:
            return
        turn = 0.5 * moment.seconds + phase
        for angle in (turn, turn + math.pi):
            reach, half = 7 * math.cos(angle), 0.10 + 0.5 * abs(math.cos(angle))
            if abs(reach) < 0.4:
                continue
            beam = polygon(
                [
                    (x, top - 0.03),
                    (x, top + 0.03),
                    (x + reach, top + half),
                    (x + reach, top - half * 0.7),
                ]
            )
            ends = sorted([(x, colour, strength), (x + reach, colour, 0.0)])
            canvas.drawPath(beam, fade(ends, along_x=True, is_light=True))

    return Layer(depth=0.2, paint=paint, is_still=False, is_light=True)


def _sail(stage: Stage, side: float) -> Layer:
    x0, phase = (
        side * float(stage.rng(114).uniform(1.0, 2.4)),
        float(stage.take_rng(115).uniform(0, 6)),
    )
    red, dark = (
        painted(stage, str(stage.rng(116).choice(["#c6452f", "#e0a13a", "#efe6d2"])), 0.85),
        tone(stage, 0.12),
    )

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for flip in (-1, 1):
            canvas.save()
            canvas.translate(x0 + 0.05 * moment.seconds, LEVEL + 0.10)
            canvas.scale(1, 1 if flip < 0 else -0.8)
            canvas.rotate(-1.4 * flip * math.sin(1.1 * moment.seconds + phase))
            alpha = 1.0 if flip < 0 else 0.28
            canvas.drawPath(
                polygon([(-0.5, -0.1), (-0.38, 0.06), (0.4, 0.06), (0.58, -0.15)]), ink(dark, alpha)
            )
            rod(canvas, [(0.03, 0), (0.03, -1.15)], width=0.025, colour=dark, alpha=alpha)
            canvas.drawPath(polygon([(0.07, -1.1), (0.5, -0.2), (0.07, -0.16)]), ink(red, alpha))
            canvas.drawPath(
                polygon([(-0.01, -0.98), (-0.36, -0.18), (-0.01, -0.16)]),
                ink(mix(red, dark, 0.4), alpha),
            )
            canvas.restore()

    return Layer(depth=0.32, paint=paint, is_still=False)


def _shore(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(117)
    line = ridge(-0.10, 0.07, cell=1.6, rng=rng)
    far, near = ground_tone(stage, "#a69c8a", shade=0.55), ground_tone(stage, "#6d675f", shade=0.25)
    foam = mix(stage.palette.sky[3], "#ffffff", 0.4)
    canvas.drawPath(down_to(np.subtract(line, (0, 0.05))), ink(foam, 0.55))
    lay(canvas, down_to(line), wash([(-0.2, far), (1.3, near)], grain=1.0))
    dry_strokes(
        canvas,
        box(-12, 0.0, right=12, bottom=1.3),
        rng,
        colour=mix(far, stage.palette.disc, 0.3),
        count=90,
        alpha=0.2,
        length=0.7,
        width=0.03,
    )
    dark = tone(stage, 0.04)
    for x in (*rng.uniform(-10, -1.6, 8), *rng.uniform(1.6, 10, 8)):
        _rock(canvas, stage, (float(x), rng.uniform(-0.05, 0.5)), size=rng.uniform(0.25, 0.8))
    canvas.drawPath(
        grass(rng, base=0.1, tall=0.24, count=70, gap=0.7),
        ink(mix(dark, painted(stage, "#7c8a4a"), 0.35)),
    )
    seat = sitter_x(stage)
    if seat is not None:
        _rock(canvas, stage, (seat, 0.06), size=0.52)


def _rock(canvas: skia.Canvas, stage: Stage, at: tuple[float, float], *, size: float) -> None:
    (x, y), rng = at, stage.rng(118, int(abs(at[0]) * 1000))
    shape = [(-0.75, 0), (-0.6, -0.55), (-0.1, -0.95), (0.45, -0.8), (0.75, -0.3), (0.85, 0)]
    place = [(x + px * size, y + py * size) for px, py in shape]
    dark = tone(stage, 0.06, "#5c5a58")
    canvas.drawPath(polygon(rough(place, rng, wobble_m=0.02)), ink(dark))
    face = [
        place[1],
        place[2],
        (x + 0.1 * size, y - 0.35 * size),
        (x - 0.35 * size, y - 0.2 * size),
    ]
    canvas.drawPath(
        polygon(rough(face, rng, wobble_m=0.01)),
        ink(snowy(stage, mix(dark, stage.palette.disc, 0.30)), 0.8),
    )


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    path = grass(stage.rng(119), base=1.45, tall=0.7, count=60, gap=2.2)
    canvas.drawPath(path, ink(tone(stage, 0.0)))
