"""Rendering processes: clips are drawn side by side, and a killed build goes on where it stopped.

`Renderer` draws in the background while films that are ready are imported and scored: models keep one
core busy, and drawing the other.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self

from evals.errors import RenderError
from evals.runs.engines.spawn import start_worker
from evals.studio.performance import Performance
from tracker.actions.report import Progress

__all__ = ["Renderer"]

_LOOK_EVERY_S = 0.2


@dataclass
class _Hand:
    process: subprocess.Popen[bytes]
    pipe: Connection
    work: Performance | None = None


class Renderer:
    """Renders the clips that are not there yet, in the given order; use as a context manager.

    A clip whose script has changed since is made again.
    """

    def __init__(self, performances: Sequence[Performance], *, workers: int = 2) -> None:
        for performance in performances:
            performance.remove_stale()
        self._waiting = deque(p for p in performances if not p.target.exists())
        self._missing = {p.address for p in self._waiting}
        self._workers = workers
        self._problem: Exception | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def finish(self, performances: Sequence[Performance], progress: Progress) -> int:
        """Wait until these clips are there; return how many of them this renderer had to draw.

        Raises RenderError with the take's address when one cannot be rendered.
        """
        own = [p for p in performances if p.address in self._missing]
        left = [p for p in own if not p.target.exists()]
        if left:
            progress.start("Rendering clips", sum(p.frame_count for p in own))
            progress.advance(sum(p.frame_count for p in own if p not in left))
        while left:
            if self._problem is not None:
                raise self._problem
            time.sleep(_LOOK_EVERY_S)
            for performance in [p for p in left if p.target.exists()]:
                left.remove(performance)
                progress.advance(performance.frame_count, performance.address)
        return len(own)

    def _work(self) -> None:
        hands = [_start() for _ in range(min(self._workers, len(self._waiting)))]
        try:
            self._draw(hands)
        except Exception as error:  # noqa: BLE001  # told by whoever waits for the clip
            self._problem = error
        finally:
            for hand in hands:
                _stop(hand)

    def _draw(self, hands: Sequence[_Hand]) -> None:
        while not self._is_over.is_set():
            for hand in hands:
                if hand.work is None and self._waiting:
                    hand.work = self._waiting.popleft()
                    hand.pipe.send(hand.work)
            busy = [hand for hand in hands if hand.work is not None]
            if not busy:
                return
            ready = wait([hand.pipe for hand in busy], timeout=_LOOK_EVERY_S)
            for hand in busy:
                if hand.pipe in ready:
                    _receive(hand)


def _receive(hand: _Hand) -> None:
    work, hand.work = hand.work, None
    if work is None:
        return
    try:
        problem = hand.pipe.recv()
    except (EOFError, OSError):
        problem = f"the renderer ended with code {hand.process.wait()}"
    if problem:
        raise RenderError(
            f"{work.address} cannot be rendered: {problem}; run `roundtable demo build` again, and "
            "report it as a defect if that does not help."
        )


def _start() -> _Hand:
    return _Hand(*start_worker("evals.studio._worker"))


def _stop(hand: _Hand) -> None:
    hand.pipe.close()
    if hand.work is not None and hand.process.poll() is None:
        hand.process.terminate()
    try:
        hand.process.wait(5.0)
    except subprocess.TimeoutExpired:
        hand.process.kill()
        hand.process.wait()
