"""A whole head: face, ears, hair, mask and what is worn on top, in the right order."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evals.animatic.brief import Hat, Mask, MaskKind
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.people.face import paint_face
from evals.animatic.people.hair import covers_ears, paint_hair_back, paint_hair_front
from evals.animatic.people.hats import (
    BAND_Y,
    hood_outline,
    paint_hat,
    paint_hood_back,
    paint_hood_front,
)
from evals.animatic.people.masks import paint_mask
from evals.animatic.people.shapes import polygon, smooth, thread
from evals.animatic.people.skull import HeadView, Skull, skin_colour
from evals.animatic.people.tones import Lighting, shape

__all__ = ["Worn", "paint_head", "paint_head_back"]


@dataclass(frozen=True, kw_only=True)
class Worn:
    """What is on a head; colours in white light."""

    hat: Hat | None = None
    hat_colour: str = "#23242b"
    hood: str | None = None
    mask: Mask | None = None
    """Only while it is on the face."""


def paint_head_back(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, worn: Worn, light: Lighting
) -> None:
    """Draw what lies behind neck and shoulders while the face is seen."""
    if worn.hood:
        paint_hood_back(canvas, skull, view, tones=light.tones(worn.hood))
        return
    paint_hair_back(canvas, skull, view, light=light)


def paint_head(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, worn: Worn, light: Lighting, px: float
) -> None:
    """Draw the head in head units; `px` is how many pixels one of them covers."""
    ears = () if covers_ears(skull.person) or worn.hood else (-1.0, 1.0)
    for side in ears:
        _ear(canvas, skull, view, side=side, light=light, is_near=False)
    paint_face(canvas, skull, view, light=light, px=px)
    for side in ears:
        _ear(canvas, skull, view, side=side, light=light, is_near=True)
    is_whole = worn.mask is not None and worn.mask.kind is MaskKind.FOX
    if worn.mask and not is_whole:
        paint_mask(canvas, skull, view, mask=worn.mask, light=light)
    if worn.hat:
        _hat_shadow(canvas, skull, view, hat=worn.hat, light=light)
    canvas.save()
    if worn.hood:
        canvas.clipPath(hood_outline(skull, view), doAntiAlias=True)
    elif worn.hat:
        canvas.clipRect(skia.Rect.MakeLTRB(-3, BAND_Y, 3, 4))
    paint_hair_front(canvas, skull, view, light=light)
    canvas.restore()
    if worn.mask and is_whole:
        paint_mask(canvas, skull, view, mask=worn.mask, light=light)
    if worn.hood:
        paint_hood_front(canvas, skull, view, tones=light.tones(worn.hood), light=light)
    elif worn.hat:
        tones = light.tones(worn.hat_colour)
        paint_hat(canvas, skull, view, hat=worn.hat, tones=tones, light=light)


def _hat_shadow(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, hat: Hat, light: Lighting
) -> None:
    """Let the hat throw its shadow on the forehead, a broad brim down to the eyes."""
    low = BAND_Y + (0.40 if hat is Hat.BRIM else 0.24 if hat is Hat.CAP else 0.20)
    turns = np.linspace(-1.6, 1.6, 9) - view.yaw
    y = low - 0.10 * np.cos(turns + view.yaw - 0.5 * light.key_side)
    line = skull.solid.at(turns, y, yaw=view.yaw, pitch=view.pitch)
    canvas.save()
    canvas.clipPath(smooth(skull.solid.outline(view.yaw, pitch=view.pitch)[::2]), doAntiAlias=True)
    shade = light.tones(skin_colour(skull.person)).shade
    canvas.drawPath(polygon(np.vstack([line, [(2.0, -1.5), (-2.0, -1.5)]])), ink(shade, 0.9))
    canvas.restore()


def _ear(
    canvas: skia.Canvas,
    skull: Skull,
    view: HeadView,
    *,
    side: float,
    light: Lighting,
    is_near: bool,
) -> None:
    turn = side * math.radians(96) + view.yaw
    facing = math.cos((turn + math.pi) % (2 * math.pi) - math.pi)
    if facing < -0.45 or (facing > 0.25) is not is_near:
        return
    size = 1 + 0.35 * skull.person.ears
    wide = float(np.interp(0.05, skull.solid.heights, skull.solid.half_widths))
    root = side * wide * 0.97 * math.cos(view.yaw) - 0.06 * math.sin(view.yaw)
    span = side * 0.13 * size * math.cos(view.yaw) - 0.26 * size * math.sin(view.yaw)
    along = np.asarray([0.0, 0.35, 0.9, 1.0, 0.62, 0.2, -0.05])
    y = np.asarray([-0.10, -0.22, -0.20, -0.04, 0.16, 0.30, 0.26]) * size + 0.05
    near = 0.1 * math.cos(view.yaw)
    y = y * math.cos(view.pitch) + near * math.sin(view.pitch)
    skin = light.tones(skin_colour(skull.person))
    points = np.stack([root + along * span, y], 1)
    is_dark = side == -light.key_side
    path = smooth(points)
    if is_dark:
        canvas.drawPath(path, ink(skin.shade))
    else:
        shape(canvas, path, tones=skin, light=light, turn=0.04, rim=0.02)
    fold = points[[1, 2, 3, 4]] * 0.6 + points.mean(0) * 0.4
    canvas.drawPath(thread(fold), stroke(skin.deep, 0.028, 0.7))
