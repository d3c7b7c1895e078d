"""open_clip models: pictures and texts as unit vectors in one space.

What open_clip would guess comes from the pack's manifest. Preprocessing: a weights path alone would fall
back to OpenAI's mean and a centre crop, which silently spoils SigLIP2. The context length: longer texts are
split, where open_clip truncates. That weights are there: a folder without any would give a random model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError
from evals.packs import _pictures
from evals.packs._places import REMEDY, WEIGHTS_ENDINGS, weights_in
from evals.packs._texts import split_text
from evals.packs._trials import try_text_image
from evals.packs._weights import LOADING_ERRORS, cached_open_clip, read_state_dict, verify
from evals.packs.availability import Unavailable
from evals.packs.backend import prepare, torch
from evals.packs.manifest import PackManifest, TextImageSpec
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["TextImageModel", "load_text_image"]

_BATCH = 8
"""Rows per forward pass. Always full (padded with zeros), so that a row's sums do not depend on company."""

_PATH_VERSION = "views-1 pieces-1"
"""Changes when our own half of the path (views of wide frames, pieces of long texts) does."""


class TextImageModel:
    """A loaded open_clip model; vectors are float32, unit length, shape (n, dimension)."""

    def __init__(
        self, spec: TextImageSpec, *, key: str, device: str, model: Any, tokenizer: Any
    ) -> None:
        self._spec = spec
        self._device = device
        self._model = model
        self._tokenizer = tokenizer
        self.key = key
        """Hash of weights, architecture, tokenizer and preprocessing: names cached embeddings."""
        self.logit_scale = float(model.logit_scale.detach().exp())
        """What the model multiplies a cosine with before a softmax (a common bias cancels there)."""

    def encode_frames(self, frames: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed sRGB pictures, each (height, width, 3), red first, 0-255, of any sizes.

        A frame longer than 1.9 to 1 has four views (see `_pictures`); its vector is
        normalise(mean of the four views' unit vectors).
        """
        per_frame = [self._views(frame) for frame in frames]
        if not per_frame:
            raise MisuseError("There are no frames to embed; sample at least one.")
        counts = [len(views) for views in per_frame]
        rows = self._forward(torch.cat(per_frame), self._encode_views)
        return _merged(rows, counts, [np.ones(count) for count in counts])

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts of any length; nothing is truncated.

        A text longer than the context is split (see `pieces`); with u_i the pieces' unit vectors and
        n_i their token counts, its vector is normalise(sum of n_i * u_i).
        """
        if not texts:
            raise MisuseError("There are no texts to embed; give at least one.")
        per_text = [self.pieces(text) for text in texts]
        flat = [piece for pieces in per_text for piece in pieces]
        rows = self._forward(self._tokenizer(flat), self._encode_tokens)
        weights = [np.array([self.count_tokens(p) for p in pieces], float) for pieces in per_text]
        return _merged(rows, [len(pieces) for pieces in per_text], weights)

    def pieces(self, text: str) -> tuple[str, ...]:
        """Return what is embedded for a text: the text itself, or pieces that fit the context."""
        return split_text(text, lambda part: self.count_tokens(part) <= self._spec.context_length)

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, the special ones included, as if the context had no end."""
        tokenizer = self._tokenizer
        if hasattr(tokenizer, "encode"):
            return len(tokenizer.encode(text)) + 2  # start and end
        if tokenizer.tokenizer_mode == "clips":
            plain = tokenizer.tokenizer(tokenizer.clean_fn(text), add_special_tokens=False)
            return len(plain["input_ids"]) + 3  # start, end and class
        return len(tokenizer.tokenizer(tokenizer.clean_fn(text))["input_ids"])

    def _views(self, frame: NDArray[np.uint8]) -> Tensor:
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3 or 0 in frame.shape:
            raise MisuseError(
                f"A frame is {frame.dtype} {frame.shape}; give uint8 (height, width, 3), red first."
            )
        picture = torch.from_numpy(np.array(frame).transpose(2, 0, 1)).to(self._device)
        return _pictures.views(picture, self._spec.preprocess)

    def _encode_views(self, batch: Tensor) -> Tensor:
        pixels = _pictures.normalised(batch, self._spec.preprocess)
        features: Tensor = self._model.encode_image(pixels, normalize=True)
        return features

    def _encode_tokens(self, batch: Tensor) -> Tensor:
        features: Tensor = self._model.encode_text(batch.to(self._device), normalize=True)
        return features

    def _forward(self, rows: Tensor, encode: Any) -> NDArray[np.float64]:
        done = []
        with torch.inference_mode():
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                missing = _BATCH - len(batch)
                full = torch.cat([batch, batch[-1:].expand(missing, *batch.shape[1:])])
                done.append(encode(full)[: len(batch)].float().cpu())
        return torch.cat(done).numpy().astype(np.float64)


def load_text_image(manifest: PackManifest, device: str) -> TextImageModel | Unavailable:
    """Load a pack's open_clip model from this machine onto `cpu` or `cuda`; never opens a connection.

    Weights that are absent, have another digest, would run code, do not fit, or fail their trial
    (`evals.packs._trials`) give Unavailable, with a remedy.
    """
    spec = manifest.text_image
    if spec is None:
        return Unavailable(
            f"Pack '{manifest.name}' has no [text_image] model; choose another pack."
        )
    try:
        with _offline(), torch.random.fork_rng(devices=[]):
            model = _load(manifest, spec, device)
        try_text_image(model, f"Pack '{manifest.name}'", is_demo=manifest.is_demo)
    except PackError as error:
        return Unavailable(str(error))
    except LOADING_ERRORS as error:
        reason = " ".join(str(error).split())[:300]
        return Unavailable(
            f"Pack '{manifest.name}' cannot be loaded by open_clip: {reason}; check its manifest, or "
            + REMEDY.format(name=manifest.name)
            + "."
        )
    return model


def _load(manifest: PackManifest, spec: TextImageSpec, device: str) -> TextImageModel:
    import open_clip

    prepare()
    path = _weights_path(manifest, spec)
    digest = verify(path, spec.sha256)
    read_state_dict(path)  # refuses code before open_clip opens the file in its own, laxer way
    name = spec.architecture if spec.folder is None else f"local-dir:{spec.folder}"
    config = open_clip.get_model_config(name)
    if not config:
        raise PackError(
            f"open_clip has no architecture '{name}'; correct {manifest.folder}/pack.toml."
        )
    model = open_clip.create_model(
        name,
        pretrained=None if spec.folder else str(path),
        require_pretrained=True,
        weights_only=True,
    )
    has_mirror = spec.mirrored is not None and path.parent == spec.mirrored
    has_mirror = has_mirror and (path.parent / "open_clip_config.json").is_file()
    tokenizer = _tokenizer(f"local-dir:{path.parent}" if has_mirror else name, config)
    _check(manifest, spec, model=model, tokenizer=tokenizer)
    key = _key(spec, digest, config)
    model = model.eval().requires_grad_(requires_grad=False).to(device)
    return TextImageModel(spec, key=key, device=device, model=model, tokenizer=tokenizer)


def _weights_path(manifest: PackManifest, spec: TextImageSpec) -> Path:
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


def _tokenizer(name: str, config: dict[str, Any]) -> Any:
    import open_clip

    has_own = bool(config["text_cfg"].get("hf_tokenizer_name"))
    if not has_own and not name.startswith("local-dir:") and "siglip" in name.lower():
        # open_clip would fetch a vocabulary from an address in its code.
        raise PackError(f"open_clip's '{name}' names no tokenizer; give the model as a folder.")
    tokenizer = open_clip.get_tokenizer(name, **({"local_files_only": True} if has_own else {}))
    if getattr(tokenizer, "reduction_fn", None) is not None:
        tokenizer.reduction_fn = None  # drops words at random, or downloads a tagger to choose them
    return tokenizer


def _check(manifest: PackManifest, spec: TextImageSpec, *, model: Any, tokenizer: Any) -> None:
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


def _key(spec: TextImageSpec, weights_sha256: str, config: dict[str, Any]) -> str:
    files = sorted(spec.folder.glob("*")) if spec.folder else []
    files = [p for p in files if p.is_file() and p.suffix not in WEIGHTS_ENDINGS]
    facts = {
        "weights": weights_sha256,
        "architecture": config,
        "files": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files},
        "preprocess": asdict(spec.preprocess),
        "context_length": spec.context_length,
        "path": _PATH_VERSION,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@contextmanager
def _offline() -> Iterator[None]:
    """Keep the hub's client from connecting, whatever transformers or timm ask of it."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _merged(
    rows: NDArray[np.float64], counts: list[int], weights: list[NDArray[np.float64]]
) -> NDArray[np.float32]:
    merged = []
    start = 0
    for count, weight in zip(counts, weights, strict=True):
        vector = weight @ rows[start : start + count]
        merged.append(vector / np.linalg.norm(vector))
        start += count
    return np.array(merged, dtype=np.float32)
