"""A robot of painted sheet metal with lamps for eyes; it moves as people do."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.people.shapes import Points, limb, smooth
from evals.animatic.people.skeleton import Skeleton
from evals.animatic.people.skull import HeadView
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["paint_robot", "paint_robot_arm"]

_GLASS = ((-0.072, -0.042), (0.072, -0.042), (0.068, 0.042), (-0.068, 0.042))
_BOOT = ((-0.055, 0.045), (-0.045, -0.03), (0.04, -0.03), (0.06, 0.045))


def paint_robot(
    canvas: skia.Canvas, bones: Skeleton, view: HeadView, *, colour: str, light: Lighting
) -> None:
    """Draw legs, trunk and head."""
    paint, steel = light.tones(colour), light.tones("#8d939c")
    tall = bones.tall
    for i, leg in enumerate(sorted(bones.legs, key=lambda each: each.near)):
        tube = _far(steel) if i == 0 else steel
        path = limb(leg.joints, [0.062 * tall, 0.052 * tall, 0.05 * tall])
        shape(canvas, path, tones=tube, light=light, turn=0.018 * tall, rim=0.005 * tall)
        kx, ky = leg.joints[1]
        canvas.drawCircle(kx, ky, 0.038 * tall, ink(_far(paint).lit if i == 0 else paint.shade))
        fx, fy = leg.joints[2]
        lean = 0.035 * math.sin(bones.yaw)
        boot = np.add(_BOOT, (lean, 0))
        shape(canvas, smooth(boot * tall + (fx, fy), tension=0.4), tones=_far(paint) if i == 0 else paint,
              light=light, turn=0.02 * tall, rim=0.005 * tall)  # fmt: skip
    _trunk(canvas, bones, paint=paint, steel=steel, light=light)
    _head(canvas, bones, view, paint=paint, steel=steel, light=light)


def _far(tones: Tones) -> Tones:
    return Tones(lit=tones.shade, shade=tones.deep, deep=tones.deep, rim=tones.shade)


def _trunk(
    canvas: skia.Canvas, bones: Skeleton, *, paint: Tones, steel: Tones, light: Lighting
) -> None:
    tall, cos, sin = bones.tall, math.cos(bones.yaw), math.sin(bones.yaw)
    wide = math.hypot(0.135 * cos, 0.105 * sin)
    outline = [(-wide * 0.92, -0.84), (wide * 0.92, -0.84), (wide * 1.06, -0.70), (wide * 0.86, -0.50),
               (-wide * 0.86, -0.50), (-wide * 1.06, -0.70)]  # fmt: skip
    hip = np.asarray(
        [(-wide * 0.6, -0.52), (wide * 0.6, -0.52), (wide * 0.5, -0.46), (-wide * 0.5, -0.46)]
    )
    canvas.drawPath(smooth(bones.warp(hip * tall), tension=0.3), ink(steel.deep))
    body = smooth(bones.warp(np.asarray(outline) * tall), tension=0.45)
    shape(canvas, body, tones=paint, light=light, turn=0.07 * tall, rim=0.011 * tall)
    canvas.save()
    canvas.clipPath(body, doAntiAlias=True)
    if cos > 0.05:
        _panel(canvas, bones, steel=steel, light=light)
    for y in (-0.60, -0.56):
        seam = bones.warp(np.asarray([(-wide, y), (wide, y)]) * tall)
        canvas.drawLine(*seam[0].tolist(), *seam[1].tolist(), stroke(paint.deep, 0.006 * tall, 0.8))
    canvas.restore()


def _head(
    canvas: skia.Canvas,
    bones: Skeleton,
    view: HeadView,
    *,
    paint: Tones,
    steel: Tones,
    light: Lighting,
) -> None:
    tall, (x, y) = bones.tall, bones.head
    cos, sin = math.cos(view.yaw), math.sin(view.yaw)
    neck = limb([bones.neck, (x, y)], [0.055 * tall, 0.05 * tall])
    canvas.drawPath(neck, ink(steel.deep))
    canvas.save()
    canvas.translate(x, y)
    canvas.scale(tall, tall)
    wide = math.hypot(0.098 * cos, 0.085 * sin)
    canvas.drawLine(0.0, -0.07, 0.01, -0.135, stroke(steel.shade, 0.009))
    canvas.drawCircle(0.01, -0.14, 0.014, ink(light.palette.light))
    for side in (-1.0, 1.0):
        ear = skia.Rect.MakeXYWH(side * wide - 0.014, -0.025, 0.028, 0.055)
        canvas.drawRoundRect(ear, 0.01, 0.01, ink(steel.shade))
    skull = [
        (-wide * 0.86, -0.072),
        (wide * 0.86, -0.072),
        (wide, 0.0),
        (wide * 0.92, 0.072),
        (-wide * 0.92, 0.072),
        (-wide, 0.0),
    ]
    shape(canvas, smooth(skull, tension=0.4), tones=paint, light=light, turn=0.05, rim=0.009)
    if cos > -0.1:
        _screen(canvas, view, wide=wide, steel=steel, light=light)
    canvas.restore()


def _panel(canvas: skia.Canvas, bones: Skeleton, *, steel: Tones, light: Lighting) -> None:
    """Draw lamps and slots on the chest."""
    tall, cos, at = bones.tall, math.cos(bones.yaw), 0.105 * math.sin(bones.yaw)

    def on_chest(points: Sequence[tuple[float, float]]) -> Points:
        return bones.warp(np.add(np.multiply(points, (cos, 1)), (at, 0)) * tall)

    plate = smooth(
        on_chest([(-0.07, -0.79), (0.07, -0.79), (0.07, -0.665), (-0.07, -0.665)]), tension=0.2
    )
    shape(canvas, plate, tones=steel, light=light, turn=0.02 * tall)
    for i, colour in enumerate(("#f2c53d", "#cf2f2b", "#3f8f4a")):
        lamp = on_chest([(-0.04 + 0.04 * i, -0.755)])[0]
        canvas.drawCircle(*lamp.tolist(), 0.012 * tall, ink(colour))
    for row in range(3):
        y = -0.72 + 0.017 * row
        left, right = on_chest([(-0.05, y), (0.05, y)]).tolist()
        canvas.drawLine(*left, *right, stroke(steel.deep, 0.006 * tall))


def _screen(
    canvas: skia.Canvas, view: HeadView, *, wide: float, steel: Tones, light: Lighting
) -> None:
    """Draw the face: two lamps and a line behind dark glass."""
    cos, sin = math.cos(view.yaw), math.sin(view.yaw)
    lift, at = -0.05 * math.sin(view.pitch), 0.075 * sin
    glass = np.add(np.multiply(_GLASS, (max(0.12, cos), 1)), (at, lift))
    canvas.drawPath(smooth(glass, tension=0.25), ink(mix(steel.deep, "#0b0d14", 0.6)))
    glow = mix(light.palette.light, "#fff6d8", 0.35)
    half, tall = 0.020 * max(0.3, cos), 0.020 * (1 - 0.9 * view.blink)
    for side in (-1.0, 1.0):
        x, y = at + side * 0.034 * cos, lift - 0.004
        if x < wide and cos > 0.1 - 0.1 * side * sin:
            canvas.drawOval(skia.Rect.MakeLTRB(x - half, y - tall, x + half, y + tall), ink(glow))
    mouth = (at - 0.026 * cos, lift + 0.028, at + 0.026 * cos, lift + 0.028)
    canvas.drawLine(*mouth, stroke(glow, 0.006, 0.8))


def paint_robot_arm(
    canvas: skia.Canvas, bones: Skeleton, which: int, *, colour: str, light: Lighting
) -> None:
    """Draw one arm with its claw."""
    tall, arm = bones.tall, bones.arms[which]
    steel, paint = light.tones("#8d939c"), light.tones(colour)
    if arm.near < -0.02 * tall:
        steel, paint = _far(steel), _far(paint)
    path = limb(arm.joints, [0.050 * tall, 0.046 * tall, 0.042 * tall])
    shape(canvas, path, tones=steel, light=light, turn=0.014 * tall, rim=0.005 * tall)
    for (x, y), size in zip(arm.joints, (0.044, 0.032, 0.030), strict=True):
        canvas.drawCircle(x, y, size * tall, ink(paint.lit))
    (ex, ey), (wx, wy) = arm.joints[1:]
    far = math.hypot(wx - ex, wy - ey) or 1.0
    ux, uy = (wx - ex) / far, (wy - ey) / far
    for side in (-1.0, 1.0):
        tip = (
            wx + (ux * 0.05 - side * uy * 0.014) * tall,
            wy + (uy * 0.05 + side * ux * 0.014) * tall,
        )
        root = (
            wx + (ux * 0.02 - side * uy * 0.028) * tall,
            wy + (uy * 0.02 + side * ux * 0.028) * tall,
        )
        canvas.drawPath(
            limb([(wx, wy), root, tip], [0.02 * tall, 0.018 * tall, 0.012 * tall]), ink(steel.shade)
        )
