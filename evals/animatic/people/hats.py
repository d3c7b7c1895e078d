"""What is worn on the head: beanies, brims, caps and hoods, as solids around the skull."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Hat
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.people.shapes import Points, Solid, combined, polygon, smooth, thread
from evals.animatic.people.skull import HeadView, Skull
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["BAND_Y", "hood_outline", "paint_hat", "paint_hood_back", "paint_hood_front"]

BAND_Y = -0.46
"""Where hats sit, in head units."""


def paint_hat(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, hat: Hat, tones: Tones, light: Lighting
) -> None:
    """Draw a hat in head units; after the hair, which ends at `BAND_Y` under it."""
    if hat is Hat.BRIM:
        _brim(canvas, skull, view, tones=tones, light=light)
    crown = _crown(skull, hat)
    low = BAND_Y + (0.10 if hat is Hat.BEANIE else 0.0)
    path = _above(crown, view, low)
    shape(canvas, path, tones=tones, light=light, turn=0.34, rim=0.06, drop=0.1)
    if hat is Hat.BEANIE:
        _beanie(canvas, crown, view, tones=tones, light=light)
    elif hat is Hat.BRIM:
        band = _above(crown.grown(0.012), view, low, top=low - 0.16)
        canvas.drawPath(band, ink(tones.deep))
    elif math.cos(view.yaw) > -0.2:
        _visor(canvas, skull, view, tones=tones, light=light)


def _crown(skull: Skull, hat: Hat) -> Solid:
    width = float(skull.solid.half_widths.max()) + 0.10
    tall = {Hat.BEANIE: -1.22, Hat.BRIM: -1.24, Hat.CAP: -1.16}[hat]
    flat = 0.72 if hat is Hat.BRIM else 0.46
    return Solid.of(
        [
            (tall, 0.0, -0.1, 0.1),
            (tall + 0.04, flat * width, 0.50, 0.62),
            (tall + 0.22, 0.84 * width, 0.76, 0.90),
            (-0.62, width, 0.93, 1.04),
            (-0.25, width * 1.01, 0.96, 1.06),
        ]
    )


def _above(solid: Solid, view: HeadView, low: float, *, top: float | None = None) -> skia.Path:
    start = float(solid.heights[0]) if top is None else top
    left, right = solid.edge(view.yaw, pitch=view.pitch, span=(start, low))
    seen = np.linspace(math.pi / 2, -math.pi / 2, 15)
    hem = solid.at(seen - view.yaw, low, yaw=view.yaw, pitch=view.pitch - 0.10)
    hem = np.add(hem, (0, left[-1][1] - hem[-1][1]))
    if top is None:
        return polygon(np.vstack([left[::-1], right, hem]))
    lid = solid.at(seen[::-1] - view.yaw, start, yaw=view.yaw, pitch=view.pitch - 0.10)
    return polygon(np.vstack([hem, np.add(lid, (0, left[0][1] - lid[0][1]))]))


def _beanie(
    canvas: skia.Canvas, crown: Solid, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    cuff = _above(crown.grown(0.045), view, BAND_Y + 0.12, top=BAND_Y - 0.17)
    shape(canvas, cuff, tones=tones, light=light, turn=0.30, rim=0.05, drop=0.0)
    for degrees in range(-80, 81, 20):
        turn = math.radians(degrees) - view.yaw
        rib = crown.grown(0.045).at(
            turn, [BAND_Y - 0.15, BAND_Y + 0.12], yaw=view.yaw, pitch=view.pitch
        )
        canvas.drawPath(polygon(rib, is_closed=False), stroke(tones.deep, 0.022, 0.45))


def _brim(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    wide = float(skull.solid.half_widths.max()) + 0.50
    y = BAND_Y + 0.02
    middle = (-0.05 * math.sin(view.yaw), y - 0.55 * math.sin(view.pitch) * math.cos(view.yaw))
    around = np.linspace(0, 2 * math.pi, 20, endpoint=False)
    tilt = 0.17 + 0.5 * math.sin(max(0.0, view.pitch))
    points = np.stack([np.cos(around) * wide, np.sin(around) * wide * tilt], 1) + middle
    points[:, 1] += 0.06 * np.cos(2 * around)
    shape(canvas, smooth(points), tones=tones, light=light, turn=0.3, rim=0.05, drop=0.2)
    under = np.stack([np.cos(around) * wide * 0.62, np.sin(around) * wide * tilt * 0.55], 1)
    canvas.drawPath(smooth(under + middle + (0.0, 0.06)), ink(tones.deep))


def _visor(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    turns = np.radians([-62, -40, -18, 0, 18, 40, 62, 30, 0, -30])
    out = np.asarray([0.06, 0.32, 0.50, 0.55, 0.50, 0.32, 0.06, 0.14, 0.16, 0.14])
    y = BAND_Y + np.asarray([0.02, 0.09, 0.13, 0.14, 0.13, 0.09, 0.02, -0.03, -0.05, -0.03])
    points = skull.solid.at(turns, y, yaw=view.yaw, pitch=view.pitch, out=out)
    shape(canvas, smooth(points), tones=tones, light=light, turn=0.2, rim=0.04)


def _hood(skull: Skull) -> Solid:
    wide = float(skull.solid.half_widths.max()) + 0.27
    return Solid.of(
        [
            (-1.30, 0.0, -0.1, 0.1),
            (-1.27, 0.30, 0.30, 0.45),
            (-1.05, 0.74 * wide, 0.72, 0.92),
            (-0.55, 0.98 * wide, 0.92, 1.18),
            (0.10, 1.04 * wide, 0.94, 1.14),
            (0.70, 0.98 * wide, 0.84, 0.95),
            (1.15, 0.94 * wide, 0.72, 0.85),
            (1.50, 1.05 * wide, 0.62, 0.95),
        ]
    )


def hood_outline(skull: Skull, view: HeadView) -> skia.Path:
    """Return the whole hood's outline; hair stays inside."""
    return smooth(_hood(skull).outline(view.yaw, pitch=view.pitch)[::2])


def _opening(skull: Skull, view: HeadView) -> Points:
    around = np.linspace(0, 2 * math.pi, 28, endpoint=False)
    turns = math.radians(54) * np.sin(around)
    y = 0.10 - 1.02 * np.cos(around)
    return _hood(skull).at(turns, y, yaw=view.yaw, pitch=view.pitch)


def paint_hood_back(canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones) -> None:
    """Draw the hood's dark inside, behind the head."""
    canvas.drawPath(hood_outline(skull, view), ink(tones.deep))


def paint_hood_front(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    """Draw the hood around the face."""
    path = hood_outline(skull, view)
    if math.cos(view.yaw) > -0.35:
        path = combined(path, smooth(_opening(skull, view)), skia.PathOp.kDifference_PathOp)
    shape(canvas, path, tones=tones, light=light, turn=0.26, rim=0.07, drop=0.2)
    hood = _hood(skull)
    for degrees in (-68, 68, 180):
        turn = math.radians(degrees)
        if math.cos(turn + view.yaw) > 0.1:
            seam = hood.at(turn, np.linspace(-1.0, 1.2, 7), yaw=view.yaw, pitch=view.pitch)
            canvas.drawPath(thread(seam), stroke(tones.deep, 0.03, 0.6))
