"""A flaw as it is ordered and as it was planted, and the published steps of its severity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.animatic.cast import Person
from evals.animatic.flaws import STEPS, FlawKind, Step
from evals.animatic.ssim import Box
from evals.animatic.truth import FrameTruth
from evals.animatic.world_flaws import WorldFlawKind
from evals.media.types import Picture
from tracker.domain.units import FrameRange

__all__ = [
    "SSIM_STEPS",
    "SSIM_TOLERANCE",
    "AnyKind",
    "Flaw",
    "FlawTruth",
    "Flawed",
    "nearest_step",
    "step_severity",
]

AnyKind = FlawKind | WorldFlawKind

SSIM_STEPS: dict[WorldFlawKind, dict[Step, float]] = {
    kind: dict(zip(Step, steps, strict=True))
    for kind, steps in {
        WorldFlawKind.EXTRA_LIMB: (0.88, 0.80, 0.72),
        WorldFlawKind.GARBLED_SIGN: (0.85, 0.70, 0.55),
        WorldFlawKind.IDENTITY_DRIFT: (0.90, 0.82, 0.72),
        WorldFlawKind.MELTING_FACE: (0.80, 0.65, 0.50),
        WorldFlawKind.MORPHING_LIMB: (0.92, 0.84, 0.76),
    }.items()
}
"""SSIM to the clean twin inside the box that severity 1 touches, at which results are published."""
SSIM_TOLERANCE = 0.01
"""How near a planned severity comes to its step, where the kind reaches it."""


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """A flaw as it is ordered."""

    kind: AnyKind
    severity: float = 1.0
    """In the kind's own unit, see `evals.animatic.flaws` and `evals.animatic.world_flaws`."""
    frames: FrameRange | None = None
    """None: chosen from the seed. Where the severity is a length, only its start counts."""
    seed: int = 0
    step: Step | None = None
    """The published step that the severity stands for, if it was planned for one."""
    performer: Person | None = None
    """Who appears in flaws of identity; None: drawn from the seed."""


@dataclass(frozen=True, kw_only=True)
class FlawTruth:
    """A flaw as it was planted."""

    kind: AnyKind
    severity: float
    step: Step
    """The one planned for, or else the nearest."""
    frames: FrameRange
    """In the flawed film, which dropped frames make shorter."""
    ssim: float
    """To the clean twin, over the whole picture."""
    box: Box | None
    """Left, top, width, height in pixels of what the flaw touches; None: all of the picture."""
    ssim_in_box: float
    """To the clean twin, inside the box."""


@dataclass(frozen=True)
class Flawed:
    """A film with the truth about it."""

    film: Picture
    """sRGB uint8, shape (n, height, width, 3)."""
    frames: tuple[FrameTruth, ...]
    flaws: tuple[FlawTruth, ...]


def step_severity(kind: FlawKind, step: Step) -> float:
    """Return the severity of a frame flaw's published step; a kind with one step has it thrice."""
    steps = STEPS[kind][-len(Step) :]
    return steps[min(list(Step).index(step), len(steps) - 1)]


def nearest_step(flaw: Flaw, reached: float) -> Step:
    """Name the step of a flaw that was ordered by its severity."""
    if isinstance(flaw.kind, FlawKind):
        kind = flaw.kind
        if len(STEPS[kind]) < len(Step):
            return Step.STRONG
        return min(Step, key=lambda step: abs(np.log(step_severity(kind, step) / flaw.severity)))
    if flaw.kind not in SSIM_STEPS:
        return Step.STRONG
    steps = SSIM_STEPS[flaw.kind]
    return min(Step, key=lambda step: abs(steps[step] - reached))
