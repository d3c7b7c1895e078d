"""`roundtable decide`: a named person's word on a take."""

from __future__ import annotations

import re

import click

from tracker.actions.decide import Decided, decide, undo
from tracker.cli.output import json_option, remark, show_json
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.domain.reviews import DecisionOutcome
from tracker.errors import MisuseError

__all__ = ["register"]

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
_UNDO = "undo"


@click.command("decide")
@click.argument("address")
@click.argument("outcome", type=click.Choice([*(o.value for o in DecisionOutcome), _UNDO]))
@click.argument("kind", required=False, default="")
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@click.option(
    "--note", "--reason", "note", default="", help="What to do, or why a trace is embraced."
)
@click.option("--frames", default="", metavar="1021-1034", help="Where, in frames as people count.")
@click.option("--minutes", type=float, default=None, help="Direction time that it took.")
@json_option
def command(
    address: str,
    outcome: str,
    kind: str,
    by: str,
    note: str,
    frames: str,
    minutes: float | None,
    *,
    as_json: bool,
) -> None:
    """Decide on a take: approve, direct, regenerate, embrace KIND, or undo the last word.

    The first three say it is used, needs direction, or is made again. `embrace KIND --reason ...` lets the
    story take a visible trace in: that kind is excused on this shot, all others still count.
    """
    take = Address.parse(address)
    if take.take is None:
        raise MisuseError(f"'{address}' does not name a take; add one, like {address}/v001.")
    store = open_store()
    if outcome == _UNDO:
        uid = undo(store, take, by=by)
        if as_json:
            show_json({"take": str(take), "undone": uid})
        else:
            click.echo(f"{take}: taken back by {by}.")
        return
    decided = decide(
        store,
        take,
        DecisionOutcome(outcome),
        by=by,
        note=note,
        kind=kind,
        shown_frames=_frames(frames),
        minutes=minutes,
        seen="command line",
    )
    _show(take, decided, as_json=as_json)


def _show(take: Address, decided: Decided, *, as_json: bool) -> None:
    decision = decided.decision
    if as_json:
        show_json(
            {
                "take": str(take),
                "decision": decided.uid,
                "outcome": decision.outcome.value,
                "kind": decision.kind,
                "by": decision.by,
                "role": decision.role.value,
                "note": decision.note,
                "minutes": decision.minutes,
                "revoked": list(decided.revoked),
            }
        )
    else:
        kind = f" {decision.kind}" if decision.kind else ""
        click.echo(
            f"{take}: {decision.outcome.value}{kind} by {decision.by} ({decision.role.value})"
        )
    for sentence in decided.remarks:
        remark(sentence)


def _frames(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise MisuseError(f"'{text}' is no range of frames; write 1021-1034.")
    first = int(match[1])
    return first, int(match[2] or first)


def register(root: click.Group) -> None:
    """Add the command to the command line."""
    root.add_command(command)
