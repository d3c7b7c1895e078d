"""From addresses to keys, with an error that says what does exist."""

from __future__ import annotations

import difflib

from tracker.domain.addresses import Address, take_number
from tracker.errors import NotFoundError
from tracker.store.connection import Tx

__all__ = ["character_id", "film_id", "person_id", "production_id", "shot_id", "take_id"]


def _missing(what: str, code: str, known: list[str]) -> NotFoundError:
    close = difflib.get_close_matches(code, known, n=1, cutoff=0.5)
    hint = (
        f"did you mean '{close[0]}'?" if close else f"known: {', '.join(known[:8]) or 'none yet'}."
    )
    return NotFoundError(f"There is no {what} '{code}'; {hint}")


def _codes(rows: list[tuple[str]]) -> list[str]:
    return [row[0] for row in rows]


def production_id(tx: Tx, code: str) -> int:
    """Return the key of a production, or raise NotFoundError."""
    row = tx.one("SELECT production_id FROM productions WHERE code = ?", [code])
    if row is None:
        raise _missing(
            "production", code, _codes(tx.rows("SELECT code FROM productions ORDER BY 1"))
        )
    return int(row[0])


def film_id(tx: Tx, production: str, film: str) -> int:
    """Return the key of a film, or raise NotFoundError."""
    key = production_id(tx, production)
    row = tx.one("SELECT film_id FROM films WHERE production_id = ? AND code = ?", [key, film])
    if row is None:
        known = tx.rows("SELECT code FROM films WHERE production_id = ? ORDER BY 1", [key])
        raise _missing(f"film in {production} called", film, _codes(known))
    return int(row[0])


def shot_id(tx: Tx, address: Address) -> int:
    """Return the key of the shot that an address names, or raise NotFoundError."""
    if address.film is None or address.shot is None:
        raise NotFoundError(f"'{address}' does not name a shot; write PRODUCTION/FILM/SHOT.")
    key = film_id(tx, address.production, address.film)
    row = tx.one("SELECT shot_id FROM shots WHERE film_id = ? AND code = ?", [key, address.shot])
    if row is None:
        known = tx.rows("SELECT code FROM shots WHERE film_id = ? ORDER BY 1", [key])
        place = f"shot in {address.production}/{address.film} called"
        raise _missing(place, address.shot, _codes(known))
    return int(row[0])


def take_id(tx: Tx, address: Address) -> int:
    """Return the key of the take that an address names, or raise NotFoundError."""
    if address.take is None:
        raise NotFoundError(f"'{address}' does not name a take; add one, like {address}/v001.")
    key = shot_id(tx, address)
    number = take_number(address.take)
    row = tx.one("SELECT take_id FROM takes WHERE shot_id = ? AND number = ?", [key, number])
    if row is None:
        known = tx.rows("SELECT number FROM takes WHERE shot_id = ? ORDER BY 1", [key])
        place = f"take in {address.production}/{address.film}/{address.shot} called"
        raise _missing(place, address.take, [f"v{n:03d}" for (n,) in known])
    return int(row[0])


def person_id(tx: Tx, name: str) -> int:
    """Return the key of a person, or raise NotFoundError."""
    row = tx.one("SELECT person_id FROM people WHERE name = ?", [name])
    if row is None:
        raise _missing("person", name, _codes(tx.rows("SELECT name FROM people ORDER BY 1")))
    return int(row[0])


def character_id(tx: Tx, production: str, code: str) -> int:
    """Return the key of a character, or raise NotFoundError."""
    key = production_id(tx, production)
    row = tx.one(
        "SELECT character_id FROM characters WHERE production_id = ? AND code = ?", [key, code]
    )
    if row is None:
        known = tx.rows("SELECT code FROM characters WHERE production_id = ? ORDER BY 1", [key])
        raise _missing(f"character in {production} called", code, _codes(known))
    return int(row[0])
