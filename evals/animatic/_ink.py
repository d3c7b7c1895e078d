"""Drawing: transparent sheets, smooth outlines, noise, and silhouettes with a lit edge.

Places are shares of the picture's height, in both directions, from its top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Layer", "Sheet", "blur", "glow", "mix", "noise", "rgb", "ridge", "smooth"]

Field = NDArray[np.float32]
_SUPER = 2
_SHIFT = 4  # OpenCV's polygons take fixed-point coordinates


@dataclass
class Layer:
    """One plane of the world: premultiplied colour, what it lets through, and how far away it is."""

    colour: Field
    """Shape (H, W, 3), 0-1; light that is added may go beyond."""
    keep: Field
    """Share of what lies behind that still shows, shape (H, W, 3)."""
    depth: float = 0.0
    """Parallax: 0 is infinitely far, 1 moves with the camera."""


def rgb(colour: str) -> Field:
    """Turn `#rrggbb` into three floats, 0-1."""
    return np.asarray([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def mix(a: Field, b: Field, share_of_b: float) -> Field:
    """Mix two colours or pictures."""
    mixed: Field = (a * (1 - share_of_b) + b * share_of_b).astype(np.float32)
    return mixed


def blur(picture: Field, radius_px: float) -> Field:
    """Soften; a radius below a third of a pixel changes nothing."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), radius_px)) if radius_px > 0.3 else picture


def noise(shape: tuple[int, int], cell_px: tuple[float, float], rng: np.random.Generator) -> Field:
    """Cloudy noise of two octaves, about 0-1, with cells of (height, width) pixels."""
    total = np.zeros(shape, np.float32)
    for octave, weight in ((1.0, 0.68), (0.4, 0.32)):
        cells = [max(2, int(n / (c * octave)) + 2) for n, c in zip(shape, cell_px, strict=True)]
        seeds = rng.random(cells, dtype=np.float32)
        total += weight * cv2.resize(seeds, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return total


def smooth(points: ArrayLike, *, rounds: int = 3) -> NDArray[np.float64]:
    """Round a closed outline by cutting its corners (Chaikin)."""
    outline = np.asarray(points, np.float64)
    for _ in range(rounds):
        following = np.roll(outline, -1, axis=0)
        outline = np.stack(
            [0.75 * outline + 0.25 * following, 0.25 * outline + 0.75 * following], 1
        )
        outline = outline.reshape(-1, 2)
    return outline


def ridge(
    span: tuple[float, float], base: float, *, swing: float, cell: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """An uneven line of points from left to right around the height `base`."""
    x = np.linspace(*span, 400)
    heights = noise((2, 400), (2, cell / (span[1] - span[0]) * 400), rng)[0] - 0.5
    return np.stack([x, base - 2 * swing * heights], 1)


class Sheet:
    """A transparent sheet to draw on, larger than the picture so that cameras can move."""

    def __init__(self, box: tuple[float, float, float, float], px: float) -> None:
        """`box` is left, top, right, bottom; `px` is the picture's height in pixels."""
        self.box, self.px = box, px
        shape = (round((box[3] - box[1]) * px), round((box[2] - box[0]) * px))
        self._canvas = np.zeros((shape[0] * _SUPER, shape[1] * _SUPER, 4), np.uint8)

    def _fixed(self, points: ArrayLike) -> NDArray[np.int32]:
        shares = np.asarray(points, np.float64) - self.box[:2]
        fixed: NDArray[np.int32] = np.rint(shares * (self.px * _SUPER * 2**_SHIFT)).astype(np.int32)
        return fixed

    def shape(
        self, points: ArrayLike, colour: Field, *, at: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Fill a closed outline, moved by `at`."""
        value = (*(255.0 * np.clip(colour, 0, 1)).tolist(), 255.0)
        moved = np.asarray(points, np.float64) + np.asarray(at)
        cv2.fillPoly(self._canvas, [self._fixed(moved)], value, cv2.LINE_AA, _SHIFT)

    def box_at(self, left: float, top: float, *, size: tuple[float, float], colour: Field) -> None:
        """Fill an upright rectangle."""
        right, bottom = left + size[0], top + size[1]
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def below(self, line: NDArray[np.float64], colour: Field) -> None:
        """Fill everything below a line of points."""
        foot = self.box[3] + 0.1
        self.shape([*line, (line[-1][0], foot), (line[0][0], foot)], colour)

    def disc(self, centre: tuple[float, float], radius: float, colour: Field) -> None:
        """Fill a disc."""
        turns = np.linspace(0, 2 * np.pi, 40)
        self.shape(np.stack([np.cos(turns), np.sin(turns)], 1) * radius, colour, at=centre)

    def rod(
        self, a: tuple[float, float], b: tuple[float, float], width: float, colour: Field
    ) -> None:
        """Draw a straight line that has a width."""
        along = np.subtract(b, a) / max(1e-6, float(np.hypot(*np.subtract(b, a))))
        across = np.asarray([-along[1], along[0]]) * width / 2
        self.shape([a + across, b + across, b - across, a - across], colour)

    def layer(self, depth: float = 0.0, *, soft_px: float = 0.0) -> Layer:
        """Bring the drawing to the picture's scale."""
        size = (self._canvas.shape[1] // _SUPER, self._canvas.shape[0] // _SUPER)
        small = cv2.resize(self._canvas, size, interpolation=cv2.INTER_AREA)
        drawn = blur(np.asarray(small, np.float32) / np.float32(255), soft_px)
        keep = np.repeat(1 - drawn[..., 3:], 3, axis=2)
        return Layer(np.ascontiguousarray(drawn[..., :3]), keep, depth)


def glow(
    layer: Layer, box: tuple[float, ...], at: tuple[float, float], *, radius: float, light: Field
) -> None:
    """Add a soft light around a place of a layer that was drawn in `box`."""
    height, width = layer.colour.shape[:2]
    px = height / (box[3] - box[1])
    rows, columns = np.ogrid[:height, :width]
    far = np.hypot(columns - (at[0] - box[0]) * px, rows - (at[1] - box[1]) * px) / (radius * px)
    layer.colour += (np.exp(-2.2 * far)[..., None] * light).astype(np.float32)
