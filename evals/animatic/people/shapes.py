"""Outlines: smooth paths through points, tapered limbs, and round solids that can be turned.

A `Solid` is a stack of ellipses, the one model behind heads, hair, hats and coats: its outline and
everything that is drawn on its surface follow a turn of the figure without being redrawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evals.animatic.canvas import skia

__all__ = ["Points", "Solid", "combined", "limb", "polygon", "smooth", "thread"]

Points = NDArray[np.float64]
_SAMPLES = 40
_FINER = np.linspace(0, 1, 24) ** 1.7
"""More samples at the top, where domes are round."""


def smooth(points: ArrayLike, *, tension: float = 0.5) -> skia.Path:
    """Return a closed curve that passes through all points (Catmull-Rom)."""
    knots = np.asarray(points, np.float64)
    ring = knots[_around(len(knots))]
    slope = (ring[2:] - ring[:-2]) * (tension / 3)
    rows = np.hstack([ring[1:-2] + slope[:-1], ring[2:-1] - slope[1:], ring[2:-1]]).tolist()
    path = skia.Path()
    path.moveTo(*knots[0].tolist())
    for row in rows:
        path.cubicTo(*row)
    path.close()
    return path


@lru_cache(maxsize=128)
def _around(count: int) -> NDArray[np.intp]:
    """Return the indices of a ring, from the point before the first to the second after the last."""
    return np.arange(-1, count + 2) % count


def combined(first: skia.Path, second: skia.Path, operation: skia.PathOp) -> skia.Path:
    """Join, cut or intersect two outlines.

    Skia now and then fails where edges nearly coincide (one hood in twenty thousand); a shift of the
    second outline by a tenth of a millimetre then helps. The first is returned where nothing does.
    """
    for shift_m in (0.0, 1e-4, -3e-4, 1e-3):
        moved = skia.Path(second)
        moved.offset(shift_m, shift_m)
        try:
            return skia.Op(first, moved, operation) or first
        except RuntimeError:
            continue
    return first


def polygon(points: ArrayLike, *, is_closed: bool = True) -> skia.Path:
    """Return straight lines through points."""
    path = skia.Path()
    rows = np.asarray(points, np.float64).tolist()
    path.moveTo(*rows[0])
    for row in rows[1:]:
        path.lineTo(*row)
    if is_closed:
        path.close()
    return path


def thread(points: ArrayLike) -> skia.Path:
    """Return an open curve through points."""
    knots = np.asarray(points, np.float64)
    slope = np.gradient(knots, axis=0) / 3
    path = skia.Path()
    path.moveTo(*knots[0].tolist())
    for row in np.hstack([knots[:-1] + slope[:-1], knots[1:] - slope[1:], knots[1:]]).tolist():
        path.cubicTo(*row)
    return path


def limb(joints: Sequence[tuple[float, float]], widths: Sequence[float]) -> skia.Path:
    """Return a bent, tapered limb: the widths are full ones, one per joint; both ends are round."""
    left, right = [], []
    for i, (x, y) in enumerate(joints):
        before, after = joints[max(0, i - 1)], joints[min(len(joints) - 1, i + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        far = math.hypot(dx, dy) or 1.0
        across = (-dy / far * widths[i] / 2, dx / far * widths[i] / 2)
        left.append((x + across[0], y + across[1]))
        right.append((x - across[0], y - across[1]))
    ends = []
    for i, j, width in ((-1, -2, widths[-1]), (0, 1, widths[0])):
        (x, y), (u, v) = joints[i], joints[j]
        far = math.hypot(x - u, y - v) or 1.0
        ends.append((x + (x - u) / far * width * 0.45, y + (y - v) / far * width * 0.45))
    return smooth([*left, ends[0], *reversed(right), ends[1]])


def _hermite(knots: Points, values: Points, at: Points) -> Points:
    """Interpolate without overshooting (Fritsch and Carlson 1980, harmonic mean slopes)."""
    steps, rises = np.diff(knots), np.diff(values)
    secants = rises / steps
    slopes = np.zeros_like(values)
    slopes[0], slopes[-1] = secants[0], secants[-1]
    product = secants[:-1] * secants[1:]
    safe = np.where(product > 0, secants[:-1] + secants[1:], 1.0)
    slopes[1:-1] = np.where(product > 0, 2 * product / safe, 0.0)
    i = np.clip(np.searchsorted(knots, at, "right") - 1, 0, len(steps) - 1)
    t = (at - knots[i]) / steps[i]
    a = (1 + 2 * t) * (1 - t) ** 2 * values[i] + t * (1 - t) ** 2 * steps[i] * slopes[i]
    b = t * t * (3 - 2 * t) * values[i + 1] + t * t * (t - 1) * steps[i] * slopes[i + 1]
    result: Points = a + b
    return result


@dataclass(frozen=True, eq=False)
class Solid:
    """A stack of ellipses, one for each height; x right, y down, z towards the lens."""

    heights: Points
    half_widths: Points
    half_depths: Points
    middles: Points
    """z of each ellipse's middle."""

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float, float, float]]) -> Solid:
        """Make a solid of rows (y, half width, reach to the front, reach to the back), y rising."""
        y, width, front, back = np.asarray(rows, np.float64).T
        at = y[0] + (y[-1] - y[0]) * np.linspace(0, 1, _SAMPLES) ** 1.25
        front, back = _hermite(y, front, at), _hermite(y, back, at)
        return cls(
            at, np.maximum(0, _hermite(y, width, at)), (front + back) / 2, (front - back) / 2
        )

    def grown(self, by: float) -> Solid:
        """Return a larger copy."""
        return Solid(self.heights, self.half_widths + by, self.half_depths + by, self.middles)

    def _reach(self, y: Points, yaw: float) -> tuple[Points, Points, Points]:
        """Return each ellipse's middle, reach and phase as seen at a yaw (radians)."""
        across = np.interp(y, self.heights, self.half_widths) * math.cos(yaw)
        deep = np.interp(y, self.heights, self.half_depths) * math.sin(yaw)
        middle = np.interp(y, self.heights, self.middles)
        return middle, np.hypot(across, deep), np.arctan2(deep, across)

    def turn_of(self, x: ArrayLike, y: ArrayLike) -> Points:
        """Return where on the surface (radians from the front) a point lies that is seen at x."""
        half = np.interp(np.asarray(y, np.float64), self.heights, self.half_widths)
        turns: Points = np.arcsin(np.clip(np.asarray(x) / np.maximum(half, 1e-6), -1, 1))
        return turns

    def at(
        self, turn: ArrayLike, y: ArrayLike, *, yaw: float, pitch: float = 0.0, out: ArrayLike = 0.0
    ) -> Points:
        """Return where points of the surface are seen; hidden ones wait at the edge.

        `out` lifts them off the surface. Angles are radians; a positive pitch looks up.
        """
        rows = np.asarray(y, np.float64)
        middle, reach, phase = self._reach(rows, yaw)
        seen = (np.asarray(turn, np.float64) + phase + math.pi) % (2 * math.pi) - math.pi
        seen = np.minimum(np.maximum(seen, -math.pi / 2), math.pi / 2)
        far = reach + np.asarray(out, np.float64)
        x = middle * math.sin(yaw) + far * np.sin(seen)
        points = np.empty((*x.shape, 2))
        points[..., 0] = x
        points[..., 1] = rows
        if pitch:
            near = middle * math.cos(yaw) + far * np.cos(seen)
            points[..., 1] = rows * math.cos(pitch) - near * math.sin(pitch)
        return points

    def edge(
        self, yaw: float, *, pitch: float = 0.0, span: tuple[float, float] | None = None
    ) -> tuple[Points, Points]:
        """Return the left and the right outline, top to bottom."""
        y = self.heights if span is None else span[0] + (span[1] - span[0]) * _FINER
        middle, reach, _ = self._reach(y, yaw)
        low = y * math.cos(pitch) - middle * math.cos(yaw) * math.sin(pitch)
        x = middle * math.sin(yaw)
        return np.stack([x - reach, low], 1), np.stack([x + reach, low], 1)

    def outline(self, yaw: float, *, pitch: float = 0.0) -> Points:
        """Return the closed outline."""
        left, right = self.edge(yaw, pitch=pitch)
        return np.vstack([right, left[::-1]])
