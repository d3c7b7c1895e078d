"""Frame flaws on request: takes clean frames, plants one known fault, and says where it lies.

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

The last three steps of a kind are its `Step`s mild, visible and strong. Everything is plain numpy and
OpenCV, and the same seed plants the same flaw. Flaws of the drawn world itself are in
`evals.animatic.world_flaws`; `evals.animatic.flawed` plants both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic._foreign import foreign_patch, from_other_side, soft_disc, soft_stamp
from evals.media.types import Picture
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = ["STEPS", "FlawKind", "Step", "place", "plant", "source_frames"]

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


class Step(StrEnum):
    """How bad a flaw is."""

    MILD = "mild"
    """Seen by whoever looks for it."""
    VISIBLE = "visible"
    """Seen by whoever watches the shot."""
    STRONG = "strong"
    """Seen at once."""


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
_LENGTHS = {FlawKind.BLUR_PULSE: 5, FlawKind.HARD_CUT: 1, FlawKind.POPPING_PATCH: 6}
"""Frames that a short flaw usually lasts; a cut is seen on the first frame after it."""
_COUNTED = frozenset({FlawKind.BLACK_FRAMES, FlawKind.DROPPED_FRAMES, FlawKind.FREEZE})
"""Kinds whose severity is their length."""


@dataclass(frozen=True)
class _Place:
    """Where a flaw goes, and what decides the rest of it."""

    frames: FrameRange
    rng: np.random.Generator

    @property
    def slice(self) -> slice:
        return slice(self.frames.start, self.frames.end)


def plant(
    frames: Picture,
    kind: FlawKind,
    *,
    severity: float,
    seed: int = 0,
    at: FrameRange | None = None,
    elsewhere: Picture | None = None,
) -> Planted:
    """Plant one flaw into a copy of `frames` (n, h, w, 3) uint8 and return it with its range.

    The range counts frames of the returned array, which `dropped_frames` makes shorter. `at` says
    where the flaw goes instead of the seed, see `place`. `elsewhere` (n, h, w, 3) is what a hard
    cut cuts to; without it, a nearer view from the other side in another light. Raises MisuseError
    for fewer than 8 frames, another type, a range outside the frames, or a severity that leaves no
    room.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8:
        raise MisuseError(
            f"Frames have shape {frames.shape} of {frames.dtype}; give uint8 (n, h, w, 3)."
        )
    if len(frames) < _MIN_FRAMES:
        raise MisuseError(f"A flaw needs {_MIN_FRAMES} frames, not {len(frames)}; give more.")
    where = place(kind, frame_count=len(frames), severity=severity, seed=seed, at=at)
    placed = _Place(where, np.random.default_rng(seed))
    if kind is FlawKind.HARD_CUT:
        return _hard_cut(frames, severity, placed, elsewhere=elsewhere)
    return _PLANTERS[kind](frames, severity, placed)


def place(
    kind: FlawKind,
    *,
    frame_count: int,
    severity: float,
    seed: int = 0,
    at: FrameRange | None = None,
) -> FrameRange:
    """Return the frames, of the clean ones, that a flaw goes into: `at`, or a choice of the seed.

    Short flaws keep two frames from either end by themselves; of `at`, kinds whose severity is a
    length use only the start. Raises MisuseError where the frames do not suffice.
    """
    if not severity > 0:
        raise MisuseError(f"Severity {severity} of {kind} plants nothing; give more than 0.")
    if kind not in _LENGTHS and kind not in _COUNTED:
        where = at or FrameRange(0, frame_count)
        first, last = 0, frame_count
    else:
        usual = min(_LENGTHS[kind], frame_count - 4) if kind in _LENGTHS else round(severity)
        length = usual if at is None or kind in _COUNTED else at.duration_frames
        latest = frame_count - length - 2
        if length < 1 or (at is None and latest < 2):
            raise MisuseError(
                f"{length} frames of {kind} do not fit into {frame_count}; give more frames."
            )
        rng = np.random.default_rng((seed, 44))
        start = int(rng.integers(2, latest + 1)) if at is None else at.start
        where = FrameRange(start, start + length)
        first, last = 1, frame_count - (kind is FlawKind.DROPPED_FRAMES)
    if where.start < first or where.end > last:
        raise MisuseError(
            f"{kind} at frames {where.start} to {where.end - 1} does not fit into {frame_count} "
            f"frames; keep it within {first} to {last - 1}."
        )
    return where


def source_frames(
    kind: FlawKind, where: FrameRange, *, frame_count: int, severity: float
) -> tuple[int, ...]:
    """Return which clean frame each planted frame shows; `frame_count` counts the clean ones."""
    order = list(range(frame_count))
    if kind is FlawKind.FREEZE:
        order[where.start : where.end] = [where.start - 1] * where.duration_frames
    if kind is FlawKind.DROPPED_FRAMES:
        del order[where.start : where.start + round(severity)]
    return tuple(order)


def _flicker(frames: Picture, percent: float, at: _Place) -> Planted:
    where = at.frames
    gains = 1 + percent / 100 * at.rng.uniform(-1, 1, where.duration_frames)
    return _lit(frames, gains, where), where


def _exposure_pump(frames: Picture, percent: float, at: _Place) -> Planted:
    where, phase = at.frames, at.rng.uniform()
    turns = np.linspace(0, 1.5, where.duration_frames) + phase
    if where.duration_frames < len(frames):  # in and out without a jump
        turns = np.linspace(0, 1, where.duration_frames)
    return _lit(frames, 1 + percent / 100 * np.sin(2 * np.pi * turns), where), where


def _texture_boil(frames: Picture, levels: float, at: _Place) -> Planted:
    where = at.frames
    disc, box = soft_disc(frames.shape[1], frames.shape[2], at.rng)
    boiled = frames.copy()
    for i in range(where.start, where.end):
        noise = at.rng.standard_normal(disc.shape, dtype=np.float32)
        soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.5))
        soft = soft * (disc * np.float32(levels / soft.std()))
        boiled[i][box] = _rounded(frames[i][box] + soft[..., None])
    return boiled, where


def _freeze(frames: Picture, _held: float, at: _Place) -> Planted:
    frozen = frames.copy()
    frozen[at.slice] = frames[at.frames.start - 1]
    return frozen, at.frames


def _dropped_frames(frames: Picture, _dropped: float, at: _Place) -> Planted:
    start, end = at.frames.start, at.frames.end
    return np.concatenate([frames[:start], frames[end:]]), FrameRange(start, start + 1)


def _blur_pulse(frames: Picture, per_mille: float, at: _Place) -> Planted:
    start, end = at.frames.start, at.frames.end
    blurred = frames.copy()
    radius_px = per_mille / 1000 * frames.shape[2]
    for i, strength in zip(
        range(start, end), np.sin(np.linspace(0, np.pi, end - start + 2))[1:-1], strict=True
    ):
        blurred[i] = cv2.GaussianBlur(frames[i], (0, 0), max(0.2, radius_px * float(strength)))
    return blurred, at.frames


def _blocking(frames: Picture, severity: float, at: _Place) -> Planted:
    quality = [cv2.IMWRITE_JPEG_QUALITY, max(1, round(100 - severity))]
    where, coded = at.frames, frames.copy()
    for i in range(where.start, where.end):
        _, packed = cv2.imencode(".jpg", frames[i][..., ::-1], quality)
        coded[i] = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1]
    return coded, where


def _banding(frames: Picture, step: float, at: _Place) -> Planted:
    banded = frames.copy()
    levels = _rounded((np.floor(np.arange(256) / step) + 0.5) * step)
    for i in range(at.frames.start, at.frames.end):
        cv2.LUT(frames[i], levels, dst=banded[i])
    return banded, at.frames


def _hard_cut(frames: Picture, share: float, at: _Place, *, elsewhere: Picture | None) -> Planted:
    start = at.frames.start
    if elsewhere is None:
        shown = np.stack([from_other_side(frame) for frame in frames[start:]])
    elif elsewhere.shape == frames.shape:
        shown = elsewhere[start:]
    else:
        raise MisuseError(
            f"The other shot of a cut has shape {elsewhere.shape}, not {frames.shape}; shoot it alike."
        )
    cut = frames.copy()
    cut[start:] = _rounded(share * shown.astype(np.float32) + (1 - share) * frames[start:])
    return cut, at.frames


def _popping_patch(frames: Picture, per_mille: float, at: _Place) -> Planted:
    edge_px = max(4, round(per_mille / 1000 * frames.shape[2]))
    height, width = frames.shape[1:3]
    if edge_px >= min(height, width) // 2:
        raise MisuseError(
            f"A patch of {edge_px} px does not fit {width}x{height}; make it smaller."
        )
    start, end = at.frames.start, at.frames.end
    patch, (top, left) = foreign_patch(frames[start], edge_px, at.rng)
    alpha = soft_stamp(edge_px)[..., None]
    popped = frames.copy()
    there = (slice(start, end), slice(top, top + edge_px), slice(left, left + edge_px))
    popped[there] = _rounded(alpha * patch + (1 - alpha) * frames[there])
    return popped, at.frames


def _black_frames(frames: Picture, _count: float, at: _Place) -> Planted:
    black = frames.copy()
    black[at.slice] = 0
    return black, at.frames


def _lit(frames: Picture, gains: NDArray[np.float64], where: FrameRange) -> Picture:
    lit = frames.copy()
    for i, gain in zip(range(where.start, where.end), gains, strict=True):
        cv2.LUT(frames[i], _rounded(np.arange(256) * gain), dst=lit[i])
    return lit


def _rounded(values: NDArray[np.floating]) -> Picture:
    rounded: Picture = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded


_PLANTERS: dict[FlawKind, Callable[[Picture, float, _Place], Planted]] = {
    FlawKind.BANDING: _banding,
    FlawKind.BLACK_FRAMES: _black_frames,
    FlawKind.BLOCKING: _blocking,
    FlawKind.BLUR_PULSE: _blur_pulse,
    FlawKind.DROPPED_FRAMES: _dropped_frames,
    FlawKind.EXPOSURE_PUMP: _exposure_pump,
    FlawKind.FLICKER: _flicker,
    FlawKind.FREEZE: _freeze,
    FlawKind.POPPING_PATCH: _popping_patch,
    FlawKind.TEXTURE_BOIL: _texture_boil,
}
