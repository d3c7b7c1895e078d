"""`roundtable takes …`."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.films import csv_argument, production_option
from tracker.cli.output import TerminalProgress, json_option, show_report, show_rows
from tracker.cli.workspace import mark_demo, open_store, scopes, workspace_settings
from tracker.domain.addresses import take_code
from tracker.domain.takes import Take
from tracker.domain.units import show_fps
from tracker.store.takes import list_takes

__all__ = ["register"]


@click.group("takes")
def takes() -> None:
    """Takes: the files that were made for a shot."""


@takes.command("list")
@click.argument("address", required=False)
@click.option("--production", default=None, help="Only this production.")
@json_option
def list_all(address: str | None, production: str | None, *, as_json: bool) -> None:
    """List takes with what their files are."""
    with open_store().read() as tx:
        under = scopes(tx, (address,) if address else (), production)
        listed = [take for scope in under for _, take in list_takes(tx, scope)]
        found = mark_demo(tx, map(_as_json, listed))
    show_rows(
        found,
        as_json=as_json,
        columns=("address", "stage", "status", "frames", "fps", "size", "generator", "error"),
        empty="No takes yet; bring them with `roundtable takes import takes.csv --production CODE`.",
    )


def _as_json(take: Take) -> dict[str, object]:
    probe = take.probe
    code = take_code(take.number)
    made = take.provenance
    return {
        "production": take.production,
        "film": take.film,
        "shot": take.shot,
        "code": code,
        "address": f"{take.production}/{take.film}/{take.shot}/{code}",
        "stage": take.stage.value,
        "status": take.status.value,
        "path": take.path,
        "sha256": take.sha256,
        "frames": None if probe is None else probe.frame_count,
        "fps": None if probe is None else show_fps(probe.fps),
        "size": None if probe is None else f"{probe.width}x{probe.height}",
        "codec": None if probe is None else probe.codec,
        "color": None if probe is None else probe.color,
        "remarks": [] if probe is None else list(probe.remarks),
        "generator": made.generator,
        "generator_version": made.generator_version,
        "seed": made.seed,
        "cost_eur": None if made.cost_eur is None else float(made.cost_eur),
        "error": take.probe_error,
    }


@takes.command("import")
@csv_argument
@production_option
@json_option
def import_table(table: Path, production: str, *, as_json: bool) -> int:
    """Import a take table: Film, Shot, Take, File, Generator, and what else is known of each file.

    Paths are relative to the table. A file may be mp4, mov, mkv, webm, gif, a still, or numbered
    frames written as `name.####.png`. A file that cannot be read is recorded with the reason.
    Takes are never replaced; importing the same table again changes nothing.
    """
    # The decoder takes 0.1 s to import, which no other command should pay.
    from tracker.actions.takes import import_takes

    report = import_takes(workspace_settings(), table, production, progress=TerminalProgress())
    return show_report(report, as_json=as_json, what="Takes")


def register(root: click.Group) -> None:
    """Add the noun to the command line."""
    root.add_command(takes)
