"""The eleven hair styles as numbers: where the hair ends around the head, and how thick it lies."""

from __future__ import annotations

from dataclasses import dataclass

from evals.animatic.cast import HairStyle

__all__ = ["CUTS", "Cut"]

Table = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Cut:
    """One style; lengths in head units."""

    line: Table
    """Degrees from the front (positive to the picture's right) and where the hair ends there; a
    line that begins at 0 is the same on both sides."""
    rows: Table
    """Height and thickness of the hair there."""
    bumps: float = 0.0
    """How far its outline waves, as a share of its size."""
    waves: int = 0
    ragged: float = 0.028
    """How uneven the ends are."""
    front: float = 0.0
    """How far it stands out over the forehead."""


_SIDES: Table = ((72, 0.02), (80, 0.10), (90, -0.08), (104, 0.24), (140, 0.42), (180, 0.46))
_SHORT: Table = (
    (0, -0.70),
    (15, -0.75),
    (31, -0.66),
    (45, -0.50),
    (57, -0.28),
    (66, -0.06),
    *_SIDES,
)

CUTS = {
    HairStyle.AFRO: Cut(
        ((0, -0.62), (24, -0.62), (42, -0.46), (56, -0.20), (66, 0.05), (78, 0.22), (110, 0.5),
         (180, 0.6)),
        ((-1.0, 0.52), (-0.5, 0.46), (0.0, 0.40), (0.4, 0.30), (0.8, 0.1)),
        bumps=0.05, waves=13, ragged=0.035,
    ),
    HairStyle.BALD: Cut((), ((-1.0, 0.07), (0.5, 0.03))),
    HairStyle.BOB: Cut(
        ((0, -0.70), (14, -0.62), (36, -0.38), (50, 0.0), (58, 0.55), (72, 0.80), (180, 0.74)),
        ((-1.0, 0.15), (-0.5, 0.16), (0.1, 0.20), (0.5, 0.34), (0.9, 0.40)),
        ragged=0.012,
    ),
    HairStyle.BRAIDS: Cut(
        ((0, -0.76), (12, -0.64), (40, -0.46), (60, -0.16), *_SIDES),
        ((-1.0, 0.08), (-0.5, 0.08), (0.1, 0.07), (0.5, 0.04)),
        ragged=0.006,
    ),
    HairStyle.BUN: Cut(
        ((0, -0.80), (24, -0.76), (44, -0.56), (60, -0.20), *_SIDES),
        ((-1.0, 0.07), (-0.5, 0.06), (0.1, 0.04), (0.5, 0.03)),
        ragged=0.006,
    ),
    HairStyle.CROP: Cut(_SHORT, ((-1.0, 0.10), (-0.5, 0.08), (0.1, 0.04), (0.5, 0.02))),
    HairStyle.CURLS: Cut(
        ((0, -0.56), (12, -0.68), (28, -0.58), (42, -0.38), (54, -0.02), (62, 0.42), (85, 0.72),
         (180, 0.86)),
        ((-1.0, 0.24), (-0.5, 0.22), (0.0, 0.24), (0.5, 0.30), (0.9, 0.30)),
        bumps=0.085, waves=8, ragged=0.06,
    ),
    HairStyle.FRINGE: Cut(
        ((0, -0.20), (18, -0.22), (36, -0.17), (47, -0.06), (53, 0.5), (66, 1.02), (180, 1.12)),
        ((-1.0, 0.12), (-0.5, 0.13), (0.1, 0.12), (0.5, 0.20), (1.2, 0.30)),
        front=0.04, ragged=0.05,
    ),
    HairStyle.LONG: Cut(
        ((0, -0.82), (12, -0.72), (34, -0.52), (52, -0.12), (62, 0.6), (74, 1.75), (180, 1.9)),
        ((-1.0, 0.13), (-0.5, 0.14), (0.1, 0.14), (0.5, 0.22), (1.0, 0.38), (1.9, 0.40)),
    ),
    HairStyle.QUIFF: Cut(
        _SHORT,
        ((-1.0, 0.42), (-0.72, 0.30), (-0.4, 0.07), (0.1, 0.03), (0.5, 0.02)),
        front=0.16,
    ),
    HairStyle.SIDE_PARTING: Cut(
        ((-60, -0.16), (-46, -0.30), (-20, -0.42), (10, -0.62), (30, -0.72), (40, -0.60),
         (60, -0.22), *_SIDES),
        ((-1.0, 0.17), (-0.5, 0.13), (0.1, 0.05), (0.5, 0.03)),
    ),
}  # fmt: skip
"""Every style."""
