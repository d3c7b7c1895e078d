"""Pines, round trees, poplars, bare trees and tufts of grass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.animatic.canvas import Stage, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import REACH_M, Points, lay, polygon, wash
from evals.animatic.places.tones import snowy, tone

__all__ = ["Wood", "bare_tree", "crown", "dab_leaves", "grass", "paint_pines", "pine"]


@dataclass(frozen=True, kw_only=True)
class Wood:
    """One row of pines."""

    base: float
    tall: tuple[float, float]
    count: int
    far: float
    key: int
    local: str = "#2f6b3c"
    gap: float = 0.0
    """No tree stands nearer than this to the middle."""


def paint_pines(
    canvas: skia.Canvas, stage: Stage, wood: Wood, *, ground: Points | None = None
) -> None:
    """Draw a row of pines, on a skyline where one is given."""
    rng = stage.rng(20, wood.key)
    body = tone(stage, wood.far, wood.local)
    foot = mix(body, stage.palette.haze, 0.55 if wood.far > 0.1 else 0.2)
    trees, snow = skia.Path(), skia.Path()
    for x, u, lean in rng.random((wood.count, 3)):
        at = (x * 2 - 1) * REACH_M
        if abs(at) < wood.gap:
            continue
        base = (
            wood.base if ground is None else float(np.interp(at, ground[:, 0], ground[:, 1])) + 0.05
        )
        tall = wood.tall[0] + (wood.tall[1] - wood.tall[0]) * u
        outline = pine(tall, rng)
        trees.addPath(polygon(np.add(outline, (at + (lean - 0.5) * 0.1, base))))
        snow.addPath(_load(np.add(outline, (at, base))))
    lay(
        canvas,
        trees,
        wash([(wood.base - wood.tall[1], body), (wood.base, foot)], grain=0.5 * (1 - wood.far)),
    )
    white = snowy(stage, body, 0.8)
    if white != body:
        canvas.drawPath(snow, ink(mix(white, stage.palette.haze, wood.far * 0.7), 0.85))


def pine(tall: float, rng: np.random.Generator) -> Points:
    """Return a pine's ragged outline, its foot at (0, 0)."""
    tiers = int(5 + tall * 1.6)
    half = tall * rng.uniform(0.15, 0.21)
    right, left = [], []
    for step in range(tiers):
        low = -tall * (1 - (step + 1) / tiers) * 0.92 - tall * 0.08
        reach = half * (step + 1) / tiers * rng.uniform(0.8, 1.1)
        right += [(reach, low + 0.02 * tall), (reach * 0.5, low - 0.015 * tall)]
        reach = half * (step + 1) / tiers * rng.uniform(0.8, 1.1)
        left += [(-reach, low + 0.02 * tall), (-reach * 0.5, low - 0.015 * tall)]
    stem = tall * 0.022
    return np.array(
        [
            (0, -tall),
            *right,
            (stem, -tall * 0.08),
            (stem, 0.05),
            (-stem, 0.05),
            (-stem, -tall * 0.08),
            *left[::-1],
        ]
    )


def _load(outline: Points) -> skia.Path:
    """Snow on the left boughs."""
    left = outline[len(outline) // 2 + 3 :: 2]
    path = skia.Path()
    for x, y in left[:-1]:
        path.addPath(polygon([(x - 0.02, y + 0.01), (x + 0.10, y - 0.09), (x + 0.16, y + 0.0)]))
    return path


def crown(
    at: tuple[float, float], *, wide: float, tall: float, rng: np.random.Generator
) -> skia.Path:
    """Return a leafy crown: clumps around an oval, each with a scalloped edge."""
    path = skia.Path()
    around = np.linspace(0, 2 * np.pi, 12)[:-1]
    for a in (*around, *rng.uniform(0, 2 * np.pi, 5)):
        out, r = rng.uniform(0.26, 0.36), rng.uniform(0.17, 0.26)
        x, y = at[0] + wide * out * np.cos(a), at[1] + tall * out * np.sin(a)
        t = np.linspace(0, 2 * np.pi, 34)[:-1]
        rim = 1 + 0.07 * np.abs(np.sin(4.5 * t + rng.uniform(0, 3))) + rng.normal(0, 0.03, t.size)
        path.addPath(
            polygon(
                zip(x + wide * r * rim * np.cos(t), y + tall * r * rim * np.sin(t), strict=True)
            )
        )
    path.addOval(skia.Rect.MakeXYWH(at[0] - wide * 0.3, at[1] - tall * 0.3, wide * 0.6, tall * 0.6))
    return path


def dab_leaves(
    canvas: skia.Canvas,
    leaves: skia.Path,
    rng: np.random.Generator,
    *,
    paint: skia.Paint,
    towards: tuple[float, float],
    count: int = 90,
) -> None:
    """Dab light leaves onto a crown, thickest towards a side of it."""
    bounds = leaves.getBounds()
    dabs = skia.Path()
    for u, v, turn, size in rng.random((count, 4)):
        x = bounds.centerX() + (0.62 * (u * 2 - 1) + 0.32 * towards[0]) * bounds.width() / 2
        y = bounds.centerY() + (0.62 * (v * 2 - 1) + 0.32 * towards[1]) * bounds.height() / 2
        reach, a = 0.05 + 0.07 * size, turn * np.pi
        c, s = np.cos(a) * reach, np.sin(a) * reach
        dabs.addPath(
            polygon(
                [
                    (x - c, y - s),
                    (x - s * 0.4, y + c * 0.4),
                    (x + c, y + s),
                    (x + s * 0.4, y - c * 0.4),
                ]
            )
        )
    canvas.save()
    canvas.clipPath(leaves, doAntiAlias=True)
    canvas.drawPath(dabs, paint)
    canvas.restore()


def bare_tree(at: tuple[float, float], *, tall: float, rng: np.random.Generator) -> skia.Path:
    """Return a tree without leaves: a trunk that forks five times."""
    path = skia.Path()

    def grow(x: float, y: float, *, angle: float, long: float, thick: float, left: int) -> None:
        ex, ey = x + long * np.sin(angle), y - long * np.cos(angle)
        nx, ny = np.cos(angle) * thick / 2, np.sin(angle) * thick / 2
        path.addPath(
            polygon(
                [
                    (x - nx, y - ny),
                    (ex - nx * 0.62, ey - ny * 0.62),
                    (ex + nx * 0.62, ey + ny * 0.62),
                    (x + nx, y + ny),
                ]
            )
        )
        for side in (-1, 1) if left else ():
            bend = angle + side * rng.uniform(0.22, 0.62)
            grow(
                ex,
                ey,
                angle=bend,
                long=long * rng.uniform(0.62, 0.82),
                thick=thick * 0.62,
                left=left - 1,
            )

    grow(*at, angle=rng.uniform(-0.1, 0.1), long=tall * 0.32, thick=tall * 0.075, left=5)
    return path


def grass(
    rng: np.random.Generator,
    *,
    base: float,
    tall: float,
    count: int,
    gap: float = 0.0,
    slope: Points | None = None,
) -> skia.Path:
    """Return tufts of blades along a line."""
    path = skia.Path()
    for x, long, lean, drop in rng.random((count, 4)):
        at = (x * 2 - 1) * REACH_M * 0.7
        if abs(at) < gap:
            continue
        y = (
            base + drop * 0.12
            if slope is None
            else float(np.interp(at, slope[:, 0], slope[:, 1])) + 0.03
        )
        for blade in range(4):
            tip = (lean - 0.5 + (blade - 1.5) * 0.35) * tall
            height = tall * (0.5 + long) * (1 - 0.12 * blade)
            root = at + blade * 0.022
            path.addPath(polygon([(root, y), (root + tip, y - height), (root + 0.022, y)]))
    return path
