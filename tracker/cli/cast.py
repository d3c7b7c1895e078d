"""`roundtable cast …`: characters, references, exposures and the reveal plan."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.actions import cast as actions
from tracker.cli.films import csv_argument, production_option
from tracker.cli.output import json_option, show_report, show_rows
from tracker.cli.workspace import mark_demo, open_store, workspace_store
from tracker.store.cast import characters, reference_sets

__all__ = ["register"]


@click.group("cast")
def cast() -> None:
    """Who is on screen, from which references, and where a face may be shown."""


@cast.command("list")
@production_option
@json_option
def list_cast(production: str, *, as_json: bool) -> None:
    """List characters with their reference sets."""
    with open_store().read() as tx:
        found: list[dict[str, object]] = [
            {
                "production": production,
                "code": c.code,
                "name": c.name,
                "life": c.life.value,
                "is_minor": c.is_minor,
                "reference_sets": {
                    s.name: len(s.pictures) for s in reference_sets(tx, production, c.code)
                },
            }
            for c in characters(tx, production)
        ]
        found = mark_demo(tx, found)
    empty = f"No characters yet; bring them with `roundtable cast import cast.csv --production {production}`."
    columns = ("code", "name", "life", "is_minor", "reference_sets")
    show_rows(found, as_json=as_json, columns=columns, empty=empty)


@cast.command("import")
@csv_argument
@production_option
@json_option
def import_cast(table: Path, production: str, *, as_json: bool) -> int:
    """Import characters: Character, Name, Life (fictional, living, deceased), Minor, Film, Performer."""
    report = actions.import_cast(workspace_store(), table, production)
    return show_report(report, as_json=as_json, what="Cast")


@cast.command("references")
@csv_argument
@production_option
@json_option
def import_references(table: Path, production: str, *, as_json: bool) -> int:
    """Import reference pictures: Character, Set, File, Contributed by, Caption."""
    report = actions.import_references(workspace_store(), table, production)
    return show_report(report, as_json=as_json, what="References")


@cast.command("exposures")
@csv_argument
@production_option
@json_option
def import_exposures(table: Path, production: str, *, as_json: bool) -> int:
    """Import what each shot shows of a face: Film, Shot, Character, Exposure (none, masked, revealed)."""
    report = actions.import_exposures(workspace_store(), table, production)
    return show_report(report, as_json=as_json, what="Exposures")


@cast.command("reveals")
@csv_argument
@production_option
@json_option
def import_reveals(table: Path, production: str, *, as_json: bool) -> int:
    """Import a film's reveal plan: Film, Character, Sequence (empty: all others), Exposure."""
    report = actions.import_reveals(workspace_store(), table, production)
    return show_report(report, as_json=as_json, what="Reveal plan")


def register(root: click.Group) -> None:
    """Add the noun to the command line."""
    root.add_command(cast)
