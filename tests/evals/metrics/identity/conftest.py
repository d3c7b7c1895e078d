"""Faces made of numbers: persons are directions, pictures are those directions and noise."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from evals.metrics.identity import SeenFaces
from evals.packs.faces import FaceState
from evals.packs.manifest import LikenessStatistics

SIZE = 96
PICTURE, TAKE, BLOCK = 0.45, 0.20, 0.15
"""Length of what differs from picture to picture, from take to take, from half second to half second."""
STATISTICS = LikenessStatistics(
    same=(0.72, 0.06), other=(0.02, 0.10), reference_spread=0.05, block_spread=0.03
)


class World:
    """Draws persons and pictures of them."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def noise(self, length: float, *shape: int) -> np.ndarray:
        return self.rng.normal(size=(*shape, SIZE)) * length / np.sqrt(SIZE)

    def person(self) -> np.ndarray:
        direction = self.rng.normal(size=SIZE)
        return 0.85 * direction / np.linalg.norm(direction)

    def pictures(self, person: np.ndarray, count: int) -> np.ndarray:
        return person + self.noise(PICTURE, count)

    def take(self, person: np.ndarray, blocks: int, faces: int) -> tuple[np.ndarray, np.ndarray]:
        """Return (the take's own mean, faces (blocks * faces, d))."""
        mean = person + self.noise(TAKE)
        centres = mean + self.noise(BLOCK, blocks)
        return mean, np.repeat(centres, faces, 0) + self.noise(0.1, blocks * faces)


@pytest.fixture
def world():
    return World(5)


def seen(
    vectors,
    *,
    rows=None,
    states=FaceState.REVEALED,
    boxes=None,
    quality=1.0,
    samples=None,
    fps=24,
    step=3,
    poses=None,
):
    """Make the faces of a take, one per sampled frame unless told otherwise."""
    count = len(vectors)
    rows = np.arange(count) if rows is None else np.asarray(rows)
    samples = (int(rows.max()) + 1 if count else 8) if samples is None else samples
    told = (states,) * count if isinstance(states, FaceState) else tuple(states)
    box = np.array([[100.0, 80, 60, 80]] * count) if boxes is None else np.asarray(boxes, float)
    return SeenFaces(
        frame_indices=np.arange(samples) * step,
        frame_count=samples * step,
        fps=Fraction(fps),
        size_px=(640, 360),
        row=rows.astype(np.int64),
        boxes=box.reshape(count, 4),
        states=told,
        quality=np.full(count, quality) if np.isscalar(quality) else np.asarray(quality),
        vectors=np.asarray(vectors, float),
        poses=np.zeros((count, 3)) if poses is None else np.asarray(poses, float),
    )
