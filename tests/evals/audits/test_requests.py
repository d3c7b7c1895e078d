"""What pages ask for is served once, whoever dies meanwhile, and one bad request stops nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from evals.runs.request import RunSummary
from evals.runs.worker import Worker
from tracker.domain.addresses import Address
from tracker.errors import MisuseError, NotFoundError, StoreBusyError
from tracker.settings import REPOSITORY_ROOT
from tracker.store.lots import lots
from tracker.store.requests import (
    RequestKind,
    RequestState,
    claim_request,
    end_request,
    insert_request,
    recent_requests,
    request_lock,
)

FILM = Address("ANTH01", "F01")
ENTRY = "from tracker.cli.main import main; main()"


def ask(studio, kind=RequestKind.JUDGE, scope=FILM, **parameters):
    with studio.store.write() as tx:
        return insert_request(tx, kind, scope, asked_by="Nika Brandt", parameters=parameters)


def requests(studio):
    with studio.store.read() as tx:
        return recent_requests(tx)


def claim(studio, request, *, minutes_ago: float = 0.0):
    with studio.store.write() as tx:
        assert claim_request(tx, request)
        tx.run("UPDATE work_requests SET started_ts = now() - to_seconds(?)", [60 * minutes_ago])


def test_a_frozen_and_planned_lot_is_asked_for(studio, film_of, roundtable):
    film_of(studio, 60)
    ask(studio, RequestKind.FREEZE_LOT, alpha=0.2)
    ran = roundtable("worker", "--once")
    assert ran.code == 0
    assert "freeze_lot ANTH01/F01: done." in ran.out
    with studio.store.read() as tx:
        (lot,) = lots(tx, FILM)
    assert (lot.state, lot.alpha) == ("planned", 0.2)
    (request,) = requests(studio)
    assert request.state is RequestState.DONE
    assert f"{lot.labels} verdicts" in request.note
    assert "Nothing waits" in roundtable("worker", "--once").err


def test_what_cannot_be_planned_is_not_left_frozen(studio, film_of):
    film_of(studio, 8)
    ask(studio, RequestKind.FREEZE_LOT)
    served = Worker(studio.settings).serve_next()
    assert served.state is RequestState.FAILED
    assert "must all be looked at" in served.note
    with studio.store.read() as tx:
        assert lots(tx, FILM) == []


def test_a_bad_request_says_why_and_stops_nothing(studio, film_of, roundtable):
    film_of(studio, 8)
    ask(studio, RequestKind.RUN, pack="no such pack")
    ask(studio, RequestKind.FREEZE_LOT, alpha="much")
    ask(studio, RequestKind.JUDGE)
    ran = roundtable("worker", "--once")
    assert ran.code == 3
    assert [r.state for r in requests(studio)] == ["done", "failed", "failed"]
    assert "no such pack" in requests(studio)[2].note
    assert "alpha is 'much'" in requests(studio)[1].note


def test_a_defect_is_written_down_and_the_next_one_served(studio, film_of, monkeypatch):
    film_of(studio, 8)
    ask(studio)
    ask(studio, scope=Address("ANTH01"))
    worker = Worker(studio.settings)
    with monkeypatch.context() as patch:
        patch.setattr("evals.runs.worker.judge", lambda *_, **__: 1 / 0)
        assert "ZeroDivisionError" in worker.serve_next().note
    assert worker.serve_next().state is RequestState.DONE


def test_what_a_run_did_is_told_without_the_zeros(studio, film_of, monkeypatch):
    film_of(studio, 8)
    ask(studio, RequestKind.RUN, pack="demo", device="cpu")
    settings = replace(studio.settings, packs=(REPOSITORY_ROOT / "data" / "packs",))
    did = RunSummary(takes=8, scored=7, errored=1, verdicts_changed=1)
    monkeypatch.setattr("evals.runs.worker.run", lambda *_: did)
    served = Worker(settings).serve_next()
    assert served.note == "8 takes: 7 scored, 1 cannot be read; 1 verdict changed."


def test_a_films_requests_are_its_own_and_its_productions(studio, film_of):
    film_of(studio, 8)
    wide, own = ask(studio, scope=Address("ANTH01")), ask(studio)
    with studio.store.read() as tx:
        assert [r.uid for r in recent_requests(tx, FILM)] == [own.uid, wide.uid]
        assert [r.uid for r in recent_requests(tx, Address("ANTH01"))] == [own.uid, wide.uid]
        assert [r.uid for r in recent_requests(tx, Address("ANTH01", "F02"))] == [wide.uid]
        assert recent_requests(tx, Address("ANTH")) == []  # a code that begins another's


def test_the_same_request_is_not_asked_twice(studio, film_of):
    film_of(studio, 8)
    first, second = ask(studio, alpha=0.1), ask(studio, alpha=0.1)
    assert first.uid == second.uid
    assert ask(studio, alpha=0.2).uid != first.uid
    Worker(studio.settings).serve_next()
    assert ask(studio, alpha=0.1).uid != first.uid


def test_a_request_of_a_living_worker_is_left_alone(studio, film_of):
    film_of(studio, 8)
    request = ask(studio)
    claim(studio, request, minutes_ago=60)
    with request_lock(studio.settings.home / "requests", request) as is_free:
        assert is_free
        assert Worker(studio.settings).serve_next() is None
    assert Worker(studio.settings).serve_next().state is RequestState.DONE


def test_a_request_whose_worker_was_killed_is_taken_again(studio, film_of):
    film_of(studio, 8)
    request = ask(studio)
    script = (
        "import os, signal, sys\n"
        "from tracker.settings import Settings\nfrom tracker.store import Store\n"
        "from tracker.store import requests as r\n"
        "settings = Settings.from_env()\nstore = Store.open(settings)\n"
        "with store.read() as tx:\n    (one,) = r.claimable(tx, stale_minutes=0)\n"
        "with r.request_lock(settings.home / 'requests', one):\n"
        "    with store.write() as tx:\n        r.claim_request(tx, one)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    home = os.environ | {"ROUNDTABLE_HOME": str(studio.settings.home)}
    dead = subprocess.run([sys.executable, "-c", script], env=home, check=False)
    assert dead.returncode == -signal.SIGKILL
    assert requests(studio)[0].state is RequestState.WORKING
    assert Worker(studio.settings, stale_minutes=5).serve_next() is None
    assert Worker(studio.settings, stale_minutes=0).serve_next().request.uid == request.uid


def test_an_interrupted_request_waits_again(studio, film_of, monkeypatch):
    film_of(studio, 8)
    ask(studio)

    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("evals.runs.worker.judge", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Worker(studio.settings).serve_next()
    assert requests(studio)[0].state is RequestState.WAITING


def busy(*_: object, **__: object) -> int:
    raise StoreBusyError("Process 7 holds the record; wait for it.")


def test_a_request_that_meets_a_busy_record_waits_again(studio, film_of, monkeypatch):
    film_of(studio, 8)
    ask(studio)
    worker = Worker(studio.settings)
    with monkeypatch.context() as patch:
        patch.setattr("evals.runs.worker.judge", busy)
        with pytest.raises(StoreBusyError):
            worker.serve_next()
    (request,) = requests(studio)
    assert (request.state, request.note) == (RequestState.WAITING, "")
    assert worker.serve_next().state is RequestState.DONE


def test_what_is_done_is_written_however_long_the_record_is_busy(studio, film_of, monkeypatch):
    film_of(studio, 60)
    ask(studio, RequestKind.FREEZE_LOT, alpha=0.2)
    tries = []

    def busy_twice(*arguments: object) -> None:
        tries.append(arguments)
        if len(tries) < 3:
            busy()
        end_request(*arguments)

    monkeypatch.setattr("evals.runs.worker.end_request", busy_twice)
    monkeypatch.setattr("evals.runs.worker.POLL_S", 0.0)
    worker = Worker(studio.settings)
    assert worker.serve_next().state is RequestState.DONE
    assert [(r.state, len(tries)) for r in requests(studio)] == [(RequestState.DONE, 3)]
    assert worker.serve_next() is None


def test_ctrl_c_ends_the_worker_with_130(studio, film_of):
    film_of(studio, 8)
    process = subprocess.Popen(
        [sys.executable, "-c", ENTRY, "worker"],
        env=os.environ | {"ROUNDTABLE_HOME": str(studio.settings.home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "Waiting for requests" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("kind", "scope", "error"),
    [
        (RequestKind.FREEZE_LOT, Address("ANTH01"), MisuseError),
        (RequestKind.RUN, Address("ANTH01", "F09"), NotFoundError),
    ],
)
def test_what_names_nothing_is_not_asked_for(studio, film_of, kind, scope, error):
    film_of(studio, 8)
    with pytest.raises(error):
        ask(studio, kind, scope)
