"""Clips to be spoilt: photographs under a moving window, and shots of the drawn world.

None of these photographs was looked at when the measures were tuned. All are in the public domain or CC0,
ship with scikit-image, and show no person.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.media.frames import ANALYSIS_BOX
from evals.media.types import Picture
from evals.training.scenes import scene_brief
from evals.validation.scale import Scale
from tracker.errors import MisuseError

__all__ = ["CAMERAS", "DRAWN", "FAST_PAN", "PHOTOGRAPHS", "Footage", "film", "footage", "through"]

CAMERAS = ("static", "pan", "zoom", "handheld", "grain", "fade")
"""Moves of the window; `grain` and `fade` pan slowly."""
FAST_PAN = "fast pan"
"""Another move: 14 pixels a frame at analysis size, sideways."""
DRAWN = "drawn"
"""What stands for a camera in clips of the drawn world."""
PHOTOGRAPHS = (
    "clock_motion.png",
    "retina.jpg",
    "coins.png",
    "moon.png",
    "hubble_deep_field.jpg",
)
_PAN_PX, _SLOW_PX = 2.5, 1.25
_ZOOM = 0.010
_GRAIN, _NOISE = 4.0, 0.8
"""Levels of grain, and of the noise that every camera has."""
_DRAWN_SEED = 71

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Footage:
    """One clean clip by name."""

    camera: str
    picture: int
    """Place of its photograph, or number of its brief."""
    take: int = 0
    """Another window on the same picture."""


def footage(scale: Scale) -> tuple[Footage, ...]:
    """Return the clean clips of a scale: every photograph under every camera, and drawn shots."""
    filmed = [
        Footage(camera=camera, picture=place)
        for place in range(scale.photographs)
        for camera in CAMERAS
    ]
    return (*filmed, *(Footage(camera=DRAWN, picture=i) for i in range(scale.drawn)))


def film(clip: Footage, scale: Scale, *, frames: int | None = None) -> Picture:
    """Return the frames of a clean clip, uint8 (n, h, w, 3); the same arguments give the same bits."""
    count = scale.frames if frames is None else frames
    if clip.camera == DRAWN:
        return _drawn(clip, count, scale.size)
    places = (*CAMERAS, FAST_PAN)
    key = (scale.seed, places.index(clip.camera), clip.picture, clip.take)
    rng = np.random.default_rng(key)
    picture = _photograph(PHOTOGRAPHS[clip.picture % len(PHOTOGRAPHS)])
    view = _views(clip.camera, picture, frames=count, size=scale.size, rng=rng)
    gains = np.linspace(1, 0.25, count) if clip.camera == "fade" else np.ones(count)
    grain = _GRAIN if clip.camera == "grain" else _NOISE
    lit = view * gains[:, None, None, None] + rng.normal(0, grain, view.shape)
    return np.clip(np.rint(lit), 0, 255).astype(np.uint8)


def _drawn(clip: Footage, count: int, size: tuple[int, int]) -> Picture:
    brief = scene_brief(clip.picture, seed=_DRAWN_SEED, split=Split.EVALUATION)
    shown = shoot(brief, frame_count=count, size=size, seed=clip.take)
    return np.stack([one.picture for one in shown])


@lru_cache(maxsize=len(PHOTOGRAPHS))
def _photograph(name: str) -> Picture:
    found = find_spec("skimage")
    if found is None or found.origin is None:
        raise MisuseError(
            "The photographs of the validation come with scikit-image, which is not installed; "
            "install it: pip install scikit-image."
        )
    picture = cv2.imread(str(Path(found.origin).parent / "data" / name), cv2.IMREAD_COLOR)
    if picture is None:
        raise MisuseError(f"scikit-image has no photograph {name}; install version 0.25 or newer.")
    return np.ascontiguousarray(picture[..., ::-1], np.uint8)


def _views(
    camera: str,
    picture: Picture,
    *,
    frames: int,
    size: tuple[int, int],
    rng: np.random.Generator,
) -> Floats:
    """Look at a photograph through a window that moves; beyond its border it is mirrored."""
    height, width = picture.shape[:2]
    centre = np.array([width, height]) * rng.uniform(0.4, 0.6, 2)
    scale = 1.15 * size[0] / width
    if scale < 1:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.45 / scale), np.uint8)
    offsets, zooms = _path(camera, frames, rng)
    if camera == FAST_PAN:
        offsets *= size[0] / ANALYSIS_BOX[0]
    views = [
        through(picture, centre, scale=scale * zoom, offset=offset, size=size)
        for offset, zoom in zip(offsets, zooms, strict=True)
    ]
    return np.stack(views).astype(np.float64)


def _path(camera: str, frames: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return how far the window went (n, 2), in pixels, and how near it came (n,)."""
    steps = np.arange(frames, dtype=float)
    angle = rng.uniform(0, 2 * np.pi)
    heading = np.array([np.cos(angle), np.sin(angle)])
    zooms, offsets = np.ones(frames), np.zeros((frames, 2))
    if camera == "zoom":
        zooms = 1 + _ZOOM * steps
    elif camera == "handheld":
        offsets = _shake(frames, rng)
    elif camera == FAST_PAN:
        offsets = np.stack([14 * np.sign(heading[0]) * steps, np.zeros(frames)], 1)
    elif camera != "static":
        offsets = steps[:, None] * heading * (_PAN_PX if camera == "pan" else _SLOW_PX)
    return offsets, zooms


def _shake(frames: int, rng: np.random.Generator) -> Floats:
    seconds = np.arange(frames)[:, None] / 24
    rates = rng.uniform(0.5, 3.0, (4, 1, 2))
    phases = rng.uniform(0, 2 * np.pi, (4, 1, 2))
    waves: Floats = (2.2 / np.sqrt(rates) * np.sin(2 * np.pi * rates * seconds + phases)).sum(0)
    return waves


def through(
    picture: Picture, centre: Floats, *, scale: float, offset: Floats, size: tuple[int, int]
) -> Picture:
    """Return the window (h, w, 3) of `size` = (width, height) around a point of a picture."""
    shift = np.array(size) / 2 - scale * centre - offset
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    view = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(view, np.uint8)
