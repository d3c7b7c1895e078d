"""`roundtable queue`: what waits for a person, the worthiest look first."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from tracker.cli.output import DEMO_NOTE, console, json_option, remark, show_json
from tracker.cli.workspace import open_store, scopes
from tracker.domain.queue import QueueItem
from tracker.domain.verdicts import Outcome
from tracker.errors import MisuseError
from tracker.store.queue import queue_of

__all__ = ["register"]

_COLOURS = {Outcome.DIRECT: "yellow", Outcome.REGENERATE: "red", Outcome.PASS: "green"}
_NO_HINT = "No hint: judge it as it is."


@click.command("queue")
@click.argument("address", required=False)
@click.option("--for", "person", default=None, metavar="NAME", help="Whose queue; all without.")
@click.option("--limit", default=0, help="Only so many takes; 0 means all.", type=click.IntRange(0))
@json_option
def queue(address: str | None, person: str | None, limit: int, *, as_json: bool) -> None:
    """Show the takes that wait for a decision, the worthiest look first.

    A director sees the films that they direct. Some takes come without a hint, so that the eye stays the
    measure; which of them are audits is not said. Answer with `roundtable decide`.
    """
    with open_store().read() as tx:
        scope = None if address is None else scopes(tx, [address], None)[0]
        if scope is not None and scope.shot is not None:
            raise MisuseError(f"'{address}' is no film; a queue is of a film or a production.")
        found = queue_of(tx, person, scope=scope)
    shown = found[:limit] if limit else found
    if as_json:
        show_json([_as_json(item) for item in shown])
        return
    if not found:
        remark(f"Nothing waits{f' for {person}' if person else ''}.")
        return
    if any(item.is_demo for item in shown):
        click.echo(DEMO_NOTE)
    more = f", the first {len(shown)} of them" if len(shown) < len(found) else ""
    console().print(f"{len(found)} takes wait{f' for {person}' if person else ''}{more}")
    console().print(_drawn(shown))


def _drawn(items: list[QueueItem]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("take", "verdict", "frames", "why"):
        table.add_column(name, no_wrap=name != "why", ratio=1 if name == "why" else None)
    for item in items:
        verdict = item.verdict
        word, frames = Text("look", style="dim"), ""
        if verdict is not None:
            proposed = "?" if verdict.is_proposed else ""
            word = Text(verdict.outcome.value + proposed, style=_COLOURS[verdict.outcome])
            frames = ", ".join(f.words(item.first_frame) for f in verdict.frames[:2])
        table.add_row(item.take, word, frames, Text(_why(item)))
    return table


def _why(item: QueueItem) -> str:
    if item.is_withheld:
        return _NO_HINT
    return "Not scored yet." if item.verdict is None else item.verdict.reason


def _as_json(item: QueueItem) -> dict[str, object]:
    verdict = item.verdict
    return {
        "take": item.take,
        "film": item.film_title,
        "director": item.director,
        "is_hero": item.is_hero,
        "is_demo": item.is_demo,
        "prompt": item.prompt,
        "has_hint": not item.is_withheld,
        "outcome": None if verdict is None else verdict.outcome.value,
        "reason": _why(item),
        "frames": []
        if verdict is None
        else [list(f.shown(item.first_frame)) for f in verdict.frames],
    }


def register(root: click.Group) -> None:
    """Add the command to the command line."""
    root.add_command(queue)
