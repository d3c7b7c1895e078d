"""How many rows a model takes at once on a device, and what happens when that is too many.

Where memory runs out, the cache is emptied, half as many rows are tried, and what fits is kept for the rest
of the run: other programs on the same card rarely go away within minutes. Only when a single row does not
fit is it an error, and then that of one take's one score.

Models whose sums depend on the shape of a batch are always fed full ones (`padded`), so that a row's
numbers do not depend on its company; fewer rows at a time may change the last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.errors import OutOfMemory
from evals.packs.backend import torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["ROWS", "Batcher", "guarded", "padded", "padded_tensor"]

T = TypeVar("T")
P = TypeVar("P", NDArray[np.uint8], NDArray[np.float32])

ROWS = {
    "cpu": {
        "text-image model": 8,
        "LPIPS model": 1,
        "face finder": 4,
        "face embedder": 8,
        "morph detector": 8,
    },
    "cuda": {
        "text-image model": 64,
        "LPIPS model": 16,
        "face finder": 8,
        "face embedder": 32,
        "morph detector": 8,
    },
}
"""Rows of a forward pass by device and model, as far as memory allows.

On a CPU more rows are no faster (4 ms per view of the demo pack with 8 to 64 of them), and LPIPS one by one
is as fast as in company. On CUDA what arrives together bounds them: 16 frames for LPIPS, 8 for the finder, 8
maps of change; only the text-image model waits for more takes (`evals.runs.batches`).
"""

_ALLOCATION_FAILED = ("can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""What a plain RuntimeError says where the CPU's memory, or a CUDA library's own, has run out."""


class Batcher:
    """Runs one model over rows, as many at once as its device has memory for."""

    def __init__(self, what: str, device: str) -> None:
        self.what, self._device = what, device
        self.rows = self._wanted = ROWS[device][what]
        """Rows of the next forward pass."""
        self._has_failed = False

    def over(self, count: int, forward: Callable[[slice], T]) -> list[T]:
        """Call `forward` with slices of 0..count, in order, and return its answers.

        A slice that is out of memory is asked for again in smaller ones, so `forward` must leave nothing
        behind when it fails. Raises OutOfMemory where one row does not fit.
        """
        done: list[T] = []
        start = 0
        while start < count:
            span = slice(start, min(count, start + self.rows))
            try:
                done.append(forward(span))
            except RuntimeError as error:
                if not _is_out_of_memory(error):
                    raise
                # The error holds the tensors of the call that failed; they go with this block.
            else:
                start = span.stop
                continue
            self._halve()
        return done

    @property
    def remark(self) -> str:
        """One sentence when memory ran out; empty otherwise."""
        if self._has_failed:
            return str(_too_little(self.what, self._device))
        if self.rows == self._wanted:
            return ""
        return (
            f"The {self.what} ran out of memory on '{self._device}' with {self._wanted} rows at a time"
            f" and went on with {self.rows}."
        )

    def _halve(self) -> None:
        _empty_cache(self._device)
        if self.rows == 1:
            self._has_failed = True
            raise _too_little(self.what, self._device)
        self.rows //= 2


@contextmanager
def guarded(what: str, device: str) -> Iterator[None]:
    """Raise OutOfMemory, with a remedy, where what is done inside runs out of memory."""
    try:
        yield
    except RuntimeError as error:
        if not _is_out_of_memory(error):
            raise
        _empty_cache(device)
        raise _too_little(what, device) from None


def padded(rows: P, size: int) -> P:
    """Repeat the last of (n, ...) rows until there are `size`; n is at least 1 and at most `size`."""
    missing = size - len(rows)
    return np.concatenate([rows, np.repeat(rows[-1:], missing, axis=0)]) if missing else rows


def padded_tensor(rows: Tensor, size: int) -> Tensor:
    """Do the same to a tensor, on its device."""
    missing = size - len(rows)
    return torch.cat([rows, rows[-1:].expand(missing, *rows.shape[1:])]) if missing else rows


def _is_out_of_memory(error: RuntimeError) -> bool:
    text = str(error)
    return isinstance(error, torch.OutOfMemoryError) or any(w in text for w in _ALLOCATION_FAILED)


def _too_little(what: str, device: str) -> OutOfMemory:
    remedy = "close other programs" if device == "cpu" else "free some of it, or use --device cpu"
    return OutOfMemory(
        f"The {what} does not fit into the memory of '{device}' even with one row at a time;"
        f" {remedy}, and run it again."
    )


def _empty_cache(device: str) -> None:
    if device == "cuda":
        torch.cuda.empty_cache()
