"""What tells garments apart up close: lapels, buttons, pleats, pouches, zips and patterns."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from evals.animatic.brief import Garment
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.people.shapes import Points, Solid, polygon, thread
from evals.animatic.people.skeleton import Skeleton
from evals.animatic.people.tones import Lighting, Tones

__all__ = ["DETAILS", "Pen", "swung"]


def swung(points: Points, bones: Skeleton, hem: float) -> Points:
    """Let the hem swing with the stride."""
    if not bones.stride or points[:, 1].max() < -0.52 * bones.tall:
        return points  # all of it lies above the waist
    tall = bones.tall
    low = np.clip((points[:, 1] + 0.52 * tall) / ((0.52 - hem) * tall + 1e-6), 0, 1)
    sway = 0.030 * math.sin(bones.phase) + 0.022 * math.sin(2 * bones.phase + 0.6)
    trail = -0.020 * math.sin(bones.yaw)
    x = points[:, 0] + bones.stride * (sway + trail) * tall * low * min(1.0, (0.52 - hem) / 0.2)
    flow = 0.012 * tall * bones.stride * low * np.sin(points[:, 0] / tall * 30 + bones.phase)
    swung: Points = np.stack([x, points[:, 1] + flow], 1)
    return swung


class Pen:
    """Draws on the garment's surface: places are (degrees from the front, share of the height)."""

    def __init__(self, canvas: skia.Canvas, solid: Solid, bones: Skeleton, *, hem: float) -> None:
        self.canvas, self._solid, self._bones, self._hem = canvas, solid, bones, hem
        self.tall, self.yaw = bones.tall, bones.yaw

    def places(self, degrees: ArrayLike, up: ArrayLike) -> Points:
        """Return where places are seen, in metres."""
        turns = np.radians(np.asarray(degrees, np.float64))
        y = -np.asarray(up, np.float64) * self.tall
        flat = self._solid.at(turns, y, yaw=self._bones.yaw)
        return self._bones.warp(swung(flat.reshape(-1, 2), self._bones, self._hem))

    def sees(self, degrees: float) -> bool:
        """Return whether that side faces the lens."""
        return math.cos(math.radians(degrees) + self._bones.yaw) > 0.05

    def line(self, degrees: ArrayLike, up: ArrayLike, colour: str, *, width: float = 0.006) -> None:
        """Draw a line; its width is a share of the height."""
        points = self.places(degrees, up)
        self.canvas.drawPath(thread(points), stroke(colour, width * self.tall, 0.85))

    def patch(self, degrees: ArrayLike, up: ArrayLike, colour: str, *, alpha: float = 1.0) -> None:
        """Fill an area."""
        self.canvas.drawPath(polygon(self.places(degrees, up)), ink(colour, alpha))

    def dot(self, degrees: float, up: float, colour: str, *, size: float = 0.008) -> None:
        """Draw a button."""
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
                self.patch(fan, [top, low, low - 0.03], tones.shade, alpha=0.9)
        if self._hem < 0.45:
            for degrees in (-52, -22, 20, 48, 110, 150, 200, 250):
                if self.sees(degrees):
                    fan = [degrees, degrees + 8, degrees - 4]
                    self.patch(fan, [0.49, self._hem, self._hem], tones.shade, alpha=0.65)


def _coat(pen: Pen, tones: Tones, light: Lighting) -> None:
    _belt(pen, 0.603, tones)
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
        pen.line(lapel, [0.845, 0.80, 0.765, 0.755, 0.665], tones.deep, width=0.005)
        pen.line([34 * side, 52 * side], [0.49, 0.478], tones.deep, width=0.008)
    pen.line([3, 3, 3], [0.665, 0.5, 0.27], tones.deep)
    for up in (0.645, 0.585, 0.525):
        pen.dot(-9, up, tones.deep, size=0.0085)
        pen.dot(14, up, tones.deep, size=0.0085)


def _belt(pen: Pen, up: float, tones: Tones) -> None:
    around = np.linspace(-180, 180, 25)
    shown = around[np.cos(np.radians(around) + pen.yaw) > -0.05]
    shown = shown[np.argsort(((shown + np.degrees(pen.yaw)) + 180) % 360)]
    band = np.concatenate([shown, shown[::-1]])
    rows = np.concatenate([np.full(len(shown), up + 0.011), np.full(len(shown), up - 0.011)])
    pen.patch(band, rows, tones.deep, alpha=0.9)


def _dress(pen: Pen, tones: Tones, light: Lighting) -> None:
    skin_v = light.tones("#2b2a33").shade
    if pen.sees(0):
        pen.patch([-30, 30, 0], [0.85, 0.85, 0.765], skin_v)
        pen.line([-26, 0, 26], [0.83, 0.762, 0.83], tones.rim, width=0.006)
    _belt(pen, 0.60, tones)
    for degrees in range(-160, 181, 20):
        if pen.sees(degrees):
            pen.line([degrees * 0.95, degrees], [0.585, 0.27], tones.shade, width=0.006)


def _hoodie(pen: Pen, tones: Tones, _: Lighting) -> None:
    if pen.sees(0):
        pouch = [-34, 34, 50, 40, -40, -50]
        pen.line([*pouch, -34], [0.60, 0.60, 0.535, 0.505, 0.505, 0.535, 0.60], tones.deep)
        for side in (-9, 9):
            pen.line([side, side * 1.1, side], [0.82, 0.76, 0.70], tones.rim, width=0.007)
    _belt(pen, 0.470, tones)


def _jacket(pen: Pen, tones: Tones, light: Lighting) -> None:
    if pen.sees(0):
        shirt = light.tones("#d8d2c4").shade
        pen.patch([-10, 10, 14, 0, -14], [0.85, 0.85, 0.76, 0.70, 0.76], shirt)
        pen.line([0, 0], [0.70, 0.47], tones.rim, width=0.006)
        for side in (-1, 1):
            pen.line([12 * side, 16 * side, 2 * side], [0.845, 0.77, 0.70], tones.deep, width=0.009)
            pen.line([30 * side, 48 * side], [0.56, 0.535], tones.deep, width=0.008)
            pen.line([18 * side, 50 * side], [0.715, 0.72], tones.deep, width=0.006)
    _belt(pen, 0.488, tones)


def _raincoat(pen: Pen, tones: Tones, light: Lighting) -> None:
    if pen.sees(0):
        pen.line([2, 2, 2], [0.84, 0.6, 0.33], tones.deep, width=0.008)
        for up in (0.76, 0.68, 0.60, 0.52, 0.44):
            pen.dot(-4, up, tones.deep, size=0.0095)
        for side in (-1, 1):
            flap = [24 * side, 52 * side, 52 * side, 24 * side]
            pen.patch(flap, [0.52, 0.515, 0.485, 0.49], tones.shade)
    shine = 40 * light.key_side
    turned = shine - math.degrees(pen.yaw)
    pen.line(
        [turned, turned + 3, turned + 6],
        [0.76, 0.6, 0.42],
        mix(tones.lit, tones.rim, 0.7),
        width=0.014,
    )
    pen.line([turned - 10, turned - 8], [0.72, 0.60], mix(tones.lit, tones.rim, 0.5), width=0.008)


def _sweater(pen: Pen, tones: Tones, _: Lighting) -> None:
    _belt(pen, 0.712, tones)
    shown = np.linspace(-80, 80, 17) - math.degrees(pen.yaw)
    zig = np.where(np.arange(17) % 2, 0.752, 0.735)
    pen.line(shown, zig, mix(tones.lit, tones.rim, 0.7), width=0.008)
    pen.line(
        shown,
        np.where(np.arange(17) % 2, 0.672, 0.689),
        mix(tones.lit, tones.rim, 0.7),
        width=0.008,
    )
    for degrees in shown:
        pen.line([degrees, degrees], [0.492, 0.465], tones.deep, width=0.004)


DETAILS = {
    Garment.COAT: _coat,
    Garment.DRESS: _dress,
    Garment.HOODIE: _hoodie,
    Garment.JACKET: _jacket,
    Garment.RAINCOAT: _raincoat,
    Garment.SWEATER: _sweater,
}
"""What is drawn on each garment."""
