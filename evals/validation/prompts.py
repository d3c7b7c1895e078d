"""Does a score know what was ordered? True phrases and whole captions against ones with one thing exchanged.

Scenes come from seeds of their own, in places and with persons that no training saw. Phrases are asked in
other words than those that calibrated them, captions in sentence shapes that are kept for proofs. Whose
colour is whose is asked of whole captions, since no phrase tells it: models hardly know, and about .5 is
expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import Brief as Order
from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.animatic.swaps import Swap
from evals.errors import PackError
from evals.packs.availability import Unavailable
from evals.packs.manifest import read_pack
from evals.packs.text_image import TextImageModel, load_text_image
from evals.training.kept import KeptSet
from evals.training.measure import scores_of
from evals.training.phrases import Scene, Trial, trials
from evals.training.scenes import scene_brief
from evals.validation._compare import area_of
from evals.validation._pool import Bench
from evals.validation._wording import reworded
from evals.validation.figures import Figure
from evals.validation.scale import Scale

__all__ = ["TITLE", "measure", "says"]

TITLE = "Prompt fidelity"
GOAL = 0.95
_ASKED = {"colour": GOAL, "subject": GOAL, "setting": GOAL, "time": GOAL}
"""What is exchanged -> goal; the rest is reported."""
_PX = (640, 360)
_SHOT_FRAMES = 36
_FRAMES = (3, 14, 24, 33)
_CHUNK = 8
_FAMILY = 2
_CAPTION_SEED = 74


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"{scale.scenes} scenes, four frames of each. Phrases: calibrated probability of true phrases "
        "against those with one thing exchanged, all scenes pooled, in synonyms and in the plain words of "
        "the calibration; phrases of one scene are no independent trials, so their intervals are too narrow. "
        "Captions: cosine of the whole caption and of its counterfactual, reported for comparison."
    )


@dataclass(frozen=True)
class _Chunk:
    """Some neighbouring scenes, an even number, so that those that share a place stay together."""

    first: int
    count: int


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return areas under the curve by what was exchanged, of phrases and of captions."""
    chunks = [
        _Chunk(first, min(_CHUNK, scale.scenes - first)) for first in range(0, scale.scenes, _CHUNK)
    ]
    filmed = bench.spread(partial(_film, pack=bench.pack.folder, seed=scale.seed), chunks, TITLE)
    scenes = [scene for chunk in filmed for scene in chunk]
    model = _model(bench.pack.folder)
    ask = partial(trials, encode=model.encode_texts, logit_scale=model.logit_scale, seed=scale.seed)
    other = [replace(scene, tell=reworded) for scene in scenes]
    return (
        *_phrases("other words", ask(other), goals=_ASKED),
        *_phrases("plain words", ask(scenes), goals={}),
        *_captions(scenes, model, scale.seed),
    )


def _phrases(words: str, asked: Sequence[Trial], *, goals: Mapping[str, float]) -> list[Figure]:
    rows = []
    for swap in sorted({trial.exchanged for trial in asked if trial.exchanged}):
        false = [trial for trial in asked if trial.exchanged == swap]
        groups = {trial.group for trial in false}
        true = [t.chance for t in asked if not t.exchanged and t.group in groups]
        goal = goals.get(swap)
        rows.append(
            area_of(f"phrases in {words}, {swap}", true, [t.chance for t in false], goal=goal)
        )
    return rows


def _captions(scenes: Sequence[Scene], model: TextImageModel, seed: int) -> list[Figure]:
    seen: list[tuple[Order, NDArray[np.float32]]] = [(s.order, s.vectors.mean(0)) for s in scenes]
    rng, rows = np.random.default_rng((seed, _CAPTION_SEED)), []
    for swap in Swap:
        own, other = scores_of(seen, swap, model, rng)
        figure = area_of(f"captions, {swap}", own, other, goal=None)
        if figure.value is not None:
            ahead = f"own ahead in {float(np.mean(own > other)):.2f} of scenes"
            expected = ", about .5 expected" if swap is Swap.BINDING else ""
            rows.append(replace(figure, note=ahead + expected))
    return rows


def _film(chunk: _Chunk, *, pack: Path, seed: int) -> list[Scene]:
    kept, scenes = KeptSet(), []
    for i in range(chunk.first, chunk.first + chunk.count):
        order = scene_brief(i, seed=seed, split=Split.EVALUATION, family=_FAMILY)
        shown = shoot(order, frame_count=_SHOT_FRAMES, size=_PX, seed=i, frames=_FRAMES, build=kept)
        vectors = _model(pack).encode_frames([one.picture for one in shown])
        scenes.append(Scene(order=order, vectors=vectors))
    return scenes


@lru_cache(maxsize=1)
def _model(pack: Path) -> TextImageModel:
    model = load_text_image(read_pack(pack), "cpu")
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    return model
