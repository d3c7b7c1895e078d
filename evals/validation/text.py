"""Figures in words: aligned text for a terminal, Markdown for the documents. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence

from evals.validation.figures import Figure, Outcome, Report, Table

__all__ = ["cells", "markdown_table", "quick_note", "summary", "text_report", "took"]

_HEAD = ("what", "measure", "ours", "95 % interval", "n", "goal", "", "VBench", "note")
_RIGHT = frozenset({"ours", "n", "goal", "VBench"})


def quick_note(report: Report) -> str:
    """Return what must stand above numbers that are too few to be quoted; empty for full figures."""
    if not report.is_quick:
        return ""
    return (
        "QUICK: a check of the path on a few clips. These numbers are not to be quoted; "
        "`roundtable evals validate` measures them in full."
    )


def summary(report: Report) -> str:
    """Return one sentence about hits and misses."""
    hit, missed, silent = (
        sum(table.counted(o) for table in report.tables)
        for o in (Outcome.HIT, Outcome.MISS, Outcome.MISSING)
    )
    told = f"{hit + missed + silent} goals: {hit} reached, {missed} missed"
    if silent:
        told += f", {silent} without a number"
    if report.failed:
        tables = "table" if len(report.failed) == 1 else "tables"
        told += f"; {len(report.failed)} {tables} could not be measured"
    pack = f"{'DEMO ' if report.is_demo else ''}pack {report.pack}"
    return f"{told} ({took(report.seconds)}, {pack}, seed {report.seed})."


def took(seconds: float) -> str:
    """Return a duration as people say it.

    >>> took(42), took(2700)
    ('42 s', '45 min')
    """
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def cells(figure: Figure) -> tuple[str, ...]:
    """Return a figure as the cells of a row, in the order of the head."""
    sign = "<=" if figure.at_most else ">="
    between = ""
    if figure.low is not None and figure.high is not None:
        between = f"{figure.low:.3f} to {figure.high:.3f}"
    return (
        figure.row,
        figure.measure,
        "none" if figure.value is None else _number(figure.value),
        between,
        str(figure.count) if figure.count else "",
        "" if figure.goal is None else f"{sign} {figure.goal:g}",
        "" if figure.outcome is Outcome.REPORTED else figure.outcome.value,
        "" if figure.beside is None else _number(figure.beside),
        figure.note,
    )


def _number(value: float) -> str:
    return f"{value:.3f}" if value == 0 or abs(value) >= 0.0005 else f"{value:.1e}"


def text_report(report: Report) -> str:
    """Return all tables as aligned text."""
    said = [quick_note(report)] if report.is_quick else []
    return "\n\n".join([*said, *(_text_table(table) for table in report.tables), summary(report)])


def _text_table(table: Table) -> str:
    head = f"{table.title}\n{table.says}"
    if table.error:
        return f"{head}\nCould not be measured: {table.error}"
    rows = _used([_HEAD, *(cells(figure) for figure in table.figures)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if name in _RIGHT else cell.ljust(width)
            for cell, width, name in zip(row, widths, rows[0], strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join([head, *lines])


def _used(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out columns that are empty in every row."""
    kept = [i for i in range(len(rows[0])) if any(row[i] for row in rows[1:])]
    return [tuple(row[i] for i in kept) for row in rows]


def markdown_table(table: Table) -> str:
    """Return one table as Markdown, with a heading of its own."""
    head = f"### {table.title}\n\n{table.says}"
    if table.error:
        return f"{head}\n\nCould not be measured: {table.error}"
    rows = _used([_HEAD, *(cells(figure) for figure in table.figures)])
    lines = [_line(rows[0]), _line(["---"] * len(rows[0])), *(_line(row) for row in rows[1:])]
    return head + "\n\n" + "\n".join(lines)


def _line(row: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
