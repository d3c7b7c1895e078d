"""Writes what was trained as a model pack: weights in half precision, digests, manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.packs import _face_nets as nets
from evals.packs.backend import torch
from evals.training.pictures import MEAN, STD
from evals.training.scenes import SIDE_PX
from evals.training.text_image import TrainedTextImage
from evals.training.tokens import CONTEXT
from tracker.errors import MisuseError

__all__ = [
    "LICENCE",
    "write_identity",
    "write_manifest",
    "write_perceptual",
    "write_text_image",
    "write_weights",
]

LICENCE = "Apache-2.0"

_TEXT_IMAGE, _FINDER, _EMBEDDER, _BACKBONE = (
    "text_image/open_clip_model.safetensors",
    "identity/finder.safetensors",
    "identity/embedder.safetensors",
    "perceptual/squeeze.safetensors",
)
DETECT_AT, UNSURE, SMALLEST_PX = 0.35, (0.30, 0.70), 20
"""Thresholds of [identity]; the measured figures hold for them."""


def write_text_image(folder: Path, trained: TrainedTextImage) -> None:
    """Write the folder that open_clip reads."""
    target = folder / "text_image"
    target.mkdir(parents=True, exist_ok=True)
    write_weights(folder / _TEXT_IMAGE, trained.model.state_dict())
    config = {
        "model_cfg": trained.config,
        "preprocess_cfg": {
            "mean": list(MEAN),
            "std": list(STD),
            "interpolation": "bicubic",
            "resize_mode": "squash",
        },
    }
    text = json.dumps(config, indent=2, sort_keys=True) + "\n"
    (target / "open_clip_config.json").write_text(text)
    trained.tokenizer.save_pretrained(str(target))


def write_identity(folder: Path, finder: nets.FinderNet, embedder: nets.EmbedderNet) -> None:
    """Write finder and embedder."""
    write_weights(folder / _FINDER, finder.state_dict())
    write_weights(folder / _EMBEDDER, embedder.state_dict())


def write_perceptual(folder: Path, state: Mapping[str, Any]) -> None:
    """Write the LPIPS backbone."""
    write_weights(folder / _BACKBONE, state)


def write_manifest(
    folder: Path, *, seed: int, scale: str, measured: Mapping[str, Any] | None = None
) -> None:
    """Write `pack.toml` over the weights that lie in the folder, with what was measured of likeness.

    `measured` are the figures of identity; `statistics` and `masked_statistics` of them are written.

    Raises MisuseError when a model is missing.
    """
    digests = {}
    for name in (_TEXT_IMAGE, _FINDER, _EMBEDDER, _BACKBONE):
        path = folder / name
        if not path.is_file():
            raise MisuseError(
                f"{path} is missing; train that model too, or keep the old pack there."
            )
        digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    text = _MANIFEST.format(
        name=folder.name,
        seed=seed,
        scale=scale,
        licence=LICENCE,
        context=CONTEXT,
        size=SIDE_PX,
        mean=list(MEAN),
        std=list(STD),
        detect_at=DETECT_AT,
        unsure=list(UNSURE),
        smallest=SMALLEST_PX,
        text_image_sha256=digests[_TEXT_IMAGE],
        finder=_FINDER,
        finder_sha256=digests[_FINDER],
        embedder=_EMBEDDER,
        embedder_sha256=digests[_EMBEDDER],
        backbone=_BACKBONE,
        backbone_sha256=digests[_BACKBONE],
    )
    for name in ("statistics", "masked_statistics"):
        statistics = (measured or {}).get(name)
        if statistics is not None and _is_usable(statistics):
            lines = [f"{key} = {value}" for key, value in sorted(statistics.items())]
            text += "\n".join(["", f"[identity.{name}]", *lines, ""])
    (folder / "pack.toml").write_text(text)


def _is_usable(statistics: Mapping[str, Any]) -> bool:
    """Say whether likeness could be told apart at all; a tiny training cannot."""
    same, other = statistics["same"], statistics["other"]
    return bool(same[0] > other[0] >= 0 and same[1] > 0 and other[1] > 0)


def write_weights(path: Path, state: Mapping[str, Any]) -> None:
    """Write tensors; floats in half precision, which halves the file and moves no figure."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        name: value.half() if value.dtype == torch.float32 else value
        for name, value in state.items()
    }
    save_file({name: value.contiguous() for name, value in sorted(kept.items())}, path)
    path.chmod(0o644)


_MANIFEST = """# The demo pack: trained on the drawn world of `evals.animatic` and on nothing else but a
# few photographs in the public domain (for LPIPS). It proves the path; its scores say nothing about
# real films. Made by `python -m evals.training --seed {seed} --scale {scale}`; figures: figures.json.
name = "{name}"
version = "1"
is_demo = true
description = "Small models of the drawn world: pictures and captions, faces, near and far."

[text_image]
library = "open_clip"
folder = "text_image"
sha256 = "{text_image_sha256}"
context_length = {context}
licence = "{licence}"

[text_image.preprocess]
size = {size}
mean = {mean}
std = {std}
interpolation = "bicubic"
resize_mode = "squash"

[identity]
detect_at = {detect_at}
unsure = {unsure}
smallest_px = {smallest}

[identity.finder]
library = "roundtable"
weights = "{finder}"
sha256 = "{finder_sha256}"
licence = "{licence}"

[identity.embedder]
library = "roundtable"
weights = "{embedder}"
sha256 = "{embedder_sha256}"
licence = "{licence}"

[perceptual]
library = "lpips"
backbone = "squeeze"
weights = "{backbone}"
sha256 = "{backbone_sha256}"
short_side_px = 128
licence = "{licence}"
"""
