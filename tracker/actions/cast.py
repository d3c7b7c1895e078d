"""The smaller tables into the record: films, people, cast, references, exposures, reveal plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tracker.actions.report import Effect, ImportReport
from tracker.domain.addresses import Address
from tracker.domain.likeness import (
    CastMember,
    Character,
    Exposure,
    ReferencePicture,
    ReferenceSet,
)
from tracker.errors import MisuseError
from tracker.interchange import people_csv
from tracker.interchange.tables import Column, RowProblem, TableRow, read_table
from tracker.media.source import digest
from tracker.store import Store, Tx, cast, productions
from tracker.store.board import films

__all__ = [
    "import_cast",
    "import_exposures",
    "import_films",
    "import_people",
    "import_references",
    "import_reveals",
]

T = TypeVar("T")


def _import(
    store: Store,
    path: Path,
    columns: Sequence[Column],
    *,
    read: Callable[[TableRow], T],
    save: Callable[[Tx, T], bool],
    is_there: Callable[[Tx, T], bool],
) -> ImportReport:
    """Read a table, then save each row in one transaction; a row that is refused is reported.

    `save` says whether it changed the record, `is_there` whether that has a row of this kind already.
    """
    table = read_table(path, columns)
    report = ImportReport(problems=list(table.problems))
    parsed = list(table.parse(read))
    with store.write() as tx, report.telling_who_must_look(tx):
        for line, found in parsed:
            if isinstance(found, RowProblem):
                report.problems.append(found)
                continue
            try:
                effect = Effect.CHANGED if is_there(tx, found) else Effect.NEW
                report.add(effect if save(tx, found) else Effect.UNCHANGED)
            except MisuseError as error:
                report.problems.append(RowProblem(line, "", str(error)))
    return report


def import_films(store: Store, path: Path, production: str) -> ImportReport:
    """Import films with their titles, directors of record and release dates."""
    return _import(
        store,
        path,
        people_csv.FILM_COLUMNS,
        read=lambda row: people_csv.read_film(row, production),
        save=productions.save_film,
        is_there=lambda tx, film: film.code in {f.code for f in films(tx, production)},
    )


def import_people(store: Store, path: Path) -> ImportReport:
    """Import people with their roles."""
    return _import(
        store,
        path,
        people_csv.PEOPLE_COLUMNS,
        read=people_csv.read_person,
        save=productions.add_person,
        is_there=lambda tx, person: person.name in {p.name for p in productions.people(tx)},
    )


def import_cast(store: Store, path: Path, production: str) -> ImportReport:
    """Import characters, and their parts in films."""

    def save(tx: Tx, row: tuple[Character, CastMember | None]) -> bool:
        character, part = row
        is_new = cast.add_character(tx, production, character)
        return (part is not None and cast.cast_character(tx, production, part)) or is_new

    return _import(
        store,
        path,
        people_csv.CAST_COLUMNS,
        read=people_csv.read_cast,
        save=save,
        is_there=lambda tx, row: row[0].code in {c.code for c in cast.characters(tx, production)},
    )


def import_references(store: Store, path: Path, production: str) -> ImportReport:
    """Import reference pictures into named sets."""

    def save(tx: Tx, row: tuple[str, str, str, Path, str]) -> bool:
        character, name, by, picture, caption = row
        pictures = (ReferencePicture(path=str(picture), sha256=digest(picture), caption=caption),)
        references = ReferenceSet(
            character=character, name=name, contributed_by=by, pictures=pictures
        )
        return cast.add_reference_set(tx, production, references) > 0

    return _import(
        store,
        path,
        people_csv.REFERENCE_COLUMNS,
        read=lambda row: people_csv.read_reference(row, path.parent),
        save=save,
        is_there=lambda _tx, _row: False,
    )


def import_exposures(store: Store, path: Path, production: str) -> ImportReport:
    """Import the declared exposure of characters in shots."""

    def save(tx: Tx, row: tuple[str, str, str, Exposure]) -> bool:
        film, shot, character, exposure = row
        return cast.declare_exposure(
            tx, Address(production, film, shot), character, exposure=exposure
        )

    def is_there(tx: Tx, row: tuple[str, str, str, Exposure]) -> bool:
        film, shot, character, _ = row
        return character in cast.exposures(tx, Address(production, film, shot))

    columns = people_csv.EXPOSURE_COLUMNS
    return _import(
        store, path, columns, read=people_csv.read_exposure, save=save, is_there=is_there
    )


def import_reveals(store: Store, path: Path, production: str) -> ImportReport:
    """Import lines of films' reveal plans."""
    return _import(
        store,
        path,
        people_csv.REVEAL_COLUMNS,
        read=people_csv.read_reveal,
        save=lambda tx, moment: cast.plan_reveal(tx, production, moment),
        is_there=lambda tx, moment: (
            (moment.character, moment.sequence)
            in {(m.character, m.sequence) for m in cast.reveal_plan(tx, production, moment.film)}
        ),
    )
