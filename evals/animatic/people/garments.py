"""Clothes: each garment is a solid around the trunk with its own hem, and a few telling details."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from evals.animatic.brief import Garment
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.cast import Kind, Person
from evals.animatic.palette import mix
from evals.animatic.people.shapes import Points, Solid, polygon, smooth, thread
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
    px: float,
) -> None:
    """Draw the garment without its sleeves; `px` is pixels per metre."""
    tall, hem = bones.tall, 0.475 if is_sitting else HEMS[garment]
    solid = _trunk(person, garment, hem)
    points = bones.warp(_swung(solid.outline(bones.yaw)[::2], bones, hem))
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
    if px * tall < 60:
        return
    canvas.save()
    canvas.clipPath(path, doAntiAlias=True)
    pen = _Pen(canvas, solid, bones, hem)
    _DETAILS[garment](pen, tones, light)
    pen.folds(tones)
    canvas.restore()


def _swung(points: Points, bones: Skeleton, hem: float) -> Points:
    """Let the hem swing with the stride."""
    if not bones.stride:
        return points
    tall = bones.tall
    low = np.clip((points[:, 1] + 0.52 * tall) / ((0.52 - hem) * tall + 1e-6), 0, 1)
    sway = 0.030 * math.sin(bones.phase) + 0.022 * math.sin(2 * bones.phase + 0.6)
    trail = -0.020 * math.sin(bones.yaw)
    x = points[:, 0] + bones.stride * (sway + trail) * tall * low * min(1.0, (0.52 - hem) / 0.2)
    flow = 0.012 * tall * bones.stride * low * np.sin(points[:, 0] / tall * 30 + bones.phase)
    swung: Points = np.stack([x, points[:, 1] + flow], 1)
    return swung


class _Pen:
    """Draws on the garment's surface: places are (degrees from the front, share of the height)."""

    def __init__(self, canvas: skia.Canvas, solid: Solid, bones: Skeleton, hem: float) -> None:
        self.canvas, self._solid, self._bones, self._hem = canvas, solid, bones, hem
        self.tall = bones.tall

    def places(self, degrees: object, up: object) -> Points:
        turns = np.radians(np.asarray(degrees, np.float64))
        y = -np.asarray(up, np.float64) * self.tall
        flat = self._solid.at(turns, y, yaw=self._bones.yaw)
        return self._bones.warp(_swung(flat.reshape(-1, 2), self._bones, self._hem))

    def sees(self, degrees: float) -> bool:
        return math.cos(math.radians(degrees) + self._bones.yaw) > 0.05

    def line(self, degrees: object, up: object, colour: str, width: float = 0.006) -> None:
        points = self.places(degrees, up)
        self.canvas.drawPath(thread(points), stroke(colour, width * self.tall, 0.85))

    def patch(self, degrees: object, up: object, colour: str, alpha: float = 1.0) -> None:
        self.canvas.drawPath(polygon(self.places(degrees, up)), ink(colour, alpha))

    def dot(self, degrees: float, up: float, colour: str, size: float = 0.008) -> None:
        if self.sees(degrees):
            x, y = self.places([degrees], [up])[0].tolist()
            self.canvas.drawCircle(x, y, size * self.tall, ink(colour))

    def folds(self, tones: Tones) -> None:
        """Draw creases at the waist and in the skirt."""
        for degrees, top, low in (
            (-66, 0.60, 0.50),
            (62, 0.62, 0.54),
            (118, 0.64, 0.52),
            (-120, 0.62, 0.5),
        ):
            if self.sees(degrees):
                fan = [degrees, degrees + 9, degrees + 3]
                self.patch(fan, [top, low, low - 0.03], tones.shade, 0.9)
        if self._hem < 0.45:
            for degrees in (-52, -22, 20, 48, 110, 150, 200, 250):
                if self.sees(degrees):
                    fan = [degrees, degrees + 8, degrees - 4]
                    self.patch(fan, [0.49, self._hem, self._hem], tones.shade, 0.65)


def _coat(pen: _Pen, tones: Tones, light: Lighting) -> None:
    _belt(pen, np.linspace(-180, 180, 25), 0.603, tones)
    if not pen.sees(0):
        pen.line([180, 180], [0.50, 0.27], tones.deep)
        return
    pen.patch([-12, 12, 0], [0.85, 0.85, 0.70], light.tones("#2b2a33").shade)
    for side in (-1, 1):
        lapel = [10 * side, 34 * side, 46 * side, 30 * side, 3 * side]
        pen.patch(
            lapel,
            [0.845, 0.80, 0.765, 0.755, 0.665],
            tones.lit if side == light.key_side else tones.shade,
        )
        pen.line(lapel, [0.845, 0.80, 0.765, 0.755, 0.665], tones.deep, 0.005)
        pen.line([34 * side, 52 * side], [0.49, 0.478], tones.deep, 0.008)
    pen.line([3, 3, 3], [0.665, 0.5, 0.27], tones.deep)
    for up in (0.645, 0.585, 0.525):
        pen.dot(-9, up, tones.deep, 0.0085)
        pen.dot(14, up, tones.deep, 0.0085)


def _belt(pen: _Pen, around: Points, up: float, tones: Tones) -> None:
    shown = around[np.cos(np.radians(around) + pen._bones.yaw) > -0.05]
    shown = shown[np.argsort(((shown + np.degrees(pen._bones.yaw)) + 180) % 360)]
    band = np.concatenate([shown, shown[::-1]])
    rows = np.concatenate([np.full(len(shown), up + 0.011), np.full(len(shown), up - 0.011)])
    pen.patch(band, rows, tones.deep, 0.9)


def _dress(pen: _Pen, tones: Tones, light: Lighting) -> None:
    skin_v = light.tones("#2b2a33").shade
    if pen.sees(0):
        pen.patch([-30, 30, 0], [0.85, 0.85, 0.765], skin_v)
        pen.line([-26, 0, 26], [0.83, 0.762, 0.83], tones.rim, 0.006)
    _belt(pen, np.linspace(-180, 180, 25), 0.60, tones)
    for degrees in range(-160, 181, 20):
        if pen.sees(degrees):
            pen.line([degrees * 0.95, degrees], [0.585, 0.27], tones.shade, 0.006)


def _hoodie(pen: _Pen, tones: Tones, light: Lighting) -> None:
    if pen.sees(0):
        pouch = [-34, 34, 50, 40, -40, -50]
        pen.line([*pouch, -34], [0.60, 0.60, 0.535, 0.505, 0.505, 0.535, 0.60], tones.deep)
        for side in (-9, 9):
            pen.line([side, side * 1.1, side], [0.82, 0.76, 0.70], tones.rim, 0.007)
    _belt(pen, np.linspace(-180, 180, 25), 0.470, tones)


def _jacket(pen: _Pen, tones: Tones, light: Lighting) -> None:
    if pen.sees(0):
        shirt = light.tones("#d8d2c4").shade
        pen.patch([-10, 10, 14, 0, -14], [0.85, 0.85, 0.76, 0.70, 0.76], shirt)
        pen.line([0, 0], [0.70, 0.47], tones.rim, 0.006)
        for side in (-1, 1):
            pen.line([12 * side, 16 * side, 2 * side], [0.845, 0.77, 0.70], tones.deep, 0.009)
            pen.line([30 * side, 48 * side], [0.56, 0.535], tones.deep, 0.008)
            pen.line([18 * side, 50 * side], [0.715, 0.72], tones.deep, 0.006)
    _belt(pen, np.linspace(-180, 180, 25), 0.488, tones)


def _raincoat(pen: _Pen, tones: Tones, light: Lighting) -> None:
    if pen.sees(0):
        pen.line([2, 2, 2], [0.84, 0.6, 0.33], tones.deep, 0.008)
        for up in (0.76, 0.68, 0.60, 0.52, 0.44):
            pen.dot(-4, up, tones.deep, 0.0095)
        for side in (-1, 1):
            flap = [24 * side, 52 * side, 52 * side, 24 * side]
            pen.patch(flap, [0.52, 0.515, 0.485, 0.49], tones.shade)
    shine = 40 * light.key_side
    turned = shine - math.degrees(pen._bones.yaw)
    pen.line(
        [turned, turned + 3, turned + 6], [0.76, 0.6, 0.42], mix(tones.lit, tones.rim, 0.7), 0.014
    )
    pen.line([turned - 10, turned - 8], [0.72, 0.60], mix(tones.lit, tones.rim, 0.5), 0.008)


def _sweater(pen: _Pen, tones: Tones, light: Lighting) -> None:
    for up in (0.735, 0.712, 0.689):
        _belt(pen, np.linspace(-180, 180, 25), up, tones) if up == 0.712 else None
    shown = np.linspace(-80, 80, 17) - math.degrees(pen._bones.yaw)
    zig = np.where(np.arange(17) % 2, 0.752, 0.735)
    pen.line(shown, zig, mix(tones.lit, tones.rim, 0.7), 0.008)
    pen.line(
        shown, np.where(np.arange(17) % 2, 0.672, 0.689), mix(tones.lit, tones.rim, 0.7), 0.008
    )
    for degrees in shown:
        pen.line([degrees, degrees], [0.492, 0.465], tones.deep, 0.004)


_DETAILS = {
    Garment.COAT: _coat,
    Garment.DRESS: _dress,
    Garment.HOODIE: _hoodie,
    Garment.JACKET: _jacket,
    Garment.RAINCOAT: _raincoat,
    Garment.SWEATER: _sweater,
}


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
