"""What a face's course has left once the turning of the head is taken out of it.

Vectors are explained by the three numbers of `seen.pose_of` and their squares, by ridge regression. The ridge
stands for errors in those numbers: what a turn of less than that much seems to explain is left alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["TERMS", "without_pose"]

TERMS = 6

Floats = NDArray[np.float64]


def without_pose(columns: Floats, poses: Floats, *, error: float) -> tuple[Floats, float]:
    """Return columns (n, c) less their means and what poses (n, 3) explain, and the terms that it took, 0-6.

    `error` of a pose is in distances between the eyes.
    """
    turned = poses - np.median(poses, axis=0)
    terms = np.column_stack([turned, turned**2])
    terms -= terms.mean(0)
    square = terms.T @ terms
    ridge = len(poses) * error**2 * np.eye(TERMS)
    left = columns - columns.mean(0)
    left -= terms @ np.linalg.solve(square + ridge, terms.T @ left)
    return left, float(np.trace(np.linalg.solve(square + ridge, square)))
