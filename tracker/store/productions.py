"""Productions, films, people and sequences as rows."""

from __future__ import annotations

from tracker.domain.addresses import Address
from tracker.domain.lots import CertificateState
from tracker.domain.production import Film, Person, Production, ProductionKind, Role
from tracker.errors import ConflictError
from tracker.store.connection import Tx
from tracker.store.lookup import film_id, person_id, production_id
from tracker.store.lots import certificates, end_certificate

__all__ = [
    "add_film",
    "add_person",
    "add_production",
    "ensure_sequence",
    "get_film",
    "get_production",
    "people",
    "save_film",
    "set_director",
]


def add_production(tx: Tx, production: Production) -> bool:
    """Insert a production; False when the very same one exists, ConflictError when another does."""
    found = tx.one("SELECT kind, title, is_demo FROM productions WHERE code = ?", [production.code])
    if found is not None:
        wanted = (production.kind.value, production.title or found[1], production.is_demo)
        if found != wanted:
            was = "demo " if found[2] else ""
            raise ConflictError(
                f"Production {production.code} exists already as a {was}{found[0]}; choose another code."
            )
        return False
    tx.run(
        "INSERT INTO productions (code, title, kind, is_demo) VALUES (?, ?, ?, ?)",
        [production.code, production.title, production.kind, production.is_demo],
    )
    tx.event(
        "production.created",
        production.code,
        {"kind": production.kind, "title": production.title, "is_demo": production.is_demo},
    )
    return True


def get_production(tx: Tx, code: str) -> Production:
    """Read a production, or raise NotFoundError."""
    key = production_id(tx, code)
    row = tx.rows(
        "SELECT code, kind, title, is_demo FROM productions WHERE production_id = ?", [key]
    )
    found, kind, title, is_demo = row[0]
    return Production(code=found, kind=ProductionKind(kind), title=title, is_demo=is_demo)


def add_person(tx: Tx, person: Person) -> bool:
    """Insert a person or add roles; False when nothing changes."""
    changed = False
    if tx.one("SELECT 1 FROM people WHERE name = ?", [person.name]) is None:
        tx.run("INSERT INTO people (name) VALUES (?)", [person.name])
        changed = True
    key = person_id(tx, person.name)
    held = {row[0] for row in tx.rows("SELECT role FROM person_roles WHERE person_id = ?", [key])}
    for role in person.roles:
        if role.value not in held:
            tx.run("INSERT INTO person_roles (person_id, role) VALUES (?, ?)", [key, role])
            changed = True
    if changed:
        tx.event("person.saved", person.name, {"roles": sorted({*held, *person.roles})})
    return changed


def people(tx: Tx) -> list[Person]:
    """List everybody with their roles, by name."""
    rows = tx.rows(
        "SELECT p.name, list(r.role ORDER BY r.role) FILTER (r.role IS NOT NULL) FROM people p "
        "LEFT JOIN person_roles r USING (person_id) GROUP BY p.name ORDER BY p.name"
    )
    return [Person(name=name, roles=tuple(Role(r) for r in roles or ())) for name, roles in rows]


def add_film(tx: Tx, film: Film) -> bool:
    """Insert a film or spot; False when a film of that code exists."""
    key = production_id(tx, film.production)
    if tx.one("SELECT 1 FROM films WHERE production_id = ? AND code = ?", [key, film.code]):
        return False
    tx.run(
        "INSERT INTO films (production_id, code, title, release_on) VALUES (?, ?, ?, ?)",
        [key, film.code, film.title, film.release_on],
    )
    tx.event("film.created", f"{film.production}/{film.code}", {"title": film.title})
    if film.director is not None:
        set_director(tx, film.production, film.code, name=film.director)
    return True


def save_film(tx: Tx, film: Film) -> bool:
    """Insert a film, or change its title, release date or director; False when nothing changes.

    What the given film leaves empty stays as it is.
    """
    if add_film(tx, film):
        return True
    present = get_film(tx, film.production, film.code)
    title, release_on = film.title or present.title, film.release_on or present.release_on
    director = film.director or present.director
    if (title, release_on, director) == (present.title, present.release_on, present.director):
        return False
    tx.run(
        "UPDATE films SET title = ?, release_on = ? WHERE film_id = ?",
        [title, release_on, film_id(tx, film.production, film.code)],
    )
    subject = f"{film.production}/{film.code}"
    tx.event("film.changed", subject, {"title": title, "release_on": release_on})
    if director is not None and director != present.director:
        set_director(tx, film.production, film.code, name=director)
    return True


def get_film(tx: Tx, production: str, code: str) -> Film:
    """Read a film, or raise NotFoundError."""
    key = film_id(tx, production, code)
    title, release_on, director = tx.rows(
        "SELECT f.title, f.release_on, p.name FROM films f "
        "LEFT JOIN people p ON p.person_id = f.director_id WHERE f.film_id = ?",
        [key],
    )[0]
    return Film(
        production=production, code=code, title=title, director=director, release_on=release_on
    )


def set_director(tx: Tx, production: str, film: str, *, name: str) -> None:
    """Name a film's director of record: the person whose rejection counts.

    A certificate that counts another director's verdicts is void from then on.
    """
    key = film_id(tx, production, film)
    add_person(tx, Person(name=name, roles=(Role.DIRECTOR,)))
    tx.run("UPDATE films SET director_id = ? WHERE film_id = ?", [person_id(tx, name), key])
    tx.event("film.director_named", f"{production}/{film}", {"director": name})
    for certificate in certificates(tx, Address(production, film)):
        judge = certificate.scope["decision_maker"]
        if "verdict_of" not in certificate.scope and judge != name:  # else it is a panel's
            why = f"The director of record was {judge} and is {name}."
            end_certificate(tx, certificate, CertificateState.VOID, why)


def ensure_sequence(tx: Tx, film_key: int, code: str) -> int:
    """Return the key of a film's sequence, making the sequence when it is new."""
    row = tx.one(
        "SELECT sequence_id FROM sequences WHERE film_id = ? AND code = ?", [film_key, code]
    )
    if row is None:
        row = tx.rows(
            "INSERT INTO sequences (film_id, code) VALUES (?, ?) RETURNING sequence_id",
            [film_key, code],
        )[0]
    return int(row[0])
