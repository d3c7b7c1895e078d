"""Flaws of the drawn world: what melts, morphs, grows or crawls, each beside its clean twin."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from evals.animatic.brief import ShotSize
from evals.animatic.flawed import plan_flaw, shoot_with
from evals.animatic.flaws import Step
from evals.animatic.sampler import Split, draw_brief
from evals.animatic.world_flaws import WorldFlawKind, objection
from evals.metrics.artifacts import MORPH
from evals.validation._compare import GOALS, Pairing, order_figure, parted, share_better
from evals.validation._pool import Bench
from evals.validation._takes import VBENCH, Badness, morph_detector, score
from evals.validation.figures import Figure
from evals.validation.scale import Scale
from tracker.errors import MisuseError

__all__ = ["KINDS", "TITLE", "measure", "says", "watching"]

TITLE = "Morphing in the drawn world"
KINDS = (
    WorldFlawKind.MELTING_FACE,
    WorldFlawKind.MORPHING_LIMB,
    WorldFlawKind.EXTRA_LIMB,
    WorldFlawKind.GARBLED_SIGN,
)
_SIZE = (512, 288)
_NEAR = (ShotSize.FULL, ShotSize.MEDIUM, ShotSize.CLOSE)
_ATTEMPTS = 40
"""Briefs that are drawn before a kind is given up: not every brief has a limb or a sign to spoil."""


@dataclass(frozen=True)
class _Task:
    kind: WorldFlawKind
    place: int


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"{scale.morphing} shots for each kind from briefs that training never saw, {scale.frames} frames of "
        "512x288; severities by SSIM to the clean twin inside the spoilt box (evals/animatic/flawed.py). "
        f"The measure asked is `{watching()}`."
    )


def watching() -> str:
    """Return the measure that should see these kinds: the morph detector, where it is on this machine."""
    return "lpips_residual" if morph_detector() is None else MORPH.name


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return areas under the curve and orders of severity for each kind."""
    metric = watching()
    tasks = [_Task(kind, place) for kind in KINDS for place in range(scale.morphing)]
    read = partial(_read, scale=scale, pack=bench.pack.folder, metric=metric)
    of_task = dict(zip(tasks, bench.spread(read, tasks, TITLE), strict=True))
    areas: list[Figure] = []
    orders: list[Figure] = []
    for kind in KINDS:
        courses = {task.place: of_task[task] for task in tasks if task.kind is kind}
        planted = {place: course for place, course in courses.items() if course}
        for at, step in enumerate(_steps(scale), 1):
            pairing = Pairing(
                clean={("drawn", place): course[0] for place, course in planted.items()},
                flawed={("drawn", place): course[at] for place, course in planted.items()},
            )
            areas.append(parted(f"{kind}, {step}", metric, pairing, goal=GOALS[step]))
        orders.append(order_figure(f"{kind}, by severity", metric, planted.values()))
    return (*areas, *orders, share_better(areas))


def _steps(scale: Scale) -> tuple[Step, ...]:
    return tuple(Step) if scale.is_every_step else (Step.MILD, Step.VISIBLE)


def _read(task: _Task, *, scale: Scale, pack: Path, metric: str) -> list[Badness]:
    """Return a shot's scores from clean to worst; empty where no brief had room for the kind."""
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng(
            (scale.seed, 72, task.place, zlib.crc32(task.kind.encode()), attempt)
        )
        size = _NEAR[int(rng.integers(len(_NEAR)))]
        brief = draw_brief(rng, split=Split.EVALUATION, size=size)
        if objection(task.kind, brief) is not None:
            continue
        seed = int(rng.integers(2**31))
        shot = {"brief": brief, "frame_count": scale.frames, "seed": seed, "size": _SIZE}
        try:
            flaws = [plan_flaw(task.kind, step, **shot) for step in _steps(scale)]  # type: ignore[arg-type]
        except MisuseError:
            continue
        films = [shoot_with(brief, one, frame_count=scale.frames, seed=seed, size=_SIZE).film
                 for one in ([], *([flaw] for flaw in flaws))]  # fmt: skip
        lpips = None if metric == MORPH.name else pack
        told = [score(frames, pack=lpips, with_morph=True) for frames in films]
        return [{name: one[name] for name in (metric, VBENCH)} for one in told]
    return []
