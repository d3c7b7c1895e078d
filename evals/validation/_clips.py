"""Clips for measuring: textured, in motion, with grain, so that no stage of the pass is spared."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["FPS", "write_clip"]

FPS = Fraction(24)
_STEP_PX = 3
_GRAIN_LEVELS = 3.0
_GRAINS = 8
"""Grain pictures that take turns: drawing new grain for every frame would take longer than coding it."""


def write_clip(path: Path, *, size: tuple[int, int], frames: int, seed: int) -> Path:
    """Write H.264 of `frames` frames, `size` = (width, height): a pan, a block that crosses it, grain."""
    width, height = size
    rng = np.random.default_rng(seed)
    world = _world(rng, width=2 * width, height=height)
    grains = rng.normal(0, _GRAIN_LEVELS, (_GRAINS, height, width, 1)).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(frames):
            left = _STEP_PX * index % (world.shape[1] - width)
            picture = world[:, left : left + width] + grains[index % _GRAINS]
            _cross(picture, index)
            rgb = np.clip(picture, 0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def _world(rng: np.random.Generator, *, width: int, height: int) -> NDArray[np.float32]:
    """A picture wider than the frame, with detail of several sizes."""
    world = np.full((height, width, 3), 110, np.float32)
    for detail_px, levels in ((64, 60), (16, 30), (4, 12)):
        rows, columns = max(2, height // detail_px), max(2, width // detail_px)
        coarse = rng.uniform(-levels, levels, (rows, columns, 3)).astype(np.float32)
        world += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return world


def _cross(picture: NDArray[np.float32], index: int) -> None:
    height, width = picture.shape[:2]
    edge = height // 4
    left = 2 * _STEP_PX * index % max(1, width - edge)
    picture[edge : 2 * edge, left : left + edge] += 50
