"""A neon sign with a word, and what it does to the air and the ground."""

from __future__ import annotations

import math

from evals.animatic.canvas import Layer, Moment, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import box, glow, rod, still
from evals.animatic.places.rig import Rig, is_near, strength_of
from evals.animatic.places.signs import Sign, neon_word, word_for
from evals.animatic.places.tones import tone

__all__ = ["neon_layers"]

NEON_BLUE = "#39d7ff"


def neon_layers(stage: Stage, rig: Rig) -> list[Layer]:
    """Return the sign, its light and its burning tubes."""
    near, strength = is_near(stage), 0.55 + 0.45 * strength_of(stage)
    (x, y), tall = rig.neon_at, 0.25 if near else 0.34
    if near:  # a closer picture is lower and narrower
        x, y, strength = math.copysign(0.95, x or -1.0), -1.72, strength * 0.75
    sign = Sign(
        word=word_for(stage, 3)[:5],
        at=(x, y),
        height=tall,
        board=tone(stage, 0.0),
        letters="#ff4fa0",
        key=3,
    )

    def paint_board(canvas: skia.Canvas, _moment: Moment) -> None:
        end = -12.0 if stage.brief.setting.is_interior else 0.0
        for u in (x - tall * 1.2, x + tall * 1.2):
            rod(canvas, [(u, end), (u, y)], width=0.03, colour=tone(stage, 0.05))
        dark = ink(mix(stage.palette.ink, "#1a1026", 0.5))
        canvas.drawRoundRect(_neon_frame(sign, 0.15 * tall), 0.2 * tall, 0.2 * tall, dark)

    return [
        Layer(depth=0.35, paint=paint_board),
        still(
            0.5, lambda canvas: _neon_air(canvas, rig, at=(x, y), strength=strength), is_light=True
        ),
        _tubes(stage, sign),
    ]


def _neon_frame(sign: Sign, margin: float) -> skia.Rect:
    half = sign.height * (0.43 * len(sign.word) + 0.28) + margin
    (x, y), tall = sign.at, 0.88 * sign.height + margin
    return box(x - half, y - tall, right=x + half, bottom=y + tall)


def _tubes(stage: Stage, sign: Sign) -> Layer:
    """The burning letters and the blue tube around them; they buzz a little."""
    phase, tall = float(stage.take_rng(52).uniform(0, 6.28)), sign.height

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        buzz = (
            0.90
            + 0.05 * math.sin(11 * moment.seconds + phase)
            + 0.05 * math.sin(4.3 * moment.seconds)
        )
        rim = _neon_frame(sign, 0.0)
        for width, colour, alpha in (
            (0.38, NEON_BLUE, 0.22),
            (0.13, NEON_BLUE, 0.9),
            (0.05, "#ffffff", 0.9),
        ):
            canvas.drawRoundRect(
                rim, 0.2 * tall, 0.2 * tall, stroke(colour, width * tall, alpha * buzz)
            )
        neon_word(canvas, stage, sign, moment=moment, power=buzz)

    return Layer(depth=0.35, paint=paint, is_still=False)


def _neon_air(canvas: skia.Canvas, rig: Rig, *, at: tuple[float, float], strength: float) -> None:
    """Pink air on the sign's side, blue on the other, and both on the ground."""
    (x, y), across = at, -math.copysign(2.8, at[0] or -1.0)
    for u, v, colour, alpha in ((x, y, "#ff2f90", 0.55), (x + across, y + 0.4, NEON_BLUE, 0.40)):
        glow(canvas, (u, v), radius=3.3, colour=colour, alpha=alpha * 0.85 * strength)
    for u, colour, alpha in ((x, "#ff2f90", 0.65), (x + across, NEON_BLUE, 0.5)):
        ground = u, rig.floor_y + 0.17
        glow(canvas, ground, radius=2.6, colour=colour, alpha=alpha * strength, squash=0.15)
