"""`roundtable shots …`."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.actions.shots import change_effects, import_shots
from tracker.cli.films import csv_argument, production_option
from tracker.cli.output import json_option, remark, show_report, show_rows
from tracker.cli.workspace import mark_demo, open_store, scopes, workspace_store
from tracker.domain.addresses import HOUSE_NAMING, NETFLIX_NAMING, Address
from tracker.domain.effects import EXCUSED_KINDS, ShotEffect
from tracker.domain.production import BRIEF_FIELDS, Shot
from tracker.domain.units import show_fps
from tracker.errors import MisuseError
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
        "effects": [e.shown(shot.first_frame) for e in shot.effects],
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
    Status, Hero, Artifact policy, Embraced, Embraced by, Embrace reason, Effects (`strobe@1010-1034;
    fade_out`, or `none`), Subject, Wardrobe, Action, Setting, Time, Light, Camera, Style.
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


@shots.command("effects")
@click.argument("address")
@click.option("--add", multiple=True, metavar="EFFECT", help="Declare it; may be repeated.")
@click.option("--remove", multiple=True, metavar="EFFECT", help="Take it back; may be repeated.")
@json_option
def effects(address: str, *, add: tuple[str, ...], remove: tuple[str, ...], as_json: bool) -> None:
    """Show, declare and take back the effects that a shot means to have.

    An effect excuses what it looks like to a measure, by name and only in its frames:
    `--add strobe@1010-1034`; without frames it may be anywhere in the shot. Effects: fade_in, fade_out,
    fade_to_black, flash, flicker, freeze_frame, glitch, grain, handheld, jump_cut, lightning, on_twos,
    rack_focus, stop_motion, strobe, time_lapse, transformation, whip_pan. Verdicts follow with
    the next `roundtable evals run`, which scores nothing twice.
    """
    where = Address.parse(address)
    if where.level != "shot":
        raise MisuseError(f"'{address}' is no shot; give one, like ANTH01/F02/SQ010_SH0010.")
    store = workspace_store() if add or remove else open_store()
    shot = change_effects(store, where, add=add, remove=remove)
    show_rows(
        [_effect_as_json(effect, shot.first_frame) for effect in shot.effects],
        as_json=as_json,
        columns=("effect", "frames", "excuses"),
        empty=f"{address} declares no effects; `--add strobe@1010-1034` declares one.",
    )
    if add or remove:
        remark(f"Verdicts follow with `roundtable evals run {where.production}/{where.film}`.")


def _effect_as_json(effect: ShotEffect, first_frame: int) -> dict[str, object]:
    frames = None if effect.frames is None else list(effect.frames.shown(first_frame))
    return {
        "effect": effect.kind.value,
        "frames": frames,
        "excuses": sorted(EXCUSED_KINDS[effect.kind]),
    }


def register(root: click.Group) -> None:
    """Add the noun to the command line."""
    root.add_command(shots)
