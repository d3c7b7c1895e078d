"""Hair: a larger solid around the skull, cut along a line that runs once around the head.

Each style says how thick the hair lies at each height and where it ends at each angle from the
front; turning the head then needs no second drawing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.cast import HairStyle, Person
from evals.animatic.palette import mix
from evals.animatic.people.hair_cuts import CUTS, Cut
from evals.animatic.people.inks import HAIR_INKS
from evals.animatic.people.shapes import Points, Solid, polygon, smooth, thread
from evals.animatic.people.skull import HeadView, Skull, ellipse
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["covers_ears", "paint_hair_back", "paint_hair_front", "paint_hair_shadow"]


@dataclass(frozen=True, eq=False)
class _Hair:
    cut: Cut
    solid: Solid
    degrees: Points
    ends: Points
    skin: Solid
    """What short ends lie on."""

    @property
    def lowest(self) -> float:
        return float(self.ends.max())

    def thick(self, y: float) -> float:
        at, thick = np.asarray(self.cut.rows).T
        return float(np.interp(y, at, thick))

    def end(self, turns: Points) -> Points:
        wrapped = (np.degrees(turns) + 180) % 360 - 180
        ends: Points = np.interp(wrapped, self.degrees, self.ends)
        return ends


@lru_cache(maxsize=256)
def _grow(person: Person, solid: Solid) -> _Hair:
    cut = CUTS[person.hair_style]
    volume = 1 + 0.45 * person.hair_volume
    y, thick = np.asarray(cut.rows).T
    low = max(0.48, float(np.asarray(cut.line)[:, 1].max()))
    heights = np.concatenate([-1 + 0.45 * np.linspace(0, 1, 16) ** 2, np.linspace(-0.5, low, 26)])
    extra = np.interp(heights, y, thick) * volume
    hangs = 0.25 if low > 0.5 else 9.0  # long hair hangs, it does not follow the jaw
    kept, deep = np.minimum(heights, hangs), np.minimum(heights, 0.0)
    width = np.interp(kept, solid.heights, solid.half_widths)
    slope = np.clip(np.gradient(width, heights), 0, 8)
    aside, up = 1 / np.hypot(1, slope), slope / np.hypot(1, slope)
    depth = np.interp(deep, solid.heights, solid.half_depths) + extra * aside
    middle = np.interp(deep, solid.heights, solid.middles)
    middle = middle - 0.12 * np.clip(heights, 0, 1.2) + cut.front * np.clip(-heights - 0.55, 0, 0.4)
    width = width + extra * aside
    width[0] = depth[0] = 0.0
    grown = Solid(heights - extra * up, width, depth, middle)
    line = np.asarray(cut.line, np.float64)
    if line[0, 0] >= 0:
        line = np.vstack([line[::-1] * (-1, 1), line[1:]])
    else:
        right = line[line[:, 0] > 60]
        line = np.vstack([right[::-1] * (-1, 1), line])
    ends = np.where(line[:, 1] > 0.5, line[:, 1] * (1 + 0.12 * person.hair_volume), line[:, 1])
    fine = np.arange(-180.0, 181.0, 4.5)
    rng = np.random.default_rng((person.seed, 23))
    teeth = np.where(np.arange(len(fine)) % 2, 1.0, -1.0) * rng.uniform(0.2, 1.0, len(fine))
    ragged = np.interp(fine, line[:, 0], ends) + cut.ragged * teeth
    return _Hair(cut, grown, fine, ragged, solid.grown(0.035))


def _bumpy(points: Points, cut: Cut) -> Points:
    if not cut.bumps:
        return points
    middle = np.asarray([points[:, 0].mean(), -0.1])
    away = points - middle
    angle = np.arctan2(away[:, 1], away[:, 0])
    wave = np.abs(np.sin(angle * cut.waves)) + 0.4 * np.abs(np.sin(angle * cut.waves * 0.37 + 1))
    grown: Points = middle + away * (1 + cut.bumps * wave)[:, None]
    return grown


def paint_hair_back(canvas: skia.Canvas, skull: Skull, view: HeadView, *, light: Lighting) -> None:
    """Draw what hangs behind neck and shoulders; before the body."""
    if skull.person.hair_style is HairStyle.BALD:
        return
    tones = light.tones(HAIR_INKS[skull.person.hair_colour])
    hair = _grow(skull.person, skull.solid)
    if skull.person.hair_style is HairStyle.BUN and math.cos(view.yaw) > -0.3:
        _bun(canvas, skull, view, tones=tones, light=light)
    if hair.lowest < 0.5:
        return
    solid = hair.solid
    reach = solid.middles - solid.half_depths
    front = np.minimum(solid.middles + solid.half_depths, 0.1)
    behind = Solid(solid.heights, solid.half_widths, (front - reach) / 2, (front + reach) / 2)
    left, right = behind.edge(
        view.yaw, pitch=view.pitch, span=(float(solid.heights[0]), hair.lowest)
    )
    hem = np.add(np.linspace(right[-1], left[-1], 6)[1:-1], (0.0, 0.10))
    path = smooth(_bumpy(np.vstack([right[::2], hem, left[::-2]]), hair.cut))
    canvas.drawPath(path, ink(tones.deep if math.cos(view.yaw) > 0 else tones.shade))
    canvas.save()
    canvas.clipPath(path, doAntiAlias=True)
    for degrees in (-62, -30, 24, 58):
        turn = math.radians(degrees) - view.yaw
        y = np.linspace(0.1, hair.lowest + 0.05, 5)
        one = hair.solid.at(turn, y, yaw=view.yaw, pitch=view.pitch)
        two = hair.solid.at(turn + np.linspace(0.0, 0.16, 5), y, yaw=view.yaw, pitch=view.pitch)
        canvas.drawPath(smooth(np.vstack([one, two[::-1]])), ink(tones.shade, 0.8))
    canvas.restore()


def paint_hair_shadow(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, light: Lighting, colour: str
) -> None:
    """Draw the shadow that the hair throws on the face; the caller clips to the face."""
    if skull.person.hair_style is not HairStyle.BALD:
        canvas.save()
        canvas.translate(-0.05 * light.key_side, 0.075)
        canvas.drawPath(_mass(_grow(skull.person, skull.solid), view), ink(colour))
        canvas.restore()


def covers_ears(person: Person) -> bool:
    """Return whether the ears lie under the hair."""
    return person.hair_style in _OVER_EARS


_PARTED = {HairStyle.BOB, HairStyle.BRAIDS, HairStyle.LONG}
_OVER_EARS = {HairStyle.AFRO, HairStyle.BOB, HairStyle.CURLS, HairStyle.FRINGE, HairStyle.LONG}


def paint_hair_front(canvas: skia.Canvas, skull: Skull, view: HeadView, *, light: Lighting) -> None:
    """Draw the hair that lies before or on the head; after the face."""
    if skull.person.hair_style is HairStyle.BALD:
        return
    tones = light.tones(HAIR_INKS[skull.person.hair_colour])
    hair = _grow(skull.person, skull.solid)
    path = _mass(hair, view)
    shape(canvas, path, tones=tones, light=light, turn=0.34, drop=0.15, core=0.12)
    canvas.save()
    canvas.clipPath(path, doAntiAlias=True)
    _strands(canvas, hair, view, tones=tones, light=light)
    if skull.person.hair_style in _PARTED:
        y = np.linspace(-1.1, float(hair.end(np.zeros(1))[0]) + 0.04, 5)
        part = hair.solid.at(
            0.0, np.maximum(y, hair.solid.heights[1]), yaw=view.yaw, pitch=view.pitch
        )
        if math.cos(view.yaw) > 0.1:
            canvas.drawPath(thread(part), stroke(tones.deep, 0.045))
    whole = hair.solid.outline(view.yaw, pitch=view.pitch)
    rim = polygon(np.add(_bumpy(whole, hair.cut), (-0.055 * light.rim_side, 0.03)))
    rim.setFillType(skia.PathFillType.kInverseWinding)
    canvas.drawPath(rim, ink(tones.rim))
    canvas.restore()
    if skull.person.hair_style is HairStyle.BUN and math.cos(view.yaw) <= -0.3:
        _bun(canvas, skull, view, tones=tones, light=light)
    if skull.person.hair_style is HairStyle.BRAIDS:
        _braids(canvas, skull, view, tones=tones, light=light)


def _mass(hair: _Hair, view: HeadView) -> skia.Path:
    seen = np.linspace(math.pi / 2, -math.pi / 2, 44)
    turns = seen - view.yaw
    ends = hair.end(turns)
    far = hair.solid.at(turns, ends, yaw=view.yaw, pitch=view.pitch)
    near = hair.skin.at(turns, ends, yaw=view.yaw, pitch=view.pitch)
    hangs = np.clip((ends - 0.05) / 0.45, 0, 1)[:, None]
    line = near + (far - near) * hangs
    top = float(hair.solid.heights[0])
    lows = [float(end) - 0.5 * hair.thick(float(end)) * (end < 0.3) for end in (ends[-1], ends[0])]
    left, _ = hair.solid.edge(view.yaw, pitch=view.pitch, span=(top, lows[0]))
    _, right = hair.solid.edge(view.yaw, pitch=view.pitch, span=(top, lows[1]))
    outer = _bumpy(np.vstack([left[::-1], right]), hair.cut)
    return polygon(np.vstack([outer, line]))


def _strands(
    canvas: skia.Canvas, hair: _Hair, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    """Draw wedges in which the hair falls, light on the key's side, dark on the other."""
    for degrees, wide in ((-74, 5), (-50, 8), (-27, 5), (-3, 7), (22, 5), (45, 8), (72, 5)):
        turn = math.radians(degrees) - view.yaw
        end = float(hair.end(np.asarray([turn]))[0])
        start = -0.92 if abs(degrees) < 60 else -0.55
        y = np.linspace(start, end - 0.02, 6)
        sway = np.linspace(0.0, 0.10, 6) * math.copysign(1, degrees)
        spread = np.linspace(0.0, math.radians(wide), 6) * np.asarray([1, 1, 1, 1, 0.8, 0.1])
        one = hair.solid.at(turn + sway, y, yaw=view.yaw, pitch=view.pitch)
        two = hair.solid.at(turn + sway + spread, y, yaw=view.yaw, pitch=view.pitch)
        is_lit = degrees * light.key_side > 0
        colour = mix(tones.lit, tones.rim, 0.30) if is_lit else tones.deep
        canvas.drawPath(smooth(np.vstack([one, two[::-1]])), ink(colour, 0.75))


def _bun(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    back = -0.72
    size = 0.36 * (1 + 0.3 * skull.person.hair_volume)
    x = back * math.sin(view.yaw)
    y = -0.98 + back * math.cos(view.yaw) * -0.10
    shape(canvas, smooth(ellipse((x, y), size)), tones=tones, light=light, turn=0.22, rim=0.05)
    swirl = np.asarray([(-0.5, 0.2), (-0.1, -0.45), (0.5, -0.1), (0.2, 0.4)]) * size + (x, y)
    canvas.drawPath(thread(swirl), stroke(tones.deep, 0.04, 0.7))


def _braids(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    thick = 0.15 * (1 + 0.3 * skull.person.hair_volume)
    for side in (-1.0, 1.0):
        turn = side * math.radians(86)
        if abs((turn + view.yaw + math.pi) % (2 * math.pi) - math.pi) > math.radians(125):
            continue
        root = skull.solid.at(turn, 0.20, yaw=view.yaw, pitch=view.pitch, out=0.06)
        for i in range(7):
            at = (float(root[0]) + side * 0.02 * i, float(root[1]) + 0.19 * i + 0.1)
            turned = 1 if i % 2 else -1
            bead = np.asarray([(-1, -0.5 * turned), (0, -1), (1, 0.5 * turned), (0, 1)])
            path = smooth(bead * (thick * (1 - 0.05 * i), 0.15) + at)
            shape(canvas, path, tones=tones, light=light, turn=0.10, rim=0.03)
        end = (float(root[0]) + side * 0.14, float(root[1]) + 1.40)
        canvas.drawPath(smooth(ellipse(end, 0.085)), ink(tones.deep))
