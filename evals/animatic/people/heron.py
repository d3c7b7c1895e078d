"""The heron: a slate wing, an S of a neck, a scarf."""

from __future__ import annotations

import math

from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.people.animal_pose import AnimalPose, Point
from evals.animatic.people.shapes import limb, smooth
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["heron_joints", "paint_heron"]


def heron_joints(pose: AnimalPose) -> list[Point]:
    """Return the neck's joints from breast to head."""
    low = 0.30 * pose.sit + 0.05 * max(0.0, -pose.up)
    nod = 0.035 * math.sin(2 * pose.phase) * pose.stride
    up, bow = max(0.0, pose.up), max(0.0, -pose.up)
    y = -0.68 + low
    return [
        (0.17, y),
        (0.27, y - 0.12),
        (0.19, y - 0.30 + 0.12 * bow),
        (0.22 + 0.10 * bow, y - 0.46 - 0.03 * up + 0.30 * bow),
        (0.29 + nod + 0.10 * bow, y - 0.54 - 0.05 * up + 0.42 * bow),
    ]


def paint_heron(canvas: skia.Canvas, pose: AnimalPose, *, cloth: Tones, light: Lighting) -> None:
    """Draw a heron that looks to the right, its scarf in the tones of `cloth`."""
    neck = heron_joints(pose)
    low = neck[0][1] + 0.68
    _legs(canvas, pose, low=low, tones=light.tones("#6f6a4a"))
    _trunk(canvas, pose, low=low, light=light)
    pale = light.tones("#eef0ea")
    path = limb(neck, [0.17, 0.105, 0.068, 0.058, 0.06])
    shape(canvas, path, tones=pale, light=light, turn=0.022, rim=0.012)
    _head(canvas, pose, at=neck[-1], light=light)
    _scarf(canvas, pose, at=neck[1], cloth=cloth, light=light)


def _legs(canvas: skia.Canvas, pose: AnimalPose, *, low: float, tones: Tones) -> None:
    is_resting = not pose.stride and not pose.sit  # on one leg, as herons do
    for is_near in (False, True):
        step = pose.phase + (0.0 if is_near else math.pi)
        lift = max(0.0, math.cos(step)) * 0.14 * pose.stride
        lift += 0.16 if is_resting and not is_near else 0.0
        hip = (0.03 * is_near, -0.52 + low)
        foot = (0.02 + 0.20 * math.sin(step) * pose.stride, -0.01 - lift)
        knee = ((hip[0] + foot[0]) / 2 - 0.06 - 0.2 * pose.sit, (hip[1] + foot[1]) / 2 - 0.1 * lift)
        tone = tones.lit if is_near else tones.deep
        canvas.drawPath(limb([hip, knee, foot], [0.045, 0.026, 0.022]), ink(tone))
        for toe in (0.10, 0.05, -0.05):
            canvas.drawLine(*foot, foot[0] + toe, foot[1] + 0.012 + lift * 0.5, stroke(tone, 0.014))


_BODY = (
    (0.24, -0.74), (0.12, -0.80), (-0.14, -0.70), (-0.42, -0.52), (-0.30, -0.50), (-0.08, -0.50),
    (0.14, -0.54), (0.25, -0.64),
)  # fmt: skip
_WING = (
    (0.12, -0.74, 0),
    (-0.10, -0.70, 1),
    (-0.46, -0.50, 2),
    (-0.20, -0.54, 1),
    (0.06, -0.60, 0),
)
"""The last number says how far the point beats."""
_HEAD = ((-0.08, 0.0), (-0.03, -0.055), (0.06, -0.04), (0.08, 0.01), (0.0, 0.045))
_BILL = ((0.03, -0.035), (0.34, 0.02), (0.34, 0.03), (0.03, 0.03))
_CREST = ((0.04, -0.045), (-0.06, -0.055), (-0.26, 0.04), (-0.08, -0.015))


def _trunk(canvas: skia.Canvas, pose: AnimalPose, *, low: float, light: Lighting) -> None:
    body = smooth([(x, y + low) for x, y in _BODY])
    shape(canvas, body, tones=light.tones("#8fa3b4"), light=light, turn=0.05, rim=0.014, drop=1.6)
    flap = 0.22 * pose.run * pose.stride * math.sin(pose.phase)
    wing = smooth([(x, y + low - beat * flap) for x, y, beat in _WING])
    shape(canvas, wing, tones=light.tones("#33415a"), light=light, turn=0.03, rim=0.012, drop=1.2)


def _head(canvas: skia.Canvas, pose: AnimalPose, *, at: Point, light: Lighting) -> None:
    dark = light.tones("#33415a").deep
    canvas.save()
    canvas.translate(*at)
    canvas.rotate(-24 * max(0.0, pose.up) + 34 * max(0.0, -pose.up))
    bill = smooth(_BILL, tension=0.2)
    shape(canvas, bill, tones=light.tones("#e2a332"), light=light, turn=0.012, rim=0.008)
    pale = light.tones("#eef0ea")
    shape(canvas, smooth(_HEAD), tones=pale, light=light, turn=0.02, rim=0.01)
    canvas.drawPath(smooth(_CREST), ink(dark))
    canvas.drawCircle(0.035, -0.012, 0.014, ink("#f3d24a"))
    canvas.drawCircle(0.037, -0.012, 0.008, ink(dark))
    canvas.restore()


def _scarf(
    canvas: skia.Canvas, pose: AnimalPose, *, at: Point, cloth: Tones, light: Lighting
) -> None:
    x, y = at
    wave = 0.02 * math.sin(3.0 * pose.seconds)
    tail = [
        (x - 0.05, y), (x - 0.20, y + 0.03 + wave), (x - 0.30, y + 0.13 - wave),
        (x - 0.22, y + 0.15), (x - 0.06, y + 0.05),
    ]  # fmt: skip
    shape(canvas, smooth(tail), tones=cloth, light=light, turn=0.02, rim=0.009)
    roll = limb([(x - 0.075, y - 0.03), (x, y + 0.01), (x + 0.07, y)], [0.07, 0.085, 0.07])
    shape(canvas, roll, tones=cloth, light=light, turn=0.025, rim=0.009)
