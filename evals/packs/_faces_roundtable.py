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
from evals.packs.faces import Points
from evals.packs.manifest import IdentitySpec, ModelFile

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RoundtableEmbedder", "RoundtableFinder"]

_FRAMES, _CROPS = 4, 8
"""Rows per forward pass. Always full, so that a row's sums do not depend on company."""
_OVERLAP = 0.4
"""Of two boxes that share more than this of their union, the weaker is dropped."""


class RoundtableFinder:
    """Finds faces by the heights of a map of centres."""

    def __init__(self, spec: IdentitySpec, device: str) -> None:
        self._detect_at, self._device = spec.detect_at, device
        self._net = _loaded(nets.FinderNet, spec.finder, device)

    def spots(self, frames: NDArray[np.uint8]) -> list[list[Spot]]:
        """Return the places of faces in sRGB frames (n, h, w, 3), in pixels of the frame, surest first."""
        width = nets.FINDER_WIDTH_PX
        scale = width / frames.shape[2]
        height = max(1, round(frames.shape[1] * scale))
        mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = np.stack([cv2.resize(f, (width, height), interpolation=mode) for f in frames])
        padded = np.zeros((len(frames), -(-height // 32) * 32, width, 3), np.uint8)
        padded[:, :height] = small
        maps = _forward(self._net, padded, rows=_FRAMES, device=self._device)
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
        self._device = device
        self._net = _loaded(nets.EmbedderNet, spec.embedder, device)

    def vectors(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, 128) of sRGB crops (n, 64, 64, 3)."""
        answers = _forward(self._net, crops, rows=_CROPS, device=self._device)
        vectors = answers[:, : nets.VECTOR_SIZE]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)

    def revealed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities (n,) that faces are revealed."""
        answers = _forward(self._net, crops, rows=_CROPS, device=self._device)
        return _sigmoid(answers[:, nets.VECTOR_SIZE])


def _loaded(make: Any, file: ModelFile, device: str) -> Any:
    prepare()
    # Random starts are overwritten in full; they must not move anyone's random numbers.
    with torch.random.fork_rng(devices=[]):
        net = make()
    net.load_state_dict(read_state_dict(file.weights), strict=True)
    return net.eval().requires_grad_(requires_grad=False).to(device)


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


def _shared(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Intersection of two boxes over their union."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0.0, wide) * max(0.0, high)
    return common / max(1e-9, a[2] * a[3] + b[2] * b[3] - common)


def _sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)
