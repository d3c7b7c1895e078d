"""Trains the morph detector that comes with the product, and measures it: `python -m evals.training.morph`.

Half of what it sees are clean moments, half hold a region that morphs (`evals.training.morphs`), and one in
eight is a clean shot of the drawn world, where people walk and cloth swings. The proof uses photographs and
scenes that training never saw.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.media.change import CHANNELS, ChangeMaker
from evals.packs._change_net import CELL_PX, ChangeNet
from evals.packs.backend import torch
from evals.packs.morph import MorphDetector, load_morph
from evals.packs.morph_files import FACTS, FOLDER, WEIGHTS
from evals.training.descent import Descent, kernels
from evals.training.filming import spread
from evals.training.morphs import KINDS, SIZE, draw_moment
from evals.training.pack import write_weights
from evals.training.perceptual import photographs
from evals.training.proofs import auroc
from evals.training.scenes import scene_brief
from tracker.actions.report import Progress, SilentProgress
from tracker.cli.output import TerminalProgress

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MORPH_SCALES", "MorphScale", "train_morph"]

PHOTOGRAPHS = (
    "brick.png", "clock_motion.png", "coffee.png", "coins.png", "grass.png", "hubble_deep_field.jpg",
    "ihc.png", "rocket.jpg",
)  # fmt: skip
HELD_OUT_PHOTOGRAPHS = ("chelsea.png", "gravel.png", "moon.png", "retina.jpg")
"""None shows a person; all ship with scikit-image, free to use, as its docstrings say."""

_BATCH, _OF_WORLD = 32, 4
_PEAK_RATE, _TURNED_RATE, _DECAY = 3e-3, 0.03, 0.02
_SURE, _CLEAN = 0.4, 0.08
"""Share of a cell that must morph to count, and that may in a clean one; between the two is not learnt."""
_MORPH_WEIGHT = 3.0
_STILL_PX, _SHOT_PX = (456, 256), (512, 288)
_GAP_FRAMES = 3
_WORST_CELLS = 4
_THREADS = 2


@dataclass(frozen=True, kw_only=True)
class MorphScale:
    """How much is drawn and learnt."""

    moments: int
    shots: int
    stills: int
    steps: int
    proof_moments: int
    proof_shots: int


MORPH_SCALES = {
    "full": MorphScale(
        moments=8_000, shots=400, stills=100, steps=1200, proof_moments=800, proof_shots=100
    ),
    "tiny": MorphScale(moments=16, shots=4, stills=2, steps=3, proof_moments=12, proof_shots=4),
}


@dataclass(frozen=True)
class _Drawn:
    """What one process makes of a few moments."""

    maps: NDArray[np.float16]
    """(n, 6, 144, 256)."""
    cells: NDArray[np.float16]
    """Share of each cell that morphs, (n, 18, 32)."""
    kinds: tuple[str, ...]


def train_morph(
    out: Path, *, scale: MorphScale, seed: int, workers: int, progress: Progress | None = None
) -> dict[str, Any]:
    """Train, write weights and figures into a folder, and return the figures."""
    watcher = progress or SilentProgress()
    torch.set_num_threads(_THREADS)
    torch.manual_seed(seed)
    start = time.monotonic()
    draw = partial(_moments, seed=seed, split=Split.TRAINING, stills=scale.stills)
    drawn = _joined(
        spread(draw, scale.moments, workers=workers, progress=watcher, title="Drawing moments")
    )
    film = partial(_shots, seed=seed, split=Split.TRAINING)
    shots = np.stack(
        spread(film, scale.shots, workers=workers, progress=watcher, title="Filming shots")
    )
    net = _learn(drawn, shots, scale=scale, seed=seed, progress=watcher)
    out.mkdir(parents=True, exist_ok=True)
    write_weights(out / WEIGHTS, net.state_dict())
    facts: dict[str, Any] = {
        "sha256": hashlib.sha256((out / WEIGHTS).read_bytes()).hexdigest(),
        "seed": seed,
        "licence": "Apache-2.0",
        "training_seconds": round(time.monotonic() - start, 1),
    }
    _write(out, facts)
    facts["figures"] = _measure(out, scale=scale, seed=seed, workers=workers, progress=watcher)
    _write(out, facts)
    return facts


def _write(out: Path, facts: dict[str, Any]) -> None:
    (out / FACTS).write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n")


def _learn(
    drawn: _Drawn, shots: NDArray[np.float16], *, scale: MorphScale, seed: int, progress: Progress
) -> ChangeNet:
    net = ChangeNet().to(memory_format=torch.channels_last)
    descent = Descent(
        list(net.parameters()),
        steps=scale.steps,
        peak_rate=_PEAK_RATE,
        decay=_DECAY,
        clip=1.0,
        turned=kernels(net),
        turned_rate=_TURNED_RATE,
    )
    rng = np.random.default_rng((seed, 61))
    progress.start("Training the morph detector", scale.steps)
    net.train()
    for _ in range(scale.steps):
        ours = min(_BATCH - _OF_WORLD, len(drawn.maps))
        picked = rng.choice(len(drawn.maps), ours, replace=False)
        clean = rng.choice(len(shots), min(_OF_WORLD, len(shots)), replace=False)
        maps = np.concatenate([drawn.maps[picked], shots[clean]]).astype(np.float32)
        none = np.zeros((len(clean), *drawn.cells.shape[1:]), np.float32)
        cells = np.concatenate([drawn.cells[picked].astype(np.float32), none])
        loss = descent.step(_loss(net, *_turned(maps, cells, rng)))
        progress.advance(1, f"loss {loss:.3f}")
    return net.eval()


def _loss(net: ChangeNet, maps: NDArray[np.float32], cells: NDArray[np.float32]) -> Tensor:
    pixels = torch.from_numpy(maps).contiguous(memory_format=torch.channels_last)
    shares = torch.from_numpy(cells)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = net(pixels)
    is_morph = (shares > _SURE).float()
    weights = ((shares > _SURE) | (shares < _CLEAN)).float() * (1 + (_MORPH_WEIGHT - 1) * is_morph)
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        logits.float(), is_morph, reduction="none"
    )
    return (losses * weights).mean()


def _turned(
    maps: NDArray[np.float32], cells: NDArray[np.float32], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mirror a batch, and turn light into dark: none of it makes a morph."""
    signs = np.ones((1, CHANNELS, 1, 1), np.float32)
    if rng.random() < 0.5:
        maps, cells = maps[..., ::-1], cells[..., ::-1]
        signs[0, 3] = -1
    if rng.random() < 0.5:
        maps, cells = maps[..., ::-1, :], cells[..., ::-1, :]
        signs[0, 4] = -1
    if rng.random() < 0.5:
        signs[0, :3] *= -1
    return np.ascontiguousarray(maps * signs), np.ascontiguousarray(cells)


def _moments(chunk: range, *, seed: int, split: Split, stills: int) -> list[_Drawn]:
    """Draw moments; even ones are clean."""
    cv2.setNumThreads(1)
    pool = _pictures(seed, split, stills)
    done = []
    for i in chunk:
        rng = np.random.default_rng((seed, 62, list(Split).index(split), i))
        moment = draw_moment(pool, rng, is_clean=i % 2 == 0)
        maker = ChangeMaker()
        maps = [maker.add(frame) for frame in moment.frames][-1]
        size = (SIZE[0] // CELL_PX, SIZE[1] // CELL_PX)
        cells = cv2.resize(moment.region, size, interpolation=cv2.INTER_AREA)
        done.append(
            _Drawn(
                np.asarray(maps, np.float16)[None],
                np.asarray(cells, np.float16)[None],
                (moment.kind,),
            )
        )
    return done


def _joined(drawn: Sequence[_Drawn]) -> _Drawn:
    return _Drawn(
        np.concatenate([one.maps for one in drawn]),
        np.concatenate([one.cells for one in drawn]),
        tuple(kind for one in drawn for kind in one.kinds),
    )


def _shots(chunk: range, *, seed: int, split: Split) -> list[NDArray[np.float16]]:
    """Film three frames of clean shots, an eighth of a second apart."""
    cv2.setNumThreads(1)
    done = []
    for i in chunk:
        start = int(np.random.default_rng((seed, 63, i)).integers(0, 28))
        places = [start + _GAP_FRAMES * k for k in range(3)]
        brief = scene_brief(i, seed=seed + 300, split=split)
        maker, maps = ChangeMaker(), None
        for shown in shoot(brief, frame_count=48, size=_SHOT_PX, seed=i, frames=places):
            maps = maker.add(shown.picture)
        done.append(np.asarray(maps, np.float16))
    return done


@lru_cache(maxsize=2)
def _pictures(seed: int, split: Split, stills: int) -> tuple[NDArray[np.uint8], ...]:
    """Return photographs and frames of the drawn world, the photographs about a third of them."""
    known = photographs(PHOTOGRAPHS if split is Split.TRAINING else HELD_OUT_PHOTOGRAPHS)
    drawn = []
    for i in range(stills):
        brief = scene_brief(i, seed=seed + 400, split=split)
        (shown,) = shoot(brief, frame_count=36, size=_STILL_PX, seed=i, frames=[18])
        drawn.append(shown.picture)
    return (*known * max(1, round(0.5 * stills / len(known))), *drawn)


def _measure(
    out: Path, *, scale: MorphScale, seed: int, workers: int, progress: Progress
) -> dict[str, Any]:
    detector = load_morph("cpu", out)
    assert isinstance(detector, MorphDetector), detector  # noqa: S101  # written a moment ago
    draw = partial(_moments, seed=seed + 1000, split=Split.EVALUATION, stills=0)
    drawn = _joined(
        spread(draw, scale.proof_moments, workers=workers, progress=progress, title="Measuring")
    )
    film = partial(_shots, seed=seed + 1000, split=Split.EVALUATION)
    shots = np.stack(
        spread(film, scale.proof_shots, workers=workers, progress=progress, title="Measuring")
    )

    def levels(maps: NDArray[np.float16]) -> NDArray[np.float64]:
        chances = detector.chances(maps)
        worst = np.sort(chances.reshape(len(maps), -1), axis=1)[:, -_WORST_CELLS:]
        return np.asarray(worst.mean(1), np.float64)

    found, quiet = levels(drawn.maps), levels(shots)
    kinds = np.array(drawn.kinds)
    shown = drawn.cells.reshape(len(kinds), -1).max(1) > _SURE
    clean = found[~shown]
    by_kind = {
        kind: round(auroc(found[shown & (kinds == kind)], clean), 4)
        for kind in KINDS
        if (shown & (kinds == kind)).any()
    }
    return {
        "auroc": round(auroc(found[shown], clean), 4) if shown.any() else None,
        "auroc_by_kind": by_kind,
        "clean_over_half": round(float((clean > 0.5).mean()), 4),
        "clean_world_over_half": round(float((quiet > 0.5).mean()), 4),
        "moments": len(kinds),
    }


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, train, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.morph", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", choices=sorted(MORPH_SCALES), default="full")
    parser.add_argument("--workers", type=int, default=min(16, os.cpu_count() or 1))
    given = parser.parse_args(arguments)
    progress = TerminalProgress()
    try:
        facts = train_morph(
            given.out,
            scale=MORPH_SCALES[given.scale],
            seed=given.seed,
            workers=given.workers,
            progress=progress,
        )
    finally:
        progress.stop()
    sys.stdout.write(json.dumps(facts, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
