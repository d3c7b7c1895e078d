"""What an open_clip model is made of on this machine: its weights file, its tokenizer, and its name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.errors import PackError
from evals.packs._places import REMEDY, WEIGHTS_ENDINGS, weights_in
from evals.packs._weights import cached_open_clip
from evals.packs.manifest import PackManifest, TextImageSpec

__all__ = ["check_fit", "make_tokenizer", "model_key", "offline", "weights_path"]

_PATH_VERSION = "views-1 pieces-2"
"""Changes when our own half of the path (views of wide frames, pieces of long texts) does."""


def weights_path(manifest: PackManifest, spec: TextImageSpec) -> Path:
    """Return the one weights file of a pack; PackError, with a remedy, where there is none."""
    if spec.folder is not None:
        return _only_weights_in(spec.folder)
    if spec.weights is not None:
        if not spec.weights.is_file():
            raise PackError(
                f"{spec.weights} is not there; put the weights of '{manifest.name}' there."
            )
        return spec.weights
    cached = cached_open_clip(spec.architecture, spec.tag, spec.repository)
    if spec.mirrored is not None and weights_in(spec.mirrored):
        return _only_weights_in(spec.mirrored)
    if cached is None:
        raise PackError(
            f"The weights of '{spec.architecture}' ({spec.tag}) are not on this machine; "
            + REMEDY.format(name=manifest.name)
            + "."
        )
    return cached


def _only_weights_in(folder: Path) -> Path:
    found = sorted(p for p in folder.glob("*") if p.suffix in WEIGHTS_ENDINGS)
    if len(found) != 1:
        names = ", ".join(p.name for p in found) or "none"
        raise PackError(
            f"{folder} must hold exactly one weights file ({', '.join(WEIGHTS_ENDINGS)}); found: {names}."
        )
    return found[0]


def make_tokenizer(name: str, config: dict[str, Any]) -> Any:
    """Make the tokenizer that belongs to a model, without opening a connection."""
    import open_clip

    has_own = bool(config["text_cfg"].get("hf_tokenizer_name"))
    if not has_own and not name.startswith("local-dir:") and "siglip" in name.lower():
        # open_clip would fetch a vocabulary from an address in its code.
        raise PackError(f"open_clip's '{name}' names no tokenizer; give the model as a folder.")
    tokenizer = open_clip.get_tokenizer(name, **({"local_files_only": True} if has_own else {}))
    if getattr(tokenizer, "reduction_fn", None) is not None:
        tokenizer.reduction_fn = None  # drops words at random, or downloads a tagger to choose them
    return tokenizer


def check_fit(manifest: PackManifest, spec: TextImageSpec, *, model: Any, tokenizer: Any) -> None:
    """Raise PackError where a manifest says another size or context length than its model has."""
    side = model.visual.image_size
    sides = {side} if isinstance(side, int) else set(side)
    where = manifest.folder / "pack.toml"
    if sides != {spec.preprocess.size}:
        raise PackError(
            f"{where} says size = {spec.preprocess.size}, the model takes {side} pixels."
        )
    if tokenizer.context_length != spec.context_length:
        raise PackError(
            f"{where} says context_length = {spec.context_length},"
            f" the model takes {tokenizer.context_length} tokens."
        )


def model_key(
    spec: TextImageSpec, weights_sha256: str, config: dict[str, Any], *, precision: str
) -> str:
    """Hash everything that decides a vector; the precision is named where it is not float32."""
    files = sorted(spec.folder.glob("*")) if spec.folder else []
    files = [p for p in files if p.is_file() and p.suffix not in WEIGHTS_ENDINGS]
    facts: dict[str, object] = {
        "weights": weights_sha256,
        "architecture": config,
        "files": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files},
        "preprocess": asdict(spec.preprocess),
        "context_length": spec.context_length,
        "path": _PATH_VERSION,
    }
    if precision != "float32":
        facts["precision"] = precision
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@contextmanager
def offline() -> Iterator[None]:
    """Keep the hub's client from connecting, whatever transformers or timm ask of it."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
