"""Where in the picture a measure peaks: boxes of cells in maps, and the part of the picture they cover."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.domain.scores import Region

__all__ = ["Box", "Peak", "around_peak", "block_region"]


class Box(NamedTuple):
    """A rectangle of cells, half-open."""

    top: int
    left: int
    bottom: int
    right: int


Peak = tuple[float, Box | None]
"""A level, and the cells from which it comes; none where nothing stands out."""


def around_peak(cells: NDArray[np.floating], share: float) -> Box:
    """Return the box of the piece around the highest cell whose cells reach `share` of it; cells (by, bx)."""
    peak = np.unravel_index(int(cells.argmax()), cells.shape)
    up = (cells >= share * cells[peak]).astype(np.uint8)
    _, labels = cv2.connectedComponents(up)
    rows, columns = np.nonzero(labels == labels[peak])
    return Box(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)


def block_region(
    boxes: Iterable[Box], *, picture: tuple[int, int], edge_px: int = 1
) -> Region | None:
    """Return the part of a picture (height, width) that holds boxes of blocks; None without any box.

    Blocks lie as `block_means` lays them: whole ones, centred; a picture smaller than one is one block.
    """
    height, width = picture
    offsets, sides = [], []
    for length in (height, width):
        count = max(1, length // edge_px)
        covered = min(length, count * edge_px)
        offsets.append((length - covered) // 2)
        sides.append(covered / count)
    placed = [
        (
            offsets[1] + b.left * sides[1],
            offsets[0] + b.top * sides[0],
            (b.right - b.left) * sides[1],
            (b.bottom - b.top) * sides[0],
        )
        for b in boxes
    ]
    return Region.around(placed, size_px=(width, height)) if placed else None
