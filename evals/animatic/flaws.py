"""Flaws on request: takes clean frames, plants one known fault, and says where it lies.

| kind | severity is | published steps |
|---|---|---|
| flicker | peak change of brightness, new for every frame, per cent | 1 2 4 8 |
| exposure_pump | peak of a slow swing of brightness, per cent | 3 6 12 |
| texture_boil | standard deviation of a soft pattern redrawn on every frame, levels | 2 4 8 16 |
| freeze | frames that repeat the one before them | 3 6 10 |
| dropped_frames | frames taken out | 2 4 8 |
| blur_pulse | Gaussian radius at the height of a short blur, per mille of the width | 2 4 8 |
| blocking | 100 - JPEG quality | 60 80 90 |
| banding | 256 / levels left | 4 8 16 |
| hard_cut | share of the frames after the cut that comes from elsewhere | 1 |
| popping_patch | edge of a foreign patch, per mille of the width | 47 78 125 |
| black_frames | black frames | 1 2 4 |

Everything is plain numpy and OpenCV, and the same seed plants the same flaw.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.types import Picture
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = ["STEPS", "FlawKind", "plant"]

Planted = tuple[Picture, FrameRange]


class FlawKind(StrEnum):
    """What can be planted; each value is also the name of the metric that should see it."""

    BANDING = "banding"
    BLACK_FRAMES = "black_frames"
    BLOCKING = "blocking"
    BLUR_PULSE = "blur_pulse"
    DROPPED_FRAMES = "dropped_frames"
    EXPOSURE_PUMP = "exposure_pump"
    FLICKER = "flicker"
    FREEZE = "freeze"
    HARD_CUT = "hard_cut"
    POPPING_PATCH = "popping_patch"
    TEXTURE_BOIL = "texture_boil"


STEPS: dict[FlawKind, tuple[float, ...]] = {
    FlawKind.BANDING: (4, 8, 16),
    FlawKind.BLACK_FRAMES: (1, 2, 4),
    FlawKind.BLOCKING: (60, 80, 90),
    FlawKind.BLUR_PULSE: (2, 4, 8),
    FlawKind.DROPPED_FRAMES: (2, 4, 8),
    FlawKind.EXPOSURE_PUMP: (3, 6, 12),
    FlawKind.FLICKER: (1, 2, 4, 8),
    FlawKind.FREEZE: (3, 6, 10),
    FlawKind.HARD_CUT: (1,),
    FlawKind.POPPING_PATCH: (47, 78, 125),
    FlawKind.TEXTURE_BOIL: (2, 4, 8, 16),
}
"""Severities at which results are published, from mild to strong, in each kind's own unit."""

_MIN_FRAMES = 8
_MIN_PATCH_CONTRAST = 16.0
"""Mean difference, in levels, from what a patch covers: below this nobody would see it."""


def plant(frames: Picture, kind: FlawKind, *, severity: float, seed: int = 0) -> Planted:
    """Plant one flaw into a copy of `frames` (n, h, w, 3) uint8 and return it with its range.

    The range counts frames of the returned array, which `dropped_frames` makes shorter. Raises
    MisuseError for fewer than 8 frames, another type, or a severity that leaves no room.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8:
        raise MisuseError(
            f"Frames have shape {frames.shape} of {frames.dtype}; give uint8 (n, h, w, 3)."
        )
    if len(frames) < _MIN_FRAMES:
        raise MisuseError(f"A flaw needs {_MIN_FRAMES} frames, not {len(frames)}; give more.")
    if not severity > 0:
        raise MisuseError(f"Severity {severity} of {kind} plants nothing; give more than 0.")
    planted, where = _PLANTERS[kind](frames, severity, np.random.default_rng(seed))
    return planted, where


def _flicker(frames: Picture, percent: float, rng: np.random.Generator) -> Planted:
    gains = 1 + percent / 100 * rng.uniform(-1, 1, len(frames))
    return _lit(frames, gains), FrameRange(0, len(frames))


def _exposure_pump(frames: Picture, percent: float, rng: np.random.Generator) -> Planted:
    turns = np.linspace(0, 1.5, len(frames)) + rng.uniform()
    gains = 1 + percent / 100 * np.sin(2 * np.pi * turns)
    return _lit(frames, gains), FrameRange(0, len(frames))


def _texture_boil(frames: Picture, levels: float, rng: np.random.Generator) -> Planted:
    count, height, width = frames.shape[:3]
    where = _soft_disc(height, width, rng)[..., None]
    boiled = np.empty_like(frames)
    for i in range(count):
        noise = cv2.GaussianBlur(rng.standard_normal((height, width)), (0, 0), 1.5)
        noise *= levels / noise.std()
        boiled[i] = _rounded(frames[i] + where * noise[..., None])
    return boiled, FrameRange(0, count)


def _freeze(frames: Picture, held: float, rng: np.random.Generator) -> Planted:
    start, end = _span(len(frames), round(held), rng=rng, what="frozen")
    frozen = frames.copy()
    frozen[start:end] = frames[start - 1]
    return frozen, FrameRange(start, end)


def _dropped_frames(frames: Picture, dropped: float, rng: np.random.Generator) -> Planted:
    start, end = _span(len(frames), round(dropped), rng=rng, what="dropped")
    return np.concatenate([frames[:start], frames[end:]]), FrameRange(start, start + 1)


def _blur_pulse(frames: Picture, per_mille: float, rng: np.random.Generator) -> Planted:
    start, end = _span(len(frames), min(5, len(frames) - 4), rng=rng, what="blurred")
    blurred = frames.copy()
    radius_px = per_mille / 1000 * frames.shape[2]
    for i, strength in zip(
        range(start, end), np.sin(np.linspace(0, np.pi, end - start + 2))[1:-1], strict=True
    ):
        blurred[i] = cv2.GaussianBlur(frames[i], (0, 0), max(0.2, radius_px * float(strength)))
    return blurred, FrameRange(start, end)


def _blocking(frames: Picture, severity: float, _rng: np.random.Generator) -> Planted:
    quality = [cv2.IMWRITE_JPEG_QUALITY, max(1, round(100 - severity))]
    coded = np.empty_like(frames)
    for i, frame in enumerate(frames):
        _, packed = cv2.imencode(".jpg", frame[..., ::-1], quality)
        coded[i] = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1]
    return coded, FrameRange(0, len(frames))


def _banding(frames: Picture, step: float, _rng: np.random.Generator) -> Planted:
    return _rounded((np.floor(frames / step) + 0.5) * step), FrameRange(0, len(frames))


def _hard_cut(frames: Picture, share: float, rng: np.random.Generator) -> Planted:
    start, _ = _span(len(frames), 1, rng=rng, what="cut")
    elsewhere = frames[:, ::-1, ::-1].astype(np.float64)
    toned = 255 * (elsewhere / 255) ** (0.45 if frames.mean() < 128 else 2.2)
    cut = frames.copy()
    cut[start:] = _rounded(share * toned[start:] + (1 - share) * frames[start:])
    return cut, FrameRange(start, start + 1)


def _popping_patch(frames: Picture, per_mille: float, rng: np.random.Generator) -> Planted:
    edge_px = max(4, round(per_mille / 1000 * frames.shape[2]))
    height, width = frames.shape[1:3]
    if edge_px >= min(height, width) // 2:
        raise MisuseError(
            f"A patch of {edge_px} px does not fit {width}x{height}; make it smaller."
        )
    start, end = _span(len(frames), min(6, len(frames) - 4), rng=rng, what="patched")
    patch, (top, left) = _foreign_patch(frames[start], edge_px, rng)
    feather = np.minimum(np.arange(edge_px), np.arange(edge_px)[::-1]) / max(1.0, edge_px / 10)
    alpha = (np.clip(feather, 0, 1)[:, None] * np.clip(feather, 0, 1)[None, :])[..., None]
    popped = frames.copy()
    there = (slice(start, end), slice(top, top + edge_px), slice(left, left + edge_px))
    popped[there] = _rounded(alpha * patch + (1 - alpha) * frames[there])
    return popped, FrameRange(start, end)


def _black_frames(frames: Picture, count: float, rng: np.random.Generator) -> Planted:
    start, end = _span(len(frames), round(count), rng=rng, what="black")
    black = frames.copy()
    black[start:end] = 0
    return black, FrameRange(start, end)


def _span(count: int, length: int, *, rng: np.random.Generator, what: str) -> tuple[int, int]:
    """Choose where `length` frames lie, at least two frames away from either end."""
    last = count - length - 2
    if length < 1 or last < 2:
        raise MisuseError(f"{length} {what} frames do not fit into {count}; give more frames.")
    start = int(rng.integers(2, last + 1))
    return start, start + length


def _foreign_patch(
    frame: Picture, edge_px: int, rng: np.random.Generator
) -> tuple[Picture, tuple[int, int]]:
    """Find a piece of the frame and a place where it stands out; the best of 40 draws otherwise."""
    room = (frame.shape[0] - edge_px, frame.shape[1] - edge_px)
    best = -1.0
    for _ in range(40):
        (y0, x0), (y1, x1) = rng.integers((0, 0), room, (2, 2))
        source = frame[y0 : y0 + edge_px, x0 : x0 + edge_px]
        under = frame[y1 : y1 + edge_px, x1 : x1 + edge_px]
        contrast = float(np.abs(source.astype(np.int16) - under).mean())
        if contrast > best:
            best, patch, place = contrast, source, (int(y1), int(x1))
        if best >= _MIN_PATCH_CONTRAST:
            break
    return patch, place


def _soft_disc(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A round, soft-edged region of about a fifth of the picture, 0-1."""
    radius = 0.25 * np.sqrt(height * width)
    y, x = rng.uniform(0.3, 0.7, 2) * (height, width)
    rows, columns = np.ogrid[:height, :width]
    disc: NDArray[np.float64] = np.clip(1.5 - np.hypot(rows - y, columns - x) / radius, 0, 1)
    return disc


def _lit(frames: Picture, gains: NDArray[np.float64]) -> Picture:
    return np.stack([_rounded(f * gain) for f, gain in zip(frames, gains, strict=True)])


def _rounded(values: NDArray[np.floating]) -> Picture:
    rounded: Picture = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded


_PLANTERS: dict[FlawKind, Callable[[Picture, float, np.random.Generator], Planted]] = {
    FlawKind.BANDING: _banding,
    FlawKind.BLACK_FRAMES: _black_frames,
    FlawKind.BLOCKING: _blocking,
    FlawKind.BLUR_PULSE: _blur_pulse,
    FlawKind.DROPPED_FRAMES: _dropped_frames,
    FlawKind.EXPOSURE_PUMP: _exposure_pump,
    FlawKind.FLICKER: _flicker,
    FlawKind.FREEZE: _freeze,
    FlawKind.HARD_CUT: _hard_cut,
    FlawKind.POPPING_PATCH: _popping_patch,
    FlawKind.TEXTURE_BOIL: _texture_boil,
}
