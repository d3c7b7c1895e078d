"""A person's head as geometry: proportions in head units (half a head's height), seen at an angle.

x runs right, y down from the middle of the head, z towards the lens; the crown is at -1, the chin
at 1. The parameters of a `Person` are exaggerated as a caricaturist would, for faces must be told
apart at sixty pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evals.animatic.cast import Kind, Person
from evals.animatic.people.shapes import Points, Solid

__all__ = ["SKINS", "HeadView", "Skull", "ellipse", "head_height_m", "skin_colour", "skull_of"]

SKINS = ("#ffdfc8", "#f3bf95", "#dc9a66", "#b8733f", "#8f532d", "#67391f")
"""Lightest to darkest."""


@dataclass(frozen=True)
class HeadView:
    """How a head is seen; angles in radians, positive to the right and up."""

    yaw: float = 0.0
    pitch: float = 0.0
    blink: float = 0.0
    """0 open, 1 shut."""
    gaze: float = 0.0
    """Where the eyes look, -1 left to 1 right."""
    smile: float = 0.0
    jaw: float = 0.0
    """How far the mouth is open, 0-1."""

    @property
    def is_away(self) -> bool:
        """Nothing of the face can be seen."""
        return math.cos(self.yaw) < -0.12


@dataclass(frozen=True, eq=False)
class Skull:
    """Where everything is on one person's head."""

    person: Person
    solid: Solid
    eye: tuple[float, float]
    """x (of the right one in the picture) and y."""
    eye_half: tuple[float, float]
    """Half length and half opening."""
    eye_tilt: float
    brow_y: float
    brow_thick: float
    nose_y: float
    """Its tip's height."""
    nose_half: float
    nose_out: float
    mouth_y: float
    mouth_half: float
    lip: float
    hairline_y: float

    def on_face(
        self, view: HeadView, x: ArrayLike, y: ArrayLike, *, out: ArrayLike = 0.0
    ) -> Points:
        """Return where points of the face are seen that lie at (x, y) from the front."""
        turns = self.solid.turn_of(x, y)
        return self.solid.at(turns, y, yaw=view.yaw, pitch=view.pitch, out=out)

    def turned(self, view: HeadView, x: float, y: float) -> float:
        """Return the angle (radians) between lens and surface at a point of the face."""
        return abs(float(self.solid.turn_of(x, y)) + view.yaw)


def head_height_m(person: Person) -> float:
    """Crown to chin."""
    usual = 0.238 if person.kind is Kind.CHILD else 0.262
    return usual * (1 + 0.055 * person.face_length)


def skin_colour(person: Person) -> str:
    """Return the skin's colour in white light."""
    place = person.skin_0_1 * (len(SKINS) - 1)
    low = min(len(SKINS) - 2, int(place))
    share = place - low
    pairs = (
        (int(SKINS[low][i : i + 2], 16), int(SKINS[low + 1][i : i + 2], 16)) for i in (1, 3, 5)
    )
    red, green, blue = (a * (1 - share) + b * share for a, b in pairs)
    warm = 9 * person.skin_warmth
    levels = (red + 0.5 * warm, green - 0.15 * warm, blue - warm)
    return "#" + "".join(f"{round(min(255, max(0, v))):02x}" for v in levels)


def skull_of(person: Person) -> Skull:
    """Lay out a person's head."""
    p, child, man = person, person.kind is Kind.CHILD, person.kind is Kind.MAN
    width = 0.705 * (1 + 0.13 * p.face_width) * (1.06 if child else 1.0)
    return Skull(
        person=p,
        solid=_solid(p, width),
        eye=(width * (0.445 + 0.075 * p.eye_spacing), 0.13 if child else 0.02),
        eye_half=(
            width * (0.225 + 0.05 * p.eye_size) * (1.12 if child else 1.0),
            (0.082 + 0.032 * p.eye_size) * (1.25 if child else 0.88 if man else 1.0),
        ),
        eye_tilt=0.055 * p.eye_tilt,
        brow_y=(-0.06 if child else -0.195) - 0.075 * p.brow_height,
        brow_thick=(0.062 if man else 0.036 if child else 0.045) * (1 + 0.62 * p.brow_thickness),
        nose_y=(0.36 if child else 0.37) + (0.05 if child else 0.095) * p.nose_length,
        nose_half=width * (0.20 + 0.075 * p.nose_width) * (0.88 if child else 1.0),
        nose_out=(0.15 if child else 0.21) * (1 + 0.30 * p.nose_length),
        mouth_y=(0.64 if child else 0.635) + 0.045 * p.mouth_height + 0.025 * p.nose_length,
        mouth_half=width * (0.37 + 0.105 * p.mouth_width),
        lip=(0.046 if man else 0.062) * (1 + 0.62 * p.lips),
        hairline_y=-0.62,
    )


def _solid(p: Person, width: float) -> Solid:
    man, child = p.kind is Kind.MAN, p.kind is Kind.CHILD
    jaw = p.jaw + (0.25 if man else -0.35)
    cheek = 1.0 + 0.05 * p.cheekbones
    point = 0.05 * p.chin
    rows = [
        (-1.00, 0.00, -0.12, 0.12),
        (-0.99, 0.22, 0.10, 0.32),
        (-0.95, 0.42, 0.28, 0.52),
        (-0.85, 0.65, 0.50, 0.73),
        (-0.70, 0.84, 0.66, 0.86),
        (-0.45, 0.96, 0.78, 0.94),
        (-0.12, 1.00, 0.82, 0.96),
        (0.18, 0.965 * cheek, 0.78, 0.84),
        (0.46, 0.86 + 0.095 * jaw + (0.05 if child else 0.0) - 0.02 * p.cheekbones, 0.78, 0.46),
        (0.70, 0.68 + 0.17 * jaw + (0.06 if child else 0.0), 0.78, 0.02),
        (0.89, 0.42 + 0.17 * jaw - point, 0.79 + 0.06 * p.chin, -0.30),
        (0.97, 0.24 + 0.11 * jaw - point, 0.76 + 0.06 * p.chin, -0.46),
        (1.00, 0.10 + 0.05 * jaw, 0.68, -0.52),
    ]
    return Solid.of([(y, max(0.0, share) * width, f, b) for y, share, f, b in rows])


def ellipse(centre: tuple[float, float], radius: float, *, count: int = 12) -> Points:
    """Return points around a centre."""
    around = np.linspace(0, 2 * math.pi, count, endpoint=False)
    points: Points = np.stack([np.cos(around), np.sin(around)], 1) * radius + np.asarray(centre)
    return points
