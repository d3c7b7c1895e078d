"""One take's way through the models: what the readers send goes in, its scores come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.metrics.artifacts import missing_morph, score_morph
from evals.metrics.builtin import Family
from evals.metrics.identity import NO_CAST, missing_identity
from evals.metrics.perceptual import missing_perceptual, score_distances
from evals.metrics.prompt import NO_MOVE, NO_PROMPT, find_moves, missing_camera, missing_prompt
from evals.packs.availability import Unavailable
from evals.runs.cache import EmbeddingCache
from evals.runs.faces import FaceReading
from evals.runs.job import ChangeMaps, Chunk, FaceFrames, Finished
from evals.runs.models import RunModels
from evals.runs.plan import Briefs, TakeWork
from evals.runs.prompt import SampledTake, score_prompt
from tracker.domain.scores import Score
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from evals.packs.perceptual import PerceptualSession
    from evals.packs.text_image import TextImageModel

__all__ = ["TakeScoring"]


class TakeScoring:
    """One take's way through the models, from its first chunk to its scores."""

    def __init__(self, work: TakeWork, models: RunModels, briefs: Briefs) -> None:
        self.work = work
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
        if Family.CAMERA in self.work.families and not find_moves(self.work.item.shot.brief):
            scores += missing_camera(NO_MOVE)
        if Family.IDENTITY in self.work.families:
            scores += self._identity(read)
        if Family.MORPH in self.work.families:
            scores += self._morph(read)
        if Family.PROMPT in self.work.families:
            scores += self._prompt(read)
        if Family.PERCEPTUAL in self.work.families:
            scores += self._perceptual(read)
        return scores

    def _identity(self, read: Finished | None) -> list[Score]:
        faces, item = self._models.faces, self.work.item
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
        models, shot = self._models, self.work.item.shot
        if not shot.brief.text:
            return missing_prompt(NO_PROMPT)
        if isinstance(models.text_image, Unavailable) or models.cache is None:
            reason = "" if models.cache is not None else getattr(models.text_image, "reason", "")
            return missing_prompt(reason)
        vectors, indices = self._frame_vectors(models.text_image, models.cache, read)
        probe = self.work.item.take.probe
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
        sha256 = self.work.item.take.sha256
        if read is not None and read.samples:
            vectors = model.encode_frames(read.samples)
            cache.keep_frames(sha256, vectors, indices=read.sample_indices)
            return vectors, np.asarray(read.sample_indices)
        kept = cache.frames(sha256)
        if kept is None:
            raise MisuseError(f"Embeddings of {sha256[:12]} vanished during the run; run it again.")
        return kept
