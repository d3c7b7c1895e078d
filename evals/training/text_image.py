"""The two-tower model: a small residual network for pictures, a small transformer for texts.

The picture tower learns to see first (`evals.training.pictures`). Then its trunk stays as it is, and both
towers learn to meet (locked-image tuning, Zhai et al. 2022) by three losses, summed: captions against the
other captions of the batch and against counterfactuals of one's own (InfoNCE both ways); own against
counterfactual caption by one threshold for all pictures, so that scores of different scenes compare; and
each picture against banks of phrases, one bank per field.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.animatic.brief import Brief
from evals.animatic.captions import caption
from evals.animatic.sampler import Split
from evals.packs.backend import torch
from evals.training.batches import Reading, read
from evals.training.descent import Descent
from evals.training.pictures import against, features_of, learn_values
from evals.training.scale import Scale
from evals.training.scenes import SIDE_PX, Scenes
from evals.training.tokens import CONTEXT, make_tokenizer
from tracker.actions.report import Progress

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["TrainedTextImage", "train_text_image"]

_GROUP = 128
"""Texts per pass through the text tower, sorted by length: the longest decides what a pass costs."""
_BATCH = 128
_PEAK_RATE, _DECAY = 1e-3, 0.05
_BANK_WEIGHT, _THRESHOLD_WEIGHT = 1.0, 4.0
_HELD_BACK, _VIEWS = 4, 4
"""One scene in so many is kept from the picture tower; each of those is looked at so often."""
_TOKENIZER_CAPTIONS = 6000
_PICTURES = 1
"""Version of all that makes the trunk; change it when the same scenes give another one."""


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
        "embed_dim": 256,
        "vision_cfg": {
            "image_size": SIDE_PX,
            "timm_model_name": "resnet10t",
            "timm_model_pretrained": False,
            # A small figure hardly moves a mean over the picture.
            "timm_pool": "max",
            "timm_proj": "mlp",
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
    scenes: Scenes, *, scale: Scale, seed: int, folder: Path, progress: Progress
) -> TrainedTextImage:
    """Train on filmed scenes; the picture tower's trunk is kept in the folder, and found there again."""
    from open_clip.model import CLIP

    tokenizer = _tokenizer(scenes, scale=scale, seed=seed)
    config = config_for(len(tokenizer))
    torch.manual_seed(seed)
    model = CLIP(**config)
    model.visual.to(memory_format=torch.channels_last)
    held = max(1, len(scenes.briefs) // _HELD_BACK)
    kept = folder / f"pictures-{_PICTURES}.pt"
    if kept.is_file():
        model.visual.trunk.load_state_dict(torch.load(kept, weights_only=True))
    else:
        learn_values(
            model.visual.trunk,
            scenes.briefs[held:],
            scenes.pictures[held:],
            epochs=scale.picture_epochs,
            seed=seed,
            progress=progress,
        )
        growing = kept.with_suffix(".part")
        torch.save(model.visual.trunk.state_dict(), growing)
        growing.rename(kept)
    model.visual.trunk.eval()
    features = features_of(
        model.visual.trunk, scenes.pictures[:held], views=_VIEWS, seed=seed, progress=progress
    )
    meeting = _Meeting(model, tokenizer, scenes.briefs[:held], steps=scale.text_steps)
    meeting.run(features, seed=seed, progress=progress)
    return TrainedTextImage(config=config, model=model.eval(), tokenizer=tokenizer)


def _tokenizer(scenes: Scenes, *, scale: Scale, seed: int) -> Any:
    rng = np.random.default_rng((seed, 51))
    picked = rng.integers(
        len(scenes.briefs), size=min(_TOKENIZER_CAPTIONS, 40 * len(scenes.briefs))
    )
    captions = [caption(scenes.briefs[i], rng, split=Split.TRAINING) for i in picked]
    return make_tokenizer(captions, vocabulary=scale.vocabulary)


class _Meeting:
    """Teaches the head of the picture tower and the text tower one space."""

    def __init__(self, model: Any, tokenizer: Any, briefs: Sequence[Brief], *, steps: int) -> None:
        self._model, self._tokenizer, self._briefs = model, tokenizer, briefs
        self._steps = steps
        self._threshold = torch.nn.Parameter(torch.full((), 0.5))
        kept = {id(weight) for weight in model.visual.trunk.parameters()}
        self._descent = Descent(
            [*(w for w in model.parameters() if id(w) not in kept), self._threshold],
            steps=steps,
            peak_rate=_PEAK_RATE,
            decay=_DECAY,
            clip=1.0,
        )

    def run(self, features: Tensor, *, seed: int, progress: Progress) -> None:
        """Take every step; features are (views, scenes, features)."""
        from torch.nn.attention import SDPBackend, sdpa_kernel

        progress.start("Training captions", self._steps)
        self._model.train()
        self._model.visual.trunk.eval()
        views, count = features.shape[:2]
        rng = np.random.default_rng((seed, 52))
        # Of such short rows the fused attention's way back takes three times as long as the plain one's.
        with sdpa_kernel(SDPBackend.MATH):
            for _ in range(self._steps):
                picked = rng.permutation(count)[:_BATCH]
                seen = features[torch.from_numpy(rng.integers(views, size=len(picked))), picked]
                loss = self._step(seen, [self._briefs[i] for i in picked], rng)
                progress.advance(1, f"loss {loss:.3f}")

    def _step(self, features: Tensor, briefs: Sequence[Brief], rng: np.random.Generator) -> float:
        reading = read(briefs, rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            pictures = self._model.visual.head(features).float()
            texts = self._encode(
                [*reading.own, *reading.other, *(t for bank in reading.banks for t in bank.texts)]
            )
        pictures = torch.nn.functional.normalize(pictures, dim=1)
        value = self._descent.step(self._loss(pictures, texts, reading))
        with torch.no_grad():
            self._model.logit_scale.clamp_(0, math.log(60))
        return value

    def _loss(self, pictures: Tensor, texts: Tensor, reading: Reading) -> Tensor:
        scale, count = self._model.logit_scale.exp(), len(reading.own)
        own, other = texts[:count], texts[count : 2 * count]
        is_told = torch.tensor([a != b for a, b in zip(reading.own, reading.other, strict=True)])
        logits = scale * pictures @ torch.cat([own, other]).T
        untold = torch.diag(~is_told)
        masked = torch.cat([logits[:, :count], logits[:, count:].masked_fill(untold, -1e4)], dim=1)
        labels = torch.arange(count)
        losses = torch.nn.functional
        loss = losses.cross_entropy(masked, labels, label_smoothing=0.02)
        loss = loss + losses.cross_entropy(logits[:, :count].T, labels, label_smoothing=0.02)
        margins = torch.stack([logits.diagonal(), logits[:, count:].diagonal()])
        wanted = torch.tensor([[1.0], [0.0]]).expand(2, count)
        by_threshold = losses.binary_cross_entropy_with_logits(
            margins - scale * self._threshold, wanted, reduction="none"
        )
        loss = loss + _THRESHOLD_WEIGHT * (by_threshold * is_told).mean()
        start, banks = 2 * count, []
        for bank in reading.banks:
            words = texts[start : start + len(bank.texts)]
            banks.append(against(scale * pictures @ words.T, torch.from_numpy(bank.targets)))
            start += len(bank.texts)
        return loss + _BANK_WEIGHT * torch.stack(banks).mean()

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
