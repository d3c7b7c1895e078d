"""The faces of one take, as arrays: where, how well seen, masked or not, and whose vectors.

A face counts in a likeness by its quality, 0-1, the product of four ramps: height in the frame, distance of
the eyes, sharpness of the aligned crop, and how far the head is turned. A ramp is 0 at its lower end, 1 from
its upper end on. What has no quality is found, but says nothing of whose face it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from evals.packs.faces import Face, FaceState, Points, most_exposing
from tracker.errors import MisuseError

__all__ = [
    "BLOCK_S",
    "Floats",
    "SeenFaces",
    "Whole",
    "pose_of",
    "sample_step",
    "see",
    "tracks",
    "turned_0_1",
]

BLOCK_S = 0.5
"""Frames within half a second are nearly the same picture: together they count once."""
FACE_RATE_PER_S = 8
"""Frames per second in which faces are looked for: a reveal of a quarter of a second is seen twice."""
_HEIGHT_PX, _EYES_PX, _SHARPNESS, _TURNED = (12.0, 40.0), (4.0, 14.0), (2.0, 5.0), (0.75, 0.45)
_REACH = 1.2
"""A face is taken for the one of the frame before if it moved by less than this many face heights."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class SeenFaces:
    """What was found in a take's sampled frames; k frames, n faces."""

    frame_indices: Whole
    """The frames that were looked at, increasing, shape (k,)."""
    frame_count: int
    fps: Fraction
    size_px: tuple[int, int]
    """Width and height of the pictures in which faces were looked for."""
    row: Whole
    """Each face's frame, as a row of `frame_indices`, in order, shape (n,)."""
    boxes: Floats
    """Left, top, width, height in pixels, shape (n, 4)."""
    states: tuple[FaceState, ...]
    quality: Floats
    """0-1, shape (n,)."""
    vectors: Floats = field(repr=False)
    """Unit length, shape (n, d)."""
    poses: Floats = field(repr=False)
    """How heads are turned, shape (n, 3); see `pose_of`."""

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        count = {len(self.row), len(self.boxes), len(self.states), len(self.quality)}
        count.add(len(self.poses))
        if count != {len(self.vectors)}:
            raise MisuseError(f"Faces have {sorted(count)} rows and {self.vectors.shape} vectors.")

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.row)

    @property
    def seconds(self) -> Floats:
        """Time of each face from the take's first frame, shape (n,)."""
        times: Floats = self.frame_indices[self.row] / float(self.fps)
        return times

    @property
    def frame_states(self) -> tuple[FaceState, ...]:
        """The state of every frame that was looked at."""
        found: list[list[FaceState]] = [[] for _ in self.frame_indices]
        for row, state in zip(self.row, self.states, strict=True):
            found[row].append(state)
        return tuple(most_exposing(states) for states in found)

    def blocks(self, faces: Whole) -> Whole:
        """Return the number of each face's half-second block."""
        return np.asarray(self.seconds[faces] / BLOCK_S, np.int64)


def sample_step(fps: Fraction) -> int:
    """Return every how many frames faces are looked for.

    >>> sample_step(Fraction(24)), sample_step(Fraction(60)), sample_step(Fraction(6))
    (3, 8, 1)
    """
    return max(1, round(fps / FACE_RATE_PER_S))


def see(
    frames: Sequence[tuple[int, Sequence[Face]]],
    *,
    sharpness: Sequence[float],
    vectors: NDArray[np.floating],
    frame_count: int,
    fps: Fraction,
    size_px: tuple[int, int],
) -> SeenFaces:
    """Gather what a pack found: (frame index, faces) in order, and per face its sharpness and vector.

    `sharpness` is the logarithm of the variance of the aligned crop's Laplacian, levels squared.
    """
    rows = [i for i, (_, faces) in enumerate(frames) for _ in faces]
    found = [face for _, faces in frames for face in faces]
    return SeenFaces(
        frame_indices=np.array([index for index, _ in frames], np.int64),
        frame_count=frame_count,
        fps=fps,
        size_px=size_px,
        row=np.array(rows, np.int64),
        boxes=np.array([face.box for face in found], float).reshape(-1, 4),
        states=tuple(face.state for face in found),
        quality=np.array([_quality(f, s) for f, s in zip(found, sharpness, strict=True)], float),
        vectors=np.asarray(vectors, float) if found else np.zeros((0, 1)),
        poses=np.array([pose_of(face.points) for face in found], float).reshape(-1, 3),
    )


def pose_of(points: Points) -> tuple[float, float, float]:
    """Return how a head is turned, from its five points, in distances between the eyes; all 0 without such.

    The tip of the nose along the line of the eyes, from their middle: yaw. The nose and the mouth's middle
    below that line: pitch. A head that leans to a shoulder changes none of them.

    >>> pose_of(((0.0, 0.0), (2.0, 0.0), (1.5, 1.0), (0.5, 2.0), (1.5, 2.0)))
    (0.25, 0.5, 1.0)
    """
    left, right, nose, *corners = np.array(points, float)
    across = right - left
    length = float(across @ across)
    if length < 1e-9:
        return 0.0, 0.0, 0.0
    down = np.array([-across[1], across[0]])
    middle = (left + right) / 2
    mouth = np.mean(corners, axis=0) - middle
    beside, below = float((nose - middle) @ across), float((nose - middle) @ down)
    return beside / length, below / length, float(mouth @ down) / length


def turned_0_1(face: Face) -> float:
    """Return how far a head is turned: 0 looks into the camera, 1 shows the nose at an eye's edge or beyond.

    The tip of the nose lies half way between the eyes of a face seen from the front.
    """
    (left, right), nose = np.array(face.points[:2], float), np.array(face.points[2], float)
    across = right - left
    length = float(across @ across)
    if length < 1e-9:
        return 1.0
    return min(1.0, abs(2 * float((nose - left) @ across) / length - 1))


def tracks(seen: SeenFaces) -> list[Whole]:
    """Join faces of neighbouring samples that lie where the other lay; longest first.

    Places, not likeness: somebody who turns into somebody else must stay one track.
    """
    done: list[list[int]] = []
    open_now: list[list[int]] = []
    for row in range(len(seen.frame_indices)):
        free = [int(i) for i in np.flatnonzero(seen.row == row)]
        going_on = []
        for track in open_now:
            near = min(free, key=lambda i: _distance(seen, track[-1], i), default=-1)
            if near >= 0 and _distance(seen, track[-1], near) < _REACH:
                free.remove(near)
                track.append(near)
                going_on.append(track)
            elif row - seen.row[track[-1]] < 2:  # one miss of the finder breaks no track
                going_on.append(track)
        started = [[i] for i in free]
        done += started
        open_now = [*going_on, *started]
    return [np.array(track, np.int64) for track in sorted(done, key=lambda t: (-len(t), t[0]))]


def _distance(seen: SeenFaces, a: int, b: int) -> float:
    """Distance of two faces' middles, in heights of the larger one; the sizes must be alike."""
    first, second = seen.boxes[a], seen.boxes[b]
    tall = max(first[3], second[3])
    if tall <= 0 or min(first[3], second[3]) < 0.5 * tall:
        return float("inf")
    apart = (first[:2] + first[2:] / 2) - (second[:2] + second[2:] / 2)
    return float(np.linalg.norm(apart) / tall)


def _quality(face: Face, sharpness: float) -> float:
    left, right = np.array(face.points[:2], float)
    marks = (
        (face.box[3], _HEIGHT_PX),
        (float(np.linalg.norm(right - left)), _EYES_PX),
        (sharpness, _SHARPNESS),
        (turned_0_1(face), _TURNED),
    )
    return float(np.prod([_ramp(value, ends) for value, ends in marks]))


def _ramp(value: float, ends: tuple[float, float]) -> float:
    return min(1.0, max(0.0, (value - ends[0]) / (ends[1] - ends[0])))
