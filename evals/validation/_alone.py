"""Each artifact metric as a harness without a shared pass runs it: its own decode, its own motion.

Every function reads the take for one metric and does nothing that this metric does not need. The
values are those of the one pass, to the bit; only the work is done again for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.media.frames import open_frames
from evals.media.motion import MotionTracker, rgb_luma
from evals.media.types import Frame, Motion
from evals.metrics.artifacts import cadence, coding, cuts, focus, light, popping, texture
from evals.metrics.artifacts._courses import Course, Values
from evals.metrics.artifacts._pair import Luma, Pair, exposed, pair_up, steady_gain

__all__ = ["ALONE"]


@dataclass(frozen=True)
class _Step:
    """A frame beside the one before it."""

    motion: Motion
    luma: Luma
    previous: Luma

    @property
    def pair(self) -> Pair:
        return pair_up(self.previous, self.luma, self.motion)


def _frames(path: Path) -> Iterator[Frame]:
    with open_frames(path, thread_count=1) as stream:
        yield from stream


def _lumas(path: Path) -> Iterator[Luma]:
    return (rgb_luma(frame.rgb) for frame in _frames(path))


def _walk(path: Path) -> Iterator[tuple[Frame, _Step | None]]:
    """Follow the motion; the first frame has no step."""
    tracker = MotionTracker()
    previous: Luma | None = None
    for frame in _frames(path):
        luma, motion = rgb_luma(frame.rgb), tracker.update(frame.rgb)
        if motion is None or previous is None:
            yield frame, None
        else:
            yield frame, _Step(motion, luma, previous)
        previous = luma


def _steps(path: Path) -> Iterator[_Step]:
    return (step for _, step in _walk(path) if step is not None)


def _gains(path: Path) -> Values:
    gains = [step.pair.gain for step in _steps(path)]
    return np.array([np.nan, *(np.nan if gain is None else gain for gain in gains)])


def _differences(path: Path) -> Values:
    lumas = _lumas(path)
    previous = next(lumas)
    found = [0.0]
    for luma in lumas:
        found.append(cadence.frame_difference(luma, previous))
        previous = luma
    return np.array(found)


def _cut_levels(path: Path) -> Iterator[tuple[_Step | None, float, float]]:
    reader = cuts.CutReader()
    for frame, step in _walk(path):
        coverage = 0.0 if step is None else step.motion.coverage
        yield step, *reader.add(frame.rgb, rgb_luma(frame.rgb), coverage=coverage)


def _hard_cut(path: Path, _fps: float) -> Course:
    return cuts.cut_course(np.array([level for _, level, _ in _cut_levels(path)]))


def _jump(step: _Step, gain: float | None) -> float:
    known = steady_gain(step.luma, step.previous, gain)
    return cadence.coarse_difference(step.luma, exposed(step.previous, known))


def _dropped(path: Path, _fps: float) -> Course:
    jumps, breaks, gains = [], [], []
    for step, _, broken in _cut_levels(path):
        gain = None if step is None else step.pair.gain
        jumps.append(0.0 if step is None else _jump(step, gain))
        breaks.append(broken)
        gains.append(np.nan if gain is None else gain)
    is_break = cuts.is_break(np.array(breaks), np.array(gains))
    return cadence.dropped_course(np.array(jumps), is_break)


def _boil(path: Path, _fps: float) -> Course:
    history = texture.BlockHistory()
    for step in _steps(path):
        history.add(step.pair, step.motion.flow)
    return history.boil()


def _pops(path: Path, _fps: float) -> Course:
    maps = [popping.pop_blocks(texture.relative_residual(step.pair)) for step in _steps(path)]
    return popping.pop_course(np.stack(maps))


def _sampled(path: Path, measure: Callable[[NDArray[np.uint8]], float | None]) -> Course:
    samples, count = [], 0
    for frame in _frames(path):
        value = measure(frame.luma) if count % coding.EVERY_FRAMES == 0 else None
        if value is not None:
            samples.append((count, value))
        count += 1
    return coding.held_course(samples, count)


ALONE: dict[str, Callable[[Path, float], Course]] = {
    "flicker": lambda path, _: light.flicker_course(_gains(path)),
    "exposure_pump": lambda path, _: light.exposure_course(_gains(path)),
    "texture_boil": _boil,
    "freeze": lambda path, fps: cadence.freeze_course(_differences(path), fps),
    "dropped_frames": _dropped,
    "blur_pulse": lambda path, _: focus.blur_course(
        np.array([focus.log_sharpness(luma) for luma in _lumas(path)])
    ),
    "blocking": lambda path, _: _sampled(path, coding.grid_excess),
    "banding": lambda path, _: _sampled(path, coding.band_level),
    "hard_cut": _hard_cut,
    "popping_patch": _pops,
    "black_frames": lambda path, _: light.black_course(
        np.array([light.brightness(luma) for luma in _lumas(path)])
    ),
    "duplicate_cadence": lambda path, _: cadence.cadence_course(_differences(path)),
}
"""Metric name -> its course over a take, given the take's path and frame rate."""
