"""`roundtable shots …`."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.actions.shots import import_shots
from tracker.cli.films import csv_argument, production_option
from tracker.cli.output import json_option, show_report, show_rows
from tracker.cli.workspace import mark_demo, open_store, scopes, workspace_store
from tracker.domain.addresses import HOUSE_NAMING, NETFLIX_NAMING
from tracker.domain.production import BRIEF_FIELDS, Shot
from tracker.domain.units import show_fps
from tracker.store.shots import list_shots

__all__ = ["register"]

_NAMINGS = {naming.name: naming for naming in (HOUSE_NAMING, NETFLIX_NAMING)}


@click.group("shots")
def shots() -> None:
    """Shots with their briefs."""


@shots.command("list")
@click.argument("address", required=False)
@click.option("--production", default=None, help="Only this production.")
@json_option
def list_all(address: str | None, production: str | None, *, as_json: bool) -> None:
    """List shots in story order."""
    found: list[dict[str, object]] = []
    with open_store().read() as tx:
        for scope in scopes(tx, (address,) if address else (), production):
            found += [_as_json(code, shot) for code, shot in list_shots(tx, scope)]
        found = mark_demo(tx, found)
    show_rows(
        found,
        as_json=as_json,
        columns=("address", "method", "stage", "status", "frames", "fps", "prompt"),
        empty="No shots yet; bring them with `roundtable shots import shots.csv --production CODE`.",
    )


def _as_json(production: str, shot: Shot) -> dict[str, object]:
    return {
        "production": production,
        "film": shot.film,
        "sequence": shot.sequence,
        "code": shot.code,
        "address": f"{production}/{shot.film}/{shot.code}",
        "method": shot.method.value,
        "stage": shot.stage.value,
        "status": shot.status.value,
        "state": shot.status.state.value,
        "is_hero": shot.is_hero,
        "first_frame": shot.first_frame,
        "last_frame": shot.last_frame,
        "frames": shot.duration_frames,
        "fps": show_fps(shot.fps),
        "fps_rational": str(shot.fps),
        "artifact_policy": shot.artifact_policy.value,
        "embraced": [e.kind for e in shot.embraced],
        "prompt": shot.brief.prompt,
        "brief": {name: getattr(shot.brief, name) for name in BRIEF_FIELDS},
    }


@shots.command("import")
@csv_argument
@production_option
@click.option("--preview", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--update", is_flag=True, help="Change shots that differ from the record.")
@click.option("--naming", type=click.Choice(sorted(_NAMINGS)), default="house", show_default=True)
@json_option
def import_table(
    table: Path, production: str, *, preview: bool, update: bool, naming: str, as_json: bool
) -> int:
    """Import a shot table; films and sequences are made on the way.

    Columns: Film, Sequence, Shot, Method, Prompt, FPS, Frames, and if you have them In, Out, Stage,
    Status, Hero, Artifact policy, Embraced, Embraced by, Embrace reason, Subject, Wardrobe, Action,
    Setting, Time, Light, Camera, Style.
    Commas, semicolons and tabs are understood, and other programs' names such as `Nb Frames`.
    Importing the same table again changes nothing.
    """
    report = import_shots(
        workspace_store(),
        table,
        production,
        update=update,
        preview=preview,
        naming=_NAMINGS[naming],
    )
    what = "Shots (preview, nothing changed)" if preview else "Shots"
    return show_report(report, as_json=as_json, what=what)


def register(root: click.Group) -> None:
    """Add the noun to the command line."""
    root.add_command(shots)
