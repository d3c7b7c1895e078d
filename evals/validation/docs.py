"""Writes the published figures into the documents: `python -m evals.validation.docs`.

What stands between the two marks in README.md and docs/scores.md is made here from `data/validation.json`,
never by hand; a test holds them equal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from evals.validation.figures import Outcome, Report, Table, read_report
from evals.validation.text import markdown_table, quick_note, summary, took
from tracker.errors import MisuseError
from tracker.settings import REPOSITORY_ROOT

__all__ = ["BLOCKS", "main", "rewritten"]

BEGIN, END = "<!-- figures of `evals validate`: begin -->", "<!-- figures: end -->"


def readme_block(report: Report) -> str:
    """Return the README's few lines: what was reached, table by table."""
    lines = ["| proof | goals reached | missed |", "|---|---|---|"]
    lines += [_readme_row(table) for table in report.tables]
    note = quick_note(report)
    return "\n\n".join([*([note] if note else []), summary(report), "\n".join(lines)])


def _readme_row(table: Table) -> str:
    if table.error:
        return f"| {table.title} | not measured | {table.error} |"
    hit = table.counted(Outcome.HIT)
    missed = [f.row for f in table.figures if f.goal is not None and f.outcome is not Outcome.HIT]
    shown = "; ".join(missed[:4]) + (f"; {len(missed) - 4} more" if len(missed) > 4 else "")
    return f"| {table.title} | {hit} of {hit + len(missed)} | {shown or 'none'} |"


def scores_block(report: Report) -> str:
    """Return all tables."""
    note = quick_note(report)
    said = [*([note] if note else []), summary(report)]
    said.append(
        f"Measured at scale `{report.scale}` with {report.workers} processes in "
        f"{took(report.seconds)}, program {report.program}."
    )
    return "\n\n".join([*said, *(markdown_table(table) for table in report.tables)])


BLOCKS: dict[Path, Callable[[Report], str]] = {
    Path("README.md"): readme_block,
    Path("docs/scores.md"): scores_block,
}
"""Document -> what stands between its marks."""


def rewritten(text: str, block: str, *, name: str) -> str:
    """Return a document with other words between its marks; raises MisuseError where they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise MisuseError(f"{name} has no place for figures; put back '{BEGIN}' and '{END}'.")
    return f"{before}{BEGIN}\n\n{block}\n\n{END}{after}"


def main() -> int:
    """Rewrite the documents; returns the exit code."""
    report = read_report()
    if report is None:
        sys.stderr.write("There are no figures yet; run `roundtable evals validate` first.\n")
        return 2
    for name, make in BLOCKS.items():
        path = REPOSITORY_ROOT / name
        text = path.read_text(encoding="utf-8")
        path.write_text(rewritten(text, make(report), name=str(name)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
