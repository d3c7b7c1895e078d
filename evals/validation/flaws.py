"""Planted flaws: every kind and severity of `evals.animatic.flaws` in clips of every camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from evals.animatic.flaws import STEPS, FlawKind, Step, plant
from evals.validation._compare import GOALS, Pairing, order_figure, parted, share_better
from evals.validation._footage import Footage, film, footage
from evals.validation._pool import Bench
from evals.validation._takes import CRF, LOSSLESS, VBENCH, Badness, score
from evals.validation.figures import Figure
from evals.validation.scale import Scale

__all__ = ["MOTION_ONLY", "TITLE", "measure", "says"]

TITLE = "Planted flaws"
MOTION_ONLY = frozenset({FlawKind.DROPPED_FRAMES, FlawKind.FREEZE})
"""Not planted under the static camera: where nothing moves nobody could see them."""
_SEED_STEP = 101


@dataclass(frozen=True)
class _Task:
    """One clip and what is planted into it; no kind: nothing."""

    clip: Footage
    kind: FlawKind | None
    place: int
    crf: int = CRF


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"Photographs: {scale.photographs}, each under six cameras; shots of the drawn world: {scale.drawn}; "
        f"{scale.frames} frames of {scale.size[0]}x{scale.size[1]}, H.264 at crf 18; each flaw in each clip "
        "against the same clips without it. Freezes and dropped frames need a camera that moves; banding is "
        "also asked of files that lose nothing, since H.264 smooths steps away."
    )


def severities(kind: FlawKind, scale: Scale) -> tuple[float, ...]:
    """Return which published severities of a kind are planted, from mild to strong."""
    steps = STEPS[kind]
    return steps if scale.is_every_step or len(steps) < len(Step) else steps[-3:-1]


def named(kind: FlawKind) -> dict[str, float]:
    """Return the severities that have a name: the last three, or the only one, which is visible."""
    steps = STEPS[kind]
    if len(steps) < len(Step):
        return {Step.VISIBLE: steps[-1]}
    return dict(zip(Step, steps[-len(Step) :], strict=True))


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return areas under the curve, orders of severity, and the comparison with VBench."""
    tasks = _tasks(scale)
    found = _Found(
        dict(zip(tasks, bench.spread(partial(_read, scale=scale), tasks, TITLE), strict=True))
    )
    areas: list[Figure] = []
    orders: list[Figure] = []
    for kind, crf in _ASKED:
        planted = severities(kind, scale)
        about = kind if crf == CRF else f"{kind} in a lossless file"
        for name, severity in named(kind).items():
            if severity in planted:
                pairing = found.pairing(kind, crf, planted.index(severity))
                areas.append(parted(f"{about}, {name}", kind, pairing, goal=GOALS[name]))
        if len(planted) > 1:
            courses = found.courses(kind, crf)
            orders.append(order_figure(f"{about}, by severity", kind, courses))
    return (*areas, *orders, share_better(areas))


_ASKED: tuple[tuple[FlawKind, int], ...] = (
    *((kind, CRF) for kind in FlawKind),
    (FlawKind.BANDING, LOSSLESS),
)
"""What is planted, and how the files are written."""


def _tasks(scale: Scale) -> list[_Task]:
    return [
        _Task(clip, kind, place, crf)
        for place, clip in enumerate(footage(scale))
        for kind, crf in ((None, CRF), (None, LOSSLESS), *_ASKED)
        if not (kind in MOTION_ONLY and clip.camera == "static")
    ]


@dataclass(frozen=True)
class _Found:
    """The scores of all clips."""

    readings: Mapping[_Task, list[Badness]]
    """Of a clean clip one, of a flawed one as many as there are severities."""

    def pairing(self, kind: FlawKind, crf: int, at: int) -> Pairing:
        """Return clean clips and those with one severity of a kind, counted from mild."""
        pairs = self._pairs(kind, crf)
        return Pairing(
            clean={key: clean for key, clean, _ in pairs},
            flawed={key: flawed[at] for key, _, flawed in pairs},
        )

    def courses(self, kind: FlawKind, crf: int) -> list[list[Badness]]:
        """Return every clip from clean to worst."""
        return [[clean, *flawed] for _, clean, flawed in self._pairs(kind, crf)]

    def _pairs(
        self, kind: FlawKind, crf: int
    ) -> list[tuple[tuple[str, int], Badness, list[Badness]]]:
        return [
            (
                (task.clip.camera, task.place),
                self.readings[replace(task, kind=None)][0],
                flawed,
            )
            for task, flawed in self.readings.items()
            if (task.kind, task.crf) == (kind, crf)
        ]


def _read(task: _Task, *, scale: Scale) -> list[Badness]:
    """Score a clip without a flaw, or with one kind at every severity."""
    clean = film(task.clip, scale)
    if task.kind is None:
        return [score(clean, crf=task.crf)]
    seed = _SEED_STEP * task.place + list(FlawKind).index(task.kind)
    readings = []
    for severity in severities(task.kind, scale):
        planted, _ = plant(clean, task.kind, severity=severity, seed=seed)
        told = score(planted, crf=task.crf)
        readings.append({name: told[name] for name in (task.kind, VBENCH)})
    return readings
