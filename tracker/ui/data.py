"""What pages ask for: cached reads of the record, and signed addresses of derived media.

Pages never touch the store. A read is kept until the database file changes, or for a few seconds
where the file system's clock is coarse; transactions are short, so a page never holds the file.

| a page wants | function |
|---|---|
| the workspace | `settings` |
| lists | `productions`, `films`, `rows` |
| one take | `take_sheet` |
| the desk | `people`, `queue`, `desk_sheet`, `earlier_takes`, `trace_kinds` |
| pictures | `thumbnail_url`, `take_media` |
| what was asked of the worker | `requests_of` |
| a cache of its own | `stamp`, `BY_HOME`, `TTL_S` |
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from tracker.domain.addresses import Address
from tracker.domain.board import BoardRow, FilmRow, ProductionRow, TakeSheet
from tracker.domain.production import Person
from tracker.domain.queue import EarlierTake, QueueItem
from tracker.errors import MisuseError, NotFoundError
from tracker.media.derived import DerivedMedia
from tracker.settings import Settings
from tracker.store import Store
from tracker.store import board as _board
from tracker.store import evals as _evals
from tracker.store import productions as _people_table
from tracker.store import queue as _queue_table
from tracker.store.requests import WorkRequest, recent_requests
from tracker.ui.components.player import TakeMedia
from tracker.ui.media import media_url

__all__ = [
    "BY_HOME",
    "TTL_S",
    "Stamp",
    "desk_sheet",
    "earlier_takes",
    "films",
    "people",
    "productions",
    "queue",
    "requests_of",
    "rows",
    "settings",
    "stamp",
    "take_media",
    "take_sheet",
    "thumbnail_url",
    "trace_kinds",
]

TTL_S = 15
BY_HOME: dict[str | type[Any], Callable[[Any], Any]] = {Settings: lambda s: str(s.home)}
Stamp = tuple[tuple[int, int], ...]
_STILL = re.compile(r"still_(\d{6,9})\.jpg")


def settings() -> Settings:
    """Return the workspace that the environment names."""
    return Settings.from_env()


def productions() -> Sequence[ProductionRow]:
    """List all productions; empty where there is no workspace yet."""
    return _productions(*stamp())


def films(production: str) -> Sequence[FilmRow]:
    """List the films of a production with the counts of their latest takes."""
    return _films(*stamp(), production)


def rows(address: str) -> Sequence[BoardRow]:
    """List the shots of a film or production with their latest takes, in story order."""
    return _rows(*stamp(), address)


def take_sheet(address: str) -> TakeSheet:
    """Read one take; raises AddressError or NotFoundError with a sentence for the page."""
    where = Address.parse(address)
    if where.take is None:
        raise MisuseError(f"'{address}' names no take; add one, like {address.rstrip('/')}/v001.")
    return _take_sheet(*stamp(), str(where))


def people() -> Sequence[Person]:
    """List whoever has a role at the table, by name."""
    return _people(*stamp())


def queue(person: str) -> Sequence[QueueItem]:
    """List what waits for a person, the worthiest look first."""
    return _queue(*stamp(), person)


def desk_sheet(item: QueueItem) -> TakeSheet:
    """Read a take as the desk may show it: where hints are withheld, nothing that was scored is in it."""
    sheet = take_sheet(item.take)
    return replace(sheet, verdict=None, scores=(), history=()) if item.is_withheld else sheet


def earlier_takes(address: str) -> Sequence[EarlierTake]:
    """List the takes of a shot that were made before this one, newest first, with their decisions."""
    return _earlier_takes(*stamp(), address)


def trace_kinds() -> Sequence[str]:
    """List the kinds of trace that a shot can embrace, by name."""
    return _trace_kinds(*stamp())


def requests_of(scope: str) -> Sequence[WorkRequest]:
    """List what was asked of the worker that concerns a production or film, the newest first."""
    return _requests(*stamp(), scope)


def thumbnail_url(sha256: str | None) -> str | None:
    """Return the signed address of a take's thumbnail, or None while none has been made."""
    where = settings()
    return None if sha256 is None else _url(where, DerivedMedia(where.media, sha256).thumbnail)


def take_media(sha256: str) -> TakeMedia:
    """Return the signed addresses of everything that was derived from a take."""
    where = settings()
    derived = DerivedMedia(where.media, sha256)
    stills = {
        int(found[1]): path
        for path in sorted(derived.folder.glob("still_*.jpg"))
        if (found := _STILL.fullmatch(path.name))
    }
    return TakeMedia(
        proxy_url=_url(where, derived.proxy),
        poster_url=_url(where, derived.thumbnail),
        stills={frame: url for frame, path in stills.items() if (url := _url(where, path))},
    )


def _url(where: Settings, path: Path) -> str | None:
    return media_url(where, path.parent.name, path.name) if path.is_file() else None


def stamp() -> tuple[Settings, Stamp]:
    """Return the workspace and what changes with its database; an empty stamp where there is none.

    The files are looked at, never opened: opening the database would drop the engine's lock on it.
    """
    where = settings()
    found = []
    for path in (where.database, Path(f"{where.database}.wal")):
        with contextlib.suppress(FileNotFoundError):
            found.append(path.stat())
    return where, tuple((s.st_mtime_ns, s.st_size) for s in found)


# In each of these the stamp is a part of the key, so that a changed file is read again.


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _productions(where: Settings, stamp: Stamp) -> list[ProductionRow]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return _board.productions(tx)


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _films(where: Settings, stamp: Stamp, production: str) -> list[FilmRow]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return _board.films(tx, production)


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _rows(where: Settings, stamp: Stamp, address: str) -> list[BoardRow]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return _board.rows(tx, Address.parse(address))


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _take_sheet(where: Settings, stamp: Stamp, address: str) -> TakeSheet:
    if not stamp:
        raise NotFoundError(f"There is no workspace at {where.home}; run `roundtable init`.")
    with Store.open(where).read() as tx:
        return _board.take_sheet(tx, Address.parse(address))


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _people(where: Settings, stamp: Stamp) -> list[Person]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return [person for person in _people_table.people(tx) if person.roles]


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _queue(where: Settings, stamp: Stamp, person: str) -> list[QueueItem]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return _queue_table.queue_of(tx, person)


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _earlier_takes(where: Settings, stamp: Stamp, address: str) -> list[EarlierTake]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return _queue_table.earlier_takes(tx, Address.parse(address))


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _trace_kinds(where: Settings, stamp: Stamp) -> list[str]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return sorted(_evals.known_kinds(tx))


@st.cache_data(ttl=TTL_S, max_entries=64, show_spinner=False, hash_funcs=BY_HOME)
def _requests(where: Settings, stamp: Stamp, scope: str) -> list[WorkRequest]:
    if not stamp:
        return []
    with Store.open(where).read() as tx:
        return recent_requests(tx, Address.parse(scope))
