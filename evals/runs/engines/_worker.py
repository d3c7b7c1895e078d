"""A reading process: takes jobs from a pipe and answers until the pipe closes.

Started as a plain module, because `multiprocessing` would import the caller's main module again.
"""

from __future__ import annotations

import contextlib
import sys
from multiprocessing.connection import Connection

from evals.runs.job import Unreadable
from evals.runs.reader import read_take


def _serve(pipe: Connection) -> None:
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        try:
            for answer in read_take(job):
                pipe.send(answer)
        except (BrokenPipeError, ConnectionResetError):
            return  # the run is over
        except Exception as error:  # noqa: BLE001  # one bad file never stops a run
            sentence = (
                f"Reading failed ({type(error).__name__}: {error}); report this file as a defect."
            )
            pipe.send(Unreadable(sentence))


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError), Connection(int(sys.argv[1])) as connection:
        _serve(connection)
