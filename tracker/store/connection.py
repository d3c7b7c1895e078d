"""Short transactions on one DuckDB file, shared fairly by several processes.

DuckDB lets one process at a time open a file for writing, and locks out readers of other processes
meanwhile. So nobody keeps it open: every transaction waits its turn at a turnstile (`flock` on a
file beside the database), opens, works, closes.

Two traps of the engine shape this module. A `COMMIT` after a failed statement raises nothing and
saves nothing: every exception rolls back. And reading the database file with `open()` inside a
process that holds it drops the engine's lock: copies are made with `COPY FROM DATABASE` only.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from tracker.errors import ConflictError, NotFoundError, StoreBusyError, StoreError
from tracker.settings import Settings
from tracker.store._turnstile import turnstile
from tracker.store.migrate import migrate, pending

__all__ = ["Store", "Tx"]

_CONFIG = {
    # A query must never read a Python variable that happens to have a table's name.
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "TimeZone": "UTC",
}
_RETRY_S = 0.02


class Tx:
    """One open transaction; only modules of `tracker.store` write SQL with it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, actor: str) -> None:
        self._connection = connection
        self.actor = actor

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Execute a statement; values are bound with `?`."""
        self._connection.execute(sql, list(parameters))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Execute a query and return all its rows."""
        return self._connection.execute(sql, list(parameters)).fetchall()

    def one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Execute a query and return its first row, or None."""
        return self._connection.execute(sql, list(parameters)).fetchone()

    def records(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Execute a query and return its rows as dictionaries by column name."""
        cursor = self._connection.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def event(self, action: str, subject: str, detail: Mapping[str, object] | None = None) -> None:
        """Append a line to the event history, e.g. `take.submitted` of an address."""
        self.run(
            "INSERT INTO events (actor, action, subject, detail) VALUES (?, ?, ?, ?)",
            [self.actor, action, subject, json.dumps(dict(detail or {}), default=str)],
        )

    def once(self, request_id: str, action: str, work: Callable[[], object]) -> Any:
        """Do `work` unless this request was applied before; return its JSON result either way."""
        found = self.one(
            "SELECT action, result FROM applied_requests WHERE request_id = ?", [request_id]
        )
        if found is not None:
            if found[0] != action:
                raise ConflictError(
                    f"Request '{request_id}' was already used for '{found[0]}'; take a new id."
                )
            return json.loads(found[1])
        result = json.loads(json.dumps(work(), default=str))
        self.run(
            "INSERT INTO applied_requests (request_id, action, result) VALUES (?, ?, ?)",
            [request_id, action, json.dumps(result)],
        )
        return result


class Store:
    """The database of one workspace."""

    def __init__(
        self, path: Path, *, actor: str = "unknown", busy_deadline_s: float = 30.0
    ) -> None:
        self.path = path
        self.actor = actor
        self.busy_deadline_s = busy_deadline_s

    @classmethod
    def create(cls, settings: Settings) -> Store:
        """Open the workspace's database, making the workspace when it does not exist."""
        for folder in (settings.home, settings.media, settings.runs, settings.backups):
            folder.mkdir(parents=True, exist_ok=True)
        store = cls(
            settings.database, actor=settings.actor, busy_deadline_s=settings.busy_deadline_s
        )
        store._bring_up_to_date(settings.backups)
        return store

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Open an existing workspace; raises NotFoundError where there is none."""
        if not settings.database.exists():
            raise NotFoundError(f"There is no workspace at {settings.home}; run `roundtable init`.")
        return cls.create(settings)

    def _bring_up_to_date(self, backups: Path) -> None:
        with self._connect() as connection:
            todo = pending(connection)
            if not todo:
                return
            if todo[0].number > 1:
                target = backups / f"before-{todo[0].name}.duckdb"
                target.unlink(missing_ok=True)
                _copy_database(connection, target)
            migrate(connection)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a transaction that is rolled back at the end."""
        with self._transaction(keep=False) as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Open a transaction that is committed at the end, or rolled back on any exception."""
        with self._transaction(keep=True) as tx:
            yield tx

    def backup(self, target: Path) -> Path:
        """Copy the database into a new file; raises ConflictError when the file exists."""
        if target.exists():
            raise ConflictError(f"{target} exists already; name another file for the backup.")
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + ".part")
        unfinished.unlink(missing_ok=True)
        with self._connect() as connection:
            _copy_database(connection, unfinished)
        unfinished.rename(target)
        return target

    @contextmanager
    def _transaction(self, *, keep: bool) -> Iterator[Tx]:
        with self._connect() as connection:
            connection.begin()
            try:
                yield Tx(connection, self.actor)
            except BaseException:  # a page that is stopped or rerun raises BaseException, too
                connection.rollback()
                raise
            if keep:
                connection.commit()
            else:
                connection.rollback()

    @contextmanager
    def _connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        deadline = time.monotonic() + self.busy_deadline_s
        with turnstile(self.path.with_suffix(".turnstile"), self.busy_deadline_s):
            connection = self._open_file(deadline)
            try:
                yield connection
            except duckdb.Error as error:
                raise StoreError(f"The database {self.path} refused: {error}") from error
            except RuntimeError as error:
                # So the engine tells that a signal arrived while it was at a query.
                if str(error) == "Query interrupted":
                    raise KeyboardInterrupt from error
                raise
            finally:
                connection.close()

    def _open_file(self, deadline: float) -> duckdb.DuckDBPyConnection:
        while True:
            try:
                return duckdb.connect(str(self.path), config=dict(_CONFIG))
            except duckdb.Error as error:
                if "Could not set lock" not in str(error):
                    raise StoreError(
                        f"{self.path} cannot be opened; restore a backup if it is damaged. "
                        f"The engine says: {error}"
                    ) from error
                if time.monotonic() > deadline:
                    raise StoreBusyError(
                        f"{self.path} is held by a program that does not share it; "
                        f"close that program and try again. The engine says: {error}"
                    ) from error
                time.sleep(_RETRY_S)


def _copy_database(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    name = connection.execute("SELECT current_database()").fetchone()
    source = "roundtable" if name is None else str(name[0])
    escaped = str(target).replace("'", "''")
    connection.execute(f"ATTACH '{escaped}' AS backup_copy")
    try:
        connection.execute(f'COPY FROM DATABASE "{source}" TO backup_copy')
    finally:
        connection.execute("DETACH backup_copy")
