"""Faces: where they are, whether they are masked, and whose they are; one interface for all libraries.

Finding, aligning and embedding are separate steps, since a metric chooses between them which faces
are good enough. Whether a face is masked is read off its aligned crop, never off the finder: a finder is
as sure of a masked face as of any other. It is `unsure` while the probability of being revealed lies
inside the pack's unsure band, or while the face is too small to tell. The state travels with the face: a
vector of a masked face must not be compared with references by the thresholds of revealed ones.

`roundtable` models are the demo pack's own (`evals.packs._face_nets`). Another library joins as a class
with the two methods of `IdentityModel` that touch weights, `find` and `embed`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError
from evals.packs import _face_nets as nets
from evals.packs._weights import LOADING_ERRORS, read_state_dict, verify
from evals.packs.availability import Unavailable
from evals.packs.backend import prepare, torch
from evals.packs.faces import Face, FaceState, Points
from evals.packs.manifest import IdentitySpec, ModelFile, PackManifest
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["IdentityModel", "RoundtableIdentity", "aligned", "load_identity"]

_FRAMES, _CROPS = 4, 8
"""Rows per forward pass. Always full, so that a row's sums do not depend on company."""
_OVERLAP = 0.4
"""Of two boxes that share more than this of their union, the weaker is dropped."""
_PATH_VERSION = "align-1 find-2"


class IdentityModel(Protocol):
    """What every library behind a pack's [identity] can do."""

    key: str
    """Hash of weights and thresholds: names cached faces and vectors."""
    crop_px: int

    def find(self, frames: NDArray[np.uint8]) -> list[tuple[Face, ...]]:
        """Return the faces of sRGB frames (n, h, w, 3), surest first."""
        ...

    def align(self, frame: NDArray[np.uint8], points: Points) -> NDArray[np.uint8]:
        """Return the crop (`crop_px`, `crop_px`, 3) in which the points lie in their places."""
        ...

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, d) of aligned crops (n, crop_px, crop_px, 3)."""
        ...


def aligned(
    frame: NDArray[np.uint8], points: Points, *, template: Points, side_px: int
) -> NDArray[np.uint8]:
    """Turn, scale and shift a frame so that its points come nearest to a template's, least squares.

    No mirroring and no shear (Umeyama 1991). Sampled at twice the size and averaged, so that large
    faces do not alias. Raises MisuseError when the points coincide.
    """
    source, target = np.array(points, float), np.array(template, float)
    middle, aim = source.mean(0), target.mean(0)
    x, y = (source - middle).T
    u, v = (target - aim).T
    spread = float((x * x + y * y).sum())
    if spread < 1e-6:
        raise MisuseError("A face's points coincide, so it cannot be aligned; leave the face out.")
    a, b = float((x * u + y * v).sum()) / spread, float((x * v - y * u).sum()) / spread
    turn = np.array([[a, -b], [b, a]])
    shift = aim - turn @ middle
    twice = np.hstack([2 * turn, (2 * shift + 0.5)[:, None]])
    big = cv2.warpAffine(
        np.ascontiguousarray(frame),
        twice,
        (2 * side_px, 2 * side_px),
        borderMode=cv2.BORDER_REPLICATE,
    )
    crop = cv2.resize(big, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.asarray(crop, np.uint8)


class RoundtableIdentity:
    """The demo pack's finder and embedder."""

    crop_px = nets.CROP_PX

    def __init__(
        self, spec: IdentitySpec, *, key: str, device: str, finder: Any, embedder: Any
    ) -> None:
        self._spec, self._device = spec, device
        self._finder, self._embedder = finder, embedder
        self.key = key

    def find(self, frames: NDArray[np.uint8]) -> list[tuple[Face, ...]]:
        """Return the faces of sRGB frames (n, h, w, 3), surest first."""
        _check(frames, "Frames are", None)
        width = nets.FINDER_WIDTH_PX
        scale = width / frames.shape[2]
        height = max(1, round(frames.shape[1] * scale))
        mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = np.stack([cv2.resize(f, (width, height), interpolation=mode) for f in frames])
        padded = np.zeros((len(frames), -(-height // 32) * 32, width, 3), np.uint8)
        padded[:, :height] = small
        maps = _forward(self._finder, padded, rows=_FRAMES, device=self._device)
        scales = (frames.shape[2] / width, frames.shape[1] / height)
        spots = [self._spots(one, scales) for one in maps]
        crops = [
            self.align(frame, spot.points)
            for frame, some in zip(frames, spots, strict=True)
            for spot in some
        ]
        revealed = iter(self._revealed(crops))
        return [tuple(self._face(spot, next(revealed)) for spot in some) for some in spots]

    def align(self, frame: NDArray[np.uint8], points: Points) -> NDArray[np.uint8]:
        """Return the crop (64, 64, 3) in which the points lie in their places."""
        return aligned(frame, points, template=nets.TEMPLATE, side_px=nets.CROP_PX)

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, 128) of aligned crops (n, 64, 64, 3)."""
        _check(crops, "Crops are", nets.CROP_PX)
        answers = _forward(self._embedder, crops, rows=_CROPS, device=self._device)
        vectors = answers[:, : nets.VECTOR_SIZE]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)

    def _revealed(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return the probabilities that faces are revealed, from their crops."""
        if not crops:
            return np.zeros(0, np.float32)
        answers = _forward(self._embedder, np.stack(crops), rows=_CROPS, device=self._device)
        return _sigmoid(answers[:, nets.VECTOR_SIZE])

    def _spots(self, maps: NDArray[np.float32], scales: tuple[float, float]) -> list[_Spot]:
        """Return where the faces of one frame are, surest first."""
        scores = _sigmoid(maps[0])
        # A centre is the highest cell of its 3 x 3 neighbourhood.
        peaks = scores == cv2.dilate(scores, np.ones((3, 3), np.uint8))
        rows, columns = np.nonzero(peaks & (scores >= self._spec.detect_at))
        order = np.argsort(-scores[rows, columns], kind="stable")
        kept: list[_Spot] = []
        for i in order:
            spot = _spot(maps[:, rows[i], columns[i]], (columns[i], rows[i]), scales)
            if all(_shared(spot.box, other.box) < _OVERLAP for other in kept):
                kept.append(spot)
        return kept

    def _face(self, spot: _Spot, revealed_0_1: float) -> Face:
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


@dataclass(frozen=True)
class _Spot:
    """Where a face is; see `Face`."""

    box: tuple[float, float, float, float]
    points: Points
    score: float


def _spot(cell: NDArray[np.float32], at: tuple[int, int], scales: tuple[float, float]) -> _Spot:
    unit = np.array(scales) * nets.CELL_PX
    middle = (np.array(at) + 0.5 + cell[1:3]) * unit
    size = np.exp(np.clip(cell[3:5], -4, 5)) * unit
    points = middle + cell[5:15].reshape(5, 2) * size
    left, top = middle - size / 2
    return _Spot(
        (float(left), float(top), float(size[0]), float(size[1])),
        tuple((float(x), float(y)) for x, y in points),
        float(_sigmoid(cell[0])),
    )


def load_identity(manifest: PackManifest, device: str) -> IdentityModel | Unavailable:
    """Load a pack's identity models from this machine onto `cpu` or `cuda`; never opens a connection.

    Weights that are absent, have another digest or do not fit give Unavailable, with a remedy.
    """
    spec = manifest.identity
    if spec is None:
        return Unavailable(f"Pack '{manifest.name}' has no [identity] model; choose another pack.")
    try:
        prepare()
        # Random starts are overwritten in full; they must not move anyone's random numbers.
        with torch.random.fork_rng(devices=[]):
            finder = _loaded(nets.FinderNet(), spec.finder)
            embedder = _loaded(nets.EmbedderNet(), spec.embedder)
    except PackError as error:
        return Unavailable(str(error))
    except LOADING_ERRORS as error:
        reason = " ".join(str(error).split())[:300]
        return Unavailable(
            f"Pack '{manifest.name}' has identity weights that do not fit: {reason};"
            " check its manifest."
        )
    facts = {
        "weights": [spec.finder.sha256, spec.embedder.sha256],
        "thresholds": [spec.detect_at, *spec.unsure, spec.smallest_px],
        "path": _PATH_VERSION,
    }
    key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return RoundtableIdentity(
        spec, key=key, device=device, finder=finder.to(device), embedder=embedder.to(device)
    )


def _loaded(net: Any, file: ModelFile) -> Any:
    if not file.weights.is_file():
        raise PackError(f"{file.weights} is not there; put the pack's weights there.")
    verify(file.weights, file.sha256)
    net.load_state_dict(read_state_dict(file.weights), strict=True)
    return net.eval().requires_grad_(requires_grad=False)


def _forward(
    net: Any, pictures: NDArray[np.uint8], *, rows: int, device: str
) -> NDArray[np.float32]:
    done: list[Tensor] = []
    with torch.inference_mode():
        for start in range(0, len(pictures), rows):
            batch = pictures[start : start + rows]
            full = np.concatenate([batch, np.repeat(batch[-1:], rows - len(batch), axis=0)])
            pixels = torch.from_numpy(full).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
            done.append(net(pixels)[: len(batch)].float().cpu())
    result: NDArray[np.float32] = torch.cat(done).numpy()
    return result


def _check(pictures: NDArray[np.uint8], what: str, side_px: int | None) -> None:
    is_rgb = pictures.dtype == np.uint8 and pictures.ndim == 4 and pictures.shape[3] == 3
    fits = side_px is None or pictures.shape[1:3] == (side_px, side_px)
    if not is_rgb or len(pictures) == 0 or 0 in pictures.shape or not fits:
        wanted = "(n, height, width, 3)" if side_px is None else f"(n, {side_px}, {side_px}, 3)"
        raise MisuseError(
            f"{what} {pictures.dtype} {pictures.shape}; give uint8 {wanted}, red first."
        )


def _shared(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection of two boxes over their union."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0.0, wide) * max(0.0, high)
    return common / max(1e-9, a[2] * a[3] + b[2] * b[3] - common)


def _sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)
