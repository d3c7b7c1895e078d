"""What ties a figure to the ground: the contact shadow, and a stool for those who sit."""

from __future__ import annotations

from evals.animatic.canvas import Stage, colour4f, ink, skia
from evals.animatic.people.tones import Lighting

__all__ = ["paint_contact", "paint_stool"]


def paint_contact(
    canvas: skia.Canvas, stage: Stage, light: Lighting, *, tall: float, wide: float = 0.27
) -> None:
    """Draw a soft shadow under the feet; `wide` is half its width in shares of the height."""
    shader = skia.GradientShader.MakeRadial(
        center=(0, 0), radius=1.0,
        colors=[colour4f(stage.palette.ink, a).toColor() for a in (0.55, 0.35, 0.0)],
        positions=[0.0, 0.45, 1.0],
    )  # fmt: skip
    canvas.save()
    canvas.translate(-light.key_side * 0.10 * wide * tall, 0.012)
    canvas.scale(wide * tall, 0.030 * tall)
    canvas.drawCircle(0, 0, 1.0, skia.Paint(Shader=shader, AntiAlias=True))
    canvas.restore()


def paint_stool(canvas: skia.Canvas, light: Lighting, *, tall: float, seat_y: float) -> None:
    """Draw a wooden stool whose seat is at `seat_y`."""
    tones, wide = light.tones("#5a3d28"), 0.115 * tall
    for x in (-0.8, 0.8):
        leg = skia.Rect.MakeLTRB(x * wide - 0.018, seat_y, x * wide + 0.018, 0.0)
        canvas.drawRect(leg, ink(tones.shade))
    seat = skia.Rect.MakeLTRB(-wide * 1.15, seat_y - 0.02, wide * 1.15, seat_y + 0.035)
    canvas.drawRoundRect(seat, 0.015, 0.015, ink(tones.lit))
