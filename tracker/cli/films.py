"""`roundtable films …`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from tracker.actions.cast import import_films
from tracker.cli.output import json_option, show_report, show_rows
from tracker.cli.workspace import open_store, workspace_store
from tracker.domain.addresses import Address
from tracker.domain.verdicts import Outcome
from tracker.store import Tx, board
from tracker.store.lookup import production_id
from tracker.store.productions import get_film, get_production

__all__ = ["csv_argument", "production_option", "register"]

csv_argument = click.argument(
    "table", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.csv"
)
production_option = click.option("--production", required=True, help="Code of the production.")


@click.group("films")
def films() -> None:
    """Short films and spots."""


@films.command("list")
@click.option("--production", default=None, help="Only this production.")
@json_option
def list_films(production: str | None, *, as_json: bool) -> None:
    """List films with the verdicts of their latest takes."""
    found = []
    with open_store().read() as tx:
        if production is not None:
            production_id(tx, production)  # one that does not exist is not one without films
        for row in board.films(tx, production):
            film = get_film(tx, row.production, row.code)
            found.append(
                {
                    "production": row.production,
                    "code": row.code,
                    "address": f"{row.production}/{row.code}",
                    "title": row.title,
                    "director": row.director,
                    "release_on": film.release_on,
                    "is_demo": get_production(tx, row.production).is_demo,
                    "shots": row.shots,
                    "takes": row.takes,
                    **_verdicts(tx, Address(row.production, row.code)),
                }
            )
    show_rows(
        found,
        as_json=as_json,
        columns=(
            "address",
            "title",
            "director",
            "shots",
            "takes",
            "pass",
            "direct",
            "regenerate",
            "blind",
            "unscored",
        ),
        empty="No films yet; they come with `roundtable shots import shots.csv --production CODE`.",
    )


def _verdicts(tx: Tx, film: Address) -> dict[str, int]:
    """Count the verdicts of a film's latest takes; those to be judged without hints are told as that."""
    found = board.rows(tx, film)
    given = Counter(row.verdict.outcome.value for row in found if row.verdict is not None)
    blind = sum(row.is_withheld for row in found)
    return {
        **{outcome.value: given[outcome.value] for outcome in Outcome},
        "blind": blind,
        "unscored": len(found) - blind - given.total(),
    }


@films.command("import")
@csv_argument
@production_option
@json_option
def import_table(table: Path, production: str, *, as_json: bool) -> int:
    """Import films: Film, Title, Director (of record), Release."""
    report = import_films(workspace_store(), table, production)
    return show_report(report, as_json=as_json, what="Films")


def register(root: click.Group) -> None:
    """Add the noun to the command line."""
    root.add_command(films)
