"""Faces: where they are, whether they are masked, and whose they are; one interface for all libraries.

Finding, aligning and embedding are separate steps, since a metric chooses between them which faces
are good enough. Whether a face is masked is read off its aligned crop, never off the finder: a finder is
as sure of a masked face as of any other. A face is `masked` or `revealed`; it is `unsure` while the
probability of being revealed lies inside the pack's unsure band, or while the face is too small to tell.
In a pack with `state = "none"` nothing tells, and every face is `unsure`.
The state travels with the face: a vector of a masked face must not be compared with references by the
thresholds of revealed ones. A frame without any face found is `none`, which is never a pass.

A pack names a finder and an embedder; any two go together, since points are in one order and a crop is
made by the embedder's template.

| library     | finds | embeds | tells masked | runs by      | in                  |
|-------------|-------|--------|--------------|--------------|---------------------|
| `roundtable`| yes   | yes    | yes          | torch        | `_faces_roundtable` |
| `yunet`     | yes   |        |              | OpenCV, CPU  | `_faces_opencv`     |
| `sface`     |       | yes    |              | OpenCV, CPU  | `_faces_opencv`     |
| `arcface`   |       | yes    |              | OpenCV, CPU  | `_faces_opencv`     |
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError
from evals.packs._faces import Embedder, Finder, Spot, aligned, check_pictures
from evals.packs._places import REMEDY
from evals.packs._trials import try_faces
from evals.packs._weights import LOADING_ERRORS, verify
from evals.packs.availability import Unavailable
from evals.packs.faces import Face, FaceState, Points
from evals.packs.manifest import IdentitySpec, ModelFile, PackManifest, StateSource

if TYPE_CHECKING:
    from evals.packs.batching import Batcher

__all__ = ["IdentityModel", "LoadedFaces", "aligned", "load_identity"]

_PATH_VERSION = "align-1 find-2"


class IdentityModel(Protocol):
    """What every library behind a pack's [identity] can do."""

    key: str
    """Hash of weights and thresholds: names cached faces and vectors."""
    crop_px: int

    @property
    def batchers(self) -> tuple[Batcher, ...]:
        """What bounds its rows on a device, see `evals.packs.batching`."""
        ...

    def find(self, frames: NDArray[np.uint8]) -> list[tuple[Face, ...]]:
        """Return the faces of sRGB frames (n, h, w, 3), surest first."""
        ...

    def align(self, frame: NDArray[np.uint8], points: Points) -> NDArray[np.uint8]:
        """Return the crop (`crop_px`, `crop_px`, 3) in which the points lie in their places."""
        ...

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, d) of aligned crops (n, crop_px, crop_px, 3)."""
        ...


class LoadedFaces:
    """A finder and an embedder, of one library or of two."""

    def __init__(self, spec: IdentitySpec, *, key: str, finder: Finder, embedder: Embedder) -> None:
        self._spec, self._finder, self._embedder = spec, finder, embedder
        self.key = key
        self.crop_px = embedder.crop_px
        self.batchers = (*finder.batchers, *embedder.batchers)

    def find(self, frames: NDArray[np.uint8]) -> list[tuple[Face, ...]]:
        """Return the faces of sRGB frames (n, h, w, 3), surest first."""
        check_pictures(frames, "Frames are", None)
        # Points in one spot cannot be aligned: no library may end a run with them.
        spots = [
            [spot for spot in some if len(set(spot.points)) > 1]
            for some in self._finder.spots(frames)
        ]
        revealed = iter(self._revealed(frames, spots))
        return [tuple(self._face(spot, next(revealed)) for spot in some) for some in spots]

    def align(self, frame: NDArray[np.uint8], points: Points) -> NDArray[np.uint8]:
        """Return the crop (`crop_px`, `crop_px`, 3) in which the points lie in their places."""
        return aligned(frame, points, template=self._embedder.template, side_px=self.crop_px)

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, d) of aligned crops (n, `crop_px`, `crop_px`, 3)."""
        check_pictures(crops, "Crops are", self.crop_px)
        return self._embedder.vectors(crops)

    def _revealed(self, frames: NDArray[np.uint8], spots: list[list[Spot]]) -> NDArray[np.float32]:
        """Return the probabilities that faces are revealed, from their crops; 0.5 where nothing tells."""
        unknown = np.full(sum(len(some) for some in spots), 0.5, np.float32)
        if not len(unknown) or self._spec.state is StateSource.NONE:
            return unknown
        crops = [
            self.align(frame, spot.points)
            for frame, some in zip(frames, spots, strict=True)
            for spot in some
        ]
        told = self._embedder.revealed(np.stack(crops))
        return unknown if told is None else told

    def _face(self, spot: Spot, revealed_0_1: float) -> Face:
        low, high = self._spec.unsure
        state = FaceState.REVEALED if revealed_0_1 > high else FaceState.MASKED
        if low <= revealed_0_1 <= high or spot.box[3] < self._spec.smallest_px:
            state = FaceState.UNSURE
        return Face(
            box=spot.box,
            points=spot.points,
            score=spot.score,
            revealed_0_1=float(revealed_0_1),
            state=state,
        )


def load_identity(manifest: PackManifest, device: str) -> IdentityModel | Unavailable:
    """Load a pack's identity models from this machine onto `cpu` or `cuda`; never opens a connection.

    OpenCV's libraries run on the CPU whatever the device. Weights that are absent, have another digest, do
    not fit, or fail their trial (`evals.packs._trials`) give Unavailable, with a remedy.
    """
    spec = manifest.identity
    if spec is None:
        return Unavailable(f"Pack '{manifest.name}' has no [identity] model; choose another pack.")
    try:
        digests = [_verified(file, manifest.name) for file in (spec.finder, spec.embedder)]
        model = LoadedFaces(
            spec,
            key=_key(spec, digests),
            finder=_finder(spec, device),
            embedder=_embedder(spec, device),
        )
        try_faces(model, f"Pack '{manifest.name}'", is_demo=manifest.is_demo)
    except PackError as error:
        return Unavailable(str(error))
    except LOADING_ERRORS as error:
        reason = " ".join(str(error).split())[:300]
        return Unavailable(
            f"Pack '{manifest.name}' has identity weights that do not fit: {reason};"
            " check its manifest."
        )
    return model


def _verified(file: ModelFile, pack: str) -> str:
    if not file.weights.is_file():
        remedy = "put the pack's weights there" if file.origin is None else REMEDY.format(name=pack)
        raise PackError(f"{file.weights} is not there; {remedy}.")
    return verify(file.weights, file.sha256)


def _finder(spec: IdentitySpec, device: str) -> Finder:
    if spec.finder.library == "yunet":
        from evals.packs._faces_opencv import YuNetFinder

        return YuNetFinder(spec)
    from evals.packs._faces_roundtable import RoundtableFinder

    return RoundtableFinder(spec, device)


def _embedder(spec: IdentitySpec, device: str) -> Embedder:
    if spec.embedder.library in {"arcface", "sface"}:
        from evals.packs._faces_opencv import OnnxEmbedder

        return OnnxEmbedder(spec.embedder)
    from evals.packs._faces_roundtable import RoundtableEmbedder

    return RoundtableEmbedder(spec, device)


def _key(spec: IdentitySpec, digests: list[str]) -> str:
    facts: dict[str, object] = {
        "weights": digests,
        "thresholds": [spec.detect_at, *spec.unsure, spec.smallest_px],
        "path": _PATH_VERSION,
    }
    libraries = [spec.finder.library, spec.embedder.library]
    if libraries != ["roundtable", "roundtable"] or spec.state is StateSource.NONE:
        facts |= {"libraries": libraries, "state": spec.state, "search_px": spec.search_px}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
