"""Numbered migrations: ordered files, a table of applied ones, change and record in one transaction."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources

import duckdb

from tracker.errors import MigrationError

__all__ = ["Migration", "applied", "migrate", "pending", "shipped"]

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    applied_ts TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True, order=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Digest of the text; a file that was applied must never change."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def shipped() -> list[Migration]:
    """Return the migrations that come with the program, in order and without gaps."""
    folder = resources.files("tracker.store") / "migrations"
    found = sorted(
        Migration(int(match[1]), entry.name.removesuffix(".sql"), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if (match := _NAME.fullmatch(entry.name))
    )
    numbers = [m.number for m in found]
    if numbers != list(range(1, len(found) + 1)):
        raise MigrationError(
            f"Migrations are numbered {numbers}; they must run 1, 2, 3 without gaps."
        )
    return found


def applied(connection: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Return number -> (name, sha256) of what the database has; changes nothing."""
    exists = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_migrations'"
    ).fetchone()
    if exists is None or exists[0] == 0:
        return {}
    rows = connection.execute("SELECT number, name, sha256 FROM schema_migrations").fetchall()
    return {number: (name, sha256) for number, name, sha256 in rows}


def pending(
    connection: duckdb.DuckDBPyConnection, migrations: list[Migration] | None = None
) -> list[Migration]:
    """Return what is still to be applied; raises MigrationError when the two histories differ."""
    known = shipped() if migrations is None else migrations
    done = applied(connection)
    newest = max(done, default=0)
    if newest > len(known):
        raise MigrationError(
            f"The database is at migration {newest}, this program knows {len(known)}; "
            "install the newer Roundtable."
        )
    for migration in known[:newest]:
        name, sha256 = done.get(migration.number, ("", ""))
        if (name, sha256) != (migration.name, migration.sha256):
            raise MigrationError(
                f"Migration {migration.name} differs from the one applied to this database ('{name}'); "
                "applied migrations never change: restore the file and add a new one."
            )
    return known[newest:]


def migrate(
    connection: duckdb.DuckDBPyConnection, migrations: list[Migration] | None = None
) -> list[Migration]:
    """Apply what is pending, one transaction each, and return it."""
    todo = pending(connection, migrations)
    for migration in todo:
        connection.begin()
        try:
            connection.execute(_LEDGER)
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO schema_migrations (number, name, sha256) VALUES (?, ?, ?)",
                [migration.number, migration.name, migration.sha256],
            )
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return todo
