"""open_clip models: pictures and texts as unit vectors in one space.

What open_clip would guess comes from the pack's manifest. Preprocessing: a weights path alone would fall
back to OpenAI's mean and a centre crop, which silently spoils SigLIP2. The context length: longer texts are
split, where open_clip truncates. That weights are there: a folder without any would give a random model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError
from evals.packs import _pictures
from evals.packs._open_clip import check_fit, make_tokenizer, model_key, offline, weights_path
from evals.packs._places import REMEDY
from evals.packs._texts import split_text
from evals.packs._trials import try_text_image
from evals.packs._weights import LOADING_ERRORS, read_state_dict, verify
from evals.packs.availability import Unavailable
from evals.packs.backend import prepare, torch
from evals.packs.batching import Batcher, guarded, padded_tensor
from evals.packs.devices import PRECISION
from evals.packs.manifest import PackManifest, TextImageSpec
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["FrameViews", "TextImageModel", "load_text_image"]

_WHAT = "text-image model"


@dataclass(frozen=True, eq=False)
class FrameViews:
    """Some frames as the model sees them: a tenth of the frames' own size or less."""

    rows: Tensor
    """uint8 (views, 3, size, size), on the model's device."""
    counts: tuple[int, ...]
    """Views of each frame, 1 or 4."""


class TextImageModel:
    """A loaded open_clip model; vectors are float32, unit length, shape (n, dimension)."""

    def __init__(
        self, spec: TextImageSpec, *, key: str, device: str, model: Any, tokenizer: Any
    ) -> None:
        self._spec = spec
        self._device = device
        self._model = model
        self._tokenizer = tokenizer
        self.precision = PRECISION[device]
        self.batcher = Batcher(_WHAT, device)
        self.key = key
        """Hash of weights, architecture, tokenizer, preprocessing and precision: names cached embeddings."""
        self.logit_scale = float(model.logit_scale.detach().exp())
        """What the model multiplies a cosine with before a softmax (a common bias cancels there)."""

    def encode_frames(self, frames: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed sRGB pictures, each (height, width, 3), red first, 0-255, of any sizes.

        A frame longer than 1.9 to 1 has four views (see `_pictures`); its vector is
        normalise(mean of the four views' unit vectors).
        """
        return self.encode_views([self.views(frames)])[0]

    def views(self, frames: Sequence[NDArray[np.uint8]]) -> FrameViews:
        """Prepare a take's frames for `encode_views`."""
        if not frames:
            raise MisuseError("There are no frames to embed; sample at least one.")
        with guarded(_WHAT, self._device):
            per_frame = [self._views(frame) for frame in frames]
            return FrameViews(torch.cat(per_frame), tuple(len(views) for views in per_frame))

    def encode_views(self, takes: Sequence[FrameViews]) -> list[NDArray[np.float32]]:
        """Embed the frames of several takes together: one array of vectors for each."""
        with guarded(_WHAT, self._device):
            together = torch.cat([take.rows for take in takes])
        rows = self._forward(together, self._encode_views)
        ends = np.cumsum([len(take.rows) for take in takes])
        return [
            _merged(own, list(take.counts), [np.ones(count) for count in take.counts])
            for own, take in zip(np.split(rows, ends[:-1]), takes, strict=True)
        ]

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts of any length; nothing is truncated.

        A text longer than the context is split (see `pieces`); with u_i the pieces' unit vectors and
        n_i their token counts, its vector is normalise(sum of w_i * n_i * u_i). The weights w_i =
        1 + 1 / (8 (i + 1)) fall a little with the place: what is told first says more, and the same
        pieces in another order are another text.
        """
        if not texts:
            raise MisuseError("There are no texts to embed; give at least one.")
        per_text = [self.pieces(text) for text in texts]
        flat = [piece for pieces in per_text for piece in pieces]
        rows = self._forward(self._tokenizer(flat), self._encode_tokens)
        weights = [
            np.array([self.count_tokens(p) * (1 + 1 / (8 * (i + 1))) for i, p in enumerate(pieces)])
            for pieces in per_text
        ]
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
        if self.precision == "float32":
            return _unit(self._model.encode_image(pixels))
        with torch.autocast(self._device, dtype=getattr(torch, self.precision)):
            features = _unit(self._model.encode_image(pixels))
        is_sound = torch.isfinite(features).all(dim=1, keepdim=True)
        if is_sound.all():
            return features
        return torch.where(is_sound, features, _unit(self._model.encode_image(pixels)))

    def _encode_tokens(self, batch: Tensor) -> Tensor:
        features: Tensor = self._model.encode_text(batch.to(self._device), normalize=True)
        return features

    def _forward(self, rows: Tensor, encode: Any) -> NDArray[np.float64]:
        def some(span: slice) -> Tensor:
            batch = rows[span]
            answer: Tensor = encode(padded_tensor(batch, self.batcher.rows))
            return answer[: len(batch)].float().cpu()

        with torch.inference_mode():
            return torch.cat(self.batcher.over(len(rows), some)).numpy().astype(np.float64)


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
        with offline(), torch.random.fork_rng(devices=[]), guarded(_WHAT, device):
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
    path = weights_path(manifest, spec)
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
    tokenizer = make_tokenizer(f"local-dir:{path.parent}" if has_mirror else name, config)
    check_fit(manifest, spec, model=model, tokenizer=tokenizer)
    key = model_key(spec, digest, config, precision=PRECISION[device])
    model = model.eval().requires_grad_(requires_grad=False).to(device)
    return TextImageModel(spec, key=key, device=device, model=model, tokenizer=tokenizer)


def _unit(features: Tensor) -> Tensor:
    """Return rows of length one, in float32 whatever they came in."""
    return torch.nn.functional.normalize(features.float(), dim=-1)


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
