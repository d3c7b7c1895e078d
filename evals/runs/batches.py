"""Takes that are read, waiting for company: one forward pass of the text-image model for several of them.

A take waits until there are views for a full batch (one video take on a CPU, four on CUDA), until it has
waited for ten seconds, or until everything is read. It waits as what the model sees of it, so memory
holds one batch and one take more, whatever the size of the frames. Nothing is stored of a take that
waits: a run killed meanwhile reads it again.

| model | several takes together | why |
|---|---|---|
| text-image | yes | few frames per take (16, one of a still), and the largest network |
| LPIPS | no | needs every frame in order; 16 frames arrive together and fill a batch |
| faces | no | frames fill a batch, too; OpenCV's networks run one by one whatever the batch |
| morphing | no | maps arrive by eight, which is a batch |

Batches are always full and rows know nothing of each other, so a take's vectors do not depend on who
shares its batch; when a shared batch fails, each of its takes is tried alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals.errors import OutOfMemory
from evals.metrics.builtin import Family
from evals.packs.availability import Unavailable
from evals.runs.job import Finished
from evals.runs.scoring import TakeScoring
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from evals.packs.text_image import FrameViews, TextImageModel

__all__ = ["WaitingRoom"]

_PATIENCE_S = 10.0


@dataclass(frozen=True)
class _Guest:
    scoring: TakeScoring
    read: Finished
    views: FrameViews


class WaitingRoom:
    """Holds takes between their last frame and their scores."""

    def __init__(self, model: TextImageModel | Unavailable) -> None:
        self._model = model
        self._guests: list[_Guest] = []
        self._done: list[tuple[TakeScoring, Finished]] = []
        self._since_s = 0.0

    def enter(self, scoring: TakeScoring, read: Finished) -> None:
        """Take in a take that was read to its end; MisuseError where its frames cannot be looked at."""
        views = scoring.views(read)
        read = replace(read, samples=())
        if views is None:
            self._done.append((scoring, read))
            return
        if not self._guests:
            self._since_s = time.monotonic()
        self._guests.append(_Guest(scoring, read, views))

    def leave(self, *, everyone: bool = False) -> list[tuple[TakeScoring, Finished]]:
        """Return the takes that can be finished now, each once; their vectors are taken in."""
        if self._guests and (everyone or self._is_due):
            guests, self._guests = self._guests, []
            if not isinstance(self._model, Unavailable):
                _embed(self._model, guests)
            self._done += [(guest.scoring, guest.read) for guest in guests]
        done, self._done = self._done, []
        return done

    @property
    def _is_due(self) -> bool:
        if isinstance(self._model, Unavailable):
            return True
        waiting = sum(len(guest.views.rows) for guest in self._guests)
        is_full = waiting >= self._model.batcher.rows
        return is_full or time.monotonic() - self._since_s > _PATIENCE_S


def _embed(model: TextImageModel, guests: list[_Guest]) -> None:
    try:
        found = model.encode_views([guest.views for guest in guests])
    except (MisuseError, RuntimeError):  # RuntimeError is how torch fails
        for guest in guests:
            _embed_alone(model, guest)
        return
    for guest, vectors in zip(guests, found, strict=True):
        guest.scoring.saw(vectors, guest.read.sample_indices)


def _embed_alone(model: TextImageModel, guest: _Guest) -> None:
    try:
        (vectors,) = model.encode_views([guest.views])
    except OutOfMemory as error:
        guest.scoring.give_up(Family.PROMPT, str(error))
    except (MisuseError, RuntimeError) as error:
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        guest.scoring.give_up(
            Family.PROMPT,
            f"The text-image model failed on this take ({first_line}); run it again.",
        )
    else:
        guest.scoring.saw(vectors, guest.read.sample_indices)
