"""`roundtable people …`."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.actions.cast import import_people
from tracker.cli.films import csv_argument
from tracker.cli.output import json_option, show_report, show_rows
from tracker.cli.workspace import open_store, workspace_store
from tracker.store import productions as store_productions

__all__ = ["register"]


@click.group("people")
def people() -> None:
    """The people at the table, with their roles."""


@people.command("list")
@json_option
def list_people(*, as_json: bool) -> None:
    """List everybody with their roles."""
    with open_store().read() as tx:
        found = [
            {"name": p.name, "roles": [role.value for role in p.roles]}
            for p in store_productions.people(tx)
        ]
    shown = found if as_json else [{**p, "roles": ", ".join(p["roles"])} for p in found]
    empty = "Nobody yet; bring them with `roundtable people import people.csv`."
    show_rows(shown, as_json=as_json, columns=("name", "roles"), empty=empty)


@people.command("import")
@csv_argument
@json_option
def import_table(table: Path, *, as_json: bool) -> int:
    """Import people: Name, Roles (producer, director, ai_artist, technologist, client, vendor)."""
    return show_report(import_people(workspace_store(), table), as_json=as_json, what="People")


def register(root: click.Group) -> None:
    """Add the noun to the command line."""
    root.add_command(people)
