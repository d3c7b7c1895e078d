"""A rendering process: takes performances from a pipe until it closes, and answers with nothing or why not.

Started as a plain module, because `multiprocessing` would import the caller's main module again. It
lives no longer than its builder: a closed pipe ends it after the clip in hand.
"""

from __future__ import annotations

import contextlib
import sys
from multiprocessing.connection import Connection

from evals.studio.performance import perform
from tracker.errors import RoundtableError


def _serve(pipe: Connection) -> None:
    while True:
        try:
            performance = pipe.recv()
        except EOFError:
            return
        try:
            perform(performance)
            pipe.send("")
        except (BrokenPipeError, ConnectionResetError):
            return
        except RoundtableError as error:
            pipe.send(str(error))
        except Exception as error:  # noqa: BLE001  # told in one sentence by the builder
            pipe.send(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError), Connection(int(sys.argv[1])) as connection:
        _serve(connection)
