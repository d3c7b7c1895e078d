"""Ships at anchor with their masts and stays, and a fishing boat that rocks."""

from __future__ import annotations

import math

from evals.animatic.canvas import Layer, Moment, Stage, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import box, oval, polygon, rod, rough
from evals.animatic.places.houses import window_light
from evals.animatic.places.tones import painted, tone

__all__ = ["paint_ships", "rocking_boat"]


def paint_ships(canvas: skia.Canvas, stage: Stage, level: float) -> None:
    """Draw ships at anchor on water of a level."""
    rng = stage.rng(101)
    x = -13.0
    while x < 13:
        tall, flip, far = rng.uniform(1.5, 2.5), int(rng.choice([-1, 1])), rng.uniform(0.14, 0.34)
        dark, local = (
            tone(stage, far),
            str(rng.choice(["#a33a30", "#2f6f5e", "#c08a3a", "#35507a", "#d8d0c0"])),
        )
        hull = [
            (-1.0, -0.22),
            (-0.85, 0.06),
            (0.72, 0.06),
            (1.12, -0.34),
            (0.6, -0.2),
            (-0.5, -0.16),
        ]
        place = [(x + flip * px, level + py) for px, py in hull]
        canvas.drawPath(polygon(rough(place, rng, wobble_m=0.006)), ink(tone(stage, far, local)))
        line = [
            (x + flip * px, level + py + 0.035)
            for px, py in ((-0.97, -0.2), (-0.5, -0.14), (0.6, -0.18), (1.08, -0.3))
        ]
        rod(canvas, line, width=0.03, colour=mix(tone(stage, far, "#efe6d2"), dark, 0.2))
        canvas.drawRect(
            box(x - 0.45, level - 0.40, right=x + 0.15, bottom=level - 0.14),
            ink(tone(stage, far, "#e0d4bc")),
        )
        for k in range(3):
            at = x - 0.36 + 0.2 * k, level - 0.29
            canvas.drawCircle(*at, 0.04, ink(mix(window_light(stage), dark, 0.2)))
        masts = [(0.1, tall), (-0.55, tall * 0.8)] if rng.random() < 0.6 else [(0.05, tall)]
        for dx, high in masts:
            _mast(canvas, (x + flip * dx, level), high=high, flip=flip, dark=dark)
        x += rng.uniform(1.7, 3.4)


def _mast(
    canvas: skia.Canvas, at: tuple[float, float], *, high: float, flip: int, dark: str
) -> None:
    x, y = at
    rod(canvas, [(x, y), (x, y - high)], width=0.035, colour=dark)
    rod(canvas, [(x, y - 0.45), (x - flip * 0.62, y - 0.52 - 0.08 * high)], width=0.03, colour=dark)
    sail = [
        (x - flip * 0.02, y - 0.5),
        (x - flip * 0.6, y - 0.56 - 0.08 * high),
        (x - flip * 0.55, y - 0.66 - 0.08 * high),
        (x - flip * 0.02, y - 0.66),
    ]
    canvas.drawPath(polygon(sail), ink(dark))
    for end in (-0.95, 1.08, 0.62):
        rod(canvas, [(x, y - high), (x + flip * end, y - 0.2)], width=0.010, colour=dark, alpha=0.8)
    rod(canvas, [(x - 0.2, y - high * 0.76), (x + 0.2, y - high * 0.76)], width=0.016, colour=dark)
    canvas.drawPath(
        polygon([(x, y - high - 0.02), (x - flip * 0.2, y - high + 0.04), (x, y - high + 0.1)]),
        ink(dark),
    )


def rocking_boat(stage: Stage) -> Layer:
    """Return a fishing boat that rocks."""
    rng = stage.rng(102)
    x, phase = (
        float(rng.choice([-1, 1]) * rng.uniform(1.9, 3.0)),
        float(stage.take_rng(103).uniform(0, 6.28)),
    )
    local = str(rng.choice(["#b5402e", "#2f6f86", "#d9a441", "#3f7d5a"]))
    hull, rim = painted(stage, local, 0.75), mix(painted(stage, local), stage.palette.disc, 0.35)
    dark = tone(stage, 0.08)

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        canvas.save()
        canvas.translate(x, -0.27 + 0.022 * math.sin(1.7 * moment.seconds + phase))
        canvas.rotate(1.5 * math.sin(1.25 * moment.seconds + phase))
        canvas.drawOval(oval((0, 0.12), 2.3, 0.16), ink(dark, 0.45))
        _boat(canvas, stage, colours=(hull, rim, dark))
        canvas.restore()

    return Layer(depth=0.75, paint=paint, is_still=False)


def _boat(canvas: skia.Canvas, stage: Stage, *, colours: tuple[str, str, str]) -> None:
    hull, rim, dark = colours
    body = [
        (-1.0, -0.27),
        (-0.78, 0.08),
        (0.72, 0.08),
        (1.12, -0.33),
        (0.4, -0.2),
        (-0.5, -0.2),
    ]
    canvas.drawPath(polygon(body), ink(hull))
    canvas.drawPath(
        polygon(
            [
                (-1.0, -0.27),
                (-0.5, -0.2),
                (0.4, -0.2),
                (1.12, -0.33),
                (1.08, -0.26),
                (0.4, -0.14),
                (-0.5, -0.14),
                (-0.97, -0.21),
            ]
        ),
        ink(rim),
    )
    canvas.drawPath(
        polygon([(-0.55, -0.2), (-0.5, -0.52), (-0.02, -0.52), (0.06, -0.2)]), ink(dark)
    )
    canvas.drawRect(
        box(-0.42, -0.46, right=-0.1, bottom=-0.32), ink(mix(stage.palette.light, dark, 0.35))
    )
    rod(canvas, [(0.22, -0.2), (0.22, -1.35)], width=0.03, colour=dark)
    rod(canvas, [(0.22, -1.33), (1.08, -0.32)], width=0.008, colour=dark)
    rod(canvas, [(0.22, -1.33), (-0.95, -0.27)], width=0.008, colour=dark)
