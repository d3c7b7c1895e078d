"""All artifact measures in one pass over one take, sharing its motion.

The pictures of one frame and its predecessor are held, 24 small block maps, and a few numbers per
frame; nothing else grows with the length of the take.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evals.media.motion import rgb_luma
from evals.media.types import ClipFacts, Frame, Motion
from evals.metrics.artifacts import cadence, coding, cuts, focus, light, popping, texture
from evals.metrics.artifacts._courses import Course, evidence_over
from evals.metrics.artifacts._pair import Luma, exposed, pair_up, steady_gain
from tracker.domain.scores import MetricFacts, Score, ScoreState
from tracker.errors import MisuseError

__all__ = ["ARTIFACT_METRICS", "ArtifactMeter"]


@dataclass(frozen=True)
class _Plan:
    """How one metric is finished."""

    facts: MetricFacts
    course: Callable[[_Readings, ClipFacts], Course]
    min_frames: int
    """With fewer frames the measure means nothing."""
    shows_at: float
    """Frames at this level or over are evidence."""
    kind: str = ""
    """What people call what is seen; the metric's name where that is it."""


@dataclass
class _Readings:
    """One number per frame and measure; the first frame has no predecessor and reads NaN or 0."""

    gains: list[float] = field(default_factory=list)
    differences: list[float] = field(default_factory=list)
    jumps: list[float] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)
    breaks: list[float] = field(default_factory=list)
    sharpness: list[float] = field(default_factory=list)
    brightness: list[float] = field(default_factory=list)
    grid: list[tuple[int, float]] = field(default_factory=list)
    bands: list[tuple[int, float]] = field(default_factory=list)
    blocks: texture.BlockHistory = field(default_factory=texture.BlockHistory)

    @property
    def is_break(self) -> NDArray[np.bool_]:
        """Frames at which another picture or another light begins, shape (n,)."""
        return cuts.is_break(np.array(self.breaks), np.array(self.gains))

    def __len__(self) -> int:
        """Frames read so far."""
        return len(self.brightness)


class ArtifactMeter:
    """Reads one take frame by frame and scores all artifact metrics; use a fresh one per take."""

    def __init__(self) -> None:
        self._readings = _Readings()
        self._luma: Luma | None = None
        self._cuts = cuts.CutReader()

    @property
    def metrics(self) -> tuple[MetricFacts, ...]:
        """The facts of all artifact metrics."""
        return ARTIFACT_METRICS

    def feed(self, frame: Frame, motion: Motion | None) -> None:
        """Take the next frame; only the first one comes without motion, else MisuseError."""
        if (motion is None) != (self._luma is None):
            raise MisuseError(
                f"Frame {frame.index} came {'without' if motion is None else 'first, with'} motion; "
                "feed a fresh meter with what a fresh MotionTracker returns, frame by frame."
            )
        read = self._readings
        at, luma = len(read), rgb_luma(frame.rgb)
        read.brightness.append(light.brightness(luma))
        read.sharpness.append(focus.log_sharpness(luma))
        if at % coding.EVERY_FRAMES == 0:
            _sample(read.grid, at, coding.grid_excess(frame.luma))
            _sample(read.bands, at, coding.band_level(frame.luma))
        coverage = 0.0 if motion is None else motion.coverage
        level, broken = self._cuts.add(frame.rgb, luma, coverage=coverage)
        read.cuts.append(level)
        read.breaks.append(broken)
        if motion is None or self._luma is None:
            _read_first(read)
        else:
            _read_pair(read, luma=luma, previous=self._luma, motion=motion)
        self._luma = luma

    def finish(self, clip: ClipFacts) -> list[Score]:
        """One score per metric; those that need more than the take has say so."""
        return [_score(plan, self._readings, clip) for plan in _PLANS]


def _read_first(read: _Readings) -> None:
    read.gains.append(np.nan)
    read.differences.append(0.0)
    read.jumps.append(0.0)


def _read_pair(read: _Readings, *, luma: Luma, previous: Luma, motion: Motion) -> None:
    pair = pair_up(previous, luma, motion)
    read.gains.append(np.nan if pair.gain is None else pair.gain)
    read.differences.append(cadence.frame_difference(luma, previous))
    gain = steady_gain(luma, previous, pair.gain)
    read.jumps.append(cadence.coarse_difference(luma, exposed(previous, gain)))
    read.blocks.add(pair, motion.flow)


def _sample(samples: list[tuple[int, float]], frame: int, value: float | None) -> None:
    if value is not None:
        samples.append((frame, value))


def _score(plan: _Plan, read: _Readings, clip: ClipFacts) -> Score:
    name, count = plan.facts.name, len(read)
    if count < plan.min_frames:
        held = "a still" if count == 1 else f"{count} frames"
        return Score.missing(
            name,
            f"{plan.facts.title} needs at least {plan.min_frames} frames and the take has {held}; "
            "give a longer take.",
        )
    if plan.facts in {coding.BLOCKING, coding.BANDING} and not read.grid:
        return Score.missing(
            name, f"{plan.facts.title} needs at least 32 px each way; give the full-size file."
        )
    course = plan.course(read, clip)
    return Score(
        metric=name,
        state=ScoreState.OK,
        value=course.value,
        reason=course.remark,
        evidence=evidence_over(course, plan.shows_at, kind=plan.kind or name),
        series=tuple(course.series.tolist()),
    )


_PLANS = (
    _Plan(
        light.FLICKER,
        lambda r, _: light.flicker_course(np.array(r.gains)),
        min_frames=5,
        shows_at=0.015,
    ),
    _Plan(
        light.EXPOSURE_PUMP,
        lambda r, _: light.exposure_course(np.array(r.gains)),
        min_frames=8,
        shows_at=0.08,
    ),
    _Plan(
        texture.TEXTURE_BOIL, lambda r, _: r.blocks.boil(), min_frames=5, shows_at=0.5, kind="boil"
    ),
    _Plan(
        cadence.FREEZE,
        lambda r, c: cadence.freeze_course(np.array(r.differences), float(c.fps)),
        min_frames=6,
        shows_at=1e-9,
    ),
    _Plan(
        cadence.DROPPED_FRAMES,
        lambda r, _: cadence.dropped_course(np.array(r.jumps), r.is_break),
        min_frames=6,
        shows_at=2.2,
    ),
    _Plan(
        focus.BLUR_PULSE,
        lambda r, _: focus.blur_course(np.array(r.sharpness)),
        min_frames=5,
        shows_at=0.6,
    ),
    _Plan(
        coding.BLOCKING,
        lambda r, _: coding.held_course(r.grid, len(r)),
        min_frames=1,
        shows_at=0.4,
    ),
    _Plan(
        coding.BANDING,
        lambda r, _: coding.held_course(r.bands, len(r)),
        min_frames=1,
        shows_at=0.15,
    ),
    _Plan(
        cuts.HARD_CUT,
        lambda r, _: cuts.cut_course(np.array(r.cuts)),
        min_frames=3,
        shows_at=0.05,
        kind="cut",
    ),
    _Plan(
        popping.POPPING_PATCH, lambda r, _: r.blocks.pops(), min_frames=5, shows_at=4.5, kind="pop"
    ),
    _Plan(
        light.BLACK_FRAMES,
        lambda r, _: light.black_course(np.array(r.brightness)),
        min_frames=1,
        shows_at=1.0,
    ),
    _Plan(
        cadence.DUPLICATE_CADENCE,
        lambda r, _: cadence.cadence_course(np.array(r.differences)),
        min_frames=6,
        shows_at=1.0,
    ),
)

ARTIFACT_METRICS = tuple(plan.facts for plan in _PLANS)
"""The facts of all artifact metrics, in the order in which they are scored."""
