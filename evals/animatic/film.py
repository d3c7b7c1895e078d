"""Renders a scene frame by frame: camera, water, weather, and the finish of a print."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic._air import Air
from evals.animatic._ink import Layer, Sheet, blur, glow, mix, noise, rgb
from evals.animatic._people import bust, figure_layer, fox_mask
from evals.animatic._places import build
from evals.animatic.scene import Camera, Mask, Place, Scene
from evals.media.types import Picture
from tracker.errors import MisuseError

__all__ = ["render"]

Field = NDArray[np.float32]
_MIN_PX = 32


def render(
    scene: Scene,
    *,
    frame_count: int,
    size: tuple[int, int] = (640, 360),
    fps: float = 24,
    seed: int = 0,
) -> Iterator[Picture]:
    """Yield the frames of a scene, uint8 sRGB of shape (height, width, 3).

    `size` is (width, height) in pixels. The same scene, size and seed give the same bits; another
    seed gives another performance of the same staging. Raises MisuseError for an unusable size.
    """
    if min(size) < _MIN_PX or size[0] % 2 or size[1] % 2 or frame_count < 1 or fps <= 0:
        raise MisuseError(
            f"Cannot render {frame_count} frames of {size[0]}x{size[1]} at {fps} fps; give even sides "
            f"of at least {_MIN_PX} pixels, a frame or more, and a rate above 0."
        )
    shoot = _Shoot(scene, size, seed)
    return (shoot.frame(i / fps, i / max(1, frame_count - 1)) for i in range(frame_count))


class _Shoot:
    """One performance of a scene; frames must be asked for in order."""

    def __init__(self, scene: Scene, size: tuple[int, int], seed: int) -> None:
        self._scene, self._size, self._px = scene, size, size[1]
        self._stage = build(scene, size)
        self._rng = np.random.default_rng((seed, scene.layout, 7))
        self._phase = self._rng.uniform(0, 2 * math.pi, 6)
        self._air = Air(scene, size, self._rng)
        self._portrait = self._cast()
        self._grain = self._rng.normal(0, 1, (6, size[1] + 64, size[0] + 64)).astype(np.float32)
        self._grain = np.stack([blur(g, 0.55) for g in self._grain]) * 0.011
        rows, columns = np.ogrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
        self._vignette = (1.04 - 0.30 * (rows**2 * 0.8 + columns**2) ** 1.2).astype(np.float32)

    def frame(self, seconds: float, progress: float) -> Picture:
        """Draw one frame, `seconds` into the shot and `progress` of the way through it."""
        look = self._look(seconds, progress)
        canvas: Field = np.zeros((self._px, self._size[0], 3), np.float32)
        for layer in self._stage.back:
            self._over(canvas, layer, look)
        if self._stage.water is not None:
            self._mirror(canvas, look, seconds)
        for layer in self._stage.ground:
            self._over(canvas, layer, look)
        if self._portrait is not None:
            self._show_portrait(canvas, look, progress)
        elif self._scene.figure is not None:
            self._walk(canvas, look, seconds)
        for layer in self._stage.front:
            self._over(canvas, layer, look)
        self._air.draw(canvas, seconds, rgb(self._stage.palette.haze))
        return self._finish(canvas)

    def _look(self, seconds: float, progress: float) -> tuple[float, float, float]:
        """Where the camera points: shift right and down in picture heights, and zoom."""
        eased = progress - 0.5
        if self._scene.camera is Camera.PAN:
            return 0.20 * eased, 0.0, 1.0
        if self._scene.camera is Camera.DOLLY:
            return 0.02 * eased, 0.0, 1.0 + 0.11 * progress
        if self._scene.camera is Camera.HANDHELD:
            a, b, c, d = self._phase[:4]
            x = 0.007 * math.sin(2.3 * seconds + a) + 0.003 * math.sin(5.9 * seconds + b)
            y = 0.005 * math.sin(2.9 * seconds + c) + 0.002 * math.sin(7.1 * seconds + d)
            return x, y, 1.02
        return 0.0, 0.0, 1.0

    def _place(self, look: tuple[float, float, float], depth: float) -> tuple[float, float, float]:
        """Return scale, x and y, in pixels, that bring a plane's places to the picture."""
        x, y, zoom = look
        scale = 1 + (zoom - 1) * depth
        middle = (self._size[0] / 2, self._px * 0.6)
        return (
            scale,
            middle[0] * (1 - scale) - x * depth * self._px,
            middle[1] * (1 - scale) - y * depth * self._px,
        )

    def _over(
        self,
        canvas: Field,
        layer: Layer,
        look: tuple[float, float, float],
        *,
        turn: float = 0.0,
        drop: float = 0.0,
    ) -> None:
        """Lay a plane over the canvas; `turn` (degrees) and `drop` (picture heights) move it."""
        scale, x, y = self._place(look, layer.depth)
        left, top = self._stage.box[0] * self._px, self._stage.box[1] * self._px
        move = np.asarray(
            [[scale, 0, scale * left + x], [0, scale, scale * top + y + drop * self._px]]
        )
        if turn:
            centre = (-left + 0.5 * self._size[0], -top + 0.55 * self._px)
            move = move @ np.vstack([cv2.getRotationMatrix2D(centre, turn, 1.0), (0, 0, 1)])
        keep = cv2.warpAffine(layer.keep, move, self._size, borderValue=(1, 1, 1))
        cv2.multiply(canvas, keep, dst=canvas)
        cv2.add(canvas, cv2.warpAffine(layer.colour, move, self._size), dst=canvas)

    def _mirror(self, canvas: Field, look: tuple[float, float, float], seconds: float) -> None:
        """Replace everything below the waterline by what it mirrors, with ripples."""
        _, _, shift = self._place(look, 0.5)
        scale = self._place(look, 0.5)[0]
        line = round((self._stage.water or 0) * self._px * scale + shift)
        height, width = self._px - line, self._size[0]
        rows = np.arange(height, dtype=np.float32)[:, None]
        columns = np.arange(width, dtype=np.float32)[None]
        near = rows / self._px * self._stage.ripple
        wave = np.sin(rows * 260 / self._px / (0.35 + near) + 3.1 * seconds + 0.011 * columns)
        wave += 0.6 * np.sin(columns * 22 / self._px - rows * 31 / self._px + 2.2 * seconds)
        x = columns + wave * (0.8 + 26 * near) * self._px / 360
        y = line - 1 - rows * 1.06 - np.abs(wave) * (9 * near + 0.4) * self._px / 360
        seen = cv2.remap(
            canvas, x, np.clip(y, 0, None), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        palette = self._stage.palette
        deep = mix(rgb(palette.ink), rgb(palette.sky[1]), 0.35)
        share = (0.30 + 0.45 * np.clip(rows / height, 0, 1))[..., None]
        glint = np.clip(wave - 1.15, 0, 1)[..., None] * 0.16 * np.minimum(1, near * 6)[..., None]
        canvas[line:] = seen * (1 - share) + deep * share + glint * rgb(palette.sky[-1])
        if line > 0:
            canvas[line : line + 1] = mix(canvas[line : line + 1], rgb(palette.sky[-1]), 0.25)

    def _walk(self, canvas: Field, look: tuple[float, float, float], seconds: float) -> None:
        """Draw the figure, its mirror image or shadow, and its lantern's light."""
        figure = self._scene.figure
        assert figure is not None  # noqa: S101  # the caller looked
        scale, x, y = self._place(look, 1.0)
        walked = figure.speed * seconds
        spot = figure.x * self._stage.width + walked
        feet = (
            (spot * self._px * scale + x) / self._px,
            (self._stage.feet * self._px * scale + y) / self._px,
        )
        layer, corner = figure_layer(
            figure, self._stage.palette, feet=feet, px=self._px, walked=walked + self._phase[0]
        )
        if figure.has_lantern:
            self._lantern(
                canvas, (feet[0] + 0.25 * figure.height, feet[1] - 0.32 * figure.height), seconds
            )
        foot, height = round(feet[1] * self._px), layer.colour.shape[0]
        share, flat = (0.35, 1.0) if self._stage.water is not None else (0.45, 0.28)
        below = Layer(layer.colour[::-1] * share * (flat == 1), 1 - (1 - layer.keep[::-1]) * share)
        if flat < 1:  # dry land: a shadow
            flattened = (below.keep.shape[1], max(1, round(height * flat)))
            below.keep = np.asarray(
                cv2.resize(below.keep, flattened, interpolation=cv2.INTER_AREA), np.float32
            )
            below.colour = np.zeros_like(below.keep)
        start = foot - round((corner[1] + height - foot) * flat)
        _paste(canvas, below, (corner[0], start), top=foot)
        edge = np.clip((1 - layer.keep) - np.roll(1 - layer.keep, (1, -1), (0, 1)), 0, 1)
        layer.colour += 0.45 * edge * rgb(self._stage.palette.disc)
        _paste(canvas, layer, corner)

    def _lantern(self, canvas: Field, at: tuple[float, float], seconds: float) -> None:
        light = rgb(self._stage.palette.light) * (1 + 0.02 * math.sin(9 * seconds + self._phase[5]))
        box = (0.0, 0.0, self._size[0] / self._px, 1.0)
        around = Layer(np.zeros_like(canvas), canvas)
        glow(around, box, at, radius=0.30, light=light * 0.8)
        canvas += around.colour * (0.18 + 1.7 * canvas)

    def _cast(self) -> tuple[Layer, Layer] | None:
        """Draw the bust and the mask of a portrait once."""
        if self._scene.place is not Place.PORTRAIT or self._scene.figure is None:
            return None
        palette, box = self._stage.palette, self._stage.box
        middle = self._scene.figure.x * self._stage.width
        body = bust(self._scene.figure, palette, Sheet(box, self._px), x=middle)
        mask = fox_mask(palette, Sheet(box, self._px), x=middle)
        for layer in (body, mask):
            alpha = 1 - layer.keep
            light = Layer(np.zeros_like(layer.colour), layer.keep)
            glow(light, box, (middle - 0.42, 1.0), radius=0.75, light=rgb(palette.light) * 1.5)
            strokes = noise(alpha.shape[:2], (self._px / 7, self._px / 9), self._stage.rng) - 0.5
            layer.colour *= (0.50 + light.colour) * (1 + 0.30 * strokes)[..., None]
            shift = np.asarray([[1, 0, -2.2 * self._px / 360], [0, 1, 1.6 * self._px / 360]])
            edge = np.clip(alpha - cv2.warpAffine(alpha, shift, alpha.shape[1::-1]), 0, 1)
            layer.colour += edge * 0.55 * rgb(palette.disc)
        return body, mask

    def _show_portrait(
        self, canvas: Field, look: tuple[float, float, float], progress: float
    ) -> None:
        assert self._portrait is not None  # noqa: S101  # the caller looked
        body, mask = self._portrait
        breath = 0.004 * math.sin(2 * math.pi * (progress * 0.9 + self._phase[4]))
        self._over(canvas, body, look, drop=breath)
        lowered = 0.0
        if self._scene.mask is Mask.LOWERED:
            share = min(1.0, max(0.0, (progress - 0.22) / 0.42))
            lowered = share * share * (3 - 2 * share)
        self._over(canvas, mask, look, turn=-9 * lowered, drop=breath + 0.66 * lowered)

    def _finish(self, canvas: Field) -> Picture:
        """Bloom, vignette, grain, and the bars of a wide print."""
        height, width = canvas.shape[:2]
        small = cv2.resize(canvas, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
        bright = blur(np.clip(small - 0.62, 0, 1), self._px / 50)
        canvas += 0.55 * cv2.resize(bright, (width, height), interpolation=cv2.INTER_LINEAR)
        canvas *= self._vignette[..., None]
        which, y, x = self._rng.integers((len(self._grain), 64, 64))
        canvas += self._grain[which, y : y + height, x : x + width, None]
        printed = np.clip(np.rint(canvas * 255), 0, 255).astype(np.uint8)
        if self._scene.is_letterboxed:
            bar = round((height - width / 2.0) / 2)
            printed[: max(0, bar)] = printed[height - max(0, bar) :] = 0
        return printed


def _paste(canvas: Field, layer: Layer, corner: tuple[int, int], *, top: int = 0) -> None:
    """Lay a small layer over the canvas at a pixel (column, row), nothing above the row `top`."""
    (column, row), (height, width) = corner, layer.colour.shape[:2]
    y0, y1 = max(row, top, 0), min(row + height, canvas.shape[0])
    x0, x1 = max(column, 0), min(column + width, canvas.shape[1])
    if y0 < y1 and x0 < x1:
        there, here = np.s_[y0:y1, x0:x1], np.s_[y0 - row : y1 - row, x0 - column : x1 - column]
        canvas[there] = canvas[there] * layer.keep[here] + layer.colour[here]
