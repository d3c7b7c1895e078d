"""What a validation found, as records: one `Figure` per number, with its goal and whether it is reached.

The published figures lie in `data/validation.json`, written by `roundtable evals validate` and by nothing
else; documents and the dashboard's page are made from them. Only the standard library is imported here,
since the page reads this on machines without models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tracker.errors import MisuseError
from tracker.settings import SHARE_ROOT

__all__ = [
    "PUBLISHED",
    "Figure",
    "Outcome",
    "Report",
    "Table",
    "publish",
    "read_report",
    "write_report",
]

PUBLISHED = SHARE_ROOT / "data" / "validation.json"
"""The figures that the documents and the dashboard's page show."""
_FORMAT = 1


class Outcome(StrEnum):
    """How a figure stands to its goal."""

    HIT = "hit"
    MISS = "miss"
    MISSING = "missing"
    """There is no number; the note says why. Counts as a goal that was not reached where there is one."""
    REPORTED = "reported"
    """No goal was set; the number is there to be known."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number."""

    row: str
    """What was measured, as in `popping_patch, visible`."""
    measure: str
    """What the number is, as in `AUROC`."""
    value: float | None
    low: float | None = None
    """Ends of the 95 % interval, where there is one."""
    high: float | None = None
    count: int = 0
    """Clips, scenes, persons or frames behind it."""
    goal: float | None = None
    at_most: bool = False
    """The goal is reached at or below it, not at or above."""
    beside: float | None = None
    """The same number of VBench's temporal_flickering on the same clips."""
    note: str = ""
    """What else is to be known: the worst camera, what was left out, why there is no number."""

    @property
    def outcome(self) -> Outcome:
        """Say whether the goal is reached; the number itself counts, not the end of its interval."""
        if self.value is None:
            return Outcome.MISSING
        if self.goal is None:
            return Outcome.REPORTED
        is_hit = self.value <= self.goal if self.at_most else self.value >= self.goal
        return Outcome.HIT if is_hit else Outcome.MISS

    @property
    def is_better(self) -> bool | None:
        """Say whether ours is above VBench's, or both are perfect; None where they were not compared."""
        if self.beside is None:
            return None
        return self.value is not None and (self.value > self.beside or self.value == 1)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One question and the numbers that answer it."""

    name: str
    title: str
    says: str
    """How it was measured, in a sentence or two."""
    figures: tuple[Figure, ...] = ()
    seconds: float = 0.0
    error: str = ""
    """Why it could not be measured; then there are no figures."""

    def counted(self, outcome: Outcome) -> int:
        """Return how many figures have an outcome; one without a goal never counts as missing."""
        return sum(
            f.outcome is outcome and (f.goal is not None or outcome is Outcome.REPORTED)
            for f in self.figures
        )


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole validation."""

    scale: str
    """`full`, or `quick`: a check of the path, whose numbers say little."""
    seed: int
    pack: str
    """Name and version of the model pack that was measured."""
    is_demo: bool
    """Its figures speak of the drawn world."""
    program: str
    """Digest of the program that measured."""
    workers: int
    tables: tuple[Table, ...] = field(default_factory=tuple)

    @property
    def is_quick(self) -> bool:
        """Say whether the numbers are too few to be quoted."""
        return self.scale != "full"

    @property
    def seconds(self) -> float:
        """Time that all tables took together."""
        return sum(table.seconds for table in self.tables)

    @property
    def failed(self) -> tuple[Table, ...]:
        """The tables that could not be measured."""
        return tuple(table for table in self.tables if table.error)

    def as_json(self) -> dict[str, Any]:
        """Return everything with stable keys; outcomes are told, too."""
        return {
            "format": _FORMAT,
            "scale": self.scale,
            "is_quick": self.is_quick,
            "seed": self.seed,
            "pack": self.pack,
            "is_demo": self.is_demo,
            "program": self.program,
            "workers": self.workers,
            "seconds": round(self.seconds, 1),
            "tables": [table_as_json(table) for table in self.tables],
        }


def table_as_json(table: Table) -> dict[str, Any]:
    """Return a table with stable keys."""
    figures = [{**asdict(f), "outcome": f.outcome.value} for f in table.figures]
    return {**asdict(table), "figures": figures}


def table_from_json(told: Mapping[str, Any]) -> Table:
    """Read what `table_as_json` wrote; raises KeyError or TypeError for anything else."""
    figures = [
        Figure(**{name: value for name, value in figure.items() if name != "outcome"})
        for figure in told["figures"]
    ]
    return Table(**{**told, "figures": tuple(figures)})


def read_report(path: Path | None = None) -> Report | None:
    """Read published figures (default: `PUBLISHED`); None where there are none yet.

    Raises MisuseError for a file that this program did not write.
    """
    path = PUBLISHED if path is None else path
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != _FORMAT:
            raise KeyError("format")
        names = ("scale", "seed", "pack", "is_demo", "program", "workers")
        tables = tuple(table_from_json(table) for table in told["tables"])
        return Report(**{name: told[name] for name in names}, tables=tables)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MisuseError(
            f"{path} holds no figures of a validation; write it again with `roundtable evals validate`."
        ) from error


def publish(report: Report, path: Path | None = None, *, is_whole: bool = True) -> str:
    """Write figures to a file (default: `PUBLISHED`) and return a sentence about it.

    Figures with a table missing are never published, and a quick run's never replace those of a full one.
    """
    path = PUBLISHED if path is None else path
    if not is_whole or report.failed:
        return f"{path} stays as it was: only figures with every table are published."
    if report.is_quick and _holds_full_figures(path):
        return f"{path} stays as it was: a quick run does not replace the figures of a full one."
    write_report(report, path)
    return f"Figures written to {path}."


def _holds_full_figures(path: Path) -> bool:
    try:
        known = read_report(path)
    except MisuseError:  # whatever it is, it is to be written again
        return False
    return known is not None and not known.is_quick


def write_report(report: Report, path: Path) -> None:
    """Write figures whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    text = json.dumps(report.as_json(), indent=1, ensure_ascii=False, allow_nan=False)
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(path)
