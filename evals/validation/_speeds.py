"""Rows of one device: how fast each model is there, and each stage's share of a pass that uses them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.media.change import ChangeMaker
from evals.validation._models import StageModels, load_stages
from evals.validation._rows import Row, make_row
from evals.validation._stages import STAGES, Gathered, alone, gather, in_pass

__all__ = ["device_rows"]

_Run = Callable[[StageModels], None]


@dataclass(frozen=True)
class _Work:
    """What one model has to do, and its plain way of doing it."""

    frames: int
    run: _Run
    plain: _Run
    plain_is: str


def device_rows(clips: Sequence[Path], device: str, *, frames: int, rounds: int) -> Iterator[Row]:
    """Yield the rows of `cpu` or `cuda`, from clips of so many frames each."""
    models = load_stages(device)
    found = [gather(clip, frames=frames) for clip in clips]
    yield from _speeds(_work(found[0]), models, rounds)
    yield from _shares(clips, found, models=models, rounds=rounds)


def _work(found: Gathered) -> dict[str, _Work]:
    rgb, moved, pictures = found.rgb, found.moved, found.samples
    maker = ChangeMaker()
    maps: NDArray[np.float32] = np.stack(
        [made for picture in rgb if (made := maker.add(picture)) is not None]
    )
    return {
        "encode": _batched(len(pictures), lambda models: models.encode(pictures)),
        "LPIPS": _Work(
            len(rgb),
            lambda models: models.compare(rgb, moved),
            lambda models: models.compare_pairs(rgb, moved),
            "the backbone again for every pair",
        ),
        "faces": _batched(len(pictures), lambda models: models.look(pictures)),
        "morphing": _batched(len(maps), lambda models: models.judge(maps)),
    }


def _batched(frames: int, run: _Run) -> _Work:
    def plain(models: StageModels) -> None:
        with _one_by_one(models):
            run(models)

    return _Work(frames, run, plain, "one by one")


def _speeds(work: dict[str, _Work], models: StageModels, rounds: int) -> Iterator[Row]:
    is_cpu = models.device == "cpu"
    for stage, of in work.items():
        other = partial(of.plain, models) if is_cpu else partial(of.run, load_stages("cpu"))
        yield make_row(
            f"{stage} on {models.device}",
            "frames/s",
            ours=of.frames / _shortest(partial(of.run, models), rounds),
            other=of.frames / _shortest(other, rounds),
            other_is=of.plain_is if is_cpu else "on the CPU",
        )


def _shares(
    clips: Sequence[Path], found: Sequence[Gathered], *, models: StageModels, rounds: int
) -> Iterator[Row]:
    frames = sum(len(one.frames) for one in found)
    spent = [
        in_pass(clip, models, frames=len(one.frames))
        for clip, one in zip(clips, found, strict=True)
    ]
    by_itself = [alone(clip, models, one) for clip, one in zip(clips, found, strict=True)]
    total_s = sum(sum(parts.values()) for parts in spent)
    for stage in STAGES:
        yield make_row(
            f"share of the pass on {models.device}: {stage}",
            "ms/frame",
            ours=1000 * sum(parts[stage] for parts in spent) / frames,
            other=1000 * total_s / frames,
            other_is="the whole pass",
        )
    for stage in STAGES:
        alone_s = sum(_shortest(runs[stage], rounds) for runs in by_itself)
        yield make_row(
            f"within the pass on {models.device}: {stage}",
            "ms/frame",
            ours=1000 * sum(parts[stage] for parts in spent) / frames,
            other=1000 * alone_s / frames,
            other_is="that stage alone",
        )


@contextmanager
def _one_by_one(models: StageModels) -> Iterator[None]:
    before = [batcher.rows for batcher in models.batchers]
    for batcher in models.batchers:
        batcher.rows = 1
    try:
        yield
    finally:
        for batcher, rows in zip(models.batchers, before, strict=True):
            batcher.rows = rows


def _shortest(work: Callable[[], None], rounds: int) -> float:
    """Return the shortest of several times, in seconds."""
    times_s = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times_s.append(time.perf_counter() - begun)
    return min(times_s)
