"""The two-tower model: a small residual network for pictures, a small transformer for texts.

Four losses, summed: captions against the other captions of the batch and against counterfactuals of one's
own (InfoNCE both ways); each picture against banks of phrases, one bank per field; own against counterfactual
caption by one threshold for all pictures, so that scores of different scenes compare; and pictures and
captions against common prototypes of every value. The prototypes are dropped afterwards: they only tell
both towers early on what there is to tell apart, while neither understands the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evals.animatic.captions import caption
from evals.animatic.sampler import Split
from evals.packs.backend import torch
from evals.training.batches import FIELD_SIZES, Reading, read
from evals.training.descent import Descent
from evals.training.scale import Scale
from evals.training.scenes import SIDE_PX, Scenes
from evals.training.tokens import CONTEXT, make_tokenizer
from tracker.actions.report import Progress

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MEAN", "STD", "TrainedTextImage", "train_text_image"]

MEAN, STD = (0.42, 0.40, 0.42), (0.26, 0.24, 0.25)
"""Per channel, 0-1; rounded values of the world's own pictures."""

_GROUP = 128
"""Texts per pass through the text tower, sorted by length: the longest decides what a pass costs."""
_PEAK_RATE, _DECAY = 2e-3, 0.05
_BANK_WEIGHT, _THRESHOLD_WEIGHT, _PROTOTYPE_WEIGHT = 2.0, 0.5, 2.0
_PROTOTYPE_SHARPNESS = 16.0
_TOKENIZER_CAPTIONS = 6000


@dataclass(frozen=True, kw_only=True)
class TrainedTextImage:
    """What goes into the pack."""

    config: dict[str, Any]
    """open_clip's `model_cfg`."""
    model: Any
    tokenizer: Any


def config_for(vocabulary: int) -> dict[str, Any]:
    """Return the architecture in open_clip's words."""
    return {
        "embed_dim": 128,
        "vision_cfg": {
            "image_size": SIDE_PX,
            "layers": [1, 1, 1, 1],
            "width": 24,
            "head_width": 32,
        },
        "text_cfg": {
            "context_length": CONTEXT,
            "vocab_size": vocabulary,
            "hf_tokenizer_name": "roundtable-demo",
            "width": 128,
            "heads": 4,
            "layers": 2,
        },
    }


def train_text_image(
    scenes: Scenes, *, scale: Scale, seed: int, progress: Progress
) -> TrainedTextImage:
    """Train on filmed scenes."""
    from open_clip.model import CLIP

    tokenizer = _tokenizer(scenes, scale=scale, seed=seed)
    config = config_for(len(tokenizer))
    torch.manual_seed(seed)
    model = CLIP(**config)
    _Trainer(model, tokenizer, scenes, scale=scale, seed=seed).run(progress)
    return TrainedTextImage(config=config, model=model.eval(), tokenizer=tokenizer)


def _tokenizer(scenes: Scenes, *, scale: Scale, seed: int) -> Any:
    rng = np.random.default_rng((seed, 51))
    picked = rng.integers(
        len(scenes.briefs), size=min(_TOKENIZER_CAPTIONS, 40 * len(scenes.briefs))
    )
    captions = [caption(scenes.briefs[i], rng, split=Split.TRAINING) for i in picked]
    return make_tokenizer(captions, vocabulary=scale.vocabulary)


class _Trainer:
    """One run over the pictures."""

    def __init__(
        self, model: Any, tokenizer: Any, scenes: Scenes, *, scale: Scale, seed: int
    ) -> None:
        self._model, self._tokenizer, self._scenes = model, tokenizer, scenes
        self._seed, self._batch = seed, min(scale.text_image_batch, len(scenes.pictures))
        self._steps = scale.text_image_epochs * (len(scenes.pictures) // self._batch)
        self._epochs = scale.text_image_epochs
        self._threshold = torch.nn.Parameter(torch.zeros(()))
        self._prototypes = torch.nn.Parameter(
            0.1 * torch.randn(sum(FIELD_SIZES), model.text_projection.shape[1])
        )
        self._descent = Descent(
            [*model.parameters(), self._threshold, self._prototypes],
            steps=self._steps,
            peak_rate=_PEAK_RATE,
            decay=_DECAY,
            clip=1.0,
        )

    def run(self, progress: Progress) -> None:
        """Take every step."""
        progress.start("Training text_image", self._steps)
        self._model.train()
        step = 0
        for epoch in range(self._epochs):
            rng = np.random.default_rng((self._seed, 52, epoch))
            order = rng.permutation(len(self._scenes.pictures))
            for start in range(0, len(order) - self._batch + 1, self._batch):
                loss = self._step(order[start : start + self._batch], rng)
                step += 1
                progress.advance(1, f"loss {loss:.3f}")

    def _step(self, picked: NDArray[np.int64], rng: np.random.Generator) -> float:
        briefs = [self._scenes.briefs[i] for i in picked]
        reading = read(briefs, rng)
        pixels = varied(self._scenes.pictures[np.sort(picked)][_rank(picked)], rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            pictures = self._model.encode_image(pixels, normalize=True).float()
            texts = self._encode(
                [*reading.own, *reading.other, *(t for bank in reading.banks for t in bank.texts)]
            )
        loss = self._loss(pictures, texts, reading)
        value = self._descent.step(loss)
        with torch.no_grad():
            self._model.logit_scale.clamp_(0, math.log(60))
        return value

    def _loss(self, pictures: Tensor, texts: Tensor, reading: Reading) -> Tensor:
        scale, count = self._model.logit_scale.exp(), len(reading.own)
        own, other = texts[:count], texts[count : 2 * count]
        is_told = torch.tensor([a != b for a, b in zip(reading.own, reading.other, strict=True)])
        logits = scale * pictures @ torch.cat([own, other]).T
        untold = torch.diag(~is_told)
        logits = torch.cat([logits[:, :count], logits[:, count:].masked_fill(untold, -1e4)], dim=1)
        labels = torch.arange(count)
        losses = torch.nn.functional
        loss = losses.cross_entropy(logits, labels, label_smoothing=0.02)
        loss = loss + losses.cross_entropy(logits[:, :count].T, labels, label_smoothing=0.02)
        margins = (
            torch.stack([logits.diagonal(), logits[:, count:].diagonal()]) - self._threshold * 10
        )
        wanted = torch.tensor([[1.0], [0.0]]).expand(2, count)
        by_threshold = losses.binary_cross_entropy_with_logits(margins, wanted, reduction="none")
        loss = loss + _THRESHOLD_WEIGHT * (by_threshold * is_told).mean()
        return loss + self._by_value(pictures, texts, reading)

    def _by_value(self, pictures: Tensor, texts: Tensor, reading: Reading) -> Tensor:
        """Field by field: pictures against phrases, then pictures and captions against prototypes."""
        scale, count = self._model.logit_scale.exp(), len(reading.own)
        prototypes = torch.nn.functional.normalize(self._prototypes, dim=1)
        told = torch.cat([pictures, texts[: 2 * count]])
        start, total = 0, torch.zeros(())
        for bank in reading.banks:
            end = start + len(bank.texts)
            seen = torch.from_numpy(bank.targets)
            words = texts[2 * count + start : 2 * count + end]
            total = total + _against(scale * pictures @ words.T, seen)
            wanted = torch.cat([seen, seen, torch.from_numpy(bank.others)])
            values = _PROTOTYPE_SHARPNESS * told @ prototypes[start:end].T
            total = total + _PROTOTYPE_WEIGHT * _against(values, wanted)
            start = end
        return _BANK_WEIGHT / len(reading.banks) * total

    def _encode(self, texts: Sequence[str]) -> Tensor:
        """Embed texts in groups of like length; the model's own `encode_text` reads all 80 places."""
        rows = self._tokenizer(
            list(texts),
            return_tensors="np",
            max_length=CONTEXT,
            padding="max_length",
            truncation=True,
        )["input_ids"]
        lengths = (rows != self._tokenizer.pad_token_id).sum(1)
        order = np.argsort(lengths, kind="stable")
        done = []
        for start in range(0, len(order), _GROUP):
            group = order[start : start + _GROUP]
            done.append(
                read_texts(self._model, torch.from_numpy(rows[group, : lengths[group].max()]))
            )
        back = torch.from_numpy(np.argsort(order, kind="stable"))
        return torch.nn.functional.normalize(torch.cat(done).float(), dim=-1)[back]


def _against(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy over the rows that have a target."""
    losses = -(targets * torch.log_softmax(logits, dim=1)).sum(1)
    return losses.sum() / targets.sum().clamp(1)


def read_texts(model: Any, tokens: Tensor) -> Tensor:
    """Do what open_clip's `CLIP.encode_text` does, for rows cut after the longest text.

    What follows the end token never reaches it, since attention is causal: the answers are the same.
    """
    length = tokens.shape[1]
    rows = model.token_embedding(tokens) + model.positional_embedding[:length]
    rows = model.transformer(rows, attn_mask=model.attn_mask[:length, :length])
    ends = model.ln_final(rows[torch.arange(len(rows)), tokens.argmax(dim=1)])
    result: Tensor = ends @ model.text_projection
    return result


def varied(pictures: NDArray[np.uint8], rng: np.random.Generator) -> Tensor:
    """Mirror, shift and slightly re-expose pictures (n, s, s, 3); return the model's input."""
    count, side = len(pictures), pictures.shape[1]
    padded = np.pad(pictures, ((0, 0), (4, 4), (4, 4), (0, 0)), mode="edge")
    moved = np.empty_like(pictures)
    tops, lefts = rng.integers(0, 9, (2, count))
    mirrored = rng.random(count) < 0.5
    for i in range(count):
        one = padded[i, tops[i] : tops[i] + side, lefts[i] : lefts[i] + side]
        moved[i] = one[:, ::-1] if mirrored[i] else one
    pixels = torch.from_numpy(moved).permute(0, 3, 1, 2).float() / 255
    gain = torch.from_numpy(rng.normal(1, 0.04, (count, 1, 1, 1)).astype(np.float32))
    lift = torch.from_numpy(rng.normal(0, 0.015, (count, 3, 1, 1)).astype(np.float32))
    pixels = (pixels * gain + lift).clamp(0, 1)
    result = (pixels - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
    return result.contiguous(memory_format=torch.channels_last)


def _rank(picked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of the picked numbers among themselves, sorted: files like to be read in order."""
    return np.argsort(np.argsort(picked, kind="stable"), kind="stable")
