"""Runs the training from filming to figures; the command line and the tests call `run`."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.animatic.sampler import Split
from evals.packs.backend import torch
from evals.training.embedder import train_embedder
from evals.training.faces import film_faces
from evals.training.finder import train_finder
from evals.training.measure import measure_identity, measure_perceptual, measure_text_image
from evals.training.pack import write_identity, write_manifest, write_perceptual, write_text_image
from evals.training.perceptual import PHOTOGRAPHS, film_stills, photographs, train_perceptual
from evals.training.scale import SCALES, Scale
from evals.training.scenes import film_scenes
from evals.training.text_image import train_text_image
from tracker.actions.report import Progress, SilentProgress

__all__ = ["PARTS", "TrainingRequest", "run"]

PARTS = ("text_image", "identity", "perceptual")
_THREADS = 2
"""Fixed, since sums depend on how work is cut up: a machine with more cores gives the same bits."""


@dataclass(frozen=True, kw_only=True)
class TrainingRequest:
    """What to train."""

    out: Path
    """The pack's folder; what is not trained anew must lie there."""
    seed: int = 1
    scale: str = "full"
    only: tuple[str, ...] = PARTS
    is_measured_only: bool = False
    workers: int = 1
    """Filming processes; they change nothing but the time."""
    scratch: Path | None = None
    """Where filmed pictures and half-trained models are kept, about 4 GB, so that a stopped training
    goes on; None: nothing is kept."""


def run(request: TrainingRequest, progress: Progress | None = None) -> dict[str, Any]:
    """Train, write the pack, measure it, and return the figures, which also go into `figures.json`."""
    watcher = progress or SilentProgress()
    scale = SCALES[request.scale]
    torch.set_num_threads(_THREADS)
    seconds: dict[str, float] = {}
    with _workplace(request) as folder:
        if not request.is_measured_only:
            for part in request.only:
                start = time.monotonic()
                _train(part, request, scale, folder=folder, progress=watcher)
                seconds[part] = round(time.monotonic() - start, 1)
            write_manifest(request.out, seed=request.seed, scale=request.scale)
        found = _measure(request, scale, folder=folder, progress=watcher)
    path = request.out / "figures.json"
    kept = json.loads(path.read_text()) if path.is_file() else {}
    times = {**kept.get("training_seconds", {}), **seconds}
    figures = {
        **kept,
        "seed": request.seed,
        "scale": request.scale,
        **found,
        "training_seconds": times,
    }
    path.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    measured = figures.get("identity", {})
    write_manifest(request.out, seed=request.seed, scale=request.scale, measured=measured)
    return figures


@contextmanager
def _workplace(request: TrainingRequest) -> Iterator[Path]:
    """Give a folder of its own to each seed and scale, or a temporary one."""
    if request.scratch is None:
        with tempfile.TemporaryDirectory(prefix="roundtable-training-") as folder:
            yield Path(folder)
        return
    kept = request.scratch / f"{request.scale}-{request.seed}"
    kept.mkdir(parents=True, exist_ok=True)
    yield kept


def _train(
    part: str, request: TrainingRequest, scale: Scale, *, folder: Path, progress: Progress
) -> None:
    seed, split = request.seed, Split.TRAINING
    if part == "text_image":
        scenes = film_scenes(
            folder,
            count=scale.scenes,
            family=scale.family,
            seed=seed,
            split=split,
            workers=request.workers,
            progress=progress,
        )
        trained = train_text_image(scenes, scale=scale, seed=seed, folder=folder, progress=progress)
        write_text_image(request.out, trained)
    elif part == "identity":
        first = split.cast_seeds.start + 10_000 * seed
        filmed = film_faces(
            folder,
            shot_count=scale.persons * scale.shots_per_person,
            frames_per_shot=scale.frames_per_face_shot,
            persons=range(first, first + scale.persons),
            seed=seed,
            split=split,
            workers=request.workers,
            progress=progress,
        )
        finder = train_finder(filmed, scale=scale, seed=seed, progress=progress)
        embedder = train_embedder(filmed, scale=scale, seed=seed, progress=progress)
        write_identity(request.out, finder, embedder)
    else:
        stills = film_stills(
            folder,
            count=scale.stills,
            seed=seed,
            split=split,
            workers=request.workers,
            progress=progress,
        )
        pictures = [*stills, *photographs(PHOTOGRAPHS) * max(1, scale.stills // 16)]
        write_perceptual(
            request.out, train_perceptual(pictures, scale=scale, seed=seed, progress=progress)
        )


def _measure(
    request: TrainingRequest, scale: Scale, *, folder: Path, progress: Progress
) -> dict[str, Any]:
    common = {
        "scale": scale,
        "seed": request.seed + 1000,
        "workers": request.workers,
        "progress": progress,
    }
    found: dict[str, Any] = {}
    if "text_image" in request.only:
        found["text_image"] = measure_text_image(request.out, **common)  # type: ignore[arg-type]
    if "identity" in request.only:
        found["identity"] = measure_identity(request.out, **common)  # type: ignore[arg-type]
    if "perceptual" in request.only:
        found["perceptual"] = measure_perceptual(request.out, scratch=folder, **common)  # type: ignore[arg-type]
    return found
