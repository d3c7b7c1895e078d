"""Rendering processes: clips are drawn side by side, and a killed build goes on where it stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from evals.errors import RenderError
from evals.studio.performance import Performance
from tracker.actions.report import Progress
from tracker.settings import REPOSITORY_ROOT

__all__ = ["render_missing"]


@dataclass
class _Hand:
    process: subprocess.Popen[bytes]
    pipe: Connection
    work: Performance | None = None


def render_missing(
    performances: Sequence[Performance], progress: Progress, *, workers: int = 2
) -> int:
    """Render the clips that are not there yet and return how many there were.

    Raises RenderError with the take's address when one cannot be rendered.
    """
    waiting = deque(p for p in performances if not p.target.exists())
    count = len(waiting)
    if not count:
        return 0
    progress.start("Rendering clips", sum(p.frame_count for p in waiting))
    hands = [_start() for _ in range(min(workers, count))]
    try:
        while waiting or any(hand.work for hand in hands):
            for hand in hands:
                if hand.work is None and waiting:
                    hand.work = waiting.popleft()
                    hand.pipe.send(hand.work)
            busy = [hand for hand in hands if hand.work is not None]
            ready = wait([hand.pipe for hand in busy])
            for hand in busy:
                if hand.pipe in ready:
                    _receive(hand, progress)
    finally:
        for hand in hands:
            _stop(hand)
    return count


def _receive(hand: _Hand, progress: Progress) -> None:
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
    progress.advance(work.frame_count, work.address)


def _start() -> _Hand:
    ours, theirs = Pipe()
    search_path = [str(REPOSITORY_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    quiet = {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(search_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "evals.studio._worker", str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        env=os.environ | quiet,
        process_group=0,  # Ctrl-C goes to the builder alone
    )
    theirs.close()
    return _Hand(process, ours)


def _stop(hand: _Hand) -> None:
    hand.pipe.close()
    if hand.work is not None and hand.process.poll() is None:
        hand.process.terminate()
    try:
        hand.process.wait(5.0)
    except subprocess.TimeoutExpired:
        hand.process.kill()
        hand.process.wait()
