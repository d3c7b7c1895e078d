"""The smaller tables: films, people, characters, references, exposures, the reveal plan."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tracker.domain.likeness import CastMember, Character, Exposure, Life, RevealMoment
from tracker.domain.production import Film, Person, Role, check_code
from tracker.errors import MisuseError
from tracker.interchange.tables import CellError, Column, TableRow, choice

__all__ = [
    "CAST_COLUMNS", "EXPOSURE_COLUMNS", "FILM_COLUMNS", "PEOPLE_COLUMNS", "REFERENCE_COLUMNS",
    "REVEAL_COLUMNS", "read_cast", "read_exposure", "read_film", "read_person", "read_reference",
    "read_reveal",
]  # fmt: skip

FILM_COLUMNS = (
    Column("Film", ("Code", "Film code", "Spot"), required=True),
    Column("Title", ("Name",)),
    Column("Director", ("Director of record",)),
    Column("Release", ("Release date", "Air date")),
)
PEOPLE_COLUMNS = (Column("Name", ("Person",), required=True), Column("Roles", ("Role",)))
CAST_COLUMNS = (
    Column("Character", ("Code", "Character code"), required=True),
    Column("Name", ("Character name",)),
    Column("Life", ("Status",)),
    Column("Minor", ("Is minor",)),
    Column("Film", ("Spot",)),
    Column("Performer", ("Actor",)),
)
REFERENCE_COLUMNS = (
    Column("Character", ("Character code",), required=True),
    Column("Set", ("Reference set",), required=True),
    Column("File", ("Path", "Picture"), required=True),
    Column("Contributed by", ("Contributor", "From")),
    Column("Caption"),
)
EXPOSURE_COLUMNS = (
    Column("Film", required=True),
    Column("Shot", ("Shot code",), required=True),
    Column("Character", ("Character code",), required=True),
    Column("Exposure", ("Face",), required=True),
)
REVEAL_COLUMNS = (
    Column("Film", required=True),
    Column("Character", ("Character code",), required=True),
    Column("Sequence"),
    Column("Exposure", ("Face",), required=True),
)
_YES_NO = choice(
    "yes", "no", aliases={"true": "yes", "1": "yes", "x": "yes", "false": "no", "0": "no"}
)


def read_film(row: TableRow, production: str) -> Film:
    """Make a film or spot of a row."""
    return Film(
        production=production,
        code=row.read("Film", lambda t: check_code(t, "film"), row.need("Film")),
        title=row.get("Title"),
        director=row.get("Director") or None,
        release_on=row.read("Release", _date, None),
    )


def read_person(row: TableRow) -> Person:
    """Make a person of a row; several roles are separated by commas or semicolons."""
    words = [w.strip() for w in re.split(r"[,;/]", row.get("Roles")) if w.strip()]
    try:
        roles = tuple(Role(choice(*Role)(word)) for word in words)
    except MisuseError as error:
        raise CellError("Roles", str(error)) from None
    return Person(name=row.need("Name"), roles=roles)


def read_cast(row: TableRow) -> tuple[Character, CastMember | None]:
    """Make a character of a row, with its part in a film when the row names one."""
    code = row.read("Character", lambda t: check_code(t, "character"), row.need("Character"))
    character = Character(
        code=code,
        name=row.get("Name") or code,
        life=Life(row.read("Life", choice(*Life), "fictional")),
        is_minor=row.read("Minor", _YES_NO, "no") == "yes",
    )
    film = row.get("Film")
    part = CastMember(film=film, character=code, performer=row.get("Performer")) if film else None
    return character, part


def read_reference(row: TableRow, folder: Path) -> tuple[str, str, str, Path, str]:
    """Return (character, set, contributed by, picture, caption); raises when the file is missing."""
    path = (folder / row.need("File")).absolute()
    if not path.is_file():
        raise CellError("File", f"there is no file {path}.")
    return (
        row.need("Character"),
        row.need("Set"),
        row.get("Contributed by"),
        path,
        row.get("Caption"),
    )


def read_exposure(row: TableRow) -> tuple[str, str, str, Exposure]:
    """Return (film, shot, character, exposure)."""
    row.need("Exposure")
    exposure = Exposure(row.read("Exposure", choice(*Exposure), "none"))
    return row.need("Film"), row.need("Shot"), row.need("Character"), exposure


def read_reveal(row: TableRow) -> RevealMoment:
    """Make one line of a reveal plan; no sequence means the rule for all others."""
    row.need("Exposure")
    return RevealMoment(
        film=row.need("Film"),
        character=row.need("Character"),
        sequence=row.get("Sequence") or None,
        exposure=Exposure(row.read("Exposure", choice(*Exposure), "none")),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise MisuseError(f"'{text}' is not a date; write it like 2027-03-31.") from None
