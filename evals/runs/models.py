"""The models of a run, loaded once, and what they have kept from earlier runs.

What a pack cannot give on this machine becomes a reason, and the run goes on with the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.metrics.builtin import FAMILIES, Family
from evals.packs.availability import Unavailable
from evals.packs.manifest import PackManifest
from evals.packs.morph_files import find_morph
from evals.runs.cache import EmbeddingCache
from evals.runs.faces import FaceFinder
from evals.runs.plan import DECODE_SPEC, TakeWork
from tracker.errors import MisuseError
from tracker.settings import Settings

if TYPE_CHECKING:
    from evals.packs.batching import Batcher
    from evals.packs.morph import MorphDetector
    from evals.packs.perceptual import PerceptualModel
    from evals.packs.text_image import TextImageModel

__all__ = ["BUILT_IN", "WEIGHTS_FREE", "Morphing", "RunModels", "load_faces", "pack_names"]

WEIGHTS_FREE = "weights-free"
"""What stands in a score's `pack` when no model took part."""

BUILT_IN = "built-in"
"""What stands there when the product's own detector did."""

_OWN_NAMES = {
    Family.ARTIFACTS: WEIGHTS_FREE,
    Family.CAMERA: WEIGHTS_FREE,
    Family.MORPH: BUILT_IN,
}


def pack_names(pack: str) -> dict[str, str]:
    """Return metric name -> the pack that is named with its scores."""
    return {
        facts.name: _OWN_NAMES.get(family, pack)
        for family, all_facts in FAMILIES.items()
        for facts in all_facts
    }


@dataclass(frozen=True)
class RunModels:
    """What a pack gives on this machine."""

    pack: PackManifest
    device: str
    text_image: TextImageModel | Unavailable
    perceptual: PerceptualModel | Unavailable
    faces: FaceFinder | Unavailable
    morph: Morphing | Unavailable
    cache: EmbeddingCache | None
    texts: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Vectors of this run's texts: the same few hundred are asked for at every take."""

    @classmethod
    def load(cls, pack: PackManifest, device: str, settings: Settings) -> RunModels:
        """Load both models, or the reasons why not; opens no connection."""
        text_image = _text_image(pack, device)
        cache = None
        if not isinstance(text_image, Unavailable):
            cache = EmbeddingCache(settings.cache, text_image.key, DECODE_SPEC)
        faces = load_faces(pack, device, settings)
        perceptual, morph = _perceptual(pack, device), _morphing(pack, device)
        return cls(pack, device, text_image, perceptual, faces, morph, cache)

    @property
    def keys(self) -> dict[Family, str]:
        """Name the models for result keys; a missing one is named by its reason."""
        models = {
            Family.IDENTITY: self.faces,
            Family.MORPH: self.morph,
            Family.PERCEPTUAL: self.perceptual,
            Family.PROMPT: self.text_image,
        }
        return {
            family: f"missing {_short(model.reason)}"
            if isinstance(model, Unavailable)
            else model.key
            for family, model in models.items()
        }

    @property
    def streams(self) -> frozenset[Family]:
        """The families whose models are fed while a take is read."""
        models = {Family.MORPH: self.morph, Family.PERCEPTUAL: self.perceptual}
        return frozenset(f for f, model in models.items() if not isinstance(model, Unavailable))

    @property
    def where(self) -> str:
        """The device, and on CUDA the precision that the text-image model sees pictures with."""
        text_image = self.text_image
        precision = "float32" if isinstance(text_image, Unavailable) else text_image.precision
        is_plain = (self.device, precision) == ("cpu", "float32")
        return self.device if is_plain else f"{self.device} ({precision})"

    @property
    def remarks(self) -> list[str]:
        """One sentence for each model that ran out of memory in this run."""
        batchers: list[Batcher] = []
        for model in (self.text_image, self.perceptual):
            batchers += () if isinstance(model, Unavailable) else (model.batcher,)
        batchers += () if isinstance(self.faces, Unavailable) else self.faces.model.batchers
        batchers += () if isinstance(self.morph, Unavailable) else self.morph.batchers
        return [batcher.remark for batcher in batchers if batcher.remark]

    def wants_samples(self, work: TakeWork) -> bool:
        """Say whether frames must be read for the text-image model: no vectors are kept yet."""
        if (
            Family.PROMPT not in work.families
            or self.cache is None
            or not work.item.shot.brief.text
        ):
            return False
        return not self.cache.has_frames(work.item.take.sha256)

    def wants_faces(self, work: TakeWork) -> bool:
        """Say whether frames must be read to look for faces: the shot shows some, and none are kept."""
        if (
            Family.IDENTITY not in work.families
            or isinstance(self.faces, Unavailable)
            or not work.item.cast.members
        ):
            return False
        return self.faces.seen(work.item.take.sha256) is None

    def text_vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors (n, d) of texts, each computed once and kept."""
        if isinstance(self.text_image, Unavailable) or self.cache is None:
            raise MisuseError("There is no text-image model in this run.")
        if not texts:
            return np.zeros((0, 1), np.float32)
        new = []
        for text in dict.fromkeys(texts):
            if text in self.texts:
                continue
            kept = self.cache.text(text)
            if kept is None:
                new.append(text)
            else:
                self.texts[text] = np.asarray(kept, dtype=np.float32)
        if new:
            for text, vector in zip(new, self.text_image.encode_texts(new), strict=True):
                self.cache.keep_text(text, vector)
                self.texts[text] = vector
        return np.stack([self.texts[text] for text in texts])


def _text_image(pack: PackManifest, device: str) -> TextImageModel | Unavailable:
    """Importing torch takes seconds: a pack without a model does not pay for it."""
    if pack.text_image is None:
        return _not_in(pack, "text_image")
    from evals.packs.text_image import load_text_image

    return load_text_image(pack, device)


def _perceptual(pack: PackManifest, device: str) -> PerceptualModel | Unavailable:
    if pack.perceptual is None:
        return _not_in(pack, "perceptual")
    from evals.packs.perceptual import load_perceptual

    return load_perceptual(pack, device)


class Morphing:
    """The product's own morph detector, loaded when the first take must be judged."""

    def __init__(self, key: str, device: str) -> None:
        self.key, self._device = key, device
        self._detector: MorphDetector | Unavailable | None = None

    @property
    def batchers(self) -> tuple[Batcher, ...]:
        """What bounds its rows; empty before the first take."""
        detector = self._detector
        if detector is None or isinstance(detector, Unavailable):
            return ()
        return (detector.batcher,)

    def chances(self, maps: NDArray[np.float16]) -> NDArray[np.float32] | Unavailable:
        """Return the chances of cells, see `evals.packs.morph`."""
        if self._detector is None:
            from evals.packs.morph import load_morph

            self._detector = load_morph(self._device)
        if isinstance(self._detector, Unavailable):
            return self._detector
        return self._detector.chances(maps)


def _morphing(pack: PackManifest, device: str) -> Morphing | Unavailable:
    key = find_morph(pack)
    return key if isinstance(key, Unavailable) else Morphing(key, device)


def load_faces(pack: PackManifest, device: str, settings: Settings) -> FaceFinder | Unavailable:
    """Load a pack's identity models with the faces kept in a workspace, or the reason why not."""
    if pack.identity is None:
        return _not_in(pack, "identity")
    from evals.packs.identity import load_identity

    model = load_identity(pack, device)
    if isinstance(model, Unavailable):
        return model
    return FaceFinder(pack, model, EmbeddingCache(settings.cache, model.key, DECODE_SPEC))


def _not_in(pack: PackManifest, table: str) -> Unavailable:
    return Unavailable(f"Pack '{pack.name}' has no [{table}] model; choose another pack.")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
