"""What hangs from a hand, stands beside one or floats above: balloon to suitcase."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import ink, skia
from evals.animatic.palette import mix
from evals.animatic.people.prop_shapes import Brush
from evals.animatic.people.shapes import polygon, smooth

__all__ = [
    "draw_balloon",
    "draw_bicycle",
    "draw_birdcage",
    "draw_guitar",
    "draw_radio",
    "draw_suitcase",
]


_BALLOON = (
    (0, -0.43), (0.17, -0.53), (0.28, -0.74), (0.20, -0.95), (0, -1.01), (-0.20, -0.95),
    (-0.28, -0.74), (-0.17, -0.53),
)  # fmt: skip


def draw_balloon(brush: Brush) -> None:
    """Draw a balloon on its string."""
    own = brush.own
    x = 0.035 * math.sin(1.3 * brush.seconds)
    string = [(0.0, 0.0), (0.03 - x, -0.15), (x - 0.02, -0.30), (x, -0.42)]
    brush.line(string, brush.tones("#d8d2c4").lit, 0.012)
    brush.body(smooth(np.add(_BALLOON, (x, 0.0))), own, turn=0.12, rim=0.022)
    brush.flat([(x, -0.445), (x + 0.04, -0.39), (x - 0.04, -0.39)], own.shade)
    k = brush.light.key_side
    shine = [(x + 0.15 * k, -0.92), (x + 0.195 * k, -0.84), (x + 0.20 * k, -0.74)]
    brush.line(shine, mix(own.rim, "#ffffff", 0.5), 0.032, alpha=0.85)


def draw_bicycle(brush: Brush) -> None:
    """Draw a town bicycle seen from the side, front to the left."""
    own, dark = brush.own, brush.tones("#25242c")
    front, back = (-0.53, -0.33), (0.53, -0.33)
    for hub in (front, back):
        brush.ring(hub, 0.31, dark.lit, width=0.042)
        brush.ring(hub, 0.275, dark.rim, width=0.012)
        for i in range(6):
            a = i * math.pi / 6 + 0.2
            dx, dy = 0.27 * math.cos(a), 0.27 * math.sin(a)
            brush.line(
                [(hub[0] - dx, hub[1] - dy), (hub[0] + dx, hub[1] + dy)], dark.rim, 0.007, alpha=0.7
            )
    seat, pedals, head = (0.22, -0.72), (0.06, -0.33), (-0.34, -0.78)
    brush.line([pedals, back], own.shade, 0.04)
    brush.line([seat, back], own.shade, 0.034)
    brush.line([head, (-0.44, -0.58), front], own.lit, 0.045)
    for tube in ((head, pedals), (seat, pedals), ((-0.36, -0.72), (0.20, -0.62))):
        brush.line(tube, own.lit, 0.055)
    brush.line([seat, (0.24, -0.83)], dark.rim, 0.03)
    brush.curve(
        [(0.10, -0.87), (0.30, -0.90), (0.37, -0.84), (0.24, -0.82)],
        brush.tones("#5b3a22"),
        turn=0.02,
        rim=0.01,
    )
    brush.line([head, (-0.31, -0.92), (-0.22, -0.97), (-0.13, -0.94)], dark.rim, 0.035)
    brush.ring(pedals, 0.085, dark.rim, width=0.028)
    brush.line([(0.06, -0.33), (0.13, -0.19)], dark.rim, 0.03)
    brush.line([(0.07, -0.185), (0.19, -0.185)], dark.lit, 0.035)
    lamp = brush.light.palette.light
    brush.disc((-0.43, -0.72), 0.045, lamp)
    basket = [(-0.66, -0.94), (-0.38, -0.94), (-0.42, -0.74), (-0.62, -0.74)]
    brush.body(polygon(basket), brush.tones("#b08850"), turn=0.05)
    for y in (-0.88, -0.81):
        brush.line([(-0.65, y), (-0.39, y)], brush.tones("#b08850").deep, 0.014, alpha=0.7)


def draw_birdcage(brush: Brush) -> None:
    """Draw a domed cage with a bird inside."""
    own = brush.own
    bird = brush.tones("#f2cf4a" if brush.colour != "#edc02f" else "#cf5a3a")
    dome = skia.Path()
    dome.moveTo(-0.30, -0.06)
    dome.lineTo(-0.30, -0.52)
    dome.cubicTo(-0.30, -0.78, -0.14, -0.88, 0.0, -0.88)
    dome.cubicTo(0.14, -0.88, 0.30, -0.78, 0.30, -0.52)
    dome.lineTo(0.30, -0.06)
    dome.close()
    brush.canvas.drawPath(dome, ink(own.deep, 0.28))
    hop = 0.012 * abs(math.sin(2.6 * brush.seconds))
    brush.line([(-0.2, -0.30), (0.2, -0.30)], own.shade, 0.022)
    y = -0.38 - hop
    brush.curve(
        [(-0.11, y), (-0.05, y - 0.09), (0.04, y - 0.06), (0.18, y + 0.10), (0.02, y + 0.07)],
        bird,
        turn=0.03,
        rim=0.01,
    )
    brush.disc((-0.055, y - 0.06), 0.062, bird.lit)
    brush.flat(
        [(-0.11, y - 0.07), (-0.16, y - 0.045), (-0.105, y - 0.03)], brush.tones("#e2702a").lit
    )
    brush.disc((-0.07, y - 0.075), 0.013, "#141014")
    for share in (-1.0, -0.66, -0.33, 0.0, 0.33, 0.66, 1.0):
        x = share * 0.30
        colour = own.lit if share * brush.light.key_side >= 0 else own.shade
        brush.line(
            [(x, -0.05), (x, -0.52), (x * 0.88, -0.70), (x * 0.45, -0.84), (0.0, -0.885)],
            colour,
            0.024,
        )
    for yy in (-0.52, -0.28):
        brush.line([(-0.30, yy), (0.30, yy)], own.lit, 0.026)
    brush.plate((-0.35, -0.09, 0.35, 0.0), own, round_=0.03, turn=0.05)
    brush.ring((0.0, -0.94), 0.048, own.lit, width=0.028)


def draw_guitar(brush: Brush) -> None:
    """Draw a guitar upright, its neck above."""
    own, wood, dark = brush.own, brush.tones("#6b3f22"), brush.tones("#1d1512")
    half = [
        (0.0, 0.0),
        (0.14, -0.02),
        (0.205, -0.13),
        (0.15, -0.25),
        (0.125, -0.32),
        (0.16, -0.41),
        (0.12, -0.49),
        (0.0, -0.505),
    ]
    outline = np.vstack([half, (np.asarray(half[1:-1]) * (-1, 1))[::-1]])
    brush.body(smooth(outline), own, turn=0.075, rim=0.02)
    brush.flat([(-0.026, -0.46), (0.026, -0.46), (0.022, -0.88), (-0.022, -0.88)], wood.shade)
    brush.flat([(-0.026, -0.46), (0.0, -0.46), (0.0, -0.88), (-0.022, -0.88)], wood.lit)
    brush.curve(
        [(-0.03, -0.87), (0.03, -0.87), (0.048, -0.98), (0.0, -1.0), (-0.048, -0.98)],
        wood,
        turn=0.02,
        rim=0.008,
    )
    brush.disc((0.0, -0.34), 0.062, dark.shade)
    brush.ring((0.0, -0.34), 0.07, mix(own.rim, wood.lit, 0.4), width=0.012)
    brush.flat([(-0.065, -0.115), (0.065, -0.115), (0.065, -0.14), (-0.065, -0.14)], dark.lit)
    for x in (-0.014, 0.0, 0.014):
        brush.line([(x, -0.12), (x * 0.8, -0.92)], brush.tones("#f4ead2").lit, 0.004, alpha=0.85)
    for i in range(7):
        yy = -0.55 - 0.045 * i
        brush.line([(-0.022, yy), (0.022, yy)], wood.rim, 0.005, alpha=0.7)


def draw_radio(brush: Brush) -> None:
    """Draw a portable wireless: handle, speaker, dial, aerial."""
    own, dark, cream = brush.own, brush.tones("#221f26"), brush.tones("#f0e4c8")
    brush.line([(0.44, -0.72), (0.62, -1.32)], dark.rim, 0.026)
    brush.disc((0.62, -1.32), 0.03, dark.rim)
    brush.line(
        [(-0.42, -0.72), (-0.40, -0.96), (0.0, -0.99), (0.40, -0.96), (0.42, -0.72)],
        dark.lit,
        0.075,
    )
    brush.plate((-0.68, -0.80, 0.68, 0.0), own, round_=0.11, turn=0.09)
    brush.disc((-0.29, -0.38), 0.27, dark.lit)
    brush.ring((-0.29, -0.38), 0.27, cream.lit, width=0.035)
    for row in range(-2, 3):
        for column in range(-2, 3):
            if row * row + column * column < 6:
                brush.disc(
                    (-0.29 + 0.09 * column, -0.38 + 0.09 * row), 0.022, cream.shade, alpha=0.9
                )
    brush.plate((0.10, -0.68, 0.58, -0.45), cream, round_=0.04, turn=0.03)
    brush.line([(0.36, -0.67), (0.36, -0.46)], brush.tones("#cf2f2b").lit, 0.026)
    for x in (0.20, 0.48):
        brush.disc((x, -0.22), 0.10, cream.shade)
        brush.disc((x, -0.22), 0.07, cream.lit)
    brush.line([(-0.5, -0.05), (0.5, -0.05)], own.deep, 0.02, alpha=0.6)


def draw_suitcase(brush: Brush) -> None:
    """Draw a leather case with straps, corners and a label."""
    own, strap = brush.own, brush.tones("#4a2c1a")
    brush.line(
        [(-0.17, -0.80), (-0.15, -0.96), (0.0, -0.99), (0.15, -0.96), (0.17, -0.80)],
        strap.lit,
        0.065,
    )
    brush.plate((-0.66, -0.82, 0.66, 0.0), own, round_=0.08, turn=0.09)
    brush.line([(-0.66, -0.56), (0.66, -0.56)], own.deep, 0.022, alpha=0.75)
    for x in (-0.38, 0.38):
        brush.flat(
            [(x - 0.06, -0.82), (x + 0.06, -0.82), (x + 0.06, 0.0), (x - 0.06, 0.0)],
            strap.lit if x * brush.light.key_side > 0 else strap.shade,
        )
        brush.plate(
            (x - 0.085, -0.62, x + 0.085, -0.50), brush.tones("#d9b45a"), round_=0.02, turn=0.03
        )
    for x in (-0.66, 0.66):
        for y in (-0.82, 0.0):
            towards = (-math.copysign(0.17, x), 0.17 if y < -0.5 else -0.17)
            brush.flat([(x, y), (x + towards[0], y), (x, y + towards[1])], strap.shade)
    brush.flat(
        [(-0.16, -0.40), (0.17, -0.44), (0.19, -0.24), (-0.14, -0.20)], brush.tones("#f0e4c8").lit
    )
    brush.line([(-0.08, -0.30), (0.12, -0.325)], brush.tones("#b3201f").lit, 0.03)
