"""The proofs of the demo pack, on briefs, persons, places and wordings that training never saw.

Everything goes the way of a real take: frames of 640 x 360, the pack's own loaders, preprocessing and
thresholds. The split `EVALUATION` shares no cast seed, layout or caption template with training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import Brief
from evals.animatic.captions import caption
from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.animatic.swaps import Swap, swapped, swaps_of
from evals.errors import PackError
from evals.packs.availability import Unavailable
from evals.packs.backend import torch
from evals.packs.identity import IdentityModel, load_identity
from evals.packs.manifest import read_pack
from evals.packs.perceptual import load_perceptual
from evals.packs.text_image import TextImageModel, load_text_image
from evals.training.distortions import HELD_OUT
from evals.training.faces import face_brief
from evals.training.filming import spread
from evals.training.likeness import WatchedFrame, likeness, states
from evals.training.perceptual import HELD_OUT_PHOTOGRAPHS, draw_pair, film_stills, photographs
from evals.training.proofs import auroc, interval
from evals.training.scale import Scale
from evals.training.scenes import scene_brief
from tracker.actions.report import Progress

__all__ = ["measure_identity", "measure_perceptual", "measure_text_image", "scores_of"]

_PX = (640, 360)
_SHOT_FRAMES = 36
_FRAMES = (3, 14, 24, 33)
_FACE_FRAMES = (6, 28)
_PAIRS = 400


@dataclass(frozen=True, kw_only=True)
class _Scene:
    brief: Brief
    vectors: NDArray[np.float32]


def measure_text_image(
    folder: Path, *, scale: Scale, seed: int, workers: int, progress: Progress
) -> dict[str, Any]:
    """Compare each scene's own caption with captions in which one thing is exchanged.

    `auroc` compares own and exchanged captions of all scenes with each other; `paired` is the share of
    scenes whose own caption wins against its own counterfactual.
    """
    make = partial(_watch_scenes, folder=folder, seed=seed)
    scenes = spread(
        make, scale.proof_scenes, workers=workers, progress=progress, title="Measuring text_image"
    )
    seen = [(scene.brief, scene.vectors.mean(0)) for scene in scenes]
    model = _text_image(folder)
    rng = np.random.default_rng((seed, 81))
    figures = {}
    for swap in Swap:
        own, other = scores_of(seen, swap, model, rng)
        if len(own) < 2:
            continue
        low, high = interval(own, other)
        figures[str(swap)] = {
            "auroc": round(auroc(own, other), 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "paired": round(float(np.mean(own > other)), 4),
            "scenes": len(own),
        }
    return figures


def measure_identity(
    folder: Path, *, scale: Scale, seed: int, workers: int, progress: Progress
) -> dict[str, Any]:
    """Find, align and embed the faces of unseen persons; compare them with four references each."""
    seeds = Split.EVALUATION.cast_seeds
    persons = tuple(range(seeds.start + 100 * seed, seeds.start + 100 * seed + scale.proof_persons))
    make = partial(_watch_faces, folder=folder, seed=seed, persons=persons)
    shots = spread(
        make,
        scale.proof_persons * scale.proof_shots_per_person,
        workers=workers,
        progress=progress,
        title="Measuring identity",
    )
    frames = [frame for shot in shots for frame in shot]
    return {**states(frames), **likeness(frames)}


def measure_perceptual(
    folder: Path, *, scale: Scale, seed: int, workers: int, progress: Progress, scratch: Path
) -> dict[str, Any]:
    """Order (near, far) pairs of kinds and on pictures that training never saw."""
    model = load_perceptual(read_pack(folder), "cpu")
    if isinstance(model, Unavailable):
        return {"unavailable": model.reason}
    stills = film_stills(
        scratch,
        count=max(4, scale.proof_scenes // 10),
        seed=seed,
        split=Split.EVALUATION,
        workers=workers,
        progress=progress,
    )
    figures: dict[str, Any] = {}
    pools = {"photographs": photographs(HELD_OUT_PHOTOGRAPHS), "world": stills}
    for name, pool in pools.items():
        for kind, distort in HELD_OUT.items():
            rng = np.random.default_rng((seed, 82))
            count = max(4, min(_PAIRS, scale.proof_scenes) // 5)
            pairs = [draw_pair(pool, rng, kinds={kind: distort}) for _ in range(count)]
            reference = np.stack([pair.reference for pair in pairs])
            near = model.distances(reference, np.stack([pair.near for pair in pairs]))
            far = model.distances(reference, np.stack([pair.far for pair in pairs]))
            figures[f"{name} {kind}"] = round(float(np.mean(near < far)), 4)
    shares = list(figures.values())
    return {"ordered": round(float(np.mean(shares)), 4), **figures}


@lru_cache(maxsize=2)
def _text_image(folder: Path) -> TextImageModel:
    model = load_text_image(read_pack(folder), "cpu")
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    return model


@lru_cache(maxsize=2)
def _identity(folder: Path) -> IdentityModel:
    model = load_identity(read_pack(folder), "cpu")
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    return model


def _watch_scenes(chunk: range, *, folder: Path, seed: int) -> list[_Scene]:
    torch.set_num_threads(1)
    scenes = []
    for i in chunk:
        brief = scene_brief(i, seed=seed, split=Split.EVALUATION)
        shown = shoot(brief, frame_count=_SHOT_FRAMES, size=_PX, seed=i, frames=_FRAMES)
        vectors = _text_image(folder).encode_frames([one.picture for one in shown])
        scenes.append(_Scene(brief=brief, vectors=vectors))
    return scenes


def scores_of(
    scenes: Sequence[tuple[Brief, NDArray[np.float32]]],
    swap: Swap,
    model: TextImageModel,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return cosines of scenes with their own and with the exchanged captions, where the two differ.

    A scene is its brief and the mean of its frames' vectors.
    """
    texts, seen = [], []
    for brief, vector in scenes:
        if swap not in swaps_of(brief):
            continue
        words = int(rng.integers(2**63))
        own, other = (
            caption(told, np.random.default_rng(words), split=Split.EVALUATION)
            for told in (brief, swapped(brief, swap, rng))
        )
        if own != other:
            texts += [own, other]
            seen.append(vector)
    if not seen:
        return np.zeros(0), np.zeros(0)
    vectors = model.encode_texts(texts).reshape(len(seen), 2, -1)
    cosines = np.einsum("nkd,nd->kn", vectors.astype(float), np.array(seen, float))
    return cosines[0], cosines[1]


def _watch_faces(
    chunk: range, *, folder: Path, seed: int, persons: tuple[int, ...]
) -> list[list[WatchedFrame]]:
    torch.set_num_threads(1)
    model, shots = _identity(folder), []
    for shot in chunk:
        brief = face_brief(shot, seed=seed + 5, split=Split.EVALUATION, persons=persons)
        shown = list(
            shoot(brief, frame_count=_SHOT_FRAMES, size=_PX, seed=shot, frames=_FACE_FRAMES)
        )
        found = model.find(np.stack([one.picture for one in shown]))
        frames = []
        for one, faces in zip(shown, found, strict=True):
            crops = [model.align(one.picture, face.points) for face in faces]
            vectors = model.embed(np.stack(crops)) if crops else np.zeros((0, 1), np.float32)
            frames.append(
                WatchedFrame(shot=shot, truths=one.truth.faces, found=faces, vectors=vectors)
            )
        shots.append(frames)
    return shots
