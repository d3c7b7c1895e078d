"""A fair queue of processes and threads before one file."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import StoreBusyError, StoreError

__all__ = ["turnstile"]


@contextmanager
def turnstile(path: Path, deadline_s: float) -> Iterator[None]:
    """Hold the lock on `path` for the duration of the block.

    Waiting is a blocking `flock`, which the kernel serves in order of arrival: polling would let
    late and lucky processes overtake. Raises StoreBusyError, naming the holder's process id, after
    `deadline_s` seconds.
    """
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not _wait(descriptor, deadline_s):  # the waiting thread owns the descriptor now
            raise StoreBusyError(_held_by(path, deadline_s)) from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"The workspace folder {path.parent} cannot be used: {error}.") from error


def _wait(descriptor: int, deadline_s: float) -> bool:
    """Wait for the lock in a thread, because `flock` itself has no time limit."""
    mutex = threading.Lock()
    state = {"locked": False, "abandoned": False}
    arrived = threading.Event()

    def block() -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with mutex:
            if state["abandoned"]:
                os.close(descriptor)
            else:
                state["locked"] = True
        arrived.set()

    threading.Thread(target=block, daemon=True, name="turnstile").start()
    arrived.wait(deadline_s)
    with mutex:
        state["abandoned"] = not state["locked"]
        return state["locked"]


def _held_by(path: Path, deadline_s: float) -> str:
    try:
        holder = path.read_text(encoding="ascii").strip() or "unknown"
    except OSError:
        holder = "unknown"
    return (
        f"The database beside {path} was busy for {deadline_s:g} s: process {holder} holds it; "
        "wait for it to finish, or stop it, and try again."
    )
