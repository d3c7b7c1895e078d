"""`roundtable board`: what needs somebody, worst first, in a terminal."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from tracker.cli.output import DEMO_NOTE, console, json_option, remark, show_json
from tracker.cli.workspace import open_store, scopes
from tracker.domain.board import KEPT_BACK, BoardRow
from tracker.domain.verdicts import Outcome
from tracker.store import board as read_models

__all__ = ["register"]

_COLOURS = {Outcome.PASS: "green", Outcome.DIRECT: "yellow", Outcome.REGENERATE: "red"}


@click.command("board")
@click.argument("address", required=False)
@click.option("--production", default=None, help="Only this production.")
@json_option
def board(address: str | None, production: str | None, *, as_json: bool) -> None:
    """Show the shots of a film or production with their latest take's verdict, worst first.

    A take that is to be judged without hints shows no verdict until somebody has decided it.
    """
    with open_store().read() as tx:
        under = scopes(tx, (address,) if address else (), production)
        found = [row for scope in under for row in read_models.rows(tx, scope)]
        demos = {p.code for p in read_models.productions(tx) if p.is_demo}
    found.sort(key=_order)
    if as_json:
        show_json([_as_json(row, is_demo=row.production in demos) for row in found])
        return
    if not found:
        remark(
            "No shots yet; bring them with `roundtable shots import shots.csv --production CODE`."
        )
        return
    if any(row.production in demos for row in found):
        click.echo(DEMO_NOTE)
    _draw(found)


def _order(row: BoardRow) -> float:
    """Worst first: what nobody scored, then by severity; where hints are withheld it says nothing."""
    if row.verdict is None:
        return 0.0 if row.is_withheld else -1.0
    return -row.verdict.severity


def _as_json(row: BoardRow, *, is_demo: bool) -> dict[str, object]:
    verdict = row.verdict
    frames = [] if verdict is None else [list(f.shown(row.first_frame)) for f in verdict.frames]
    return {
        "production": row.production,
        "film": row.film,
        "sequence": row.sequence,
        "shot": row.shot,
        "take": row.take,
        "takes": row.takes,
        "method": row.method.value,
        "status": row.status.value,
        "is_hero": row.is_hero,
        "is_demo": is_demo,
        "generator": row.generator,
        "is_withheld": row.is_withheld,
        "outcome": None if verdict is None else verdict.outcome.value,
        "is_proposed": None if verdict is None else verdict.is_proposed,
        "axis": None if verdict is None else verdict.axis,
        "reason": _reason(row),
        "frames": frames,
        "severity": None if verdict is None else verdict.severity,
        "scored_metrics": row.scored_metrics,
        "registered_metrics": row.expected_metrics,
    }


def _reason(row: BoardRow) -> str:
    if row.verdict is not None:
        return row.verdict.reason
    if row.take is None:
        return "No take yet."
    if row.is_withheld:
        return KEPT_BACK
    return "Not scored yet; run `roundtable evals run`."


def _draw(rows: list[BoardRow]) -> None:
    counts = dict.fromkeys(Outcome, 0)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("film", "shot", "take", "verdict", "frames", "why"):
        table.add_column(name, no_wrap=name != "why", ratio=1 if name == "why" else None)
    for row in rows:
        verdict = Text("blind look" if row.is_withheld else "not scored", style="dim")
        frames = ""
        if row.verdict is not None:
            counts[row.verdict.outcome] += 1
            word = row.verdict.outcome.value + ("?" if row.verdict.is_proposed else "")
            verdict = Text(word, style=_COLOURS[row.verdict.outcome])
            frames = ", ".join(f.words(row.first_frame) for f in row.verdict.frames[:2])
        table.add_row(row.film, row.shot, row.take or "-", verdict, frames, Text(_reason(row)))
    blind = sum(row.is_withheld for row in rows)
    scored = sum(counts.values()) + blind
    words = [f"{count} {outcome.value}" for outcome, count in counts.items()]
    words += [f"{blind} to be judged without hints"] if blind else []
    console().print(f"{len(rows)} shots: {', '.join(words)}, {len(rows) - scored} not scored")
    console().print(table)


def register(root: click.Group) -> None:
    """Add the command to the command line."""
    root.add_command(board)
