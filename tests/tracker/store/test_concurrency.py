"""Several processes on one record: nothing is lost, and nobody sees an error."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracker.domain.production import Person, Role
from tracker.errors import StoreBusyError
from tracker.store import Store
from tracker.store.integrity import integrity_problems
from tracker.store.productions import add_person, people

TRAFFIC = Path(__file__).parent / "_traffic.py"


@pytest.fixture
def spawn(store) -> Callable[..., subprocess.Popen[str]]:
    """Start a process of `_traffic.py` on the same record."""

    def start(work: str, name: str, *, seconds: float) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, TRAFFIC, work, store.path.parent, name, str(seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def names(store: Store) -> list[str]:
    with store.read() as tx:
        return [person.name for person in people(tx)]


def add(store: Store, name: str) -> None:
    with store.write() as tx:
        add_person(tx, Person(name=name, roles=(Role.VENDOR,)))


def _two_write_and_four_read(store: Store, spawn, *, seconds: float) -> None:
    writers = [spawn("write", f"writer {i}", seconds=seconds) for i in range(2)]
    readers = [spawn("read", f"reader {i}", seconds=seconds) for i in range(4)]
    outputs = {p: p.communicate(timeout=seconds + 60) for p in writers + readers}
    assert [(p.returncode, err) for p, (_, err) in outputs.items()] == [(0, "")] * 6
    acknowledged = [line for p in writers for line in outputs[p][0].splitlines()]
    assert sorted(names(store)) == sorted(acknowledged)
    assert min(len(outputs[p][0].splitlines()) for p in writers) > 1
    for reader in readers:
        counts = [int(line) for line in outputs[reader][0].splitlines()]
        assert counts == sorted(counts)  # what was seen once never vanishes
        assert len(counts) > 1
    with store.read() as tx:
        assert integrity_problems(tx) == []
        assert tx.rows("SELECT count(*) FROM applied_requests") == [(len(acknowledged),)]
        assert tx.rows("SELECT count(*) FROM events") == [(len(acknowledged),)]


def test_two_writers_and_four_readers_lose_nothing_and_see_no_error(store, spawn):
    _two_write_and_four_read(store, spawn, seconds=4)


@pytest.mark.proof
def test_twenty_seconds_of_two_writers_and_four_readers_lose_nothing(store, spawn):
    _two_write_and_four_read(store, spawn, seconds=20)


def test_whoever_waits_too_long_is_told_which_process_holds_the_record(store, spawn):
    holder = spawn("hold", "holder", seconds=30)
    assert holder.stdout.readline() == "held\n"
    impatient = Store(store.path, busy_deadline_s=0.3)
    began = time.monotonic()
    with pytest.raises(StoreBusyError, match=f"process {holder.pid} holds it") as caught:
        names(impatient)
    assert time.monotonic() - began < 5
    assert "wait for it to finish, or stop it" in str(caught.value)
    holder.kill()
    holder.communicate()
    assert names(impatient) == []


def test_a_transaction_waits_for_the_one_before_it(store, spawn):
    holder = spawn("hold", "holder", seconds=0.8)
    assert holder.stdout.readline() == "held\n"
    add(store, "Marta Oyelaran")
    assert holder.wait() == 0
    assert names(store) == ["Marta Oyelaran"]
    holder.communicate()


def test_threads_of_one_process_take_turns(store):
    def work(index: int) -> int:
        add(store, f"Vendor {index}")
        return len(names(store))

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(12)))
    assert len(names(store)) == 12
    assert max(counts) <= 12


def test_a_writer_that_starts_over_after_its_death_applies_each_request_once(store, spawn):
    """It cannot know whether its last commit was kept, so it sends every request again."""
    first = spawn("write", "writer", seconds=60)
    for _ in range(5):
        first.stdout.readline()
    first.kill()
    first.communicate()
    again = spawn("write", "writer", seconds=2)
    out, err = again.communicate(timeout=60)
    assert err == ""
    assert sorted(names(store)) == sorted(out.splitlines())
    assert len(out.splitlines()) > 5
    with store.read() as tx:
        assert tx.rows("SELECT count(*) FROM events") == [(len(out.splitlines()),)]


def _kill_writers(store: Store, spawn, *, rounds: int) -> None:
    acknowledged: set[str] = set()
    for attempt in range(rounds):
        writer = spawn("write", f"writer {attempt}", seconds=60)
        lines: list[str] = [writer.stdout.readline()]
        listener = threading.Thread(target=lines.extend, args=[writer.stdout], daemon=True)
        listener.start()
        time.sleep(random.uniform(0.0, 0.4))
        writer.kill()
        writer.wait()
        listener.join(10)
        writer.stderr.close()
        writer.stdout.close()
        acknowledged |= {line.removesuffix("\n") for line in lines if line.endswith("\n")}
        found = set(names(store))
        assert acknowledged <= found
        # At most the one commit whose acknowledgement died with its writer.
        assert len(found - acknowledged) <= attempt + 1
    with store.read() as tx:
        assert integrity_problems(tx) == []


def test_a_writer_that_is_killed_loses_no_acknowledged_commit(store, spawn):
    _kill_writers(store, spawn, rounds=4)


@pytest.mark.proof
def test_forty_killed_writers_lose_no_acknowledged_commit(store, spawn):
    _kill_writers(store, spawn, rounds=40)
