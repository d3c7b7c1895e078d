"""Clothes: each garment is a solid around the trunk with its own hem, and a few telling details."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from evals.animatic.brief import Garment
from evals.animatic.canvas import skia, stroke
from evals.animatic.cast import Kind, Person
from evals.animatic.people.garment_details import DETAILS, Pen, swung
from evals.animatic.people.shapes import Solid, smooth, thread
from evals.animatic.people.skeleton import Skeleton
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["HEMS", "SLEEVES", "paint_scarf", "paint_trunk"]

HEMS = {
    Garment.COAT: 0.27,
    Garment.DRESS: 0.25,
    Garment.HOODIE: 0.455,
    Garment.JACKET: 0.475,
    Garment.RAINCOAT: 0.33,
    Garment.SWEATER: 0.465,
}
"""Height of the hem above the ground, in shares of the figure's height."""
SLEEVES = {
    Garment.COAT: 0.066,
    Garment.DRESS: 0.048,
    Garment.HOODIE: 0.066,
    Garment.JACKET: 0.062,
    Garment.RAINCOAT: 0.076,
    Garment.SWEATER: 0.058,
}
_FLARE = {Garment.COAT: 0.125, Garment.DRESS: 0.165, Garment.RAINCOAT: 0.165}
_WAIST = {Garment.COAT: 0.092, Garment.DRESS: 0.074, Garment.RAINCOAT: 0.118}


@lru_cache(maxsize=64)
def _trunk(person: Person, garment: Garment, hem: float) -> Solid:
    tall, man = person.height_m, person.kind is Kind.MAN
    wide = (1.10 if man else 0.97) * (1 + 0.14 * person.build)
    thick = 1 + 0.18 * person.build
    waist = _WAIST.get(garment, 0.097 if man else 0.090) * (1 + 0.22 * person.build)
    rows = [
        (-0.848, 0.036, 0.034, 0.044),
        (-0.832, 0.050 * wide, 0.042, 0.054),
        (-0.815, 0.084 * wide, 0.052, 0.064),
        (-0.792, 0.111 * wide, 0.060, 0.070),
        (-0.755, 0.115 * wide, 0.070 * thick, 0.070),
        (-0.700, 0.106 * wide, 0.076 * thick, 0.066),
        (-0.610, waist * (1.0 if garment is Garment.RAINCOAT else wide), 0.068 * thick, 0.060),
        (-0.530, max(waist * 1.06, 0.096), 0.072 * thick, 0.076),
    ]
    flare = _FLARE.get(garment, 0.100)
    if hem < 0.50:
        rows.append((-hem, flare, 0.075 + (flare - 0.1) * 0.6, 0.078 + (flare - 0.1) * 0.6))
    return Solid.of([(y * tall, w * tall, f * tall, b * tall) for y, w, f, b in rows])


def paint_trunk(
    canvas: skia.Canvas,
    bones: Skeleton,
    person: Person,
    *,
    garment: Garment,
    tones: Tones,
    light: Lighting,
    is_sitting: bool,
    is_small: bool,
) -> None:
    """Draw the garment without its sleeves; `is_small` leaves out details."""
    tall, hem = bones.tall, 0.475 if is_sitting else HEMS[garment]
    solid = _trunk(person, garment, hem)
    points = bones.warp(swung(solid.outline(bones.yaw)[::2], bones, hem))
    path = smooth(points)
    shape(
        canvas,
        path,
        tones=tones,
        light=light,
        turn=0.066 * tall,
        rim=0.008 * tall,
        drop=0.15,
        core=0.020 * tall,
    )
    if is_small:
        return
    canvas.save()
    canvas.clipPath(path, doAntiAlias=True)
    pen = Pen(canvas, solid, bones, hem=hem)
    DETAILS[garment](pen, tones, light)
    pen.folds(tones)
    canvas.restore()


def paint_scarf(
    canvas: skia.Canvas, bones: Skeleton, *, tones: Tones, light: Lighting, seconds: float
) -> None:
    """Draw a scarf around the neck with one end in the wind."""
    tall, (x, y) = bones.tall, bones.neck
    back = -math.sin(bones.yaw) if abs(math.sin(bones.yaw)) > 0.25 else -0.45
    wave = 0.02 * math.sin(3.1 * seconds) * (1 + bones.stride)
    reach = 0.06 + 0.16 * bones.stride
    tail = [
        (x + back * 0.045 * tall, y - 0.012 * tall),
        (x + back * (0.075 + reach * 0.5) * tall, y + (0.075 - 0.05 * bones.stride + wave) * tall),
        (x + back * (0.075 + reach) * tall, y + (0.165 - 0.13 * bones.stride - wave) * tall),
        (x + back * (0.035 + reach) * tall, y + (0.185 - 0.12 * bones.stride - wave) * tall),
        (x + back * (0.02 + reach * 0.5) * tall, y + (0.10 - 0.05 * bones.stride + wave) * tall),
        (x + back * 0.01 * tall, y + 0.03 * tall),
    ]
    shape(canvas, smooth(tail), tones=tones, light=light, turn=0.012 * tall, rim=0.006 * tall)
    wide = (0.064 + 0.004 * math.cos(bones.yaw)) * tall
    roll = np.asarray(
        [
            (-1, -0.5),
            (-0.5, -0.72),
            (0.5, -0.72),
            (1, -0.5),
            (1.02, 0.5),
            (0.45, 1.0),
            (-0.45, 1.0),
            (-1.02, 0.5),
        ]
    )
    path = smooth(roll * (wide, 0.030 * tall) + (x, y))
    shape(canvas, path, tones=tones, light=light, turn=0.025 * tall, rim=0.006 * tall)
    fold = np.asarray([(-0.8, -0.2), (0.0, 0.35), (0.85, -0.1)]) * (wide, 0.03 * tall) + (x, y)
    canvas.drawPath(thread(fold), stroke(tones.deep, 0.005 * tall, 0.8))
