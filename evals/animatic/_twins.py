"""A flawed film beside its clean twin: shooting both, and measuring how far they are apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from evals.animatic._flaw import SSIM_STEPS, SSIM_TOLERANCE, Flaw, FlawTruth, nearest_step
from evals.animatic.brief import Brief
from evals.animatic.canvas import Set, Stage, recorded
from evals.animatic.flaws import Step
from evals.animatic.places.sets import build_set
from evals.animatic.shoot import shoot
from evals.animatic.ssim import around, mean_ssim, touched
from evals.animatic.truth import FrameTruth
from evals.animatic.world_flaws import GRADED, Staging, WorldFlawKind, spoil
from evals.media.types import Picture
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = ["Job", "frames_of", "measured", "sampled", "severity_for", "world_truth"]

_SAMPLES = 3
_ATTEMPTS = 8
_UNSEEN = 0.9997
"""SSIM above which a whole picture looks as if nothing had happened."""


@dataclass(frozen=True)
class Job:
    """What is the same for a flawed film and its clean twin."""

    brief: Brief
    frame_count: int
    size: tuple[int, int]
    seed: int
    fps: float = 24.0

    def frames(
        self, staging: Staging, numbers: Sequence[int]
    ) -> tuple[list[Picture], list[FrameTruth]]:
        """Draw the numbered frames of a staging."""
        shown = shoot(
            staging.brief,
            frame_count=self.frame_count,
            size=self.size,
            fps=self.fps,
            seed=self.seed,
            casting=staging.casting,
            frames=numbers,
            build=_kept_set,
        )
        drawn = [(frame.picture, frame.truth) for frame in shown]
        return [picture for picture, _ in drawn], [truth for _, truth in drawn]

    def clean(self, numbers: Sequence[int]) -> list[Picture]:
        """Draw frames of the clean twin."""
        return self.frames(Staging(brief=self.brief), numbers)[0]

    def spoilt(self, flaw: Flaw, staging: Staging | None = None) -> Staging:
        """Return the staging of a world flaw whose frames are known."""
        if not isinstance(flaw.kind, WorldFlawKind) or flaw.frames is None:
            raise MisuseError(f"A flaw {flaw.kind} is not one of the drawn world; plant it after.")
        return spoil(
            staging or Staging(brief=self.brief),
            flaw.kind,
            severity=flaw.severity,
            frames=flaw.frames,
            frame_count=self.frame_count,
            seed=flaw.seed,
            performer=flaw.performer,
        )


@lru_cache(maxsize=2)
def _kept_set(stage: Stage) -> Set:
    """Build a set once for the many short takes in which a flaw is found and measured."""
    on = build_set(stage)
    back, front = ([recorded(layer) for layer in layers] for layers in (on.back, on.front))
    return replace(on, back=back, front=front)


def world_truth(job: Job, flaw: Flaw, film: Picture | None) -> FlawTruth:
    """Measure one world flaw against the clean twin in a few frames; `film` shows it alone."""
    numbers = sampled(frames_of(flaw))
    clean = job.clean(numbers)
    full = None
    if flaw.kind in GRADED and flaw.severity < 1:
        full = job.frames(job.spoilt(replace(flaw, severity=1.0)), numbers)[0]
    pictures = job.frames(job.spoilt(flaw), numbers)[0] if film is None else list(film[numbers])
    return measured(flaw, frames_of(flaw), clean, pictures=pictures, full=full)


def measured(
    flaw: Flaw,
    where: FrameRange,
    clean: Sequence[Picture],
    *,
    pictures: Sequence[Picture],
    full: Sequence[Picture] | None = None,
) -> FlawTruth:
    """State a flaw's likeness to the clean twin; `full` shows it at severity 1."""
    boxes = [touched(*pair) for pair in zip(clean, full or pictures, strict=True)]
    inside = mean_ssim(clean, pictures, boxes=boxes)
    whole = mean_ssim(clean, pictures)
    return FlawTruth(
        kind=flaw.kind,
        severity=flaw.severity,
        step=flaw.step or nearest_step(flaw, inside),
        frames=where,
        ssim=round(whole, 4),
        box=around(boxes),
        ssim_in_box=round(inside, 4),
    )


def sampled(where: FrameRange) -> list[int]:
    """Choose up to three frames, in the middle of equal parts of a range."""
    count = min(_SAMPLES, where.duration_frames)
    middles = (np.arange(count) + 0.5) / count * where.duration_frames
    return [where.start + int(middle) for middle in middles]


def severity_for(job: Job, flaw: Flaw, step: Step) -> float | None:
    """Find the severity at which a world flaw has the SSIM of a step; 1 if it never gets so far.

    Returns None for a flaw that the camera does not see, or not even as its mildest step.
    """
    numbers = sampled(frames_of(flaw))
    clean = job.clean(numbers)

    def drawn(severity: float) -> list[Picture]:
        return job.frames(job.spoilt(replace(flaw, severity=severity)), numbers)[0]

    full = drawn(1.0)
    if mean_ssim(clean, full) >= _UNSEEN:
        return None
    boxes = [touched(*pair) for pair in zip(clean, full, strict=True)]
    least = mean_ssim(clean, full, boxes=boxes)
    steps = SSIM_STEPS.get(WorldFlawKind(flaw.kind))
    if steps is not None and least > steps[Step.MILD] + SSIM_TOLERANCE:
        return None
    if steps is None or least >= steps[step]:
        return 1.0
    target = steps[step]
    low, high, middle = (0.0, 1.0), (1.0, least), 1.0
    for attempt in range(_ATTEMPTS):
        share = (low[1] - target) / (low[1] - high[1])
        middle = low[0] + (high[0] - low[0]) * (share if attempt % 3 < 2 else 0.5)
        reached = mean_ssim(clean, drawn(middle), boxes=boxes)
        if abs(reached - target) <= SSIM_TOLERANCE:
            break
        if reached > target:
            low = (middle, reached)
        else:
            high = (middle, reached)
    return max(1e-4, round(middle, 4))


def frames_of(flaw: Flaw) -> FrameRange:
    """Return the frames of a flaw that has been placed."""
    if flaw.frames is None:
        raise MisuseError(f"The flaw {flaw.kind} has no frames yet; place it first.")
    return flaw.frames
