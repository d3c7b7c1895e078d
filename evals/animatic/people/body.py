"""A person from shoes to shoulders: legs, trunk, arms and the hands' places."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evals.animatic.brief import Garment, Wardrobe
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.cast import Kind, Person
from evals.animatic.palette import INKS, mix
from evals.animatic.people.garments import HEMS, SLEEVES, paint_scarf, paint_trunk
from evals.animatic.people.shapes import limb, smooth
from evals.animatic.people.skeleton import Limb, Skeleton
from evals.animatic.people.skull import skin_colour
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["Body"]

_TROUSERS = ("#2d3140", "#3a3430", "#28353c", "#44405a", "#4a4238", "#23283a")
_SHOES = ("#1c1a1f", "#3b241a", "#2a2d38")


@dataclass(frozen=True, eq=False)
class Body:
    """One person at one moment, ready to be drawn part by part."""

    person: Person
    wardrobe: Wardrobe
    bones: Skeleton
    light: Lighting
    sit: float

    @property
    def is_seen_from_behind(self) -> bool:
        """The back of the coat is nearer than the face."""
        return math.cos(self.bones.yaw) < 0

    @property
    def cloth(self) -> Tones:
        """The garment's tones."""
        return self.light.tones(INKS[self.wardrobe.colour])

    def paint_below(self, canvas: skia.Canvas) -> None:
        """Draw legs and shoes, the far one first."""
        legs = sorted(self.bones.legs, key=lambda leg: leg.near)
        for i, leg in enumerate(legs):
            self._leg(canvas, leg, is_far=i == 0)
        if self.sit > 0.5 and HEMS[self.wardrobe.garment] < 0.4:
            self._lap(canvas)

    def _leg(self, canvas: skia.Canvas, leg: Limb, *, is_far: bool) -> None:
        tall, seed = self.bones.tall, self.person.seed
        wide = 1 + 0.15 * self.person.build
        bare = self.wardrobe.garment is Garment.DRESS
        cloth = "#2a2530" if bare else _TROUSERS[seed % len(_TROUSERS)]
        tones = self.light.tones(cloth)
        if is_far:
            tones = Tones(lit=tones.shade, shade=tones.deep, deep=tones.deep, rim=tones.shade)
        widths = (0.098 * wide, 0.066 * wide, 0.040) if not bare else (0.080, 0.052, 0.030)
        ankle, knee = leg.joints[2], leg.joints[1]
        path = limb(leg.joints, [w * tall for w in widths])
        shape(canvas, path, tones=tones, light=self.light, turn=0.020 * tall, rim=0.005 * tall)
        self._shoe(canvas, ankle, knee, is_far=is_far)

    def _lap(self, canvas: skia.Canvas) -> None:
        """Draw the skirt of a long garment over the thighs of somebody who sits."""
        tall, wide = self.bones.tall, 0.105 * (1 + 0.15 * self.person.build)
        hips, knees = ([leg.joints[i] for leg in self.bones.legs] for i in (0, 1))
        x, y = (hips[0][0] + hips[1][0]) / 2 / tall, hips[0][1] / tall
        low = max(knee[1] for knee in knees) / tall
        left = min(knee[0] for knee in knees) / tall - 0.052
        right = max(knee[0] for knee in knees) / tall + 0.052
        outline = [
            (x - wide, y - 0.06), (x + wide, y - 0.06), (max(right, x + 0.8 * wide), low - 0.045),
            (right + 0.008, low + 0.13), (left - 0.008, low + 0.13),
            (min(left, x - 0.8 * wide), low - 0.045), (x - wide, y + 0.02),
        ]  # fmt: skip
        path = smooth(np.asarray(outline) * tall, tension=0.4)
        shape(canvas, path, tones=self.cloth, light=self.light, turn=0.04 * tall, rim=0.006 * tall)
        for knee in knees:
            fold = [(knee[0], knee[1]), (knee[0] * 1.03, knee[1] + 0.11 * tall)]
            canvas.drawLine(*fold[0], *fold[1], stroke(self.cloth.shade, 0.010 * tall))

    def _shoe(
        self,
        canvas: skia.Canvas,
        ankle: tuple[float, float],
        knee: tuple[float, float],
        *,
        is_far: bool,
    ) -> None:
        tall = self.bones.tall
        forward = math.sin(self.bones.yaw)
        towards = math.cos(self.bones.yaw)
        long = 0.026 + 0.058 * abs(forward)
        side = math.copysign(1, forward) if abs(forward) > 0.05 else 1.0
        sole = 0.036 + 0.010 * max(0.0, towards)
        outline = np.asarray(
            [(-0.021, -0.030), (0.020, -0.030), (0.024 + long * 0.30, -0.002), (long, sole * 0.50),
             (long * 0.98, sole), (0.0, sole), (-0.025, sole), (-0.027, 0.008)]
        )  # fmt: skip
        shin = math.atan2(ankle[0] - knee[0], ankle[1] - knee[1])
        tip = 0.0 if ankle[1] > -0.075 * tall else -shin * 0.8
        turned = (
            outline
            * (side, 1)
            @ np.asarray([[math.cos(tip), math.sin(tip)], [-math.sin(tip), math.cos(tip)]])
        )
        tones = self.light.tones(_SHOES[self.person.seed % len(_SHOES)])
        path = smooth(turned * tall + ankle)
        canvas.drawPath(path, ink(tones.deep if is_far else tones.shade))
        if not is_far:
            shape(canvas, path, tones=tones, light=self.light, turn=0.018 * tall, rim=0.005 * tall)

    def paint_neck(self, canvas: skia.Canvas) -> None:
        """Draw the neck; the chin throws its shadow on it."""
        tones, tall = self.light.tones(skin_colour(self.person)), self.bones.tall
        (x, y), (hx, hy) = self.bones.neck, self.bones.head
        wide = (0.066 if self.person.kind is Kind.MAN else 0.054) * (1 + 0.1 * self.person.build)
        path = limb([(x, y + 0.045 * tall), (x, y - 0.01 * tall), (hx * 0.55 + x * 0.45, hy * 0.5 + y * 0.5)],
                    [wide * 1.5 * tall, wide * tall, wide * tall])  # fmt: skip
        canvas.drawPath(path, ink(tones.shade))
        canvas.save()
        canvas.clipPath(path, doAntiAlias=True)
        lit = limb([(x + self.light.key_side * 0.03 * tall, y + 0.05 * tall),
                    (x + self.light.key_side * 0.024 * tall, y - 0.004 * tall)],
                   [0.040 * tall, 0.012 * tall])  # fmt: skip
        canvas.drawPath(lit, ink(tones.lit))
        canvas.restore()

    def paint_trunk(self, canvas: skia.Canvas, *, is_small: bool) -> None:
        """Draw the garment."""
        paint_trunk(
            canvas, self.bones, self.person, garment=self.wardrobe.garment, tones=self.cloth,
            light=self.light, is_sitting=self.sit > 0.5, is_small=is_small,
        )  # fmt: skip

    def paint_arm(self, canvas: skia.Canvas, which: int) -> None:
        """Draw sleeve and hand, 0 the right one, 1 the left."""
        arm, tall = self.bones.arms[which], self.bones.tall
        garment = self.wardrobe.garment
        wide = SLEEVES[garment] * (1 + 0.12 * self.person.build) * tall
        is_far = arm.near < -0.02 * tall
        (ex, ey), (wx, wy) = arm.joints[1], arm.joints[2]
        reach = math.hypot(wx - ex, wy - ey) or 1.0
        ux, uy = (wx - ex) / reach, (wy - ey) / reach
        self._hand(canvas, wrist=(wx, wy), along=(ux, uy), is_far=is_far)
        sleeve = limb(arm.joints, [wide * 0.98, wide * 0.86, wide * 0.70])
        tones = self.cloth
        if is_far:
            tones = Tones(
                lit=tones.shade,
                shade=tones.deep,
                deep=tones.deep,
                rim=mix(tones.shade, tones.rim, 0.4),
            )
        outer = arm.joints[1][0] * self.light.rim_side > self.bones.neck[0] * self.light.rim_side
        rim = 0.006 if outer else 0.0025  # the edge that lies on the trunk gets almost none
        shape(
            canvas,
            sleeve,
            tones=tones,
            light=self.light,
            turn=0.022 * tall,
            rim=rim * tall,
            drop=0.1,
        )
        across = (-uy * wide * 0.36, ux * wide * 0.36)
        canvas.drawLine(wx - across[0], wy - across[1], wx + across[0], wy + across[1],
                        stroke(tones.deep, 0.007 * tall))  # fmt: skip

    def _hand(
        self,
        canvas: skia.Canvas,
        *,
        wrist: tuple[float, float],
        along: tuple[float, float],
        is_far: bool,
    ) -> None:
        tall, (wx, wy), (ux, uy) = self.bones.tall, wrist, along
        skin = self.light.tones(skin_colour(self.person))
        places = [(wx + ux * far * tall, wy + uy * far * tall) for far in (-0.01, 0.026, 0.055)]
        palm = limb(places, [0.030 * tall, 0.042 * tall, 0.024 * tall])
        inward = 1.0 if wx < self.bones.neck[0] else -1.0
        tip = (0.034 * ux + 0.024 * inward * abs(uy), 0.034 * uy - 0.024 * abs(ux))
        thumb = limb(
            [
                (wx + ux * 0.006 * tall, wy + uy * 0.006 * tall),
                (wx + tip[0] * tall, wy + tip[1] * tall),
            ],
            [0.022 * tall, 0.013 * tall],
        )
        canvas.drawPath(thumb, ink(skin.shade if is_far else skin.lit))
        if is_far:
            canvas.drawPath(palm, ink(skin.shade))
        else:
            shape(canvas, palm, tones=skin, light=self.light, turn=0.012 * tall, rim=0.005 * tall)

    def hand_at(self, which: int) -> tuple[float, float]:
        """Return the middle of a hand."""
        (ex, ey), (wx, wy) = self.bones.arms[which].joints[1:]
        reach = math.hypot(wx - ex, wy - ey) or 1.0
        far = 0.025 * self.bones.tall / reach
        return wx + (wx - ex) * far, wy + (wy - ey) * far

    def paint_scarf(self, canvas: skia.Canvas, seconds: float) -> None:
        """Draw the scarf, if one is worn."""
        if self.wardrobe.scarf is not None:
            tones = self.light.tones(INKS[self.wardrobe.scarf])
            paint_scarf(canvas, self.bones, tones=tones, light=self.light, seconds=seconds)
