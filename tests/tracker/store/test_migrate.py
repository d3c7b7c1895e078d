import duckdb
import pytest

from tracker.errors import MigrationError
from tracker.store import Store
from tracker.store.migrate import Migration, migrate, pending, shipped

FIRST = Migration(1, "0001_first", "CREATE TABLE a (x INTEGER);")
SECOND = Migration(2, "0002_second", "ALTER TABLE a ADD COLUMN y INTEGER;")
BROKEN = Migration(2, "0002_broken", "CREATE TABLE b (x INTEGER); SELECT * FROM nowhere;")


@pytest.fixture
def memory():
    with duckdb.connect(":memory:") as connection:
        yield connection


def test_shipped_migrations_are_numbered_without_gaps():
    assert [m.number for m in shipped()] == list(range(1, len(shipped()) + 1))


def test_pending_changes_nothing(memory):
    assert pending(memory, [FIRST]) == [FIRST]
    assert memory.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


def test_each_migration_is_applied_once(memory):
    assert migrate(memory, [FIRST]) == [FIRST]
    assert migrate(memory, [FIRST, SECOND]) == [SECOND]
    assert migrate(memory, [FIRST, SECOND]) == []


def test_a_migration_that_fails_leaves_nothing_behind(memory):
    migrate(memory, [FIRST])
    with pytest.raises(duckdb.Error):
        migrate(memory, [FIRST, BROKEN])
    names = [n for (n,) in memory.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    assert sorted(names) == ["a", "schema_migrations"]
    assert pending(memory, [FIRST, SECOND]) == [SECOND]


def test_a_changed_migration_is_refused(memory):
    migrate(memory, [FIRST])
    changed = Migration(1, "0001_first", "CREATE TABLE a (x BIGINT);")
    with pytest.raises(MigrationError, match="never change"):
        pending(memory, [changed])


def test_a_newer_database_is_refused(memory):
    migrate(memory, [FIRST, SECOND])
    with pytest.raises(MigrationError, match="newer"):
        pending(memory, [FIRST])


def test_a_backup_is_made_before_a_later_migration(settings, monkeypatch):
    store = Store.create(settings)
    with store.write() as tx:
        tx.run("INSERT INTO people (name) VALUES ('Ada Quill')")
    more = [*shipped(), Migration(9999, "9999_more", "CREATE TABLE more (x INTEGER);")]
    monkeypatch.setattr("tracker.store.migrate.shipped", lambda: more)
    Store.open(settings)
    (backup,) = settings.backups.glob("before-9999_more.duckdb")
    with Store(backup).read() as tx:
        assert tx.rows("SELECT name FROM people") == [("Ada Quill",)]
