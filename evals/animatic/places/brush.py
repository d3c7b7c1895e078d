"""Shapes with a hand in them: rough outlines, washes with paper grain, glows and dry strokes.

Everything is in metres (y down). `REACH_M` is how far left and right of the middle sets are laid
out; it never depends on the framing, so that one layout is the same place in every shot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from evals.animatic.canvas import Layer, Moment, colour4f, ink, skia, stroke

__all__ = [
    "BOTTOM_M",
    "REACH_M",
    "TOP_M",
    "Points",
    "Wash",
    "arc",
    "box",
    "curve",
    "down_to",
    "dry_strokes",
    "fade",
    "glow",
    "lay",
    "light_paint",
    "oval",
    "polygon",
    "ridge",
    "rod",
    "rough",
    "rounded",
    "still",
    "wash",
    "wide_box",
]

REACH_M, TOP_M, BOTTOM_M = 17.0, -10.0, 5.0
Points = NDArray[np.float64]
"""Corners, shape (n, 2), in metres."""


def still(depth: float, draw: Callable[[skia.Canvas], None], *, is_light: bool = False) -> Layer:
    """Return a layer that never changes."""

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        draw(canvas)

    return Layer(depth=depth, paint=paint, is_light=is_light)


def polygon(points: Iterable[Sequence[float]] | Points, *, is_closed: bool = True) -> skia.Path:
    """Return a path through the points."""
    corners = [skia.Point(x, y) for x, y in np.asarray(list(points), float).tolist()]
    return skia.Path.Polygon(corners, is_closed)


def box(left: float, top: float, *, right: float, bottom: float) -> skia.Rect:
    """Return a rectangle."""
    return skia.Rect.MakeLTRB(left, top, right, bottom)


def wide_box(top: float, bottom: float) -> skia.Rect:
    """Return a band that no framing can see the ends of."""
    return skia.Rect.MakeLTRB(-3 * REACH_M, top, 3 * REACH_M, bottom)


def oval(at: tuple[float, float], width: float, height: float) -> skia.Rect:
    """Return the box of an ellipse around a point."""
    return skia.Rect.MakeXYWH(at[0] - width / 2, at[1] - height / 2, width, height)


def curve(points: Sequence[Sequence[float]], count: int = 40) -> Points:
    """Return a smooth line through a few points (Catmull and Rom, 1974)."""
    p = np.asarray(points, float)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, len(p) - 3 - 1e-9, count)
    k, u = t.astype(int), (t % 1)[:, None]
    a, b, c, d = p[k], p[k + 1], p[k + 2], p[k + 3]
    line: Points = 0.5 * (
        2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3
    )
    return line


def rough(
    points: Iterable[Sequence[float]],
    rng: np.random.Generator,
    *,
    wobble_m: float = 0.015,
    cell_m: float = 0.22,
) -> Points:
    """Return a closed outline redrawn by a hand: its edges cut into cells and pushed about."""
    corners = np.asarray(list(points), float)
    ends = np.roll(corners, -1, axis=0)
    lengths = np.hypot(*(ends - corners).T)
    cuts = [np.linspace(0, 1, 1 + max(1, min(40, round(n / cell_m))))[:-1] for n in lengths]
    line = np.vstack(
        [a + (b - a) * t[:, None] for a, b, t in zip(corners, ends, cuts, strict=True)]
    )
    pushed: Points = line + rng.normal(0, wobble_m, line.shape)
    return pushed


def ridge(
    base: float, swing: float, *, cell: float, rng: np.random.Generator, reach: float = REACH_M
) -> Points:
    """Return a skyline from left to right: hills of some swing over a base, octaves of value noise."""
    x = np.linspace(-reach, reach, 260)
    y = np.zeros_like(x)
    for octave in range(4):
        width, height = cell / 2**octave, swing / 1.9**octave
        knots = rng.uniform(-1, 1, int(2 * reach / width) + 3)
        t = (x + reach) / width
        k, u = t.astype(int), t % 1
        eased = u * u * (3 - 2 * u)
        y += height * (knots[k] * (1 - eased) + knots[k + 1] * eased)
    return np.stack([x, base + y], 1)


def down_to(line: Points, bottom: float = BOTTOM_M) -> skia.Path:
    """Return the area under a skyline."""
    return polygon([*line, (line[-1, 0], bottom), (line[0, 0], bottom)])


def arc(area: skia.Rect, start: float, sweep: float, *, is_closed: bool = False) -> skia.Path:
    """Return a part of an ellipse in degrees clockwise from the right; closed it is a slice."""
    path = skia.Path()
    path.arcTo(area, start, sweep, True)  # noqa: FBT003 - Skia's own signature
    if is_closed:
        path.close()
    return path


def rod(
    canvas: skia.Canvas,
    points: Iterable[Sequence[float]],
    *,
    width: float,
    colour: str,
    alpha: float = 1.0,
) -> None:
    """Draw an open line of some width."""
    canvas.drawPath(polygon(points, is_closed=False), stroke(colour, width, alpha))


def light_paint(shader: skia.Shader | None = None) -> skia.Paint:
    """Return a paint that adds light to what lies behind it: the screen blend."""
    return skia.Paint(Shader=shader, AntiAlias=True, Dither=True, BlendMode=skia.BlendMode.kScreen)


def fade(
    stops: Sequence[tuple[float, str, float]], *, along_x: bool = False, is_light: bool = False
) -> skia.Paint:
    """Return a paint that changes from top to bottom: (y, colour, alpha), at least two stops."""
    first, last = stops[0][0], stops[-1][0]
    ends = [(first, 0.0), (last, 0.0)] if along_x else [(0.0, first), (0.0, last)]
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(*end) for end in ends],
        colors=[colour4f(colour, alpha).toColor() for _, colour, alpha in stops],
        positions=[(at - first) / (last - first) for at, _, _ in stops],
    )
    return (
        light_paint(shader) if is_light else skia.Paint(Shader=shader, AntiAlias=True, Dither=True)
    )


@dataclass(frozen=True)
class Wash:
    """A wash of colour, and the grain of the paper under it."""

    colour: skia.Paint
    grain: skia.Paint | None


def wash(stops: Sequence[tuple[float, str]], *, grain: float = 0.5, along_x: bool = False) -> Wash:
    """Return an opaque wash of colours from top to bottom on grainy paper, for `lay`."""
    colour = fade([(at, name, 1.0) for at, name in stops], along_x=along_x)
    texture = skia.Paint(Shader=_grain(round(min(1.0, grain) * 20)), AntiAlias=True)
    return Wash(colour, texture if grain > 0 else None)


def lay(canvas: skia.Canvas, shape: skia.Path | skia.Rect, wash: Wash) -> None:
    """Lay a wash onto a shape."""
    for paint in (wash.colour, wash.grain):
        if paint is not None and isinstance(shape, skia.Rect):
            canvas.drawRect(shape, paint)
        elif paint is not None:
            canvas.drawPath(shape, paint)


def rounded(area: skia.Rect, radius: float) -> skia.Path:
    """Return a rectangle with round corners."""
    return skia.Path.RRect(area, radius, radius)


def glow(
    canvas: skia.Canvas,
    at: tuple[float, float],
    *,
    radius: float,
    colour: str,
    alpha: float = 1.0,
    squash: float = 1.0,
) -> None:
    """Draw light that falls off from a point; `squash` flattens it into a pool on the ground."""
    shares = (1.0, 0.55, 0.22, 0.06, 0.0)
    shader = skia.GradientShader.MakeRadial(
        center=skia.Point(0, 0),
        radius=radius,
        colors=[colour4f(colour, alpha * share).toColor() for share in shares],
        positions=[0.0, 0.22, 0.5, 0.78, 1.0],
    )
    canvas.save()
    canvas.translate(*at)
    canvas.scale(1.0, squash)
    canvas.drawCircle(0, 0, radius, light_paint(shader))
    canvas.restore()


def dry_strokes(
    canvas: skia.Canvas,
    area: skia.Rect,
    rng: np.random.Generator,
    *,
    colour: str,
    count: int,
    alpha: float = 0.18,
    length: float = 0.8,
    width: float = 0.03,
    upright: bool = False,
) -> None:
    """Drag a dry brush over an area: thin tapering strokes that do not quite follow one another."""
    paint = ink(colour, alpha)
    path = skia.Path()
    for u, v, long, thick, lean in rng.random((count, 5)):
        x, y = area.left() + u * area.width(), area.top() + v * area.height()
        reach, half = length * (0.3 + long) / 2, width * (0.25 + thick) / 2
        tilt = (lean - 0.5) * 0.12 * reach
        a, b, c, d = (x - reach, y + tilt), (x, y - half), (x + reach, y - tilt), (x, y + half)
        if upright:
            a, b, c, d = ((x + q - y, y + p - x) for p, q in (a, b, c, d))
        path.addPath(polygon((a, b, c, d)))
    canvas.drawPath(path, paint)


@cache
def _grain(level: int) -> skia.Shader:
    """Paper and brush: soft blotches and sideways hairs, light and dark, as a tile of 4 m."""
    rng, size = np.random.default_rng(7), 256
    frequency = np.hypot(np.fft.fftfreq(size)[:, None] * 1.0, np.fft.fftfreq(size)[None, :] * 2.2)
    hairs = np.hypot(np.fft.fftfreq(size)[:, None] * 0.9, np.fft.fftfreq(size)[None, :] * 7.0)
    noise = np.zeros((size, size))
    for shape, weight, cut in ((frequency, 1.0, 0.06), (hairs, 0.5, 0.10)):
        spectrum = np.fft.fft2(rng.normal(size=(size, size)))
        band = np.real(np.fft.ifft2(spectrum * (shape < cut) / (shape + 0.02)))
        noise += weight * band / band.std()
    alpha = np.clip(np.abs(noise) * 0.075 * level / 20, 0, 0.3)
    tile = np.zeros((size, size, 4), np.uint8)
    tile[..., :3] = (np.where(noise > 0, alpha, 0) * 255).astype(np.uint8)[..., None]
    tile[..., 3] = (alpha * 255).astype(np.uint8)
    picture = skia.Image.fromarray(tile, copy=True)
    return picture.makeShader(
        skia.TileMode.kRepeat,
        skia.TileMode.kRepeat,
        skia.SamplingOptions(),
        skia.Matrix.Scale(4 / size, 4 / size),
    )
