"""The identity part of a run: faces found in frames and references, kept, and scored.

Faces are kept with their vectors, so that another reference, or another word in the reveal plan, needs no
new decode. They are the data of a likeness: `EmbeddingCache` may be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from evals.metrics.artifacts.focus import log_sharpness
from evals.metrics.identity import (
    NO_CAST,
    CastInShot,
    KnownSet,
    SeenFaces,
    Yardstick,
    fit_statistics,
    missing_identity,
    score_identity,
    see,
)
from evals.packs.faces import Face, FaceState
from evals.packs.manifest import PackManifest, StateSource
from evals.runs.cache import EmbeddingCache
from evals.runs.cast import ShotCast
from evals.runs.job import FaceFrames, Finished
from tracker.domain.likeness import ReferencePicture, ReferenceSet
from tracker.domain.scores import Score
from tracker.domain.takes import Take

if TYPE_CHECKING:
    from evals.packs.identity import IdentityModel

__all__ = ["FaceFinder", "FaceReading"]

_STATES = tuple(FaceState)
_REFERENCE_SIDE_PX = 1280


class FaceFinder:
    """A pack's identity model with what it found before."""

    def __init__(self, pack: PackManifest, model: IdentityModel, cache: EmbeddingCache) -> None:
        self.pack, self.model, self._cache = pack, model, cache
        # Every take of a production asks for the same few pictures.
        self._references: dict[str, tuple[NDArray[np.float64], float] | None] = {}

    @property
    def key(self) -> str:
        """Name the models and the figures that turn cosines into probabilities."""
        spec = self.pack.identity
        if spec is None or spec.statistics is None:
            return f"{self.model.key} fitted 1"
        return f"{self.model.key} {spec.statistics} {spec.masked_statistics}"

    def yardstick(self, cast: ShotCast) -> Yardstick:
        """Return what is known of how alike faces are: the pack's figures, else the cast's own."""
        spec = self.pack.identity
        if spec is None:
            return Yardstick(statistics=None)
        tells = spec.state is not StateSource.NONE
        if spec.statistics is not None:
            return Yardstick(
                statistics=spec.statistics, masked=spec.masked_statistics, tells_masked=tells
            )
        known = {code: self.known(cast, code) for code in cast.references}
        return Yardstick(statistics=fit_statistics(known), is_fitted=True, tells_masked=tells)

    def seen(self, sha256: str) -> SeenFaces | None:
        """Return a take's faces where they were found before; not those from before poses were kept."""
        kept = self._cache.arrays(f"faces {sha256}")
        return None if kept is None or "poses" not in kept else _unpacked(kept)

    def keep(self, sha256: str, seen: SeenFaces) -> None:
        """Keep a take's faces."""
        self._cache.keep_arrays(f"faces {sha256}", _packed(seen))

    def look(self, pictures: Sequence[NDArray[np.uint8]]) -> Iterator[_Look]:
        """Find and embed the faces of frames of one size."""
        if not pictures:
            return
        frames = np.stack(pictures)
        found = self.model.find(frames)
        crops = [
            self.model.align(frame, face.points)
            for frame, faces in zip(frames, found, strict=True)
            for face in faces
        ]
        vectors = list(self.model.embed(np.stack(crops))) if crops else []
        sharp = [
            log_sharpness(cv2.cvtColor(c, cv2.COLOR_RGB2GRAY).astype(np.float32)) for c in crops
        ]
        start = 0
        for faces in found:
            end = start + len(faces)
            yield _Look(faces, sharp[start:end], vectors[start:end])
            start = end

    def known(self, cast: ShotCast, code: str) -> tuple[KnownSet, ...]:
        """Return the usable faces of a character's reference sets."""
        return tuple(self._known_set(one) for one in cast.references.get(code, ()))

    def members(self, cast: ShotCast) -> list[CastInShot]:
        """Return who a shot shows, with their usable references."""
        return [
            CastInShot(
                code=character.code,
                name=character.name,
                allowed=allowed,
                declared=declared,
                sets=self.known(cast, character.code),
            )
            for character, allowed, declared in cast.members
        ]

    def _known_set(self, one: ReferenceSet) -> KnownSet:
        for picture in one.pictures:
            if picture.sha256 not in self._references:
                self._references[picture.sha256] = self._reference(picture)
        faces = [self._references[picture.sha256] for picture in one.pictures]
        usable = [face for face in faces if face is not None]
        return KnownSet(
            name=one.name,
            vectors=np.stack([vector for vector, _ in usable]) if usable else np.zeros((0, 1)),
            weights=np.array([quality for _, quality in usable], float),
            unusable=len(faces) - len(usable),
        )

    def _reference(self, picture: ReferencePicture) -> tuple[NDArray[np.float64], float] | None:
        """Return (vector, quality) of a picture's largest revealed face, or None without a good one."""
        key = f"reference {picture.sha256}"
        seen = None
        kept = self._cache.arrays(key)
        if kept is not None and "poses" in kept:
            seen = _unpacked(kept)
        else:
            try:
                with Image.open(picture.path) as opened:
                    upright = ImageOps.exif_transpose(opened).convert("RGB")
                    upright.thumbnail((_REFERENCE_SIDE_PX, _REFERENCE_SIDE_PX))
                    pixels = np.asarray(upright)
            except (
                OSError,
                ValueError,
                Image.DecompressionBombError,
            ):  # doctor names references that are gone; here they are missing
                return None
            (look,) = self.look([pixels])
            seen = _gathered([0], [look], size_px=(pixels.shape[1], pixels.shape[0]))
            self._cache.keep_arrays(key, _packed(seen))
        usable = [
            i
            for i, state in enumerate(seen.states)
            if state is not FaceState.MASKED and seen.quality[i] > 0
        ]
        best = max(usable, key=lambda i: float(seen.boxes[i, 3]), default=None)
        return None if best is None else (seen.vectors[best], float(seen.quality[best]))


@dataclass(frozen=True)
class _Look:
    """What was found in one frame."""

    faces: tuple[Face, ...]
    sharpness: Sequence[float]
    vectors: Sequence[NDArray[np.float32]]


class FaceReading:
    """One take's faces, gathered while it is read."""

    def __init__(self, finder: FaceFinder) -> None:
        self._finder = finder
        self._indices: list[int] = []
        self._looks: list[_Look] = []
        self._size_px = (0, 0)

    def feed(self, frames: FaceFrames) -> None:
        """Take some frames in."""
        height, width = frames.pictures[0].shape[:2]
        self._size_px = (width, height)
        self._indices += frames.indices
        self._looks += self._finder.look(frames.pictures)

    def finish(self, take: Take, cast: ShotCast, read: Finished | None) -> list[Score]:
        """Return the identity scores of a take."""
        if not cast.members:
            return missing_identity(NO_CAST)
        seen = None
        if read is not None and self._indices:
            seen = _gathered(
                self._indices,
                self._looks,
                size_px=self._size_px,
                frame_count=read.clip.frame_count,
                fps=read.clip.fps,
            )
            self._finder.keep(take.sha256, seen)
        else:
            seen = self._finder.seen(take.sha256)
        if seen is None:
            return missing_identity("No frame could be looked at for faces; score the take again.")
        known = {code: self._finder.known(cast, code) for code in cast.references}
        inside = {character.code for character, _, _ in cast.members}
        members = self._finder.members(cast)
        others = {
            cast.names[code]: np.average(
                np.concatenate([s.vectors for s in sets if len(s.vectors)]),
                axis=0,
                weights=np.concatenate([s.weights for s in sets]),
            )
            for code, sets in known.items()
            if code not in inside and any(len(s.vectors) for s in sets)
        }
        return score_identity(
            seen,
            members,
            others=others,
            yardstick=self._finder.yardstick(cast),
        )


def _gathered(
    indices: Sequence[int],
    looks: Sequence[_Look],
    *,
    size_px: tuple[int, int],
    frame_count: int = 1,
    fps: Fraction = Fraction(24),
) -> SeenFaces:
    vectors = [vector for look in looks for vector in look.vectors]
    return see(
        [(index, look.faces) for index, look in zip(indices, looks, strict=True)],
        sharpness=[value for look in looks for value in look.sharpness],
        vectors=np.array(vectors, float),
        frame_count=frame_count,
        fps=fps,
        size_px=size_px,
    )


def _packed(seen: SeenFaces) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    facts = [seen.frame_count, seen.fps.numerator, seen.fps.denominator, *seen.size_px]
    return {
        "facts": np.array(facts, np.int64),
        "frame_indices": seen.frame_indices,
        "row": seen.row,
        "boxes": seen.boxes,
        "states": np.array([_STATES.index(state) for state in seen.states], np.int64),
        "quality": seen.quality,
        "vectors": seen.vectors,
        "poses": seen.poses,
    }


def _unpacked(kept: Mapping[str, NDArray[np.float32]]) -> SeenFaces:
    count, above, below, width, height = (int(value) for value in kept["facts"])
    return SeenFaces(
        frame_indices=kept["frame_indices"].astype(np.int64),
        frame_count=count,
        fps=Fraction(above, below),
        size_px=(width, height),
        row=kept["row"].astype(np.int64),
        boxes=kept["boxes"].astype(float),
        states=tuple(_STATES[int(code)] for code in kept["states"]),
        quality=kept["quality"].astype(float),
        vectors=kept["vectors"].astype(float),
        poses=kept["poses"].astype(float),
    )
