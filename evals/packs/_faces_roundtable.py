"""The demo pack's own finder and embedder, of which the embedder also tells masked from revealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.packs import _face_nets as nets
from evals.packs._faces import Spot
from evals.packs._weights import read_state_dict
from evals.packs.backend import prepare, torch
from evals.packs.batching import Batcher, guarded, padded
from evals.packs.faces import Points
from evals.packs.manifest import IdentitySpec, ModelFile

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RoundtableEmbedder", "RoundtableFinder"]

_FINDER, _EMBEDDER = "face finder", "face embedder"
_OVERLAP = 0.4
"""Of two boxes that share more than this of their union, the weaker is dropped."""


class RoundtableFinder:
    """Finds faces by the heights of a map of centres."""

    def __init__(self, spec: IdentitySpec, device: str) -> None:
        self._detect_at = spec.detect_at
        self._net = _Net(nets.FinderNet, spec.finder, what=_FINDER, device=device)
        self.batchers = (self._net.batcher,)

    def spots(self, frames: NDArray[np.uint8]) -> list[list[Spot]]:
        """Return the places of faces in sRGB frames (n, h, w, 3), in pixels of the frame, surest first."""
        width = nets.FINDER_WIDTH_PX
        scale = width / frames.shape[2]
        height = max(1, round(frames.shape[1] * scale))
        mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = np.stack([cv2.resize(f, (width, height), interpolation=mode) for f in frames])
        framed = np.zeros((len(frames), -(-height // 32) * 32, width, 3), np.uint8)
        framed[:, :height] = small
        maps = self._net.forward(framed)
        scales = (frames.shape[2] / width, frames.shape[1] / height)
        return [self._spots(one, scales) for one in maps]

    def _spots(self, maps: NDArray[np.float32], scales: tuple[float, float]) -> list[Spot]:
        scores = _sigmoid(maps[0])
        # A centre is the highest cell of its 3 x 3 neighbourhood.
        peaks = scores == cv2.dilate(scores, np.ones((3, 3), np.uint8))
        rows, columns = np.nonzero(peaks & (scores >= self._detect_at))
        order = np.argsort(-scores[rows, columns], kind="stable")
        kept: list[Spot] = []
        for i in order:
            spot = _spot(maps[:, rows[i], columns[i]], (columns[i], rows[i]), scales)
            if all(_shared(spot.box, other.box) < _OVERLAP for other in kept):
                kept.append(spot)
        return kept


class RoundtableEmbedder:
    """Vectors of 128 numbers, and the probability that a face is revealed."""

    crop_px = nets.CROP_PX
    template: Points = nets.TEMPLATE

    def __init__(self, spec: IdentitySpec, device: str) -> None:
        self._net = _Net(nets.EmbedderNet, spec.embedder, what=_EMBEDDER, device=device)
        self.batchers = (self._net.batcher,)

    def vectors(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, 128) of sRGB crops (n, 64, 64, 3)."""
        answers = self._net.forward(crops)
        vectors = answers[:, : nets.VECTOR_SIZE]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)

    def revealed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities (n,) that faces are revealed."""
        answers = self._net.forward(crops)
        return _sigmoid(answers[:, nets.VECTOR_SIZE])


class _Net:
    """One of the two networks, loaded, fed in full batches."""

    def __init__(self, make: Any, file: ModelFile, *, what: str, device: str) -> None:
        prepare()
        # Random starts are overwritten in full; they must not move anyone's random numbers.
        with torch.random.fork_rng(devices=[]):
            net = make()
        net.load_state_dict(read_state_dict(file.weights), strict=True)
        with guarded(what, device):
            self._net = net.eval().requires_grad_(requires_grad=False).to(device)
        self._device = device
        self.batcher = Batcher(what, device)

    def forward(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the network's answers to pictures (n, h, w, 3)."""

        def some(span: slice) -> Tensor:
            batch = pictures[span]
            full = torch.from_numpy(padded(batch, self.batcher.rows)).to(self._device)
            pixels = full.permute(0, 3, 1, 2).float() / 127.5 - 1
            answer: Tensor = self._net(pixels)
            return answer[: len(batch)].float().cpu()

        with torch.inference_mode():
            done = self.batcher.over(len(pictures), some)
        result: NDArray[np.float32] = torch.cat(done).numpy()
        return result


def _spot(cell: NDArray[np.float32], at: Sequence[int], scales: tuple[float, float]) -> Spot:
    unit = np.array(scales) * nets.CELL_PX
    middle = (np.array(at) + 0.5 + cell[1:3]) * unit
    size = np.exp(np.clip(cell[3:5], -4, 5)) * unit
    points = middle + cell[5:15].reshape(5, 2) * size
    left, top = middle - size / 2
    return Spot(
        (float(left), float(top), float(size[0]), float(size[1])),
        tuple((float(x), float(y)) for x, y in points),
        float(_sigmoid(cell[0])),
    )


def _shared(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection of two boxes over their union."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0.0, wide) * max(0.0, high)
    return common / max(1e-9, a[2] * a[3] + b[2] * b[3] - common)


def _sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)
