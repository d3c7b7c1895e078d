"""Shots into the record, from a table or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tracker.actions.report import Effect, ImportReport
from tracker.domain.addresses import HOUSE_NAMING, Address, ShotNaming
from tracker.domain.effects import parse_effect
from tracker.domain.production import Film, Shot
from tracker.errors import MisuseError
from tracker.interchange.shots_csv import SHOT_COLUMNS, ShotRow, read_shot
from tracker.interchange.tables import RowProblem, read_table
from tracker.store import Store, Tx, productions, shots
from tracker.store.lookup import production_id, shot_id

__all__ = ["change_effects", "import_shots"]


def import_shots(
    store: Store,
    path: Path,
    production: str,
    *,
    update: bool = False,
    preview: bool = False,
    naming: ShotNaming = HOUSE_NAMING,
) -> ImportReport:
    """Import a shot table; films and sequences are made on the way.

    With `preview` everything is done and then rolled back, so the report is what would happen.
    """
    table = read_table(path, SHOT_COLUMNS)
    report = ImportReport(problems=list(table.problems))
    if table.ignored_columns:
        report.remarks.append(f"Columns not used: {', '.join(table.ignored_columns)}.")
    seen: dict[tuple[str, str], int] = {}
    transaction = store.read() if preview else store.write()
    with transaction as tx, report.telling_who_must_look(tx):
        production_id(tx, production)
        present = {
            (shot.film, shot.code): shot for _, shot in shots.list_shots(tx, Address(production))
        }
        for line, found in table.parse(lambda row: read_shot(row, naming)):
            if isinstance(found, RowProblem):
                report.problems.append(found)
                continue
            key = (found.shot.film, found.shot.code)
            if key in seen:
                message = f"{found.shot.film} {found.shot.code} stands in line {seen[key]} already."
                report.problems.append(RowProblem(line, table.spelling["Shot"], message))
                continue
            seen[key] = line
            try:
                report.add(_save(tx, production, found, present=present.get(key), update=update))
            except MisuseError as error:
                column = table.spelling[getattr(error, "column", "Shot")]
                report.problems.append(RowProblem(line, column, str(error)))
    if report.counts[Effect.DIFFERENT]:
        report.remarks.append(
            "Some shots differ from the record; import with --update to change them."
        )
    return report


def _save(tx: Tx, production: str, row: ShotRow, *, present: Shot | None, update: bool) -> Effect:
    """Insert a shot, or compare it with the record in the columns that the row gives."""
    shot, effects = (
        row.shot,
        row.effects(present),
    )  # refuses what is outside before anything is made
    productions.add_film(tx, Film(production=production, code=shot.film))
    address = Address(production, shot.film, shot.code)
    if present is None:
        shots.insert_shot(tx, production, shot)
        for trace in shot.embraced:
            shots.embrace(tx, address, trace)
        shots.declare_effects(tx, address, effects)
        return Effect.NEW
    if present.sequence != shot.sequence:
        raise MisuseError(
            f"{shot.film} {shot.code} belongs to sequence {present.sequence}, not {shot.sequence}; "
            "a shot keeps its sequence."
        )
    before, after = shots.shot_columns(present), shots.shot_columns(shot)
    changes = {name: after[name] for name in row.given if before[name] != after[name]}
    known = {trace.kind for trace in present.embraced}
    traces = [trace for trace in shot.embraced if trace.kind not in known]
    if not changes and not traces and effects == present.effects:
        return Effect.UNCHANGED
    if not update:
        return Effect.DIFFERENT
    if changes:
        shots.update_shot(tx, address, changes)
    for trace in traces:
        shots.embrace(tx, address, trace)
    shots.declare_effects(tx, address, effects)
    return Effect.CHANGED


def change_effects(
    store: Store, address: Address, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Shot:
    """Declare effects of a shot, as `strobe@1010-1034`, and take others back; returns the shot as it is then.

    To take back a kind is to take back all its ranges. Raises NotFoundError for a shot that is not there,
    MisuseError for words that are no effects, frames outside the shot, and what was not declared.
    """
    with store.write() as tx:
        shot_id(tx, address)
        shot = shots.list_shots(tx, address)[0][1]
        read = partial(
            parse_effect, first_frame=shot.first_frame, duration_frames=shot.duration_frames
        )
        kept = [*shot.effects]
        for effect in map(read, remove):
            gone = [
                e for e in kept if e == effect or (effect.frames is None and e.kind is effect.kind)
            ]
            if not gone:
                raise MisuseError(
                    f"{address} declares no {effect.shown(shot.first_frame)}; see `roundtable shots effects "
                    f"{address}`."
                )
            kept = [e for e in kept if e not in gone]
        shots.declare_effects(tx, address, [*kept, *map(read, add)])
        return shots.list_shots(tx, address)[0][1]
