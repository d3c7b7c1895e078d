"""What lights the subject beside the sky: street lamps and pendants, candles, neon, a spotlight."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evals.animatic.brief import Light, ShotSize, Time
from evals.animatic.canvas import Layer, Moment, Stage, colour4f, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import box, fade, glow, oval, polygon, rod, still, wide_box
from evals.animatic.places.signs import Sign, neon_word, word_for
from evals.animatic.places.tones import room_tone, tone

__all__ = ["Rig", "light_layers", "source_at", "street_lamp"]

NEON_BLUE = "#39d7ff"


@dataclass(frozen=True, kw_only=True)
class Rig:
    """Where a set hangs its lights."""

    lamp_at: tuple[float, float]
    """The lamp's head."""
    is_hung: bool = False
    """From above, as indoors; else on a post."""
    candles_at: tuple[float, float] = (-0.62, 0.0)
    """Foot of the candles near the subject."""
    far_y: float = -1.75
    """Height of the lamps in the background, which closer shots see."""
    shelf_y: float = -0.86
    """Where candles stand in the background."""
    neon_at: tuple[float, float] = (-1.0, -1.95)
    floor_y: float = 0.1
    has_own_lamp: bool = False
    """The set draws the lamp itself; only its light is wanted."""


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
            return _candles(stage, rig)
        case Light.NEON:
            return _neon(stage, rig)
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


def _strength(stage: Stage) -> float:
    return {Time.DAY: 0.5, Time.DAWN: 0.75, Time.DUSK: 0.9, Time.NIGHT: 1.0}[stage.brief.time]


def _is_near(stage: Stage) -> bool:
    return stage.brief.size in (ShotSize.MEDIUM, ShotSize.CLOSE)


def _lamp(stage: Stage, rig: Rig) -> list[Layer]:
    strength, colour, (x, y) = _strength(stage), stage.palette.light, rig.lamp_at
    far_lamps = [
        (u, rig.far_y + 0.12 * math.sin(9 * u)) for u in (-4.3, -2.6, -1.05, 1.15, 2.9, 4.7)
    ]

    def paint_far(canvas: skia.Canvas, _moment: Moment) -> None:
        for at in far_lamps if _is_near(stage) else ():
            glow(canvas, at, radius=0.9, colour=colour, alpha=0.55 * strength)
            canvas.drawCircle(*at, 0.11, ink(mix(colour, "#ffffff", 0.3), 0.95))

    def paint_lamp(canvas: skia.Canvas, _moment: Moment) -> None:
        if rig.has_own_lamp:
            return
        if rig.is_hung:
            _pendant(canvas, stage, rig.lamp_at)
        else:
            street_lamp(
                canvas,
                stage,
                (x, rig.floor_y - 0.1),
                tall=rig.floor_y - 0.1 - y + 0.15,
                is_lit=True,
            )

    warm = mix(colour, "#ff8f2e", 0.6)
    air = 0.34 if _is_near(stage) else 0.5

    def paint_light(canvas: skia.Canvas, _moment: Moment) -> None:
        glow(canvas, (x, y), radius=2.6, colour=warm, alpha=air * strength)
        glow(canvas, (x, y), radius=0.7, colour=mix(colour, "#ffffff", 0.5), alpha=0.85 * strength)
        ground, foot = (x * 0.7, rig.floor_y + 0.12), rig.floor_y + 0.2
        glow(canvas, ground, radius=2.8, colour=warm, alpha=0.75 * strength, squash=0.16)
        if not _is_near(stage):
            cone = polygon([(x - 0.1, y), (x + 0.1, y), (x + 1.5, foot), (x - 1.5, foot)])
            canvas.drawPath(
                cone, fade([(y, warm, 0.2 * strength), (foot, warm, 0.0)], is_light=True)
            )

    return [
        Layer(depth=0.3, paint=paint_far),
        _corners(stage, (x, y + 0.7), power=0.75),
        Layer(depth=0.97, paint=paint_lamp),
        Layer(depth=0.97, paint=paint_light, is_light=True),
    ]


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


def _candles(stage: Stage, rig: Rig) -> list[Layer]:
    (x, y), rng = rig.candles_at, stage.rng(50)
    near = [
        (x + dx, y + dy, tall)
        for dx, dy, tall in ((0, 0, 0.2), (0.13, 0.03, 0.13), (-0.14, 0.02, 0.26))
    ]
    if not stage.brief.setting.is_interior:
        near += [
            (float(u), rig.floor_y + float(v), float(t))
            for u, v, t in zip(
                (-3.2, -2.5, -1.7, 0.9, 1.7, 2.3, 3.4),
                rng.uniform(-0.1, 0.2, 7),
                rng.uniform(0.1, 0.24, 7),
                strict=True,
            )
        ]
    places = np.array([-2.9, -1.9, -1.30, -1.04, -0.78, 0.80, 1.04, 1.32, 2.1, 2.8]) + rng.uniform(
        -0.08, 0.08, 10
    )
    far = [
        (float(u), rig.shelf_y, float(t))
        for u, t in zip(places, rng.uniform(0.16, 0.4, 10), strict=True)
    ]
    phases = stage.take_rng(51).uniform(0, 6.28, 16)
    groups = _Flames(stage, far, phases), _Flames(stage, near, phases)
    ledge = (
        tone(stage, 0.06)
        if not stage.brief.setting.is_interior
        else room_tone(stage, "#4a2f20", 0.8)
    )

    def paint_ledge(canvas: skia.Canvas, moment: Moment) -> None:
        canvas.drawRect(wide_box(rig.shelf_y, rig.shelf_y + 0.07), ink(ledge))
        groups[0].wax(canvas, moment)

    behind = [
        Layer(depth=0.3, paint=paint_ledge),
        Layer(depth=0.3, paint=groups[0].fire, is_still=False),
    ]
    return [
        *(behind if _is_near(stage) else []),
        _corners(stage, (x * 0.5, y - 0.5), power=0.85),
        Layer(depth=0.98, paint=groups[1].wax),
        Layer(depth=0.98, paint=groups[1].fire, is_still=False),
        Layer(depth=0.98, paint=groups[1].light, is_light=True),
    ]


def _corners(stage: Stage, at: tuple[float, float], *, power: float) -> Layer:
    """The dark that a small light leaves in the corners of a room, or of a night."""
    radius = max(2.4, 1.15 * stage.picture_height_m)
    reach = {Time.DAY: 0.25, Time.DAWN: 0.5, Time.DUSK: 0.7, Time.NIGHT: 0.9}[
        stage.brief.time
    ] * power
    if not stage.brief.setting.is_interior:
        reach *= 0.45
    dark = mix(stage.palette.ink, stage.palette.sky[0], 0.6)
    shader = skia.GradientShader.MakeRadial(
        center=skia.Point(*at),
        radius=radius,
        colors=[colour4f(dark, reach * share).toColor() for share in (0.0, 0.12, 0.6, 1.0)],
        positions=[0.0, 0.35, 0.72, 1.0],
    )

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        canvas.drawRect(wide_box(-20, 9), skia.Paint(Shader=shader, Dither=True))

    return Layer(depth=0.97, paint=paint)


class _Flames:
    """A group of candles."""

    def __init__(
        self, stage: Stage, places: list[tuple[float, float, float]], phases: np.ndarray
    ) -> None:
        self._stage, self._places, self._phases = stage, places, phases

    def wax(self, canvas: skia.Canvas, _moment: Moment) -> None:
        """Draw the candles."""
        body = mix(self._stage.palette.lit("#e8d7b4"), self._stage.palette.light, 0.45)
        for x, y, tall in self._places:
            canvas.drawRect(box(x - 0.034, y - tall, right=x + 0.034, bottom=y), ink(body))
            canvas.drawRect(
                box(x + 0.008, y - tall, right=x + 0.034, bottom=y), ink("#7a4a2a", 0.35)
            )
            canvas.drawOval(
                oval((x, y), 0.16, 0.04), ink(mix(self._stage.palette.ink, "#7a5a30", 0.3))
            )

    def fire(self, canvas: skia.Canvas, moment: Moment) -> None:
        """Draw flames that waver."""
        for (x, y, tall), phase in zip(self._places, self._phases, strict=False):
            lean = 0.012 * math.sin(5.1 * moment.seconds + phase)
            top = y - tall - 0.14 - 0.012 * math.sin(7.3 * moment.seconds + 2 * phase)
            glow(canvas, (x, y - tall - 0.06), radius=0.36, colour="#ff9a3c", alpha=0.5)
            for half, low, colour in ((0.034, 0.0, "#ffb347"), (0.017, -0.01, "#fff3c4")):
                flame = skia.Path()
                flame.moveTo(x + lean, top - low)
                flame.quadTo(x + 2.0 * half, y - tall - 0.03, x, y - tall - 0.005)
                flame.quadTo(x - 2.0 * half, y - tall - 0.03, x + lean, top - low)
                canvas.drawPath(flame, ink(colour))

    def light(self, canvas: skia.Canvas, _moment: Moment) -> None:
        """Draw the warm air around them."""
        strength = _strength(self._stage)
        (x, y, tall), *others = self._places
        glow(canvas, (x, y - tall), radius=1.7, colour="#ff8a30", alpha=0.6 * strength)
        for at, foot, _ in [(x, y, tall), *others[2:]]:
            glow(
                canvas,
                (at, foot + 0.02),
                radius=0.9,
                colour="#ff9440",
                alpha=0.6 * strength,
                squash=0.16,
            )


def _neon(stage: Stage, rig: Rig) -> list[Layer]:
    is_near, strength = _is_near(stage), 0.55 + 0.45 * _strength(stage)
    (x, y), tall = rig.neon_at, 0.25 if is_near else 0.34
    if is_near:  # a closer picture is lower and narrower
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
        neon_word(canvas, stage, sign, moment, power=buzz)

    return Layer(depth=0.35, paint=paint, is_still=False)


def _neon_air(canvas: skia.Canvas, rig: Rig, *, at: tuple[float, float], strength: float) -> None:
    """Pink air on the sign's side, blue on the other, and both on the ground."""
    (x, y), across = at, -math.copysign(2.8, at[0] or -1.0)
    for u, v, colour, alpha in ((x, y, "#ff2f90", 0.55), (x + across, y + 0.4, NEON_BLUE, 0.40)):
        glow(canvas, (u, v), radius=3.3, colour=colour, alpha=alpha * 0.85 * strength)
    for u, colour, alpha in ((x, "#ff2f90", 0.65), (x + across, NEON_BLUE, 0.5)):
        ground = u, rig.floor_y + 0.17
        glow(canvas, ground, radius=2.6, colour=colour, alpha=alpha * strength, squash=0.15)


def _spot(stage: Stage, rig: Rig) -> list[Layer]:
    strength, colour = _strength(stage), stage.palette.light
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

    def paint_pool(canvas: skia.Canvas, _moment: Moment) -> None:
        for wide, alpha in ((1.85, 0.18), (1.68, 0.25), (1.4, 0.3)):
            canvas.drawOval(
                oval((0.05, y), wide, wide * 0.15), ink(colour, alpha * (0.4 + 0.6 * strength))
            )

    return [
        Layer(depth=0.9, paint=paint_dark),
        Layer(depth=0.45, paint=paint_beam, is_light=True),
        Layer(depth=0.98, paint=paint_pool),
    ]
