"""`roundtable worker`: serves what pages asked for."""

from __future__ import annotations

import signal
from types import FrameType
from typing import TYPE_CHECKING

import click

from tracker.cli.output import TerminalProgress, remark
from tracker.cli.workspace import open_store
from tracker.errors import ExitCode
from tracker.settings import Settings

if TYPE_CHECKING:  # it needs scipy, which a producer's laptop may lack
    from evals.runs.worker import Served

__all__ = ["worker"]


@click.command("worker")
@click.option("--once", is_flag=True, help="Serve what waits now, then end.")
def worker(*, once: bool) -> int:
    """Serve what pages ask for: scoring runs, verdicts, frozen lots. Runs until Ctrl-C.

    Several may run at once, also beside `roundtable app`; a request whose worker died is taken again. A
    request that fails says why and stops nothing. With --once exits with 3 when a request failed.
    """
    from evals.runs.worker import Worker

    open_store()
    signal.signal(signal.SIGTERM, _interrupt)
    progress = TerminalProgress()
    serving = Worker(Settings.from_env(), progress)
    try:
        if not once:
            remark("Waiting for requests; Ctrl-C ends it.")
            serving.serve_for_ever(_tell)
        served = list(iter(serving.serve_next, None))
    finally:
        progress.stop()
    for one in served:
        _tell(one)
    if not served:
        remark("Nothing waits.")
    has_failed = any(one.state.value == "failed" for one in served)
    return int(ExitCode.PARTIAL if has_failed else ExitCode.OK)


def _tell(served: Served) -> None:
    request = served.request
    word = "done" if served.state.value == "done" else "FAILED"
    click.echo(f"{request.kind.value} {request.scope}: {word}. {served.note}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """A scheduler's SIGTERM ends the worker as Ctrl-C does: its request is put back."""
    raise KeyboardInterrupt
