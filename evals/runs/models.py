"""The models of a run: loaded once, fed by the readers, turned into scores.

What a pack cannot give on this machine becomes a reason, and the run goes on with the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.metrics.artifacts import missing_morph, score_morph
from evals.metrics.builtin import FAMILIES, Family
from evals.metrics.identity import NO_CAST, missing_identity
from evals.metrics.perceptual import missing_perceptual, score_distances
from evals.metrics.prompt import NO_MOVE, NO_PROMPT, find_moves, missing_camera, missing_prompt
from evals.packs.availability import Unavailable
from evals.packs.manifest import PackManifest
from evals.packs.morph_files import find_morph
from evals.runs.cache import EmbeddingCache
from evals.runs.faces import FaceFinder, FaceReading
from evals.runs.job import ChangeMaps, Chunk, FaceFrames, Finished
from evals.runs.plan import DECODE_SPEC, Briefs, TakeWork
from evals.runs.prompt import SampledTake, score_prompt
from tracker.domain.scores import Score
from tracker.errors import MisuseError
from tracker.settings import Settings

if TYPE_CHECKING:
    from evals.packs.morph import MorphDetector
    from evals.packs.perceptual import PerceptualModel, PerceptualSession
    from evals.packs.text_image import TextImageModel

__all__ = ["BUILT_IN", "WEIGHTS_FREE", "RunModels", "TakeScoring", "load_faces", "pack_names"]

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


class TakeScoring:
    """One take's way through the models, from its first chunk to its scores."""

    def __init__(self, work: TakeWork, models: RunModels, briefs: Briefs) -> None:
        self._work = work
        self._models = models
        self._briefs = briefs
        self._session: PerceptualSession | None = None
        self._refusal = ""
        self._morph_indices: list[int] = []
        self._morph_chances: list[NDArray[np.float32]] = []
        self._no_morph = ""
        faces = models.faces
        self._faces = None if isinstance(faces, Unavailable) else FaceReading(faces)

    def watch(self, changes: ChangeMaps) -> None:
        """Take some maps in to judge their morphing."""
        if isinstance(self._models.morph, Unavailable) or self._no_morph:
            return
        chances = self._models.morph.chances(changes.maps)
        if isinstance(chances, Unavailable):
            self._no_morph = chances.reason
            return
        self._morph_indices += changes.indices
        self._morph_chances.append(chances)

    def look(self, frames: FaceFrames) -> None:
        """Take some frames in to find their faces."""
        if self._faces is not None:
            self._faces.feed(frames)

    def feed(self, chunk: Chunk) -> None:
        """Take some frames in; only LPIPS wants all of them."""
        if isinstance(self._models.perceptual, Unavailable) or self._refusal:
            return
        if self._session is None:
            self._session = self._models.perceptual.session()
        try:
            self._session.feed(chunk.rgb, chunk.compensated)
        except MisuseError as error:  # too small a picture, for instance: this take's case alone
            self._refusal = str(error)

    def finish(self, read: Finished | None) -> list[Score]:
        """Return the scores of the missing families; None when the take needed no reading."""
        # The streaming meters' own: artifacts, and the camera where the brief asks for a move.
        scores: list[Score] = [] if read is None else list(read.scores)
        if Family.CAMERA in self._work.families and not find_moves(self._work.item.shot.brief):
            scores += missing_camera(NO_MOVE)
        if Family.IDENTITY in self._work.families:
            scores += self._identity(read)
        if Family.MORPH in self._work.families:
            scores += self._morph(read)
        if Family.PROMPT in self._work.families:
            scores += self._prompt(read)
        if Family.PERCEPTUAL in self._work.families:
            scores += self._perceptual(read)
        return scores

    def _identity(self, read: Finished | None) -> list[Score]:
        faces, item = self._models.faces, self._work.item
        if not item.cast.members:
            return missing_identity(NO_CAST)
        if self._faces is None:
            return missing_identity(getattr(faces, "reason", ""))
        return self._faces.finish(item.take, item.cast, read)

    def _morph(self, read: Finished | None) -> list[Score]:
        model = self._models.morph
        if isinstance(model, Unavailable):
            return missing_morph(model.reason)
        if self._no_morph:
            return missing_morph(self._no_morph)
        if read is None or not self._morph_chances:
            return missing_morph("Morphing needs half a second of moving picture; judge it by eye.")
        return score_morph(
            np.concatenate(self._morph_chances),
            frame_indices=self._morph_indices,
            frame_count=read.clip.frame_count,
        )

    def _perceptual(self, read: Finished | None) -> list[Score]:
        model = self._models.perceptual
        if isinstance(model, Unavailable):
            return missing_perceptual(model.reason)
        if read is None or self._session is None or read.clip.is_still:
            return missing_perceptual("A still has no course in time; score a moving take.")
        if self._refusal:
            return missing_perceptual(self._refusal)
        raw, compensated = self._session.distances()
        return score_distances(
            raw,
            compensated,
            speed_px=read.speed_px,
            fps=read.clip.fps,
            frame_count=read.clip.frame_count,
        )

    def _prompt(self, read: Finished | None) -> list[Score]:
        models, shot = self._models, self._work.item.shot
        if not shot.brief.text:
            return missing_prompt(NO_PROMPT)
        if isinstance(models.text_image, Unavailable) or models.cache is None:
            reason = "" if models.cache is not None else getattr(models.text_image, "reason", "")
            return missing_prompt(reason)
        vectors, indices = self._frame_vectors(models.text_image, models.cache, read)
        probe = self._work.item.take.probe
        count = 0 if probe is None else probe.frame_count
        take = SampledTake(
            vectors=vectors,
            indices=tuple(int(i) for i in indices),
            frame_count=max(count, int(indices[-1]) + 1),
        )
        return score_prompt(
            take, shot, self._briefs,
            encode=models.text_vectors, logit_scale=models.text_image.logit_scale,
        )  # fmt: skip

    def _frame_vectors(
        self, model: TextImageModel, cache: EmbeddingCache, read: Finished | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        sha256 = self._work.item.take.sha256
        if read is not None and read.samples:
            vectors = model.encode_frames(read.samples)
            cache.keep_frames(sha256, vectors, indices=read.sample_indices)
            return vectors, np.asarray(read.sample_indices)
        kept = cache.frames(sha256)
        if kept is None:
            raise MisuseError(f"Embeddings of {sha256[:12]} vanished during the run; run it again.")
        return kept
