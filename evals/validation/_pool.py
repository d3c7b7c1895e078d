"""Work spread over processes, in order, with progress; the answers never depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cv2

from evals.packs.manifest import PackManifest
from tracker.actions.report import Progress

__all__ = ["Bench"]

T = TypeVar("T")
Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What tables work with."""

    pack: PackManifest
    """The pack whose models are asked."""
    workers: int
    scratch: Path
    """Folder for what can be made again."""
    progress: Progress

    def spread(
        self, make: Callable[[Item], T], items: Sequence[Item], title: str, *, workers: int = 0
    ) -> list[T]:
        """Call a function for every item and return its answers in order.

        One worker stays in this process; more are processes of their own, so `make` and the items must be
        picklable. An error in one item ends the others.
        """
        self.progress.start(title, len(items))
        count = min(workers or self.workers, len(items))
        if count <= 1:
            found = []
            for item in items:
                found.append(make(item))
                self.progress.advance(1)
            return found
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=_one_thread)
        try:
            waiting = {pool.submit(make, item): place for place, item in enumerate(items)}
            answers: dict[int, T] = {}
            for done in as_completed(waiting):
                answers[waiting[done]] = done.result()
                self.progress.advance(1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()  # else whoever stops this waits for clips that nobody wants
            raise
        pool.shutdown()
        return [answers[place] for place in range(len(items))]


def _one_thread() -> None:
    """A worker has one core; threads that wait for one another would only slow the others down."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    cv2.setNumThreads(1)
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # Ctrl-C reaches workers too; they have nothing to say
