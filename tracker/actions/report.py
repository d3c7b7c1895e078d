"""What an import did, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from tracker.errors import ExitCode
from tracker.interchange.tables import RowProblem
from tracker.store import Tx
from tracker.store.changes import unattended

__all__ = ["Effect", "ImportReport", "Progress", "SilentProgress"]


class Effect(StrEnum):
    """What one row did to the record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DIFFERENT = "different"
    """The record says otherwise and `--update` was not given: nothing was changed."""


@dataclass
class ImportReport:
    """Counts by effect, the rows left out, and remarks worth a person's eye."""

    counts: dict[Effect, int] = field(default_factory=lambda: dict.fromkeys(Effect, 0))
    problems: list[RowProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, effect: Effect) -> None:
        """Count one row."""
        self.counts[effect] += 1

    @contextmanager
    def telling_who_must_look(self, tx: Tx) -> Iterator[None]:
        """Remark how many takes need a person because of what is changed meanwhile."""
        before = unattended(tx)
        yield
        lost = before - unattended(tx)
        if lost > 0:
            takes, need = ("1 take", "needs") if lost == 1 else (f"{lost} takes", "need")
            self.remarks.append(
                f"{takes} that nobody had to look at {need} a person now: what was certified is not what "
                "the record says now. Verdicts follow with `roundtable evals run`."
            )

    @property
    def exit_code(self) -> ExitCode:
        """PARTIAL when rows were left out."""
        return ExitCode.PARTIAL if self.problems else ExitCode.OK

    def as_json(self) -> dict[str, Any]:
        """Return the report with stable keys."""
        rows = [{"line": p.line, "column": p.column, "message": p.message} for p in self.problems]
        counts = {effect.value: count for effect, count in self.counts.items()}
        return {**counts, "errors": sorted(rows, key=lambda r: r["line"]), "remarks": self.remarks}


class Progress(Protocol):
    """How long work tells whoever watches; the worker does not know who that is."""

    def start(self, title: str, total: int) -> None:
        """Begin a step of `total` units."""
        ...

    def advance(self, done: int, note: str = "") -> None:
        """Say that `done` more units are finished."""
        ...


class SilentProgress:
    """Nobody watches."""

    def start(self, title: str, total: int) -> None:
        """Do nothing."""

    def advance(self, done: int, note: str = "") -> None:
        """Do nothing."""
