"""Pictures made worse on purpose, by kind and severity; what LPIPS learns to order, and is tested on.

Severity 1 is slight and 4 plain to anybody, by our own judgement of 96-pixel pictures; each kind's
strength grows in proportion. The kinds of `HELD_OUT` are never trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["HELD_OUT", "TRAINED", "Distortion"]

Floats = NDArray[np.float32]
Distortion = Callable[[Floats, float, np.random.Generator], Floats]
"""(picture (h, w, 3) in 0-255, severity, generator) -> picture."""


def _blur(picture: Floats, severity: float, _: np.random.Generator) -> Floats:
    return _as_floats(cv2.GaussianBlur(picture, (0, 0), 0.28 + 0.42 * severity))


def _noise(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    return _as_floats(picture + rng.normal(0, 5.5 * severity, picture.shape))


def _warp(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    """Gentle waves: the texture moves by up to 2 pixels per unit and loses nothing."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = rng.uniform(0.6, 2.2, 2) * 2 * np.pi
    phases = rng.uniform(0, 2 * np.pi, 2)
    reach = 2.0 * severity
    across = x + reach * np.sin(waves[0] * y / height + phases[0])
    down = y + reach * np.sin(waves[1] * x / width + phases[1])
    return _sampled(picture, across, down)


def _shift(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    height, width = picture.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return _sampled(picture, x + 1.2 * severity * np.cos(angle), y + 1.2 * severity * np.sin(angle))


def _exposure(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    sign = 1 if rng.random() < 0.5 else -1
    return _as_floats(picture * (1 + sign * 0.11 * severity))


def _tint(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    tint = rng.normal(0, 1, 3)
    return _as_floats(picture + 11 * severity * tint / np.linalg.norm(tint))


def _contrast(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    gain = 1 - 0.13 * severity if rng.random() < 0.5 else 1 + 0.16 * severity
    middle = picture.mean((0, 1), keepdims=True)
    return _as_floats((picture - middle) * gain + middle)


def _posterise(picture: Floats, severity: float, _: np.random.Generator) -> Floats:
    step = 16 * severity
    return _as_floats(np.floor(picture / step) * step + step / 2)


def _mosaic(picture: Floats, severity: float, _: np.random.Generator) -> Floats:
    height, width = picture.shape[:2]
    ratio = 1 + 0.75 * severity
    small = (max(4, round(width / ratio)), max(4, round(height / ratio)))
    shrunk = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    return _as_floats(cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_NEAREST))


def _patch(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    """A square of the picture lies in the wrong place."""
    side = round(8 + 7 * severity)
    height, width = picture.shape[:2]
    tops, lefts = rng.integers(0, height - side, 2), rng.integers(0, width - side, 2)
    pasted = picture.copy()
    source = picture[tops[0] : tops[0] + side, lefts[0] : lefts[0] + side]
    pasted[tops[1] : tops[1] + side, lefts[1] : lefts[1] + side] = source
    return pasted


def _jpeg(picture: Floats, severity: float, _: np.random.Generator) -> Floats:
    levels = np.clip(picture, 0, 255).astype(np.uint8)
    quality = max(3, round(62 * 0.5 ** (severity - 0.6)))
    packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return _as_floats(cv2.imdecode(packed, cv2.IMREAD_COLOR))


def _motion_blur(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    length = 2 * round(0.9 * severity) + 3
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length // 2, length // 2), float(rng.uniform(0, 180)), 1.0)
    turned = np.asarray(cv2.warpAffine(kernel, turn, (length, length)))
    return _as_floats(cv2.filter2D(picture, -1, turned / turned.sum()))


def _boil(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    """Coarse noise in brightness, as a texture that crawls."""
    height, width = picture.shape[:2]
    coarse = rng.normal(0, 1, (height // 4 + 1, width // 4 + 1)).astype(np.float32)
    return _as_floats(picture + 9 * severity * cv2.resize(coarse, (width, height))[..., None])


def _specks(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    hit = rng.random(picture.shape[:2]) < 0.008 * severity
    levels = rng.choice([0.0, 255.0], picture.shape[:2])
    return _as_floats(np.where(hit[..., None], levels[..., None], picture))


def _melt(picture: Floats, severity: float, rng: np.random.Generator) -> Floats:
    """A round place of the picture is dragged aside."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    at = rng.uniform(0.3, 0.7, 2) * (height, width)
    near = np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / (2 * (0.16 * height) ** 2))
    drag = 5 * severity * rng.choice([-1, 1], 2)
    return _sampled(picture, x + near * drag[0], y + near * drag[1])


TRAINED: Mapping[str, Distortion] = {
    "blur": _blur,
    "contrast": _contrast,
    "exposure": _exposure,
    "mosaic": _mosaic,
    "noise": _noise,
    "patch": _patch,
    "posterise": _posterise,
    "shift": _shift,
    "tint": _tint,
    "warp": _warp,
}
HELD_OUT: Mapping[str, Distortion] = {
    "boil": _boil,
    "jpeg": _jpeg,
    "melt": _melt,
    "motion_blur": _motion_blur,
    "specks": _specks,
}


def _sampled(picture: Floats, x: NDArray[np.floating], y: NDArray[np.floating]) -> Floats:
    maps = x.astype(np.float32), y.astype(np.float32)
    return _as_floats(
        cv2.remap(picture, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    )


def _as_floats(picture: object) -> Floats:
    return np.clip(np.asarray(picture, np.float32), 0, 255)
