"""Media functions in a process of their own, so that a decoder's crash ends nothing else.

Damaged bitstreams have crashed decoders before, and a crash cannot be caught in the process that it
happens in. The command line and the dashboard therefore never decode themselves. The worker is
started as a plain module instead of through `multiprocessing`, which would import the caller's main
module again (a whole dashboard).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from tracker.errors import MediaError
from tracker.settings import REPOSITORY_ROOT

__all__ = ["IsolatedMedia"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_GOODBYE_S = 1.0


class IsolatedMedia:
    """One worker process, started at the first call and again after it died.

    Use it as a context manager. `call` may come from several threads; they take turns.
    """

    def __init__(self, *, timeout_s: float = 600.0) -> None:
        """Start nothing yet; a call that takes longer than `timeout_s` seconds is given up."""
        self._timeout_s = timeout_s
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a module's function with picklable arguments in the worker and return its result.

        Errors that the function raises arrive as they were raised. Raises MediaError when the
        worker died or took too long; the next call gets a new worker.
        """
        with self._turn:
            pipe = self._pipe or self._start()
            try:
                pipe.send((function, args, kwargs))
                if not pipe.poll(self._timeout_s):
                    raise MediaError(
                        f"The decoder did not finish {_subject(args)} within {self._timeout_s:g} s; "
                        "export the file again."
                    )
                succeeded, outcome = pipe.recv()
            except (EOFError, ConnectionError) as error:
                cause = self._stop()
                raise MediaError(
                    f"The decoder crashed on {_subject(args)} ({cause}); export the file again."
                ) from error
            except BaseException:
                # The worker may still be busy: its late answer must not meet the next call.
                self._stop(patience_s=0)
                raise
        if not succeeded:
            raise outcome
        result: _T = outcome
        return result

    def close(self) -> None:
        """End the worker; a later call starts another."""
        with self._turn:
            self._stop()

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        search_path = [str(REPOSITORY_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tracker.media._worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(search_path)},
        )
        theirs.close()
        self._pipe = ours
        return ours

    def _stop(self, *, patience_s: float = _GOODBYE_S) -> str:
        """Close the pipe, kill the worker if that does not end it; return how it ended."""
        process, pipe = self._process, self._pipe
        self._process, self._pipe = None, None
        if pipe is not None:
            pipe.close()
        if process is None:
            return "not started"
        try:
            code = process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _subject(args: tuple[object, ...]) -> str:
    """Name the file that a call is about: its first path, else its first argument."""
    named = next((a for a in args if isinstance(a, (str, Path))), None)
    return f"'{Path(named).name}'" if named is not None else "its work"
