"""Runs picture makers in several processes that write into one array on disk.

What item i holds depends on the seed and i alone, so any number of processes gives the same bytes.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tracker.actions.report import Progress

__all__ = ["new_array", "open_array", "spread"]

T = TypeVar("T")

_CHUNK = 48
"""Items per task; families of briefs that share a place must divide it."""


def new_array(path: Path, shape: tuple[int, ...]) -> Path:
    """Make a file for uint8 values, all zero."""
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    array.flush()
    return path


def open_array(path: Path, *, writable: bool = False) -> NDArray[np.uint8]:
    """Open such a file without reading it into memory."""
    array: NDArray[np.uint8] = np.load(path, mmap_mode="r+" if writable else "r")
    return array


def spread(
    make: Callable[[range], Sequence[T]],
    count: int,
    *,
    workers: int,
    progress: Progress,
    title: str,
) -> list[T]:
    """Call `make` for chunks of `range(count)` and return all answers in order.

    One worker stays in this process, which tests and debuggers like; more are processes of their own.
    """
    chunks = [range(i, min(i + _CHUNK, count)) for i in range(0, count, _CHUNK)]
    progress.start(title, count)
    answers: dict[int, Sequence[T]] = {}
    if workers <= 1:
        for chunk in chunks:
            answers[chunk.start] = make(chunk)
            progress.advance(len(chunk))
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            waiting = {pool.submit(make, chunk): chunk for chunk in chunks}
            for done in as_completed(waiting):
                answers[waiting[done].start] = done.result()
                progress.advance(len(waiting[done]))
    return [answer for chunk in chunks for answer in answers[chunk.start]]
