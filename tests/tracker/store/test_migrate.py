import duckdb
import pytest

from tracker.actions.decide import decide
from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind, VerdictOf
from tracker.domain.meaning import difference
from tracker.domain.production import Brief, Film, Production, ProductionKind, Shot
from tracker.domain.reviews import DecisionOutcome
from tracker.errors import MigrationError, StoreError
from tracker.store import Store
from tracker.store.asks import ask
from tracker.store.integrity import integrity_problems
from tracker.store.lots import certificates, covering, lots
from tracker.store.meaning import meanings
from tracker.store.migrate import Migration, migrate, pending, shipped
from tracker.store.productions import add_film, add_production
from tracker.store.shots import insert_shot
from tracker.store.takes import insert_take

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


@pytest.fixture
def before_panels(settings, make_take, monkeypatch):
    """A database of five migrations with a director's certified lot, written as it was written then."""
    old = shipped()[:5]
    with monkeypatch.context() as patch:
        patch.setattr("tracker.store.migrate.shipped", lambda: old)
        store = Store.create(settings)
        with store.write() as tx:
            add_production(tx, Production(code="ANTH01", kind=ProductionKind.ANTHOLOGY))
            add_film(tx, Film(production="ANTH01", code="F01", director="Ada Quill"))
            shot = Shot(film="F01", code="SQ010_SH0010", sequence="SQ010", brief=Brief(prompt="x"))
            insert_shot(tx, "ANTH01", shot)
            keys = [insert_take(tx, make_take(number)) for number in (1, 2, 3)]
            tx.run(
                "INSERT INTO lots (lot_id, film_id, purpose, alpha, delta, scope, scope_sha256, "
                "manifest_sha256, state, seed) SELECT 7001, film_id, 'pass', .1, .1, "
                "'{\"decision_maker\": \"Ada Quill\"}', ?, ?, 'certified', ? FROM films",
                ["a" * 64, "b" * 64, "c" * 64],
            )
            tx.run(
                "INSERT INTO certificates (certificate_id, lot_id, film_id, purpose, alpha, delta, "
                "scope, scope_sha256, takes, boundary, document, state) SELECT 7002, 7001, film_id, "
                "'pass', .1, .1, '{}', ?, 3, '[2, 2, 2]', '{}', 'valid' FROM films",
                ["a" * 64],
            )
            for key in keys:
                digests = [key, "d" * 64, "e" * 64]
                tx.run(
                    "INSERT INTO lot_takes (lot_id, take_id, address, sha256, score, scores_sha256, "
                    "expected_rejection, position) VALUES (7001, ?, '', ?, .9, ?, .1, 0)",
                    digests,
                )
                tx.run("INSERT INTO certificate_takes VALUES (7002, ?, ?, ?)", digests)
                ask(tx, AskKind.KEPT_AUDIT, key, person="Ada Quill", place=0.5, certificate_id=7002)
    return settings


def test_a_lot_from_before_there_were_panels_is_its_directors(before_panels):
    store = Store.open(before_panels)
    with store.read() as tx:
        (lot,) = lots(tx, Address("ANTH01", "F01"))
        assert (lot.verdict_of, lot.panel) == (VerdictOf.DIRECTOR, ())
        assert (lot.scope, lot.state) == ({"decision_maker": "Ada Quill"}, "certified")
        assert integrity_problems(tx) == []
    with pytest.raises(StoreError), store.write() as tx:
        tx.run("UPDATE lots SET panel = NULL")
    assert list(before_panels.backups.glob("before-0006_panels.duckdb"))


def test_what_was_frozen_before_its_meaning_was_written_down_is_vouched_for_no_more(before_panels):
    store = Store.open(before_panels)
    film = Address("ANTH01", "F01")
    with store.read() as tx:
        frozen = [entry for entries in covering(tx, film).values() for entry in entries]
        now = meanings(tx, film)["SQ010_SH0010"]
    assert len(frozen) == 3
    assert all(difference(entry.meant, now) for entry in frozen), "nobody knows how it was meant"


def test_kept_audits_from_before_there_were_panels_count_as_they_did(before_panels):
    """One person each: a rejection after an acceptance counts, what has no answer does not."""
    store = Store.open(before_panels)
    for number, outcome in ((1, "approve"), (1, "direct"), (1, "approve"), (2, "approve")):
        take = Address("ANTH01", "F01", "SQ010_SH0010", f"v{number:03d}")
        decide(store, take, DecisionOutcome(outcome), by="Ada Quill")
    with store.read() as tx:
        (found,) = certificates(tx)
    assert (found.audited, found.wrong, found.state) == (2, 1, "valid")
