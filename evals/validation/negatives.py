"""Hard negatives: clips that are fine and look as if they were not. None may reach a limit."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.media.types import Picture
from evals.validation._footage import CAMERAS, DRAWN, FAST_PAN, PHOTOGRAPHS, Footage, film
from evals.validation._pool import Bench
from evals.validation._takes import failing, read, write
from evals.validation.figures import Figure
from evals.validation.rates import share_interval
from evals.validation.scale import Scale
from tracker.domain.effects import EffectKind, ShotEffect

__all__ = ["KINDS", "TITLE", "measure", "says"]

TITLE = "Hard negatives"
GOAL = 0.95
_FIRST_BRIEF = 1000
"""Briefs from here on are none of those that flaws are planted into."""


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"Photographs: {scale.photographs}, takes of each for every kind: {scale.repeats}; the share of "
        "clips in which no measure reaches its limit, outside of what the shot declares as its effect (the "
        "strobe does; the others declare nothing). Written and read as files. The morph "
        "detector learnt from three of the photographs, not from moon and retina."
    )


@dataclass(frozen=True)
class _Task:
    kind: str
    picture: int
    take: int


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return the specificity on every kind, and on all of them."""
    tasks = [
        _Task(kind, picture, take)
        for kind in KINDS
        for picture in range(min(scale.photographs, len(PHOTOGRAPHS)))
        for take in range(scale.repeats)
    ]
    found = bench.spread(partial(_failing, scale=scale), tasks, TITLE)
    rows = [
        _share(kind, [names for task, names in zip(tasks, found, strict=True) if task.kind == kind])
        for kind in KINDS
    ]
    return (*rows, _share("all of them", found))


def _share(row: str, found: list[tuple[str, ...]]) -> Figure:
    quiet = sum(not names for names in found)
    low, high = share_interval(quiet, len(found))
    alarms = Counter(name for names in found for name in names)
    told = ", ".join(f"{name} in {count}" for name, count in alarms.most_common())
    return Figure(
        row=row,
        measure="specificity",
        value=round(quiet / len(found), 4),
        low=round(low, 4),
        high=round(high, 4),
        count=len(found),
        goal=GOAL,
        note=f"false alarms: {told}" if told else "",
    )


def _failing(task: _Task, *, scale: Scale) -> tuple[str, ...]:
    frames = KINDS[task.kind](task, scale)
    with tempfile.TemporaryDirectory(prefix="roundtable-validate-") as folder:
        path = write(Path(folder) / "clip.mp4", frames)
        return failing(read(path, with_morph=True), effects=DECLARED.get(task.kind, ()))


def _filmed(camera: str) -> Callable[[_Task, Scale], Picture]:
    def make(task: _Task, scale: Scale) -> Picture:
        return film(Footage(camera=camera, picture=task.picture, take=task.take + 10), scale)

    return make


def _drawn(task: _Task, scale: Scale) -> Picture:
    """Film a brief of the drawn world: rain, snow, water, steam and people who walk."""
    number = scale.repeats * task.picture + task.take
    return film(Footage(camera=DRAWN, picture=_FIRST_BRIEF + number), scale)


def _under(change: Callable[[Picture], Picture]) -> Callable[[_Task, Scale], Picture]:
    """Change a clip of one of the cameras that move, in turn."""

    def make(task: _Task, scale: Scale) -> Picture:
        moving = [c for c in CAMERAS if c not in {"static", "fade"}]
        camera = moving[task.take % len(moving)]
        return change(film(Footage(camera=camera, picture=task.picture, take=task.take), scale))

    return make


def _strobe(clip: Picture) -> Picture:
    """Light that goes on for two frames in six, as in a club."""
    return _lit(clip, np.where(np.arange(len(clip)) % 6 < 2, 1.0, 0.35))


def _lightning(clip: Picture) -> Picture:
    gains = np.ones(len(clip))
    start = len(clip) // 3
    gains[[start, start + 2]] = 1.8
    return _lit(clip, gains)


def _fade(clip: Picture) -> Picture:
    return _lit(clip, np.linspace(1, 0, len(clip)))


def _lit(clip: Picture, gains: NDArray[np.float64]) -> Picture:
    lit = clip * gains[:, None, None, None]
    return np.clip(np.rint(lit), 0, 255).astype(np.uint8)


def _telecine(clip: Picture) -> Picture:
    """Every fourth frame twice, as when film is shown at the rate of television."""
    return clip[np.arange(len(clip) * 5 // 4) * 4 // 5]


def _on_twos(clip: Picture) -> Picture:
    return np.repeat(clip[: (len(clip) + 1) // 2], 2, axis=0)


KINDS: dict[str, Callable[[_Task, Scale], Picture]] = {
    "pan of 14 px a frame": _filmed(FAST_PAN),
    "handheld": _filmed("handheld"),
    "grain": _filmed("grain"),
    "static hold": _filmed("static"),
    "fade to a quarter": _filmed("fade"),
    "fade to black": _under(_fade),
    "strobe, declared": _under(_strobe),
    "lightning": _under(_lightning),
    "telecine repeats": _under(_telecine),
    "drawn on twos": _under(_on_twos),
    "drawn world as it is": _drawn,
}
"""What it is -> how it is made."""

DECLARED = {"strobe, declared": (ShotEffect(kind=EffectKind.STROBE),)}
"""What it is -> what its shot declares: undeclared, light that jumps to and fro is flicker, and rightly."""
