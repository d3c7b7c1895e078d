"""Teaches the picture tower what there is to see, before it hears of any caption.

A caption tells a dozen things at once, and a tower that starts from nothing cannot know which of them a
picture shows where. So it first learns each field of the brief by name, from linear heads that are dropped
afterwards. It never sees the scenes that are held back: on those, captions are learnt
(`evals.training.text_image`), and what the tower says of them is as uncertain as it will be on any take.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import Brief
from evals.packs.backend import torch
from evals.training.batches import FIELD_SIZES, values_shown
from evals.training.descent import Descent, kernels
from tracker.actions.report import Progress

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MEAN", "STD", "features_of", "learn_values", "varied"]

MEAN, STD = (0.42, 0.40, 0.42), (0.26, 0.24, 0.25)
"""Per channel, 0-1; rounded values of the world's own pictures."""

_BATCH = 128
_PEAK_RATE, _TURNED_RATE, _DECAY = 2e-3, 0.06, 0.05
_SHIFT_PX = 4


def learn_values(
    trunk: Any,
    briefs: Sequence[Brief],
    pictures: NDArray[np.uint8],
    *,
    epochs: int,
    seed: int,
    progress: Progress,
) -> None:
    """Train a network (n, 3, s, s) -> (n, features) until its features tell every field's value."""
    targets = [torch.from_numpy(one) for one in values_shown(briefs)]
    heads = torch.nn.Linear(trunk.num_features, sum(FIELD_SIZES))
    batch = min(_BATCH, len(pictures))
    steps = epochs * (len(pictures) // batch)
    descent = Descent(
        [*trunk.parameters(), *heads.parameters()],
        steps=steps,
        peak_rate=_PEAK_RATE,
        decay=_DECAY,
        clip=1.0,
        turned=kernels(trunk),
        turned_rate=_TURNED_RATE,
    )
    progress.start("Training pictures", steps)
    trunk.train()
    for epoch in range(epochs):
        rng = np.random.default_rng((seed, 53, epoch))
        order = rng.permutation(len(pictures))
        for start in range(0, len(order) - batch + 1, batch):
            picked = np.sort(order[start : start + batch])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                features = trunk(varied(pictures[picked], rng))
            answers = heads(features.float()).split(FIELD_SIZES, dim=1)
            losses = [
                against(answer, target[picked])
                for answer, target in zip(answers, targets, strict=True)
            ]
            loss = descent.step(torch.stack(losses).sum())
            progress.advance(1, f"loss {loss:.3f}")
    trunk.eval()


def against(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy over the rows that have a target."""
    losses = -(targets * torch.log_softmax(logits, dim=1)).sum(1)
    return losses.sum() / targets.sum().clamp(1)


def features_of(
    trunk: Any, pictures: NDArray[np.uint8], *, views: int, seed: int, progress: Progress
) -> Tensor:
    """Return (views, n, features): what a trained network says of pictures, each varied anew."""
    progress.start("Looking at held back scenes", views * len(pictures))
    rng = np.random.default_rng((seed, 54))
    rows = []
    with torch.inference_mode():
        for _ in range(views):
            for start in range(0, len(pictures), _BATCH):
                some = pictures[start : start + _BATCH]
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    rows.append(trunk(varied(some, rng)).float())
                progress.advance(len(some))
    return torch.cat(rows).view(views, len(pictures), -1).clone()


def varied(pictures: NDArray[np.uint8], rng: np.random.Generator) -> Tensor:
    """Mirror, shift and slightly re-expose pictures (n, s, s, 3); return the model's input."""
    count, side = len(pictures), pictures.shape[1]
    places = np.arange(side)
    tops, lefts = rng.integers(-_SHIFT_PX, _SHIFT_PX + 1, (2, count, 1))
    rows = np.clip(places + tops, 0, side - 1)
    columns = np.clip(places + lefts, 0, side - 1)
    mirrored = rng.random(count) < 0.5
    columns[mirrored] = columns[mirrored, ::-1]
    moved = pictures[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]
    # One scale and one shift for each channel: to 0-1, another exposure, and the model's own.
    mean, std = np.array(MEAN), np.array(STD)
    scale = rng.normal(1, 0.04, (count, 1, 1, 1)) / 255 / std
    shift = (rng.normal(0, 0.015, (count, 1, 1, 3)) - mean) / std
    pixels = torch.from_numpy(moved).permute(0, 3, 1, 2).float()
    pixels = pixels.mul_(_as_channels(scale)).add_(_as_channels(shift))
    return pixels.contiguous(memory_format=torch.channels_last)


def _as_channels(values: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(values.astype(np.float32)).permute(0, 3, 1, 2)
