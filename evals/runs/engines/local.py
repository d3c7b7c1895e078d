"""Reading processes on this machine: decoding is the bottleneck, and a decoder may crash.

Each process reads one take at a time. A pipe holds a few kilobytes, so a reader that is ahead of
the models waits: memory stays bounded whatever the length of a take.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from threading import Timer
from types import TracebackType
from typing import Self

from evals.runs.engines.spawn import start_worker
from evals.runs.job import Alive, Answer, ChangeMaps, Chunk, FaceFrames, Job, Unreadable

__all__ = ["LocalReaders"]


@dataclass
class _Reader:
    process: subprocess.Popen[bytes]
    pipe: Connection
    job: Job | None = None
    heard_s: float = field(default_factory=time.monotonic)
    """When it last said something, on the monotonic clock."""


class LocalReaders:
    """Reads jobs with `workers` processes; use as a context manager.

    A process that says nothing for `patience_s` seconds is stuck in a file: it is replaced, and the
    file is unreadable.
    """

    def __init__(self, workers: int, *, patience_s: float = 180.0) -> None:
        self._readers = [_start() for _ in range(max(1, workers))]
        self._patience_s = patience_s

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for reader in self._readers:
            _stop(reader)

    def read(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer]]:
        """Yield the answers of all jobs, those of one job in order, as they arrive."""
        waiting = deque(jobs)
        while True:
            for reader in self._readers:
                if reader.job is None and waiting:
                    _give(reader, waiting.popleft())
            busy = {id(r.pipe): r for r in self._readers if r.job is not None}
            if not busy:
                return
            ready = wait([r.pipe for r in busy.values()], timeout=min(1.0, self._patience_s))
            for pipe in ready:
                yield from self._receive(busy.pop(id(pipe)))
            for reader in busy.values():
                if time.monotonic() - reader.heard_s > self._patience_s:
                    yield self._give_up(reader)

    def _receive(self, reader: _Reader) -> Iterator[tuple[Job, Answer]]:
        job = reader.job
        assert job is not None  # noqa: S101  # only busy readers are waited for
        # Half an answer would be waited for without end, so whoever stops in its middle is killed.
        asked_s, watch = time.monotonic(), Timer(self._patience_s, reader.process.kill)
        watch.daemon = True  # an interruption while it starts must not make the command wait for it
        try:
            watch.start()
            answer: Alive | Answer = reader.pipe.recv()
        except (EOFError, OSError):  # OSError: it died in the middle of an answer
            if time.monotonic() - asked_s >= self._patience_s:
                yield self._give_up(reader)
                return
            answer = Unreadable(
                f"The decoder crashed on this file ({_renew(reader)}); export it again, "
                "or score it again with --force."
            )
        finally:
            watch.cancel()
        reader.heard_s = time.monotonic()
        if isinstance(answer, Alive):
            return
        if not isinstance(answer, ChangeMaps | Chunk | FaceFrames):
            reader.job = None
        yield job, answer

    def _give_up(self, reader: _Reader) -> tuple[Job, Answer]:
        job = reader.job
        assert job is not None  # noqa: S101  # only busy readers are timed
        reader.process.kill()
        _renew(reader)
        reader.job = None
        return job, Unreadable(
            f"The decoder was stuck in this file for {self._patience_s:g} s; export it again, "
            "or score it again with --force."
        )


def _give(reader: _Reader, job: Job) -> None:
    reader.job, reader.heard_s = job, time.monotonic()
    try:
        reader.pipe.send(job)
    except OSError:  # it died between two takes: not this one's fault
        _renew(reader)
        with contextlib.suppress(OSError):  # should it die again, the answer says so
            reader.pipe.send(job)


def _renew(reader: _Reader) -> str:
    """Replace a dead reader and return how it ended, in words."""
    ended = _stop(reader)
    fresh = _start()
    reader.process, reader.pipe, reader.heard_s = fresh.process, fresh.pipe, fresh.heard_s
    return ended


def _start() -> _Reader:
    return _Reader(*start_worker("evals.runs.engines._worker"))


def _stop(reader: _Reader) -> str:
    """End a reader and return how it ended, in words."""
    reader.pipe.close()
    if reader.job is not None and reader.process.poll() is None:
        reader.process.terminate()
    try:
        code = reader.process.wait(2.0)
    except subprocess.TimeoutExpired:
        reader.process.kill()
        code = reader.process.wait()
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
