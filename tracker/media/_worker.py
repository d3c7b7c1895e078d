"""The other end of `tracker.media.isolation`: runs one call after another until the pipe closes."""

from __future__ import annotations

import pickle
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

from tracker.errors import MediaError


def _serve(pipe: Connection) -> None:
    """Answer each call with (True, result) or (False, error)."""
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except EOFError:
            return
        except Exception as error:  # noqa: BLE001  # a call that does not unpickle is answered too
            pipe.send((False, MediaError(f"The call could not be read by the decoder: {error}.")))
            continue
        pipe.send(_answer(function, args, kwargs))


def _answer(function: Any, args: Any, kwargs: Any) -> tuple[bool, Any]:
    try:
        return True, function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001  # raised again where the call came from
        return False, _portable(error)


def _portable(error: Exception) -> Exception:
    """The error itself, or its text when it does not survive the way through the pipe."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes, made one line up
    except Exception:  # noqa: BLE001  # any failure has the same remedy
        return MediaError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    # Ctrl-C reaches the whole process group; the parent decides what becomes of the worker.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(int(sys.argv[1])) as connection:
        _serve(connection)
