"""One take's way through the models: what the readers send goes in, its scores come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.errors import OutOfMemory
from evals.metrics.artifacts import missing_morph, score_morph
from evals.metrics.builtin import FAMILIES, Family
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
    from evals.packs.text_image import FrameViews

__all__ = ["TakeScoring"]

T = TypeVar("T")


class TakeScoring:
    """One take's way through the models, from its first chunk to its scores.

    A family that runs out of memory is missing with the reason, and is tried again by the next run; the
    take's other families are scored all the same.
    """

    def __init__(self, work: TakeWork, models: RunModels, briefs: Briefs) -> None:
        self.work = work
        self._models = models
        self._briefs = briefs
        self._session: PerceptualSession | None = None
        self._refusal = ""
        self._morph_indices: list[int] = []
        self._morph_chances: list[NDArray[np.float32]] = []
        self._no_morph = ""
        self._failed: dict[Family, str] = {}
        self._embedded: tuple[NDArray[np.float32], NDArray[np.int64]] | None = None
        faces = models.faces
        self._faces = None if isinstance(faces, Unavailable) else FaceReading(faces)

    def watch(self, changes: ChangeMaps) -> None:
        """Take some maps in to judge their morphing."""
        morph = self._models.morph
        if isinstance(morph, Unavailable) or self._no_morph or Family.MORPH in self._failed:
            return
        chances = self._tried(Family.MORPH, lambda: morph.chances(changes.maps))
        if chances is None:
            return
        if isinstance(chances, Unavailable):
            self._no_morph = chances.reason
            return
        self._morph_indices += changes.indices
        self._morph_chances.append(chances)

    def look(self, frames: FaceFrames) -> None:
        """Take some frames in to find their faces."""
        faces = self._faces
        if faces is not None and Family.IDENTITY not in self._failed:
            self._tried(Family.IDENTITY, lambda: faces.feed(frames))

    def feed(self, chunk: Chunk) -> None:
        """Take some frames in; only LPIPS wants all of them."""
        model = self._models.perceptual
        if isinstance(model, Unavailable) or self._refusal or Family.PERCEPTUAL in self._failed:
            return
        session = self._session = self._session or model.session()
        try:
            self._tried(Family.PERCEPTUAL, lambda: session.feed(chunk.rgb, chunk.compensated))
        except MisuseError as error:  # too small a picture, for instance: this take's case alone
            self._refusal = str(error)

    def views(self, read: Finished) -> FrameViews | None:
        """Prepare the frames that the text-image model must see; None when it need not see any."""
        model = self._models.text_image
        if isinstance(model, Unavailable) or not read.samples:
            return None
        return self._tried(Family.PROMPT, lambda: model.views(read.samples))

    def saw(self, vectors: NDArray[np.float32], indices: tuple[int, ...]) -> None:
        """Take in the vectors (k, d) of the frames at these places, and keep them for later runs."""
        self._embedded = vectors, np.asarray(indices)
        if self._models.cache is not None:
            self._models.cache.keep_frames(self.work.item.take.sha256, vectors, indices=indices)

    def give_up(self, family: Family, reason: str) -> None:
        """Leave a family out of this run; the next one tries it again."""
        self._failed[family] = reason

    @property
    def keys(self) -> Mapping[str, str]:
        """Metric name -> what its result is stored under; empty for what must be tried again."""
        again = {facts.name for family in self._failed for facts in FAMILIES[family]}
        return {name: "" if name in again else key for name, key in self.work.keys.items()}

    def finish(self, read: Finished | None) -> list[Score]:
        """Return the scores of the missing families; None when the take needed no reading."""
        # The streaming meters' own: artifacts, and the camera where the brief asks for a move.
        scores: list[Score] = [] if read is None else list(read.scores)
        if Family.CAMERA in self.work.families and not find_moves(self.work.item.shot.brief):
            scores += missing_camera(NO_MOVE)
        for family, measure in (
            (Family.IDENTITY, self._identity),
            (Family.MORPH, self._morph),
            (Family.PROMPT, lambda _: self._prompt()),
            (Family.PERCEPTUAL, self._perceptual),
        ):
            if family in self.work.families:
                scores += self._measured(family, measure, read)
        return scores

    def _measured(
        self,
        family: Family,
        measure: Callable[[Finished | None], list[Score]],
        read: Finished | None,
    ) -> list[Score]:
        if family not in self._failed:
            found = self._tried(family, lambda: measure(read))
            if found is not None:
                return found
        return [Score.missing(facts.name, self._failed[family]) for facts in FAMILIES[family]]

    def _tried(self, family: Family, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except OutOfMemory as error:
            self.give_up(family, str(error))
            return None

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

    def _prompt(self) -> list[Score]:
        models, shot = self._models, self.work.item.shot
        if not shot.brief.text:
            return missing_prompt(NO_PROMPT)
        if isinstance(models.text_image, Unavailable) or models.cache is None:
            reason = "" if models.cache is not None else getattr(models.text_image, "reason", "")
            return missing_prompt(reason)
        vectors, indices = self._embedded or self._kept(models.cache)
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

    def _kept(self, cache: EmbeddingCache) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        sha256 = self.work.item.take.sha256
        kept = cache.frames(sha256)
        if kept is None:
            raise MisuseError(f"Embeddings of {sha256[:12]} vanished during the run; run it again.")
        return kept
