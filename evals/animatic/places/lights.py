"""What lights the subject beside the sky: street lamps and pendants, candles, neon, a spotlight."""

from __future__ import annotations

import math

from evals.animatic.brief import Light, Time
from evals.animatic.canvas import Layer, Moment, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import box, fade, glow, oval, polygon, rod, still, wide_box
from evals.animatic.places.candles import candle_layers
from evals.animatic.places.neon import neon_layers
from evals.animatic.places.rig import Rig, corners, is_near, strength_of
from evals.animatic.places.tones import tone

__all__ = ["light_layers", "source_at", "street_lamp"]


def street_lamp(
    canvas: skia.Canvas,
    stage: Stage,
    foot: tuple[float, float],
    *,
    tall: float,
    is_lit: bool,
    far: float = 0.05,
) -> None:
    """Draw an old street lamp: post, arm rings and a lantern with four panes."""
    (x, y), dark = foot, tone(stage, far)
    top = y - tall
    canvas.drawPath(
        polygon(
            [
                (x - 0.07, y),
                (x - 0.025, y - 0.5),
                (x - 0.018, top + 0.3),
                (x + 0.018, top + 0.3),
                (x + 0.025, y - 0.5),
                (x + 0.07, y),
            ]
        ),
        ink(dark),
    )
    for at, half in ((y - 0.5, 0.05), (top + 0.62, 0.04), (top + 0.33, 0.06)):
        canvas.drawRect(box(x - half, at - 0.02, right=x + half, bottom=at + 0.02), ink(dark))
    pane = stage.palette.light if is_lit else mix(stage.palette.haze, dark, 0.4)
    glass = [
        (x - 0.075, top + 0.3),
        (x - 0.125, top + 0.02),
        (x + 0.125, top + 0.02),
        (x + 0.075, top + 0.3),
    ]
    canvas.drawPath(polygon(glass), ink(mix(pane, "#ffffff", 0.35 if is_lit else 0.0)))
    canvas.drawPath(polygon(glass), stroke(dark, 0.025))
    canvas.drawLine(x, top + 0.3, x, top, stroke(dark, 0.015))
    canvas.drawPath(
        polygon([(x - 0.16, top + 0.03), (x, top - 0.16), (x + 0.16, top + 0.03)]), ink(dark)
    )


def light_layers(stage: Stage, rig: Rig) -> list[Layer]:
    """Return the layers of a brief's light, to be painted behind the figures."""
    match stage.brief.light:
        case Light.LAMP:
            return _lamp(stage, rig)
        case Light.CANDLE:
            return candle_layers(stage, rig)
        case Light.NEON:
            return neon_layers(stage, rig)
        case Light.SPOT:
            return _spot(stage, rig)
        case Light.NATURAL:
            return []


def source_at(stage: Stage, rig: Rig) -> tuple[float, float]:
    """Return where the light on faces and coats comes from: a lamp, or the side of the sun."""
    match stage.brief.light:
        case Light.LAMP:
            return rig.lamp_at
        case Light.CANDLE:
            return rig.candles_at[0], rig.candles_at[1] - 0.3
        case Light.NEON:
            return rig.neon_at
        case Light.SPOT:
            return -0.9, -4.0
        case Light.NATURAL:
            return (2.0 if stage.palette.disc_at[0] > 0 else -2.0), -2.6


def _lamp(stage: Stage, rig: Rig) -> list[Layer]:
    strength, colour, (x, y) = strength_of(stage), stage.palette.light, rig.lamp_at
    far_lamps = [
        (u, rig.far_y + 0.12 * math.sin(9 * u)) for u in (-4.3, -2.6, -1.05, 1.15, 2.9, 4.7)
    ]

    def paint_far(canvas: skia.Canvas) -> None:
        for at in far_lamps if is_near(stage) else ():
            glow(canvas, at, radius=0.9, colour=colour, alpha=0.55 * strength)
            canvas.drawCircle(*at, 0.11, ink(mix(colour, "#ffffff", 0.3), 0.95))

    def paint_lamp(canvas: skia.Canvas) -> None:
        foot = x, rig.floor_y - 0.1
        if rig.is_hung:
            _pendant(canvas, stage, rig.lamp_at)
        elif not rig.has_own_lamp:
            street_lamp(canvas, stage, foot, tall=foot[1] - y + 0.15, is_lit=True)

    return [
        still(0.3, paint_far),
        corners(stage, (x, y + 0.7), power=0.75),
        still(0.97, paint_lamp),
        still(0.97, lambda canvas: _lamplight(canvas, stage, rig), is_light=True),
    ]


def _lamplight(canvas: skia.Canvas, stage: Stage, rig: Rig) -> None:
    """The halo, the pool on the ground, and from afar the cone between them."""
    strength, colour, (x, y) = strength_of(stage), stage.palette.light, rig.lamp_at
    warm, air = mix(colour, "#ff8f2e", 0.6), 0.34 if is_near(stage) else 0.5
    glow(canvas, (x, y), radius=2.6, colour=warm, alpha=air * strength)
    glow(canvas, (x, y), radius=0.7, colour=mix(colour, "#ffffff", 0.5), alpha=0.85 * strength)
    ground, foot = (x * 0.7, rig.floor_y + 0.12), rig.floor_y + 0.2
    glow(canvas, ground, radius=2.8, colour=warm, alpha=0.75 * strength, squash=0.16)
    if not is_near(stage):
        cone = polygon([(x - 0.1, y), (x + 0.1, y), (x + 1.5, foot), (x - 1.5, foot)])
        canvas.drawPath(cone, fade([(y, warm, 0.2 * strength), (foot, warm, 0.0)], is_light=True))


def _pendant(canvas: skia.Canvas, stage: Stage, at: tuple[float, float]) -> None:
    (x, y), dark = at, tone(stage, 0.02)
    rod(canvas, [(x, -12), (x, y - 0.2)], width=0.02, colour=dark)
    shade = [
        (x - 0.30, y),
        (x - 0.20, y - 0.14),
        (x - 0.05, y - 0.22),
        (x + 0.05, y - 0.22),
        (x + 0.20, y - 0.14),
        (x + 0.30, y),
    ]
    canvas.drawPath(polygon(shade), ink(mix(dark, "#2f6f5e", 0.35)))
    canvas.drawOval(oval((x, y + 0.01), 0.5, 0.09), ink(mix(stage.palette.light, "#ffffff", 0.5)))


def _spot(stage: Stage, rig: Rig) -> list[Layer]:
    colour = stage.palette.light
    y = rig.floor_y + 0.05
    shade = {Time.DAY: 0.52, Time.DAWN: 0.50, Time.DUSK: 0.48, Time.NIGHT: 0.34}[stage.brief.time]

    def paint_dark(canvas: skia.Canvas, _moment: Moment) -> None:
        canvas.drawRect(wide_box(-20, 9), ink(mix(stage.palette.ink, "#000000", 0.3), shade))

    def paint_beam(canvas: skia.Canvas, _moment: Moment) -> None:
        for half, alpha in (
            (0.96, 0.05),
            (0.9, 0.07),
            (0.84, 0.08),
            (0.77, 0.09),
            (0.68, 0.1),
            (0.54, 0.1),
        ):
            beam = polygon(
                [
                    (-1.2 - 0.08 * half, -8),
                    (-1.2 + 0.08 * half, -8),
                    (0.05 + half, y),
                    (0.05 - half, y),
                ]
            )
            stops = [
                (-8.0, colour, alpha * 2.2),
                (-2.2, colour, alpha * 1.5),
                (y, colour, alpha * 0.7),
            ]
            canvas.drawPath(beam, fade(stops, is_light=True))

    return [
        Layer(depth=0.9, paint=paint_dark),
        Layer(depth=0.45, paint=paint_beam, is_light=True),
        still(0.98, lambda canvas: _spot_pool(canvas, stage, rig)),
    ]


def _spot_pool(canvas: skia.Canvas, stage: Stage, rig: Rig) -> None:
    strength, colour, y = strength_of(stage), stage.palette.light, rig.floor_y + 0.05
    for wide, alpha in ((1.85, 0.18), (1.68, 0.25), (1.4, 0.3)):
        canvas.drawOval(
            oval((0.05, y), wide, wide * 0.15), ink(colour, alpha * (0.4 + 0.6 * strength))
        )
