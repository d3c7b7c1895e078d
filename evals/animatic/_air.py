"""The air between the scene and the lens: rain, snow or fog."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic._ink import blur, noise
from evals.animatic.scene import Scene, Weather

__all__ = ["Air"]

Field = NDArray[np.float32]


class Air:
    """Rain, snow or fog between the scene and the lens."""

    def __init__(self, scene: Scene, size: tuple[int, int], rng: np.random.Generator) -> None:
        """Prepare the weather of a scene for pictures of (width, height)."""
        self._weather, self._size, px = scene.weather, size, size[1]
        if self._weather is Weather.RAIN:
            self._sheets = [
                self._rain(count, length, rng) for count, length in ((420, 0.05), (150, 0.10))
            ]
        elif self._weather is Weather.FOG:
            self._sheets = [noise((px, 2 * size[0]), (px / 5, px / 1.4), rng)]
        elif self._weather is Weather.SNOW:
            self._flakes = rng.random((170, 5))

    def _rain(self, count: int, length: float, rng: np.random.Generator) -> Field:
        width, px = self._size
        sheet = np.zeros((px, width), np.uint8)
        for x, y, bright in rng.random((count, 3)):
            start = (int(x * width * 16), int(y * px * 16))
            end = (int(start[0] - length * 0.16 * px * 16), int(start[1] + length * px * 16))
            for wrap in (0, -px * 16):
                cv2.line(
                    sheet,
                    (start[0], start[1] + wrap),
                    (end[0], end[1] + wrap),
                    90 + 120 * bright,
                    1,
                    cv2.LINE_AA,
                    4,
                )
        # A raindrop is out of focus and smeared; sharp streaks would read as boiling texture.
        return blur(np.asarray(sheet, np.float32) / np.float32(255), 0.7 * px / 360)

    def draw(self, canvas: Field, seconds: float, haze: Field) -> None:
        """Draw the air at a moment of the shot."""
        width, px = self._size
        if self._weather is Weather.RAIN:
            for sheet, speed, weight in zip(self._sheets, (1.5, 2.3), (0.11, 0.19), strict=True):
                moved = (
                    round(seconds * speed * px) % px,
                    round(-seconds * speed * 0.16 * px) % width,
                )
                canvas += (np.roll(sheet, moved, (0, 1)) * weight)[..., None] * (0.6 * haze + 0.34)
        elif self._weather is Weather.FOG:
            start = round(seconds * 0.05 * px) + 1
            veil = np.clip(self._sheets[0][:, start : start + width] * 1.5 - 0.42, 0, 1)
            low = np.clip(np.linspace(-0.5, 1.5, px, dtype=np.float32), 0, 1)[:, None]
            canvas += (veil * low * 0.62)[..., None] * (haze * 1.12 - canvas)
        elif self._weather is Weather.SNOW:
            self._snow(canvas, seconds)

    def _snow(self, canvas: Field, seconds: float) -> None:
        width, px = self._size
        sheet = np.zeros((px, width), np.uint8)
        for x, y, near, sway, bright in self._flakes:
            fall = (y + seconds * (0.12 + 0.30 * near)) % 1.1 - 0.05
            drift = (
                x
                + 0.012 * math.sin(2 * seconds * (0.5 + sway) + 6.3 * sway)
                - 0.03 * seconds * near
            )
            centre = (int(drift % 1 * width * 16), int(fall * px * 16))
            radius = int((0.0014 + 0.0050 * near**3) * px * 16)
            cv2.circle(sheet, centre, radius, 100 + 150 * bright, -1, cv2.LINE_AA, 4)
        canvas += (blur(np.asarray(sheet, np.float32) / np.float32(255), 0.5) * 0.8)[..., None] * (
            1 - canvas * 0.8
        )
