"""How commands speak: tables or JSON on stdout, remarks and progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from tracker.actions.report import ImportReport

__all__ = [
    "DEMO_NOTE",
    "TerminalProgress",
    "complain",
    "json_option",
    "remark",
    "show_json",
    "show_report",
    "show_rows",
]

DEMO_NOTE = "DEMO: invented material; its scores say nothing about real films."
"""What stands above everything that people read of a demo production."""

_LINE_EVERY_S = 10.0

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON with stable keys.")


def complain(sentence: str) -> None:
    """Write one sentence to stderr."""
    click.echo(f"roundtable: {sentence}", err=True)


def remark(sentence: str) -> None:
    """Write a remark to stderr."""
    click.echo(sentence, err=True)


def show_json(value: object) -> None:
    """Write a value as JSON to stdout."""
    click.echo(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def show_rows(
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
    columns: Sequence[str],
    empty: str,
    demo_note: str = DEMO_NOTE,
) -> None:
    """Write rows as JSON, all keys, or as a table of some columns; `empty` teaches the next step.

    Above a table with a row that `is_demo`, the note says so.
    """
    if as_json:
        show_json([dict(row) for row in rows])
        return
    if not rows:
        remark(empty)
        return
    if any(row.get("is_demo") for row in rows):
        click.echo(demo_note)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        is_number = all(isinstance(row[name], int | float) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*("" if row[name] is None else _cell(row[name]) for name in columns))
    console().print(table)


def _cell(value: object) -> str:
    """Write a value as people do: no brackets, no quotes."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} ({_cell(one)})" for key, one in value.items())
    if isinstance(value, list | tuple):
        if len(value) == 2 and all(isinstance(one, int) for one in value):  # inclusive frames
            return f"{value[0]}" if value[0] == value[1] else f"{value[0]}-{value[1]}"
        return ", ".join(_cell(one) for one in value)
    return str(value)


def console(*, err: bool = False) -> Console:
    """Return a console; a pipe gets 120 columns without colour."""
    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else 120
    return Console(file=stream, width=width, highlight=False, markup=False)


def show_report(report: ImportReport, *, as_json: bool, what: str) -> int:
    """Write an import's report and return the exit code."""
    for sentence in report.remarks:
        remark(sentence)
    for problem in sorted(report.problems):
        complain(str(problem))
    if as_json:
        show_json(report.as_json())
    else:
        counted = [f"{count} {effect.value}" for effect, count in report.counts.items() if count]
        failed = [f"{len(report.problems)} rows failed"] if report.problems else []
        click.echo(f"{what}: {', '.join(counted + failed) or 'no rows'}")
    return int(report.exit_code)


class TerminalProgress:
    """A bar with the time left on a terminal; a line now and then where nobody can see a bar."""

    def __init__(self) -> None:
        self._console = console(err=True)
        self._bar: RichProgress | None = None
        self._task = TaskID(0)
        self._title = ""
        self._total = 0
        self._done = 0
        self._started_s = 0.0
        self._said_s = 0.0

    def start(self, title: str, total: int) -> None:
        """Begin a step of `total` units."""
        self.stop()
        self._title, self._total, self._done = title, total, 0
        self._started_s = self._said_s = time.monotonic()
        if not self._console.is_terminal:
            return
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", style="dim"),
            console=self._console,
        )
        self._task = self._bar.add_task(title, total=total, note="")
        self._bar.start()

    def advance(self, done: int, note: str = "") -> None:
        """Say that `done` more units are finished."""
        self._done += done
        if self._bar is not None:
            self._bar.update(self._task, advance=done, note=note)
        elif time.monotonic() - self._said_s >= _LINE_EVERY_S:
            self._said_s = time.monotonic()
            remark(f"{self._title}: {self._done} of {self._total}{self._time_left()}")
        if self._done >= self._total:
            self.stop()

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _time_left(self) -> str:
        if not self._done:
            return ""
        spent_s = time.monotonic() - self._started_s
        left_s = spent_s * (self._total - self._done) / self._done
        return f", about {timedelta(seconds=round(left_s))} left"
