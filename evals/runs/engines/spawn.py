"""Starts a worker: a plain module in a process of its own, at the other end of a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe

from tracker.settings import REPOSITORY_ROOT

__all__ = ["start_worker"]


def start_worker(module: str) -> tuple[subprocess.Popen[bytes], Connection]:
    """Start `python -m module FD` and return it with our end of the pipe; FD is the other end."""
    ours, theirs = Pipe()
    search_path = [str(REPOSITORY_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    # One thread for each library: the processes are the parallelism.
    quiet = {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(search_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        env=os.environ | quiet,
        # Ctrl-C goes to the caller alone, who decides what becomes of its workers.
        process_group=0,
    )
    theirs.close()
    return process, ours
