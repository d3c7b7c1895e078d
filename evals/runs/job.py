"""What a reading process is asked, and what it answers.

One job is one decode. The answers arrive in this order: `Chunk`s, `ChangeMaps` and `FaceFrames` while
the take is read (only when asked for), then either one `Finished` or one `Unreadable`. `Alive` may come at
any time before.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from evals.media.types import ClipFacts
from evals.metrics.prompt import AskedMove
from tracker.domain.scores import Score

__all__ = [
    "Alive",
    "Answer",
    "ChangeMaps",
    "Chunk",
    "FaceFrames",
    "Finished",
    "Job",
    "Unreadable",
]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Read one take once, for everything that is missing of it."""

    take_id: int
    path: str
    frame_count: int
    """Declared number of frames, which places the samples; 0 when the file could not be probed."""
    is_still: bool
    sequence_fps: Fraction
    """Rate of numbered frames, which carry none of their own: the shot's."""
    wants_artifacts: bool
    wants_samples: bool
    wants_chunks: bool
    camera: tuple[AskedMove, ...] = ()
    """Moves that the brief asks for and whose score is missing; empty when none is."""
    face_step: int = 0
    """Every how many frames are wanted whole, to look for faces; 0 for none."""
    change_step: int = 0
    """Every how many frames maps of change are wanted; 0 for none."""

    @property
    def wants_anything(self) -> bool:
        """Say whether the take must be read at all."""
        models = self.wants_samples or self.wants_chunks or self.face_step or self.change_step
        return bool(self.wants_artifacts or self.camera or models)


@dataclass(frozen=True)
class Chunk:
    """Consecutive frames at analysis size, each beside the previous one moved onto it."""

    rgb: NDArray[np.uint8]
    """Shape (n, h, w, 3)."""
    compensated: NDArray[np.uint8]
    """Shape (n, h, w, 3); of the take's first frame, the frame itself."""


@dataclass(frozen=True)
class FaceFrames:
    """Some frames in which faces are looked for, in order."""

    indices: tuple[int, ...]
    pictures: tuple[NDArray[np.uint8], ...]
    """Each (H, W, 3) sRGB, the short side at most 720 px."""


@dataclass(frozen=True)
class ChangeMaps:
    """Some maps of what motion does not explain, see `evals.media.change`, in order."""

    indices: tuple[int, ...]
    """The later frame of each."""
    maps: NDArray[np.float16]
    """Shape (n, 6, h, w)."""


@dataclass(frozen=True)
class Finished:
    """The take was read to its end."""

    clip: ClipFacts
    scores: tuple[Score, ...]
    """Of the streaming meters; empty when none were asked for."""
    sample_indices: tuple[int, ...]
    samples: tuple[NDArray[np.uint8], ...]
    """Frames for the text-image model, each (H, W, 3) sRGB, the short side at most 720 px."""
    speed_px: NDArray[np.float32]
    """Median motion between neighbouring frames, pixels at analysis size, shape (frames - 1,)."""


@dataclass(frozen=True)
class Unreadable:
    """The take could not be read."""

    reason: str
    """One sentence for a person."""
    is_absent: bool = False
    """The file is not there now: worth another try later."""


@dataclass(frozen=True)
class Alive:
    """The take is long and is still being read."""


Answer = ChangeMaps | Chunk | FaceFrames | Finished | Unreadable
