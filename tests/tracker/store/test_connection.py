import os
import signal
import threading

import duckdb
import pytest

from tracker.errors import ConflictError, NotFoundError, StoreBusyError, StoreError
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.integrity import integrity_problems


def count_people(store: Store) -> int:
    with store.read() as tx:
        return tx.rows("SELECT count(*) FROM people")[0][0]


def test_a_workspace_that_is_not_there_is_named_with_the_remedy(settings):
    with pytest.raises(NotFoundError, match="roundtable init"):
        Store.open(settings)


def test_a_write_is_kept_and_a_read_changes_nothing(store):
    with store.write() as tx:
        tx.run("INSERT INTO people (name) VALUES ('Ada Quill')")
    with store.read() as tx:
        tx.run("INSERT INTO people (name) VALUES ('Nobody')")
    assert count_people(store) == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_exception_rolls_back(store, error):
    with pytest.raises(error), store.write() as tx:
        tx.run("INSERT INTO people (name) VALUES ('Ada Quill')")
        raise error
    assert count_people(store) == 0


def test_a_signal_in_the_middle_of_a_query_is_an_interruption(store):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    press = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    try:
        with pytest.raises(KeyboardInterrupt), store.write() as tx:
            tx.run("INSERT INTO people (name) VALUES ('Ada Quill')")
            # Alone, the thread that asks also works; else it may wait for another and hear nothing.
            tx.run("SET threads = 1")
            press.start()
            tx.rows("SELECT sum(sqrt(range)) FROM range(2_000_000_000)")  # many seconds
    finally:
        press.join()
        signal.signal(signal.SIGINT, before)
    assert count_people(store) == 0


def test_a_failed_statement_saves_nothing_even_when_the_caller_goes_on(store):
    with pytest.raises(StoreError, match="refused"), store.write() as tx:
        tx.run("INSERT INTO people (name) VALUES ('Ada Quill')")
        tx.run("SELECT * FROM nowhere")
    assert count_people(store) == 0


def test_python_variables_are_never_read_as_tables(store):
    people_of_mine = [1, 2, 3]
    with pytest.raises(StoreError), store.read() as tx:
        tx.rows("SELECT * FROM people_of_mine")
    assert people_of_mine == [1, 2, 3]


def test_a_request_applies_once(store):
    def add(tx):
        return tx.once(
            "req-1", "add", lambda: tx.run("INSERT INTO people (name) VALUES ('A')") or {"n": 1}
        )

    for _ in range(2):
        with store.write() as tx:
            assert add(tx) == {"n": 1}
    assert count_people(store) == 1
    with pytest.raises(ConflictError, match="already used"), store.write() as tx:
        tx.once("req-1", "something else", lambda: None)


def test_a_backup_holds_everything_and_never_overwrites(filled, tmp_path, settings):
    target = filled.backup(tmp_path / "copies" / "one.duckdb")
    copy = Store(target)
    with copy.read() as tx:
        assert tx.rows("SELECT count(*) FROM takes")[0][0] == 3
        assert integrity_problems(tx) == []
    with copy.write() as tx:  # sequences go on where the original stands
        tx.run("INSERT INTO people (name) VALUES ('Later')")
    with pytest.raises(ConflictError, match="exists already"):
        filled.backup(target)


def test_a_program_that_holds_the_file_is_named(store, settings, tmp_path):
    import subprocess
    import sys

    code = (
        "import duckdb, sys, time\n"
        f"c = duckdb.connect({str(settings.database)!r})\n"
        "print('held', flush=True)\n"
        "time.sleep(30)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        impatient = Store(settings.database, busy_deadline_s=0.3)
        with pytest.raises(StoreBusyError, match=str(holder.pid)), impatient.read():
            pass
    finally:
        holder.kill()
        holder.communicate()
    assert count_people(store) == 0


def test_a_damaged_file_is_refused_with_the_remedy(settings):
    Store.create(settings)
    settings.database.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreError, match="restore a backup"):
        Store.open(settings)


def test_non_finite_scores_cannot_be_stored(store):
    with pytest.raises(StoreError, match="CHECK"), store.write() as tx:
        tx.run(
            "INSERT INTO scores (take_id, metric_id, run_id, result_key, state, value, reason, "
            "scored_ts) VALUES (1, 1, 1, 'k', 'ok', 'nan'::DOUBLE, '', now())"
        )


def test_the_engine_is_the_major_version_that_was_measured():
    assert duckdb.__version__.split(".")[0] == "2"


def test_settings_refuse_a_deadline_that_is_no_number(monkeypatch):
    monkeypatch.setenv("ROUNDTABLE_BUSY_DEADLINE_S", "soon")
    with pytest.raises(Exception, match="ROUNDTABLE_BUSY_DEADLINE_S"):
        Settings.from_env()
