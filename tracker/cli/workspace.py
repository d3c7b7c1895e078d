"""`roundtable init`, `doctor` and `backup`, and how other commands reach the workspace."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path

import click

from tracker.cli.output import json_option, remark, show_json
from tracker.domain.addresses import Address
from tracker.errors import ExitCode, MisuseError, RoundtableError
from tracker.settings import Settings
from tracker.store import Store, Tx
from tracker.store.board import productions
from tracker.store.integrity import integrity_problems
from tracker.store.lookup import film_id, production_id, shot_id, take_id
from tracker.store.takes import list_takes

__all__ = ["mark_demo", "open_store", "register", "scopes", "workspace_settings", "workspace_store"]

_PACKAGES = ("roundtable", "duckdb", "streamlit", "av", "numpy", "pyarrow")


def open_store() -> Store:
    """Open the workspace for a reading command; it must exist."""
    return Store.open(Settings.from_env())


def workspace_settings() -> Settings:
    """Return the workspace's settings, making the workspace when it does not exist yet."""
    settings = Settings.from_env()
    if not settings.database.exists():
        Store.create(settings)
        remark(f"Made a new workspace at {settings.home}.")
    return settings


def workspace_store() -> Store:
    """Open the workspace for a writing command, making it when it does not exist yet."""
    return Store.open(workspace_settings())


def scopes(tx: Tx, addresses: Sequence[str], production: str | None) -> list[Address]:
    """Turn addresses and `--production` into places that exist; neither means everything."""
    found = [Address.parse(text) for text in addresses]
    if production is not None:
        production_id(tx, production)
        strangers = [str(a) for a in found if a.production != production]
        if strangers:
            raise MisuseError(
                f"{strangers[0]} does not belong to --production {production}; drop one."
            )
    for address in found:
        _check(tx, address)
    if found:
        return found
    if production is not None:
        return [Address(production)]
    return [Address(row.code) for row in productions(tx)]


def mark_demo(tx: Tx, rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Add to rows that have a `production` whether it `is_demo`."""
    demos = {row.code for row in productions(tx) if row.is_demo}
    return [{**row, "is_demo": row["production"] in demos} for row in rows]


def _check(tx: Tx, address: Address) -> None:
    production_id(tx, address.production)
    if address.take is not None:
        take_id(tx, address)
    elif address.shot is not None:
        shot_id(tx, address)
    elif address.film is not None:
        film_id(tx, address.production, address.film)


@click.command("init")
def init() -> None:
    """Make the workspace, or bring an existing one up to date. Safe to repeat."""
    settings = Settings.from_env()
    existed = settings.database.exists()
    Store.create(settings)
    word = "is up to date" if existed else "is ready"
    remark(f"The workspace at {settings.home} {word}.")


@click.command("backup")
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
def backup(target: Path | None) -> None:
    """Copy the database into a new file, by default into the workspace's backups."""
    settings = Settings.from_env()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = target or settings.backups / f"{stamp}.duckdb"
    click.echo(str(Store.open(settings).backup(path)))


@click.command("doctor")
@json_option
def doctor(*, as_json: bool) -> int:
    """Check versions, accelerator, model packs, the record's integrity, and say what is missing.

    Exits with 10 when the record or a file of it is damaged or missing.
    """
    settings = Settings.from_env()
    findings = _versions() + _extras(settings) + _record(settings)
    if as_json:
        show_json(findings)
    else:
        for finding in findings:
            mark = "ok  " if finding["ok"] else "MISS" if finding["optional"] else "BAD "
            click.echo(f"{mark} {finding['what']}: {finding['found']}")
            if finding["remedy"]:
                click.echo(f"       {finding['remedy']}")
    broken = [f for f in findings if not f["ok"] and not f["optional"]]
    return int(ExitCode.BLOCKED if broken else ExitCode.OK)


def _finding(
    what: str, found: str, *, ok: bool = True, optional: bool = False, remedy: str = ""
) -> dict[str, object]:
    return {"what": what, "found": found, "ok": ok, "optional": optional, "remedy": remedy}


def _versions() -> list[dict[str, object]]:
    found = [_finding("python", f"{platform.python_version()} on {sys.platform}")]
    for name in _PACKAGES:
        try:
            found.append(_finding(name, version(name)))
        except PackageNotFoundError:
            remedy = f"Install it: pip install {name}."
            found.append(_finding(name, "not installed", ok=False, remedy=remedy))
    return found


def _extras(settings: Settings) -> list[dict[str, object]]:
    """Ask the other packages of the house, such as the harness, what they find."""
    found: list[dict[str, object]] = []
    for entry in entry_points(group="roundtable.doctor"):
        found += [_finding(**facts) for facts in entry.load()(settings)]
    return found


def _record(settings: Settings) -> list[dict[str, object]]:
    if not settings.database.exists():
        where = f"none at {settings.home}"
        return [
            _finding("workspace", where, ok=False, optional=True, remedy="Run `roundtable init`.")
        ]
    found = [_finding("workspace", str(settings.home))]
    try:
        with Store.open(settings).read() as tx:
            problems = integrity_problems(tx)
            listed = [t for row in productions(tx) for _, t in list_takes(tx, Address(row.code))]
    except RoundtableError as error:
        remedy = f"Restore a backup from {settings.backups}."
        return [*found, _finding("record", str(error), ok=False, remedy=remedy)]
    found += [
        _finding(
            "record", problem, ok=False, remedy="Restore a backup, or report this as a defect."
        )
        for problem in problems
    ] or [_finding("record", f"whole; {len(listed)} takes")]
    lost = [
        t for t in listed if "#" not in t.path and "%" not in t.path and not Path(t.path).exists()
    ]
    if lost:
        remedy = "Put the files back, or import them again from where they are now."
        text = f"{len(lost)} files are gone, the first is {lost[0].path}"
        found.append(_finding("take files", text, ok=False, remedy=remedy))
    return found


def register(root: click.Group) -> None:
    """Add the commands to the command line."""
    for command in (init, doctor, backup):
        root.add_command(command)
