"""Red drapes: folds in the light, inner drapes tied back, the legs at the sides of a stage."""

from __future__ import annotations

from evals.animatic.canvas import Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import box, curve, fade, polygon, wide_box
from evals.animatic.places.tones import room_tone

__all__ = ["drape", "legs", "wings"]

_EDGE = (
    (1.1, -12),
    (1.1, -2.9),
    (1.16, -2.1),
    (1.32, -1.5),
    (1.58, -1.1),
    (1.48, -0.88),
    (1.4, 0.4),
)
"""Where the inner drape on the right ends."""


def drape(canvas: skia.Canvas, stage: Stage, span: tuple[float, float], *, shade: float) -> None:
    """Draw a drape between two x, its folds lit from one side."""
    left, right = span
    light, dark = room_tone(stage, "#c22a34", shade), room_tone(stage, "#4a0e1a", shade * 0.7)
    light, dark = mix(light, "#7a1420", 0.3), mix(dark, "#2a0610", 0.3)
    canvas.drawRect(box(left, -12, right=right, bottom=0.35), ink(dark))
    folds = max(2, round((right - left) / 0.3))
    wide = (right - left) / folds
    for k in range(folds):
        a = left + k * wide
        stops = [(a, dark, 0.0), (a + wide * 0.45, light, 1.0), (a + wide * 0.95, dark, 0.0)]
        canvas.drawRect(box(a, -12, right=a + wide, bottom=0.35), fade(stops, along_x=True))


def wings(canvas: skia.Canvas, stage: Stage) -> None:
    """Draw inner drapes, tied back, so that even a close shot sees red folds."""
    light = mix(room_tone(stage, "#c22a34", 0.85), "#7a1420", 0.25)
    dark = mix(room_tone(stage, "#4a0e1a", 0.6), "#2a0610", 0.3)
    gilt = mix(room_tone(stage, "#d9ae4a"), "#a87a2a", 0.3)
    for side in (-1, 1):
        edge = curve(
            [
                (1.1, -12),
                (1.1, -2.9),
                (1.16, -2.1),
                (1.32, -1.5),
                (1.58, -1.1),
                (1.48, -0.88),
                (1.4, 0.4),
            ],
            40,
        )
        drape = [(side * x, y) for x, y in edge] + [(side * 2.1, 0.4), (side * 2.6, -12)]
        canvas.drawPath(polygon(drape), ink(dark))
        for k in range(5):
            u = 0.14 + 0.2 * k
            fold = [(side * (x + u * 0.85 * (2.25 - x)), y) for x, y in edge]
            canvas.drawPath(polygon(fold, is_closed=False), stroke(light, 0.075, 0.8 - 0.12 * k))
        cord = curve([(side * 1.5, -0.98), (side * 1.8, -0.88), (side * 2.2, -1.0)], 10)
        canvas.drawPath(polygon(cord, is_closed=False), stroke(gilt, 0.07))
        canvas.drawPath(
            polygon([(side * x, y) for x, y in edge], is_closed=False), stroke(gilt, 0.03)
        )


def legs(canvas: skia.Canvas, stage: Stage) -> None:
    """Draw the drapes at the sides, the border above, and the lamps on their bar."""
    for side in (-1, 1):
        drape(canvas, stage, tuple(sorted((side * 2.9, side * 4.2))), shade=0.62)  # type: ignore[arg-type]
        drape(canvas, stage, tuple(sorted((side * 3.9, side * 17))), shade=0.45)  # type: ignore[arg-type]
    canvas.drawRect(wide_box(-12, -3.5), ink(mix(room_tone(stage, "#4a0e1a", 0.5), "#14060a", 0.5)))
    for x in (-2.6, -1.3, 0.0, 1.3, 2.6):
        canvas.drawRect(box(x - 0.14, -3.62, right=x + 0.14, bottom=-3.28), ink("#0d0a10"))
