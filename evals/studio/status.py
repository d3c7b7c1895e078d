"""How far the demo is: a small file that the terminal, scripts and the next build can read."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from tracker.actions.report import Progress

__all__ = ["BuildState", "BuildStatus", "StatusWriter", "read_status", "write_status"]

_EVERY_S = 1.0


class BuildState(StrEnum):
    """What a build is doing."""

    BUILDING = "building"
    COMPLETE = "complete"
    NOT_STARTED = "not_started"
    STOPPED = "stopped"
    """It was ended, and goes on with the next build."""


@dataclass(frozen=True, kw_only=True)
class BuildStatus:
    """One line's worth of a build."""

    state: BuildState
    film: str = ""
    """Address of the film in hand."""
    films_done: int = 0
    films: int = 0
    takes_done: int = 0
    """Takes of the films that are finished."""
    takes: int = 0
    step: str = ""
    """What is being done to the film in hand."""
    done: int = 0
    total: int = 0
    """Units of the step: frames or takes."""
    step_eta_s: float | None = None
    eta_s: float | None = None
    """Until everything is there; None while nothing can be said."""
    pid: int = 0

    def sentence(self) -> str:
        """Say it in one line."""
        if self.state is BuildState.NOT_STARTED:
            return "The demo has not been built; run `roundtable demo build`."
        films = f"{self.films_done} of {self.films} films, {self.takes_done} of {self.takes} takes"
        if self.state is BuildState.COMPLETE:
            return f"The demo is complete: {films}."
        if self.state is BuildState.STOPPED:
            return f"The build was stopped at {films}; run `roundtable demo build` to go on."
        step = f"{self.film}: {self.step} {self.done} of {self.total}" if self.step else self.film
        left = "" if self.eta_s is None else f", about {_minutes(self.eta_s)} left for everything"
        return f"{step}{_left(self.step_eta_s)}; {films} finished{left}."


def read_status(path: Path) -> BuildStatus:
    """Read the file; a build whose process is gone was stopped."""
    try:
        found = json.loads(path.read_text())
        status = BuildStatus(**{**found, "state": BuildState(found["state"])})
    except (OSError, ValueError, TypeError, KeyError):
        return BuildStatus(state=BuildState.NOT_STARTED)
    if status.state is BuildState.BUILDING and not _is_alive(status.pid):
        return replace(status, state=BuildState.STOPPED)
    return status


def write_status(path: Path, status: BuildStatus) -> None:
    """Write the file, whole."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(status), indent=1))
    unfinished.replace(path)


class StatusWriter:
    """A `Progress` that keeps the file up to date and passes everything on to another."""

    def __init__(self, path: Path, progress: Progress, *, films: int, takes: int) -> None:
        self._path, self._progress = path, progress
        self._status = BuildStatus(
            state=BuildState.BUILDING, films=films, takes=takes, pid=os.getpid()
        )
        self._started_s = self._step_started_s = time.monotonic()
        self._written_s = -_EVERY_S
        self._made = 0
        """Takes of films that this build itself finished; what was there before took no time."""

    def begin(self, film: str) -> None:
        """Say which film is in hand."""
        self._status = replace(self._status, film=film, step="", done=0, total=0)
        self._write()

    def finish(self, takes: int, *, was_there: bool) -> None:
        """Count a film as finished."""
        self._made += 0 if was_there else takes
        status = self._status
        status = replace(
            status, films_done=status.films_done + 1, takes_done=status.takes_done + takes
        )
        self._status = replace(status, eta_s=self._eta(status))
        self._write()

    def end(self, state: BuildState) -> None:
        """Say how the build ended."""
        self._status = replace(self._status, state=state, step="", step_eta_s=None, eta_s=None)
        self._write()

    def start(self, title: str, total: int) -> None:
        """Begin a step of `total` units."""
        self._step_started_s = time.monotonic()
        self._status = replace(self._status, step=title, done=0, total=total, step_eta_s=None)
        self._write()
        self._progress.start(f"{self._status.film} {title[0].lower()}{title[1:]}", total)

    def advance(self, done: int, note: str = "") -> None:
        """Say that `done` more units are finished."""
        status = replace(self._status, done=self._status.done + done)
        spent_s = time.monotonic() - self._step_started_s
        left_s = spent_s / max(1, status.done) * (status.total - status.done)
        self._status = replace(status, step_eta_s=round(left_s, 1))
        if time.monotonic() - self._written_s > _EVERY_S:
            self._write()
        self._progress.advance(done, note)

    def _eta(self, status: BuildStatus) -> float | None:
        if not self._made:
            return None
        spent_s = time.monotonic() - self._started_s
        return round(spent_s / self._made * (status.takes - status.takes_done), 1)

    def _write(self) -> None:
        self._written_s = time.monotonic()
        write_status(self._path, self._status)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return pid > 0


def _left(seconds: float | None) -> str:
    return "" if not seconds else f", about {_minutes(seconds)} left"


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"
