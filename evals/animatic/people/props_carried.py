"""What fits into a hand: book, cup, flowers, lantern, letter, umbrella."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import ink
from evals.animatic.palette import mix
from evals.animatic.people.prop_shapes import Brush
from evals.animatic.people.shapes import polygon, smooth

__all__ = [
    "draw_book",
    "draw_cup",
    "draw_flowers",
    "draw_lantern",
    "draw_letter",
    "draw_umbrella",
    "draw_umbrella_at_rest",
]


def draw_book(brush: Brush) -> None:
    """Draw an open book, its cover's back to the lens at the edges."""
    own, paper = brush.own, brush.tones("#f4ead2")
    for side in (-1.0, 1.0):
        cover = [(0.0, 0.0), (0.66 * side, -0.10), (0.72 * side, -0.88), (0.0, -0.80)]
        brush.body(polygon(cover), own, turn=0.10, rim=0.03)
        page = [(0.0, -0.06), (0.30 * side, -0.15), (0.60 * side, -0.15), (0.65 * side, -0.92),
                (0.32 * side, -0.98), (0.0, -0.85)]  # fmt: skip
        is_dark = side == -brush.light.key_side
        brush.flat(page, paper.shade if is_dark else paper.lit)
        for row in range(5):
            y = -0.74 + 0.12 * row
            brush.line(
                [(0.09 * side, y + 0.02), (0.54 * side, y - 0.06)], paper.deep, 0.022, alpha=0.55
            )
    brush.line([(0.0, 0.0), (0.0, -0.83)], own.deep, 0.045)


def draw_cup(brush: Brush) -> None:
    """Draw a large steaming cup with its handle."""
    own = brush.own
    brush.ring((0.40, -0.40), 0.19, own.shade, width=0.095)
    brush.ring((0.40, -0.40), 0.19, own.lit, width=0.045)
    bowl = [
        (-0.44, -0.72),
        (0.44, -0.72),
        (0.41, -0.28),
        (0.26, -0.02),
        (-0.26, -0.02),
        (-0.41, -0.28),
    ]
    brush.body(smooth(bowl, tension=0.45), own, turn=0.22, rim=0.05)
    top = np.asarray(
        [
            (math.cos(a) * 0.44, -0.72 + math.sin(a) * 0.085)
            for a in np.linspace(0, 2 * math.pi, 14, endpoint=False)
        ]
    )
    brush.canvas.drawPath(smooth(top), ink(own.rim))
    brush.canvas.drawPath(
        smooth((top - (0, -0.72)) * (0.86, 0.75) + (0, -0.715)), ink(brush.tones("#3d2112").shade)
    )
    sway = 0.06 * math.sin(1.7 * brush.seconds)
    for x, tall in ((-0.13, 0.30), (0.12, 0.38)):
        wisp = [
            (x, -0.80),
            (x + 0.07 + sway, -0.80 - tall * 0.4),
            (x - 0.05 - sway, -0.80 - tall * 0.75),
            (x + 0.05, -0.80 - tall),
        ]
        brush.line(wisp, mix(brush.light.palette.disc, "#ffffff", 0.4), 0.05, alpha=0.45)


def draw_flowers(brush: Brush) -> None:
    """Draw a bunch of seven blossoms in paper."""
    own, leaf, paper = brush.own, brush.tones("#3c7a42"), brush.tones("#e9dcc0")
    heads = [
        (-0.27, -0.62),
        (0.26, -0.64),
        (-0.13, -0.78),
        (0.14, -0.80),
        (0.0, -0.92),
        (-0.34, -0.80),
        (0.35, -0.82),
    ]
    for x, y in heads:
        brush.line([(0.0, -0.18), (x * 0.5, -0.45), (x, y)], leaf.shade, 0.03)
    for x, lean in ((-0.40, -0.62), (0.42, -0.58), (-0.2, -0.55), (0.22, -0.5)):
        brush.curve(
            [
                (x * 0.25, -0.36),
                (x * 0.8, lean + 0.02),
                (x * 1.2, lean - 0.08),
                (x * 0.5, lean + 0.12),
            ],
            leaf,
            turn=0.04,
            rim=0.01,
        )
    for i, (x, y) in enumerate(heads):
        around = np.linspace(0, 2 * math.pi, 15, endpoint=False) + i
        radius = 0.125 * (1 + 0.24 * np.cos(5 * around))
        brush.curve(
            np.stack([x + radius * np.cos(around), y + radius * np.sin(around)], 1).tolist(),
            own,
            turn=0.05,
            rim=0.018,
        )
        brush.disc(
            (x, y), 0.040, brush.tones("#f6c63c" if brush.colour != "#edc02f" else "#8a4a1c").lit
        )
    cone = [(-0.24, -0.46), (0.0, -0.40), (0.24, -0.46), (0.09, -0.02), (-0.09, -0.02)]
    brush.body(polygon(cone), paper, turn=0.09, rim=0.02)
    brush.line([(-0.10, -0.20), (0.10, -0.20)], own.shade, 0.045)


def draw_lantern(brush: Brush) -> None:
    """Draw a hurricane lantern that gives light."""
    own, light = brush.own, brush.light.palette.light
    brush.glow((0.0, -0.40), 1.9, strength=0.55)
    brush.line(
        [(-0.24, -0.62), (-0.20, -0.90), (0.0, -0.99), (0.20, -0.90), (0.24, -0.62)],
        own.shade,
        0.035,
    )
    glass = [
        (-0.19, -0.62),
        (0.19, -0.62),
        (0.25, -0.40),
        (0.19, -0.18),
        (-0.19, -0.18),
        (-0.25, -0.40),
    ]
    brush.canvas.drawPath(smooth(glass, tension=0.5), ink(mix(light, "#fff6dc", 0.25)))
    brush.canvas.drawPath(
        smooth([(0, -0.60), (0.10, -0.38), (0.06, -0.24), (-0.06, -0.24), (-0.10, -0.38)]),
        ink("#fffbe8"),
    )
    for x in (-0.26, 0.26):
        brush.line([(x * 0.85, -0.16), (x, -0.40), (x * 0.85, -0.66)], own.lit, 0.045)
    brush.plate((-0.27, -0.20, 0.27, 0.0), own, round_=0.05, turn=0.12)
    roof = [(-0.27, -0.62), (-0.13, -0.80), (0.13, -0.80), (0.27, -0.62)]
    brush.body(polygon(roof), own, turn=0.12)
    brush.plate((-0.08, -0.86, 0.08, -0.79), own, round_=0.02, turn=0.04)
    brush.glow((0.0, -0.40), 0.55, strength=0.6)


def draw_letter(brush: Brush) -> None:
    """Draw an envelope in its colour with a seal, tilted a little."""
    own = brush.own
    brush.canvas.save()
    brush.canvas.rotate(-6)
    brush.body(
        polygon([(-0.70, -0.06), (0.70, -0.06), (0.70, -0.94), (-0.70, -0.94)]),
        own,
        turn=0.12,
        rim=0.03,
    )
    brush.flat([(-0.70, -0.94), (0.0, -0.40), (0.70, -0.94)], mix(own.lit, own.rim, 0.35))
    brush.line([(-0.68, -0.92), (0.0, -0.40)], own.deep, 0.04)
    brush.line([(0.0, -0.40), (0.68, -0.92)], own.deep, 0.04)
    brush.line([(-0.68, -0.08), (-0.2, -0.52)], own.deep, 0.03, alpha=0.6)
    brush.line([(0.68, -0.08), (0.2, -0.52)], own.deep, 0.03, alpha=0.6)
    seal = brush.tones("#f3ead6" if brush.colour == "#cf2f2b" else "#b3201f")
    brush.curve([(0.14, -0.42), (0.0, -0.27), (-0.14, -0.42), (0.0, -0.56)], seal, turn=0.06)
    brush.canvas.restore()


def draw_umbrella(brush: Brush) -> None:
    """Draw an open umbrella upright: four panels, scalloped hem, crooked handle."""
    own, wood = brush.own, brush.tones("#4a2f1e")
    brush.line([(0.0, -0.80), (0.0, -0.05)], wood.shade, 0.022)
    brush.line([(0.0, -0.06), (0.0, 0.0), (0.045, 0.03), (0.085, -0.01)], wood.lit, 0.032)
    _canopy(brush, middle=(0.0, -0.70), size=(0.52, 0.28))
    brush.line([(0.0, -0.97), (0.0, -1.02)], wood.shade, 0.022)
    del own


def _canopy(brush: Brush, *, middle: tuple[float, float], size: tuple[float, float]) -> None:
    own = brush.own
    rise = np.linspace(0, math.pi / 2, 12)
    side = brush.light.key_side
    shades = (own.shade, mix(own.shade, own.lit, 0.5), own.lit, mix(own.lit, own.rim, 0.28))
    for i, (left, right) in enumerate(((-1.0, -0.48), (-0.48, 0.04), (0.04, 0.54), (0.54, 1.0))):
        bow = np.linspace(left, right, 8)
        scallop = np.stack([bow * size[0], -0.035 * np.sin(np.linspace(0, math.pi, 8))], 1)
        rib = np.stack([np.cos(rise) * size[0], -np.sin(rise) * size[1]], 1)
        panel = np.vstack([scallop, rib * (right, 1), (rib * (left, 1))[::-1]]) + middle
        brush.canvas.drawPath(polygon(panel), ink(shades[i] if side > 0 else shades[3 - i]))
    under = [(-size[0], 0.0), (0.0, -0.02), (size[0], 0.0), (0.0, -0.075)]
    del under
    rim = np.stack([np.cos(rise) * size[0] * brush.light.rim_side, -np.sin(rise) * size[1]], 1)
    brush.line((rim + middle).tolist()[:9], own.rim, 0.014)


def draw_umbrella_at_rest(brush: Brush) -> None:
    """Draw it open on the ground, tipped onto its rim."""
    brush.canvas.save()
    brush.canvas.translate(0.0, -0.30)
    brush.canvas.rotate(-58 * brush.light.key_side)
    brush.canvas.scale(0.78, 0.78)
    brush.canvas.translate(0.0, 0.62)
    draw_umbrella(brush)
    brush.canvas.restore()
