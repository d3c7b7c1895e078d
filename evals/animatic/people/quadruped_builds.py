"""Proportions and furs of dog, fox and horse."""

from __future__ import annotations

from dataclasses import dataclass

from evals.animatic.brief import Subject
from evals.animatic.people.animal_pose import Point

__all__ = ["BUILDS", "Build"]


@dataclass(frozen=True, kw_only=True)
class Build:
    """Proportions of a quadruped in shares of its shoulder's height."""

    shoulder_m: float
    long: float
    deep: float
    waist: float
    legs: tuple[float, float, float]
    neck: Point
    neck_widths: tuple[float, float]
    head: tuple[Point, ...]
    ears: tuple[Point, ...]
    eye: Point
    nose: Point
    tail: tuple[Point, ...]
    tail_widths: tuple[float, ...]
    fur: str
    light_fur: str
    socks: str


_DOG = Build(
    shoulder_m=0.60, long=1.02, deep=0.36, waist=0.24, legs=(0.15, 0.085, 0.07),
    neck=(0.30, -0.36), neck_widths=(0.28, 0.20),
    head=((-0.16, -0.02), (-0.08, -0.19), (0.08, -0.20), (0.17, -0.08), (0.38, -0.03), (0.42, 0.05),
          (0.36, 0.11), (0.12, 0.15), (-0.08, 0.15)),
    ears=((-0.10, -0.16), (0.02, -0.19), (0.03, -0.02), (-0.05, 0.15), (-0.16, 0.10)),
    eye=(0.10, -0.06), nose=(0.40, 0.0),
    tail=((0.0, 0.0), (-0.22, -0.10), (-0.36, -0.30), (-0.34, -0.48)), tail_widths=(0.12, 0.10, 0.07, 0.03),
    fur="#a9713f", light_fur="#ecd9b4", socks="#8a5a31",
)  # fmt: skip
_FOX = Build(
    shoulder_m=0.46, long=1.10, deep=0.33, waist=0.23, legs=(0.13, 0.075, 0.055),
    neck=(0.30, -0.28), neck_widths=(0.30, 0.22),
    head=((-0.20, 0.02), (-0.14, -0.18), (0.06, -0.21), (0.20, -0.07), (0.47, 0.07), (0.44, 0.12),
          (0.16, 0.16), (-0.04, 0.24), (-0.18, 0.17)),
    ears=((-0.19, -0.10), (-0.19, -0.26), (-0.13, -0.43), (-0.02, -0.30), (0.05, -0.18)),
    eye=(0.11, -0.06), nose=(0.46, 0.08),
    tail=((0.0, 0.0), (-0.28, 0.16), (-0.68, 0.26), (-1.02, 0.10)), tail_widths=(0.14, 0.30, 0.34, 0.07),
    fur="#d4622a", light_fur="#f4e6cc", socks="#2b1f20",
)  # fmt: skip
_HORSE = Build(
    shoulder_m=1.48, long=0.98, deep=0.37, waist=0.30, legs=(0.15, 0.075, 0.055),
    neck=(0.36, -0.46), neck_widths=(0.34, 0.17),
    head=((-0.12, -0.06), (-0.02, -0.15), (0.10, -0.12), (0.34, 0.20), (0.37, 0.30), (0.29, 0.36),
          (0.20, 0.33), (0.02, 0.12), (-0.10, 0.08)),
    ears=((-0.05, -0.13), (-0.02, -0.29), (0.05, -0.13)),
    eye=(0.075, -0.015), nose=(0.33, 0.29),
    tail=((0.0, 0.0), (-0.16, 0.10), (-0.20, 0.42), (-0.16, 0.66)), tail_widths=(0.06, 0.14, 0.15, 0.04),
    fur="#7a4428", light_fur="#e8d5b8", socks="#2a1c1c",
)  # fmt: skip
BUILDS = {Subject.DOG: _DOG, Subject.FOX: _FOX, Subject.HORSE: _HORSE}
