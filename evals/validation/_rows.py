"""Rows of the benchmark, and their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Row", "make_row", "table"]


@dataclass(frozen=True)
class Row:
    """One measurement."""

    measurement: str
    unit: str
    ours: float
    other: float
    ratio: float
    """Ours divided by the other; for times per frame and memory the smaller the better."""
    other_is: str


def make_row(measurement: str, unit: str, *, ours: float, other: float, other_is: str) -> Row:
    """Make a row with its ratio."""
    return Row(measurement, unit, ours, other, ours / other if other else float("inf"), other_is)


def table(rows: Sequence[Row]) -> str:
    """Write rows as text in columns."""
    head = ("measurement", "unit", "ours", "other", "ratio", "other is")
    cells = [head] + [
        (r.measurement, r.unit, f"{r.ours:.4g}", f"{r.other:.4g}", f"{r.ratio:.2f}", r.other_is)
        for r in rows
    ]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    return "".join(
        "  ".join(
            cell.rjust(width) if 2 <= i <= 4 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in cells
    )
