"""Rows of houses against the light, with windows that are lit when it is dark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.animatic.brief import Time, Weather
from evals.animatic.canvas import Layer, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import REACH_M, box, lay, polygon, rough, still, wash
from evals.animatic.places.tones import is_dark, snowy, tone

__all__ = ["Row", "houses_layer", "paint_houses", "window_light"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of houses."""

    base: float
    """Where they stand, y in metres."""
    tall: tuple[float, float]
    wide: tuple[float, float]
    far: float
    """0 near to 1 lost in the haze."""
    key: int
    """Which of the layout's random numbers arrange it."""
    is_flat: bool = False
    """Flat roofs: towers of a city."""
    locals: tuple[str | None, ...] = (None,)
    """Colours that the walls lean to, house by house."""
    panes: float = 1.0
    """Size of the windows."""


def window_light(stage: Stage) -> str:
    """Return the colour of lit windows far away: warm, whatever lights the subject."""
    return "#ffc873" if is_dark(stage) else mix(stage.palette.haze, "#ffffff", 0.5)


def houses_layer(stage: Stage, depth: float, row: Row) -> Layer:
    """Return a row of houses as a layer."""
    return still(depth, lambda canvas: paint_houses(canvas, stage, row))


def paint_houses(canvas: skia.Canvas, stage: Stage, row: Row) -> None:
    """Draw a row."""
    rng = stage.rng(10, row.key)
    bodies = [tone(stage, row.far, local) for local in row.locals]
    walls, snow, lit, unlit = [skia.Path() for _ in bodies], skia.Path(), skia.Path(), skia.Path()
    x = -REACH_M
    while x < REACH_M:
        wide, tall = rng.uniform(*row.wide), rng.uniform(*row.tall)
        roof = _roof(wide, tall, rng, is_flat=row.is_flat)
        place = [(x + px, row.base + py) for px, py in roof]
        walls[int(rng.integers(len(walls)))].addPath(
            polygon(rough(place, rng, wobble_m=0.008, cell_m=0.5))
        )
        crown = [p for p in place if p[1] < row.base - tall * 0.72]
        if stage.brief.weather is Weather.SNOW and len(crown) > 1:
            snow.addPath(polygon([*crown, *[(px, py + 0.07) for px, py in crown[::-1]]]))
        _windows((lit, unlit), (x, row.base - tall), size=(wide, tall), rng=rng, row=row)
        x += wide * rng.uniform(0.86, 1.0)
    for body, path in zip(bodies, walls, strict=True):
        foot = mix(body, stage.palette.haze, 0.45 + 0.3 * stage.palette.fog_share * row.far)
        stops = [(row.base - row.tall[1] * 1.1, body), (row.base + 0.05, foot)]
        lay(canvas, path, wash(stops, grain=0.9 * (1 - row.far)))
        if row.far < 0.6:
            canvas.drawPath(path, stroke(mix(body, stage.palette.ink, 0.5), 0.012, 0.6))
    canvas.drawPath(snow, ink(mix(snowy(stage, bodies[0], 0.9), stage.palette.haze, row.far * 0.6)))
    _light(canvas, stage, row, panes=(lit, unlit))


def _roof(
    wide: float, tall: float, rng: np.random.Generator, *, is_flat: bool
) -> list[tuple[float, float]]:
    left, right = [(0.0, 0.15), (0.0, -tall * 0.82)], [(wide, -tall * 0.82), (wide, 0.15)]
    kind = 3 if is_flat else int(rng.choice(4, p=[0.52, 0.2, 0.16, 0.12]))
    if kind == 0:
        a = rng.uniform(0.35, 0.65)
        top = [(-0.04, -tall * 0.82), (wide * a, -tall)]
        top += [*_chimney(wide * min(0.9, a + 0.18), -tall * 0.93), (wide + 0.04, -tall * 0.82)]
    elif kind == 1:
        top = [(wide * 0.16, -tall), *_chimney(wide * 0.6, -tall), (wide * 0.84, -tall)]
    elif kind == 2:
        steps = [
            (0.12, 0.87),
            (0.12, 0.92),
            (0.3, 0.92),
            (0.3, 1.0),
            (0.7, 1.0),
            (0.7, 0.92),
            (0.88, 0.92),
            (0.88, 0.87),
        ]
        top = [(wide * px, -tall * py) for px, py in steps]
    else:
        top = [
            (0, -tall),
            *(_chimney(wide * rng.uniform(0.2, 0.7), -tall) if rng.random() < 0.6 else []),
            (wide, -tall),
        ]
    return [*left, *top, *right]


def _chimney(x: float, y: float) -> list[tuple[float, float]]:
    return [(x - 0.05, y + 0.03), (x - 0.05, y - 0.16), (x + 0.07, y - 0.16), (x + 0.07, y + 0.05)]


def _windows(
    panes: tuple[skia.Path, skia.Path],
    at: tuple[float, float],
    *,
    size: tuple[float, float],
    rng: np.random.Generator,
    row: Row,
) -> None:
    (x, y), (wide, tall) = at, size
    pane = 0.085 * row.panes * (1.3 - row.far)
    columns, rows = max(1, int(wide / (pane * 3.2))), max(1, int(tall * 0.72 / (pane * 3.6)))
    for i in range(columns):
        for j in range(rows):
            chance = rng.random()
            if chance > 0.72:
                continue
            left = x + wide * (i + 0.5) / columns - pane / 2
            top = y + tall * 0.24 + pane * 3.4 * j
            panes[0 if chance < 0.34 else 1].addRect(
                box(left, top, right=left + pane, bottom=top + pane * 1.55)
            )


def _light(
    canvas: skia.Canvas, stage: Stage, row: Row, *, panes: tuple[skia.Path, skia.Path]
) -> None:
    share = {Time.NIGHT: 0.95, Time.DUSK: 0.9, Time.DAWN: 0.6, Time.DAY: 0.30}[stage.brief.time]
    share *= 1 - 0.45 * row.far * stage.palette.fog_share
    lit = mix(window_light(stage), stage.palette.haze, row.far * 0.35)
    canvas.drawPath(panes[1], ink(stage.palette.ink, 0.34 * (1 - row.far)))
    canvas.drawPath(panes[0], ink(lit, share))
    if row.panes > 1:
        dark = stroke(stage.palette.ink, 0.012, 0.55 * (1 - row.far))
        for path in panes:
            canvas.drawPath(path, dark)
