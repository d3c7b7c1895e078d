"""The six places, each a handful of planes from the sky to what passes close to the lens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evals.animatic._ink import blur, mix, rgb, ridge
from evals.animatic._stage import MARGIN, Stage, houses, lamp, pine, pines, shine, sky
from evals.animatic.scene import PALETTES, Hour, Place, Scene

__all__ = ["build"]


def build(scene: Scene, size: tuple[int, int]) -> Stage:
    """Draw a scene's place for pictures of (width, height); the layout decides all of it."""
    box = (-MARGIN, -0.16, size[0] / size[1] + MARGIN, 1.16)
    stage = Stage(PALETTES[scene.hour], box, size[1], np.random.default_rng(scene.layout))
    stage.back.append(sky(stage, has_stars=scene.hour is Hour.NIGHT))
    _PLACES[scene.place](stage)
    return stage


def _harbour(stage: Stage) -> None:
    rng, span = stage.rng, (stage.box[0], stage.box[2])
    hills = stage.sheet()
    hills.below(ridge(span, 0.53, swing=0.07, cell=0.7, rng=rng), stage.tone(0.78))
    stage.back.append(stage.dress(hills, 0.08, mist=(0.6, 0.7)))
    stage.back.append(houses(stage, 0.62, (0.03, 0.12), wide=(0.05, 0.11), depth=0.16, far=0.52))
    ships = stage.sheet()
    ink = stage.tone(0.18)
    for x in (0.10, 0.62, 1.52):
        tall = rng.uniform(0.30, 0.44)
        hull = [(-0.17, -0.035), (-0.13, 0.02), (0.12, 0.02), (0.19, -0.05), (0.05, -0.03)]
        ships.shape(hull, ink, at=(x, 0.63))
        ships.rod((x, 0.62), (x, 0.62 - tall), 0.008, ink)
        ships.rod((x - 0.02, 0.60 - tall * 0.3), (x + 0.13, 0.55 - tall * 0.4), 0.005, ink)
        for end in (-0.15, 0.17):
            ships.rod((x, 0.63 - tall), (x + end, 0.59), 0.0026, ink)
    stage.back.append(stage.dress(ships, 0.32, rim=0.35))
    stage.water, stage.feet = 0.64, 0.885
    pier, ink = stage.sheet(), stage.tone(0.03)
    pier.shape([(span[0], 0.87), (span[1], 0.87), (span[1], 2), (span[0], 2)], ink)
    for x in np.arange(span[0], span[1], 0.09):
        pier.rod((x, 0.872), (x + (x - 0.9) * 0.35, 1.2), 0.004, stage.tone(0.2))
    posts = np.arange(span[0] + 0.05, span[1], 0.34)
    for x in posts:
        pier.rod((x, 0.88), (x, 0.775), 0.016, ink)
    for low in (0.795, 0.835):
        pier.rod((span[0], low), (span[1], low), 0.005, ink)
    lamps = [lamp(stage, pier, (float(x) + 0.17, 0.87), 0.36) for x in posts[1::3]]
    deck = stage.dress(pier, 1.0, mist=(1.2, 0.25), rim=0.3)
    shine(stage, deck, lamps, pool=0.915)
    stage.ground.append(deck)


def _street(stage: Stage) -> None:
    stage.back += [
        houses(stage, 0.70, (0.18, 0.40), wide=(0.07, 0.13), depth=0.12, far=0.70),
        houses(stage, 0.76, (0.24, 0.40), wide=(0.12, 0.20), depth=0.30, far=0.40),
        houses(stage, 0.795, (0.12, 0.30), wide=(0.16, 0.26), depth=0.55, far=0.16),
    ]
    lamps = stage.sheet()
    heads = [lamp(stage, lamps, (x, 0.80), 0.42) for x in (0.10, 0.86, 1.62)]
    lit = stage.dress(lamps, 0.7, rim=0.2)
    shine(stage, lit, heads, pool=None)
    stage.back.append(lit)
    stage.water, stage.ripple, stage.feet = 0.795, 0.35, 0.90
    wires, x = stage.sheet(), np.linspace(stage.box[0], stage.box[2], 60)
    for high, sag in ((0.10, 0.10), (0.14, 0.13), (0.05, 0.16)):
        line = np.stack([x, high + sag * (x - 0.8) ** 2], 1)
        under = line[::-1] + np.asarray((0.0, 0.004))
        wires.shape([*line, *under], stage.tone(0.1))
    stage.front.append(wires.layer(0.8))


def _forest(stage: Stage) -> None:
    stage.back += [
        pines(stage, 0.60, (0.16, 0.30), count=60, depth=0.10, far=0.80),
        pines(stage, 0.68, (0.26, 0.44), count=34, depth=0.24, far=0.55),
        pines(stage, 0.75, (0.40, 0.66), count=13, depth=0.45, far=0.26),
    ]
    rng, span = stage.rng, (stage.box[0], stage.box[2])
    snow = stage.sheet()
    snow.below(
        ridge(span, 0.80, swing=0.022, cell=0.9, rng=rng),
        mix(stage.tone(1.0), rgb("#ffffff"), 0.30),
    )
    for low in (0.90, 0.97):
        shade = mix(stage.tone(0.9), rgb("#ffffff"), 0.12 - (low - 0.9))
        snow.below(ridge(span, low, swing=0.015, cell=0.5, rng=rng), shade)
    stage.back.append(stage.dress(snow, 0.85, mist=(1.4, 0.0), rim=0.1))
    stage.feet = 0.865
    near, ink = stage.sheet(), stage.tone(0.0)
    for x, wide in ((0.0, 0.06), (1.74, 0.10)):
        near.shape([(x - wide * 0.7, 1.3), (x - wide * 0.36, -0.3), (x + wide * 0.34, -0.3),
                    (x + wide * 0.8, 1.3)], ink)  # fmt: skip
        for y, reach in ((0.10, 0.34), (0.24, -0.30), (0.40, 0.22), (0.02, -0.22)):
            near.rod((x, y + 0.10), (x + reach, y), 0.016, ink)
            near.rod((x + reach * 0.5, y + 0.05), (x + reach * 0.8, y + 0.09), 0.010, ink)
    stage.front.append(near.layer(1.4, soft_px=stage.px / 110))


def _hills(stage: Stage) -> None:
    rng, span = stage.rng, (stage.box[0], stage.box[2])
    planes = ((0.47, 0.11, 0.88), (0.56, 0.09, 0.70), (0.66, 0.08, 0.48), (0.79, 0.05, 0.22))
    for step, (base, swing, far) in enumerate(planes):
        sheet, ink = stage.sheet(), stage.tone(far)
        line = ridge(span, base, swing=swing, cell=0.75 - step * 0.08, rng=rng)
        sheet.below(line, ink)
        for x in rng.uniform(*span, 26 if step > 1 else 0):
            foot = (x, float(np.interp(x, *line.T)) + 0.01)
            pine(sheet, foot, rng.uniform(0.03, 0.06) * (1 + step * 0.5), ink)
        layer = stage.dress(sheet, 0.08 + 0.2 * step, mist=(base + 0.2, 0.85), rim=0.22)
        if step == 2:
            lit = stage.sheet()
            light = rgb(stage.palette.light)
            lit.box_at(1.18, 0.66, size=(0.012, 0.016), colour=light)
            stage.light_up(layer, lit)
        stage.back.append(layer)
    path = stage.sheet()
    path.below(ridge(span, 0.865, swing=0.012, cell=1.1, rng=rng), stage.tone(0.04))
    stage.back.append(stage.dress(path, 1.0, mist=(1.3, 0.2), rim=0.35))
    stage.feet = 0.875


def _sea(stage: Stage) -> None:
    far, ink = stage.sheet(), stage.tone(0.62)
    far.below(ridge((stage.box[0], 0.7), 0.585, swing=0.035, cell=0.5, rng=stage.rng), ink)
    stage.back.append(stage.dress(far, 0.08, mist=(0.62, 0.6)))
    rock, ink = stage.sheet(), stage.tone(0.12)
    outline = [(1.18, 0.64), (1.24, 0.585), (1.31, 0.56), (1.36, 0.525), (1.46, 0.53), (1.53, 0.57),
               (1.66, 0.59), (1.72, 0.64)]  # fmt: skip
    rock.shape([*outline, (1.72, 2), (1.18, 2)], ink)
    rock.shape([(1.385, 0.54), (1.398, 0.27), (1.432, 0.27), (1.445, 0.54)], ink)
    rock.shape([(1.385, 0.27), (1.445, 0.27), (1.438, 0.255), (1.392, 0.255)], ink)
    rock.shape([(1.398, 0.225), (1.415, 0.195), (1.432, 0.225)], ink)
    head = stage.dress(rock, 0.3, rim=0.4)
    shine(stage, head, [(1.415, 0.237)], pool=None)
    stage.back.append(head)
    boat, ink = stage.sheet(), stage.tone(0.05)
    hull = [(-0.10, -0.02), (-0.075, 0.015), (0.08, 0.015), (0.115, -0.03)]
    boat.shape(hull, ink, at=(0.62, 0.64))
    boat.rod((0.63, 0.63), (0.63, 0.40), 0.006, ink)
    boat.shape([(0.638, 0.41), (0.72, 0.60), (0.638, 0.605)], mix(rgb("#c6452f"), ink, 0.25))
    boat.shape([(0.622, 0.44), (0.622, 0.60), (0.565, 0.60)], mix(rgb("#c6452f"), ink, 0.45))
    stage.back.append(stage.dress(boat, 0.42, rim=0.5))
    stage.water, stage.ripple, stage.feet = 0.642, 1.6, 0.93


def _portrait(stage: Stage) -> None:
    stage.back[0].colour = blur(stage.back[0].colour, stage.px / 45)
    stage.back.append(pines(stage, 0.66, (0.5, 0.9), count=26, depth=0.2, far=0.5))
    stage.back[-1].colour = blur(stage.back[-1].colour, stage.px / 50)
    stage.back[-1].keep = blur(stage.back[-1].keep, stage.px / 50)
    lights = stage.sheet()
    for x, y, size in stage.rng.random((16, 3)):
        place = (stage.box[0] + x * (stage.box[2] - stage.box[0]), 0.25 + 0.5 * y)
        lights.disc(place, 0.022 + 0.03 * size, rgb(stage.palette.light) * (0.25 + 0.4 * size))
    bokeh = lights.layer(0.35, soft_px=stage.px / 240)
    bokeh.colour *= 0.55
    bokeh.keep = np.ones_like(bokeh.keep)
    stage.back.append(bokeh)


_PLACES: dict[Place, Callable[[Stage], None]] = {
    Place.FOREST: _forest,
    Place.HARBOUR: _harbour,
    Place.HILLS: _hills,
    Place.PORTRAIT: _portrait,
    Place.SEA: _sea,
    Place.STREET: _street,
}
