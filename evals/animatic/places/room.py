"""Rooms: the view outside, a wall with windows, light that falls through them, a floor."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from evals.animatic.brief import Action, Time, Weather
from evals.animatic.canvas import Layer, Moment, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    BOTTOM_M,
    box,
    dry_strokes,
    fade,
    lay,
    polygon,
    still,
    wash,
    wide_box,
)
from evals.animatic.places.falling import Fall, rain, snow
from evals.animatic.places.houses import Row, paint_houses
from evals.animatic.places.sky import sky_layers
from evals.animatic.places.tones import room_tone

__all__ = ["Opening", "ceiling", "falling", "floor", "outside", "shafts", "sitter_x", "wall"]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A window in a wall."""

    left: float
    top: float
    right: float
    bottom: float
    columns: int = 2
    rows: int = 2
    radius: float = 0.02


def sitter_x(stage: Stage) -> float | None:
    """Return where somebody sits, in metres, or None."""
    for figure in stage.brief.figures:
        if Action.SIT in figure.beats:
            return figure.x * stage.half_picture_m
    return None


def outside(stage: Stage, *, has_town: bool = True) -> list[Layer]:
    """Return what is seen through windows: sky, roofs or hills, and the weather."""
    layers = sky_layers(stage, clouds=0.7)

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        for row in (
            Row(base=-0.3, tall=(0.7, 1.5), wide=(0.5, 0.9), far=0.62, key=70),
            Row(base=-0.1, tall=(0.5, 1.2), wide=(0.7, 1.2), far=0.34, key=71),
        ):
            paint_houses(canvas, stage, row)

    if has_town:
        layers.append(Layer(depth=0.15, paint=paint))
    return [*layers, *falling(stage)]


def falling(stage: Stage) -> list[Layer]:
    """Return rain, snow or fog behind the windows."""
    match stage.brief.weather:
        case Weather.FOG:
            haze = mix(stage.palette.haze, stage.palette.sky[3], 0.3)
            veil = fade([(-4, haze, 0.45), (-0.6, haze, 0.9)])
            return [still(0.2, lambda canvas: canvas.drawRect(wide_box(-9, 4), veil))]
        case Weather.SNOW:
            return [snow(stage, Fall(depth=0.25, count=170, size=1.3, key=2))]
        case Weather.RAIN:
            return [rain(stage, Fall(depth=0.25, count=110, size=1.3, key=2))]
        case Weather.CLEAR:
            return []


def wall(
    canvas: skia.Canvas,
    stage: Stage,
    openings: list[Opening],
    *,
    colour: str,
    frame: str,
    bottom: float = BOTTOM_M,
) -> None:
    """Draw a wall with windows in it, frames and bars."""
    path = skia.Path()
    path.addRect(wide_box(-12, bottom))
    for w in openings:
        path.addRoundRect(box(w.left, w.top, right=w.right, bottom=w.bottom), w.radius, w.radius)
    path.setFillType(skia.PathFillType.kEvenOdd)
    top, low = room_tone(stage, colour, 0.55), room_tone(stage, colour, 0.95)
    lay(
        canvas,
        path,
        wash([(-5, top), (-1.6, low), (0.2, room_tone(stage, colour, 0.72))], grain=0.8),
    )
    dark, light = room_tone(stage, frame, 0.6), room_tone(stage, frame, 1.0)
    for w in openings:
        _frame(canvas, w, (dark, light))


def _frame(canvas: skia.Canvas, w: Opening, colours: tuple[str, str]) -> None:
    dark, light = colours
    rect = box(w.left, w.top, right=w.right, bottom=w.bottom)
    for i in range(1, w.columns):
        x = w.left + (w.right - w.left) * i / w.columns
        canvas.drawLine(x, w.top, x, w.bottom, stroke(dark, 0.035))
    for j in range(1, w.rows):
        y = w.top + (w.bottom - w.top) * j / w.rows
        canvas.drawLine(w.left, y, w.right, y, stroke(dark, 0.035))
    canvas.drawRoundRect(rect, w.radius, w.radius, stroke(light, 0.10))
    canvas.drawRoundRect(rect, w.radius, w.radius, stroke(dark, 0.03))
    canvas.drawRect(
        box(w.left - 0.12, w.bottom + 0.02, right=w.right + 0.12, bottom=w.bottom + 0.10),
        ink(light),
    )
    canvas.drawRect(
        box(w.left - 0.12, w.bottom + 0.10, right=w.right + 0.12, bottom=w.bottom + 0.14), ink(dark)
    )


def ceiling(
    canvas: skia.Canvas, stage: Stage, *, colour: str, low: float = -3.35, beams: float = 1.1
) -> None:
    """Draw a ceiling in perspective, with beams that run towards the lens; very wide shots see it."""
    near, far = room_tone(stage, colour, 0.35), room_tone(stage, colour, 0.75)
    lay(canvas, wide_box(-12, low), wash([(-6.5, near), (low, far)], grain=0))
    dark = room_tone(stage, colour, 0.28)
    for x in np.arange(-16.5, 17, beams):
        beam = [(x - 0.07, low), (x + 0.07, low), (x * 2.3 + 0.2, -7), (x * 2.3 - 0.2, -7)]
        canvas.drawPath(polygon(beam), ink(dark, 0.75))
    canvas.drawRect(wide_box(low - 0.03, low + 0.08), ink(room_tone(stage, colour, 0.95)))
    canvas.drawRect(
        wide_box(low + 0.08, low + 0.22), fade([(low + 0.08, dark, 0.6), (low + 0.22, dark, 0.0)])
    )


def floor(
    canvas: skia.Canvas, stage: Stage, *, colour: str, top: float = -0.28, boards: bool = True
) -> None:
    """Draw a floor in perspective: boards, or tiles in two tones."""
    far, near = room_tone(stage, colour, 0.8), room_tone(stage, colour, 0.45)
    lay(canvas, wide_box(top, BOTTOM_M), wash([(top, far), (1.6, near)], grain=0.8))
    line = room_tone(stage, colour, 0.32)
    if boards:
        for x in np.arange(-14, 14, 0.42):
            canvas.drawLine(float(x), top, float(x) * 2.6, 2.4, stroke(line, 0.014, 0.8))
        dry_strokes(
            canvas,
            box(-9, top + 0.1, right=9, bottom=1.3),
            stage.rng(61),
            colour=far,
            count=60,
            alpha=0.25,
            length=0.7,
            width=0.02,
        )
        return
    tiles, ys = skia.Path(), top + (np.array([0, 0.10, 0.24, 0.44, 0.72, 1.1, 1.6, 2.3, 3.3]))
    for j, (y0, y1) in enumerate(pairwise(ys)):
        s0, s1 = 1 + (y0 - top) * 0.9, 1 + (y1 - top) * 0.9
        for i in range(-30 + j % 2, 30, 2):
            a, b = i * 0.4, (i + 1) * 0.4
            tiles.addPath(polygon([(a * s0, y0), (b * s0, y0), (b * s1, y1), (a * s1, y1)]))
    canvas.drawPath(tiles, ink(line, 0.75))


def shafts(stage: Stage, openings: list[Opening], *, floor_y: float = 0.2) -> Layer:
    """Return daylight or moonlight that falls through windows onto the floor."""
    strength = {Time.DAY: 0.26, Time.DAWN: 0.30, Time.DUSK: 0.40, Time.NIGHT: 0.20}[
        stage.brief.time
    ]
    if stage.brief.weather is not Weather.CLEAR:
        strength *= 0.35
    colour = mix(stage.palette.disc, stage.palette.sky[3], 0.55)
    lean = -1.2 if stage.palette.disc_at[0] > 0 else 1.2

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        for w in openings:
            shaft = [
                (w.left, w.top),
                (w.right, w.top),
                (w.right + lean, floor_y + 0.25),
                (w.left + lean * 1.4, floor_y + 0.25),
            ]
            canvas.drawPath(
                polygon(shaft),
                fade(
                    [(w.top, colour, strength * 0.8), (floor_y, colour, strength * 0.25)],
                    is_light=True,
                ),
            )
            pool = [
                (w.left + lean * 1.3, floor_y),
                (w.right + lean * 0.9, floor_y),
                (w.right + lean * 1.3, floor_y + 0.4),
                (w.left + lean * 1.8, floor_y + 0.4),
            ]
            canvas.drawPath(
                polygon(pool),
                fade([(floor_y, colour, strength), (floor_y + 1, colour, strength)], is_light=True),
            )

    return Layer(depth=0.7, paint=paint, is_light=True)
