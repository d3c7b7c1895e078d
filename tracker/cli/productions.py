"""`roundtable productions …`."""

from __future__ import annotations

from dataclasses import asdict

import click

from tracker.cli.output import json_option, remark, show_rows
from tracker.cli.workspace import open_store, workspace_store
from tracker.domain.production import Production, ProductionKind
from tracker.store import board
from tracker.store.productions import add_production

__all__ = ["register"]


@click.group("productions")
def productions() -> None:
    """Anthologies, campaigns, music videos and single short films."""


@productions.command("add")
@click.argument("code")
@click.option("--kind", type=click.Choice([k.value for k in ProductionKind]), required=True)
@click.option("--title", default="", help="What people call it.")
def add(code: str, kind: str, title: str) -> None:
    """Add a production, e.g. `roundtable productions add REEL01 --kind anthology`."""
    production = Production(code=code, kind=ProductionKind(kind), title=title)
    with workspace_store().write() as tx:
        is_new = add_production(tx, production)
    remark(
        f"Added production {code}." if is_new else f"Production {code} exists already; unchanged."
    )


@productions.command("list")
@json_option
def list_productions(*, as_json: bool) -> None:
    """List productions with their counts."""
    with open_store().read() as tx:
        found = [asdict(row) for row in board.productions(tx)]
    show_rows(
        found,
        as_json=as_json,
        columns=("code", "title", "kind", "is_demo", "films", "shots", "takes"),
        empty="No productions yet; begin with `roundtable productions add CODE --kind anthology`.",
    )


def register(root: click.Group) -> None:
    """Add the noun to the command line."""
    root.add_command(productions)
