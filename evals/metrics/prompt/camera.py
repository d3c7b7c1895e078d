"""Does the camera move as the brief says? Its words are judged by motion, never by single frames.

A move is looked for in the camera's path (`evals.metrics.prompt.camera_path`). Its measure d is

| asked for               | d                                                            | half |
|-------------------------|--------------------------------------------------------------|------|
| left, right             | longest way there, in picture widths                         | 0.04 |
| up, down                | likewise                                                     | 0.03 |
| in, out                 | likewise, log of the enlargement                             | 0.05 |
| no direction            | the larger of both                                           |      |
| still                   | 0.04 - the largest extent of right, down and closer, or 20 shakes | 0.02 |
| handheld                | shake - 0.01 * the extent                                    | 0.0005 |

The shake is the rms distance of the path from a cubic through each two seconds, in picture widths.
A way there is the largest rise of the path from any frame to a later one, so a pan that comes back has both
directions. Agreement = 1 / (1 + exp(-3 (d - half) / half)): 0.05 without the move, 0.95 at twice the half.
A take's value is its smallest agreement. A dolly and a zoom are not told apart. The halves were set on
synthetic moves over photographs and on the drawn world.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.media.types import ClipFacts, Frame, Motion
from evals.metrics.base import metric
from evals.metrics.prompt.camera_path import CameraPath, PathRecorder
from evals.metrics.prompt.camera_words import AskedMove, Move
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Score, ScoreState
from tracker.domain.units import FrameRange

__all__ = ["CAMERA", "NO_MOVE", "CameraMeter", "agreement", "score_camera", "seen_moves"]

CAMERA = metric(
    "camera_move",
    version="1",
    axis=Axis.PROMPT,
    title="Camera as asked",
    unit="agreement",
    direction=Direction.HIGHER_IS_BETTER,
    low=0.0,
    high=1.0,
)

NO_MOVE = (
    "The brief asks for no camera move that motion can judge; "
    "write one in its camera field, like 'pan left' or 'static'."
)

_FEWEST_FRAMES = 6
_FEWEST_FOLLOWED = 0.5
_WIDTH, _HEIGHT, _ENLARGED = 0.04, 0.03, 0.05
_REST, _ROOM = 0.02, 0.04
_SHAKE, _SHAKE_OF_EXTENT, _SHAKE_FOR_REST = 0.0005, 0.01, 20
_SHAKE_WINDOW_S = 2.0
_HALVES = {
    Move.LEFT: _WIDTH, Move.RIGHT: _WIDTH, Move.SIDEWAYS: _WIDTH,
    Move.UP: _HEIGHT, Move.DOWN: _HEIGHT, Move.UP_OR_DOWN: _HEIGHT,
    Move.IN: _ENLARGED, Move.OUT: _ENLARGED, Move.IN_OR_OUT: _ENLARGED,
    Move.STILL: _REST, Move.HANDHELD: _SHAKE,
}  # fmt: skip
_EITHER = {
    Move.SIDEWAYS: (Move.LEFT, Move.RIGHT),
    Move.UP_OR_DOWN: (Move.UP, Move.DOWN),
    Move.IN_OR_OUT: (Move.IN, Move.OUT),
}
_SEEN = {
    Move.LEFT: "left", Move.RIGHT: "right", Move.UP: "up", Move.DOWN: "down",
    Move.IN: "closer", Move.OUT: "further away", Move.STILL: "still", Move.HANDHELD: "by hand",
}  # fmt: skip


def agreement(move: Move, path: CameraPath, *, fps: float) -> float:
    """Return how far a path is what a move asks for, 0-1 (see the module)."""
    half = _HALVES[move]
    return float(1 / (1 + np.exp(-3 * np.clip((_measure(move, path, fps) - half) / half, -9, 9))))


def seen_moves(path: CameraPath, *, fps: float) -> tuple[Move, ...]:
    """Return the moves that a path shows for themselves, the clearest first; none where it only drifts."""
    shown = {move: agreement(move, path, fps=fps) for move in _SEEN}
    clear = [move for move, level in shown.items() if level >= 0.5]
    return tuple(sorted(clear, key=lambda move: -shown[move]))


def score_camera(asked: Sequence[AskedMove], path: CameraPath, *, fps: float) -> Score:
    """Score one take's path, of n frames at `fps`, against the moves that its brief asks for."""
    count = len(path.right)
    if not asked:
        return Score.missing(CAMERA.name, NO_MOVE)
    if count < _FEWEST_FRAMES:
        held = "a still" if count == 1 else f"{count} frames"
        return Score.missing(
            CAMERA.name,
            f"A camera move needs at least {_FEWEST_FRAMES} frames and the take has {held}; "
            "give a longer take.",
        )
    if path.followed < _FEWEST_FOLLOWED:
        return Score.missing(
            CAMERA.name,
            f"Motion could be followed in {path.followed:.0%} of the take only; a person must look.",
        )
    levels = [agreement(one.move, path, fps=fps) for one in asked]
    value = min(levels)
    seen = " and ".join(_SEEN[move] for move in seen_moves(path, fps=fps)) or "hardly a move"
    wanted = ", ".join(f'"{one.words}"' for one in asked)
    return Score(
        metric=CAMERA.name,
        state=ScoreState.OK,
        value=value,
        reason=f"Asked for: {wanted}. Seen: {seen}.",
        evidence=(Evidence(frames=FrameRange(0, count), kind=seen, severity=1 - value),),
    )


class CameraMeter:
    """Follows the camera of one take; use a fresh one per take."""

    metrics: tuple[MetricFacts, ...] = (CAMERA,)

    def __init__(self, asked: Sequence[AskedMove]) -> None:
        self._asked = asked
        self._recorder = PathRecorder()

    def feed(self, _frame: Frame, motion: Motion | None) -> None:
        """Take one frame; the first one comes without motion."""
        if motion is not None:
            self._recorder.add(motion)

    def finish(self, clip: ClipFacts) -> list[Score]:
        """Return the one score."""
        return [score_camera(self._asked, self._recorder.path(), fps=float(clip.fps))]


def _measure(move: Move, path: CameraPath, fps: float) -> float:
    if move in _EITHER:
        return max(_measure(one, path, fps) for one in _EITHER[move])
    match move:
        case Move.STILL:
            extents = [float(np.ptp(line)) for line in (path.right, path.down, path.closer)]
            return _ROOM - max(*extents, _SHAKE_FOR_REST * _shake(path, fps))
        case Move.HANDHELD:
            extent = float(np.hypot(np.ptp(path.right), np.ptp(path.down)))
            return _shake(path, fps) - _SHAKE_OF_EXTENT * extent
        case _:
            lines = {
                Move.LEFT: -path.right, Move.RIGHT: path.right,
                Move.UP: -path.down, Move.DOWN: path.down,
                Move.IN: path.closer, Move.OUT: -path.closer,
            }  # fmt: skip
            return _longest_rise(lines[move])


def _longest_rise(line: NDArray[np.float64]) -> float:
    """Return max over s <= t of line[t] - line[s]."""
    return float((line - np.minimum.accumulate(line)).max())


def _shake(path: CameraPath, fps: float) -> float:
    """Return the rms distance, in picture widths, of the path from a cubic through each two seconds."""
    count = len(path.right)
    pieces = max(1, round(count / (_SHAKE_WINDOW_S * fps)))
    squares = 0.0
    for places in np.array_split(np.arange(count), pieces):
        time = np.linspace(-1, 1, len(places))
        for line in (path.right[places], path.down[places]):
            if len(places) > 4:
                smooth = np.polynomial.Polynomial.fit(time, line, 3)
                squares += float(np.square(line - smooth(time)).sum())
    return float(np.sqrt(squares / count))
