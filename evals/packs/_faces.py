"""What every face library works with: faces, their places in a frame, and crops in which they lie alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.packs.faces import Points
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from evals.packs.batching import Batcher

__all__ = [
    "Embedder",
    "Finder",
    "Spot",
    "aligned",
    "check_pictures",
]


@dataclass(frozen=True)
class Spot:
    """Where a face is, before anything is known of its state; see `Face`."""

    box: tuple[float, float, float, float]
    points: Points
    score: float


class Finder(Protocol):
    """The half of a library that finds faces."""

    @property
    def batchers(self) -> tuple[Batcher, ...]:
        """What bounds its rows on a device; empty where OpenCV runs it, on the CPU and one by one."""
        ...

    def spots(self, frames: NDArray[np.uint8]) -> list[list[Spot]]:
        """Return the places of faces in sRGB frames (n, h, w, 3), in pixels of the frame, surest first."""
        ...


class Embedder(Protocol):
    """The half of a library that tells faces apart."""

    crop_px: int
    template: Points
    """Where the five points lie in a crop, in its pixels."""

    @property
    def batchers(self) -> tuple[Batcher, ...]:
        """What bounds its rows on a device; empty where OpenCV runs it, on the CPU and one by one."""
        ...

    def vectors(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, d) of sRGB crops (n, crop_px, crop_px, 3)."""
        ...

    def revealed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """Return the probabilities (n,) that faces are revealed; None where the library cannot tell."""
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


def check_pictures(pictures: NDArray[np.uint8], what: str, side_px: int | None) -> None:
    """Raise MisuseError unless these are sRGB pictures (n, h, w, 3), square of a side where one is given."""
    is_rgb = pictures.dtype == np.uint8 and pictures.ndim == 4 and pictures.shape[3] == 3
    fits = side_px is None or pictures.shape[1:3] == (side_px, side_px)
    if not is_rgb or len(pictures) == 0 or 0 in pictures.shape or not fits:
        wanted = "(n, height, width, 3)" if side_px is None else f"(n, {side_px}, {side_px}, 3)"
        raise MisuseError(
            f"{what} {pictures.dtype} {pictures.shape}; give uint8 {wanted}, red first."
        )
