"""What places are made of: dressed planes of silhouettes, a sky, houses, pines and lamps."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic._ink import Layer, Sheet, blur, glow, mix, noise, rgb, ridge
from evals.animatic.scene import Palette

__all__ = ["MARGIN", "Stage", "houses", "lamp", "pine", "pines", "shine", "sky"]

MARGIN = 0.3
"""How far a plane reaches beyond the picture on either side, in picture heights."""
Point = tuple[float, float]


@dataclass
class Stage:
    """A place, ready for a camera."""

    palette: Palette
    box: tuple[float, float, float, float]
    px: int
    rng: np.random.Generator
    back: list[Layer] = field(default_factory=list)
    """Sky first, then whatever stands behind the figure."""
    ground: list[Layer] = field(default_factory=list)
    """What lies before the water, under the figure's feet."""
    front: list[Layer] = field(default_factory=list)
    """What passes before the figure."""
    water: float | None = None
    """Height of the line below which everything is mirrored; None: dry land."""
    ripple: float = 1.0
    """How uneasy the water is."""
    feet: float = 0.88
    """Where a figure stands."""

    @property
    def width(self) -> float:
        """Width of the picture, in picture heights."""
        return self.box[2] - MARGIN

    def sheet(self) -> Sheet:
        """Return an empty sheet."""
        return Sheet(self.box, self.px)

    def tone(self, far: float) -> NDArray[np.float32]:
        """Return the ink of a plane: 0 is near and dark, 1 is lost in the haze."""
        return mix(rgb(self.palette.ink), rgb(self.palette.haze), far)

    def dress(
        self, sheet: Sheet, depth: float, *, mist: Point = (0.9, 0.0), rim: float = 0.25
    ) -> Layer:
        """Give a drawing its brushwork, a lit edge, and mist from a height downwards."""
        layer = sheet.layer(depth)
        alpha = 1 - layer.keep
        height, width = alpha.shape[:2]
        strokes = noise((height, width), (height / 6, height / 3), self.rng) - 0.5
        layer.colour *= (1 + 0.55 * strokes)[..., None]
        rows = np.linspace(self.box[1], self.box[3], height, dtype=np.float32)
        share = np.clip((rows - mist[0] + 0.22) / 0.3, 0, 1)[:, None, None] * np.float32(mist[1])
        layer.colour += share * (rgb(self.palette.haze) * alpha - layer.colour)
        side = 1.0 if self.palette.disc_at[0] < 0.5 else -1.0
        shift = np.asarray([[1, 0, side], [0, 1, 1.2]]) * np.asarray([[1, 1, self.px / 360]] * 2)
        edge = np.clip(alpha - cv2.warpAffine(alpha, shift, (width, height)), 0, 1)
        layer.colour += edge * rim * rgb(self.palette.disc)
        return layer

    def light_up(self, layer: Layer, lit: Sheet) -> None:
        """Add lit windows to a plane, with their halo."""
        lights = lit.layer().colour
        layer.colour += lights * 0.9 + 1.5 * blur(lights, self.px / 70)


def sky(stage: Stage, *, has_stars: bool) -> Layer:
    """Draw clouds, stars, and the sun or the moon with its glow."""
    palette, rng = stage.palette, stage.rng
    empty = stage.sheet().layer()
    height, width = empty.colour.shape[:2]
    stops = np.stack([rgb(c) for c in palette.sky])
    rows = np.clip(np.linspace(stage.box[1], stage.box[3], height) / 0.66, 0, 1)
    column = [np.interp(rows, np.linspace(0, 1, len(stops)), stops[:, i]) for i in range(3)]
    picture = np.repeat(np.stack(column, 1)[:, None].astype(np.float32), width, axis=1)
    cloud = np.clip(noise((height, width), (height / 16, height / 2.6), rng) * 2.6 - 1.25, 0, 1)
    lit = mix(rgb(palette.sky[-1]), rgb(palette.sky[1]), 0.35)
    picture += (cloud * 0.34)[..., None] * (lit - picture)
    if has_stars:
        for x, y, size in rng.random((130, 3)):
            place = (int(y**1.4 * height * 0.55), int(x * width))
            picture[place] += 0.25 + 0.5 * size**3
        picture = blur(picture, 0.55)
    layer = Layer(picture, np.zeros_like(picture))
    disc = (palette.disc_at[0] * stage.width, palette.disc_at[1])
    glow(layer, stage.box, disc, radius=0.42, light=rgb(palette.disc) * 0.42)
    ball = stage.sheet()
    ball.disc(disc, palette.disc_radius, rgb(palette.disc))
    drawn = ball.layer(soft_px=0.6)
    layer.colour = np.minimum(layer.colour, 1) * drawn.keep + drawn.colour
    return layer


def houses(
    stage: Stage, base: float, tall: Point, *, wide: Point, depth: float, far: float
) -> Layer:
    """A row of houses with gables, chimneys and a few lit windows."""
    rng, sheet, lit = stage.rng, stage.sheet(), stage.sheet()
    ink, x = stage.tone(far), stage.box[0]
    while x < stage.box[2]:
        width, height = rng.uniform(*wide), rng.uniform(*tall)
        top = base - height
        sheet.shape([(x, 2), (x, top), (x + width, top), (x + width, 2)], ink)
        if rng.random() < 0.7:
            peak = top - width * rng.uniform(0.35, 0.7)
            sheet.shape([(x - 0.006, top), (x + width / 2, peak), (x + width + 0.006, top)], ink)
        if rng.random() < 0.5:
            chimney = x + width * rng.uniform(0.15, 0.7)
            sheet.rod((chimney, top), (chimney, top - width * 0.5), width * 0.12, ink)
        pane = wide[0] * 0.16
        for row in np.arange(top + pane * 1.5, base - pane * 2, pane * 3.4):
            for column in np.arange(x + pane * 1.4, x + width - pane * 1.6, pane * 2.6):
                if rng.random() < 0.30:
                    colour = rgb(stage.palette.light) * rng.uniform(0.55, 1.0)
                    lit.box_at(column, row, size=(pane, pane * 1.7), colour=colour)
        x += width * rng.uniform(0.96, 1.12)
    layer = stage.dress(sheet, depth, mist=(base, 0.75 * far + 0.1))
    stage.light_up(layer, lit)
    return layer


def pine(sheet: Sheet, foot: Point, height: float, ink: NDArray[np.float32]) -> None:
    """Draw a tree with four tiers."""
    sheet.rod((foot[0], foot[1] + 0.04), (foot[0], foot[1] - height * 0.3), height * 0.05, ink)
    for step, half in ((0.12, 0.19), (0.36, 0.15), (0.58, 0.105), (0.78, 0.062)):
        tier = [
            (-half, 0),
            (-half * 0.4, -0.12),
            (0, -0.42),
            (half * 0.4, -0.12),
            (half, 0),
            (0, -0.03),
        ]
        sheet.shape(np.asarray(tier) * height, ink, at=(foot[0], foot[1] - height * step))


def pines(stage: Stage, base: float, tall: Point, *, count: int, depth: float, far: float) -> Layer:
    """Draw a wood on a ridge."""
    sheet, ink = stage.sheet(), stage.tone(far)
    line = ridge((stage.box[0], stage.box[2]), base, swing=0.03, cell=0.8, rng=stage.rng)
    sheet.below(line, ink)
    for x in stage.rng.uniform(stage.box[0], stage.box[2], count):
        pine(sheet, (x, float(np.interp(x, *line.T))), stage.rng.uniform(*tall), ink)
    return stage.dress(sheet, depth, mist=(base + 0.05, 0.9 * far + 0.1), rim=0.16)


def lamp(stage: Stage, sheet: Sheet, foot: Point, height: float) -> Point:
    """Draw a street lamp and return where its light is."""
    ink, (x, y) = stage.tone(0.0), foot
    sheet.rod((x, y), (x, y - height), 0.012, ink)
    sheet.rod((x, y - height), (x + 0.05, y - height - 0.012), 0.010, ink)
    head = (x + 0.05, y - height + 0.012)
    shade = [(-0.022, 0), (0.022, 0), (0.010, -0.03), (-0.010, -0.03)]
    sheet.shape(shade, ink, at=head)
    return head


def shine(stage: Stage, layer: Layer, lamps: list[Point], *, pool: float | None) -> None:
    """Light lamps on a plane, with a pool of light on the ground at the height `pool`."""
    light = rgb(stage.palette.light)
    for x, y in lamps:
        glow(layer, stage.box, (x, y + 0.006), radius=0.035, light=light * 1.3)
        glow(layer, stage.box, (x, y + 0.006), radius=0.24, light=light * 0.50)
        if pool is not None:
            spot = stage.sheet()
            turns = np.linspace(0, 2 * np.pi, 40)
            ellipse = np.stack([np.cos(turns) * 0.24, np.sin(turns) * 0.030], 1)
            spot.shape(ellipse, light, at=(x, pool))
            layer.colour += spot.layer(soft_px=stage.px / 60).colour * 0.42
