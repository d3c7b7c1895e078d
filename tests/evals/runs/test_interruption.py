"""A run may be stopped at any moment, by anybody, and goes on where it was."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress

import pytest

from evals.metrics.builtin import BUILTIN
from evals.packs.manifest import find_pack
from evals.runs.execute import RunRequest, run
from tracker.actions.report import SilentProgress
from tracker.domain.addresses import Address
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.integrity import integrity_problems

TAKES = 20
COMMAND = ("evals", "run", "--production", "REEL01", "--pack", "bare", "--workers", "2", "--json")


@pytest.fixture(scope="module")
def reel(tmp_path_factory, make_clip, packs, import_tables) -> Settings:
    """A workspace with twenty takes, more than two parts hold; nothing is scored."""
    folder = tmp_path_factory.mktemp("reel")
    codes = [f"SQ010_SH{10 * (i + 1):04d}" for i in range(TAKES)]
    (folder / "shots.csv").write_text("Film,Shot\n" + "".join(f"F01,{c}\n" for c in codes))
    rows = [f"F01,{code},1,{i % 5}.mp4\n" for i, code in enumerate(codes)]
    (folder / "takes.csv").write_text("Film,Shot,Take,File\n" + "".join(rows))
    for seed in range(5):
        make_clip(folder / f"{seed}.mp4", seed=seed)
    return import_tables(Settings(home=folder / "own", packs=(packs,)), folder)


@pytest.fixture
def fresh(reel, tmp_path):
    """Copies of that workspace."""

    def copy(name: str) -> Settings:
        shutil.copytree(reel.home, tmp_path / name)
        return Settings(home=tmp_path / name, packs=reel.packs)

    return copy


def values(settings: Settings) -> list[tuple[object, ...]]:
    with Store.open(settings).read() as tx:
        assert integrity_problems(tx) == []
        return tx.rows(
            "SELECT s.take_id, m.name, s.state, s.value, s.reason, s.result_key FROM scores s "
            "JOIN metrics m USING (metric_id) ORDER BY 1, 2"
        )


def verdicts(settings: Settings) -> list[tuple[object, ...]]:
    with Store.open(settings).read() as tx:
        return tx.rows("SELECT take_id, outcome, reason, frames::TEXT FROM verdicts ORDER BY 1")


class _StopAfter(SilentProgress):
    """Presses Ctrl-C when so many takes are done."""

    def __init__(self, takes: int) -> None:
        self.left = takes

    def advance(self, done: int, note: str = "") -> None:
        self.left -= done
        if self.left == 0:
            raise KeyboardInterrupt


def request_of(settings: Settings) -> RunRequest:
    """What COMMAND asks for."""
    pack = find_pack("bare", settings.packs)
    return RunRequest(scopes=[Address("REEL01")], pack=pack, device="cpu", workers=2)


def test_what_was_scored_before_an_interruption_is_kept_and_not_scored_again(fresh):
    settings = fresh("stopped")
    with pytest.raises(KeyboardInterrupt):
        run(settings, request_of(settings), _StopAfter(11))
    assert len(values(settings)) == 11 * len(BUILTIN)
    rest = run(settings, request_of(settings))
    assert (rest.reused, rest.decoded) == (11, TAKES - 11)
    assert len(values(settings)) == TAKES * len(BUILTIN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_exits_with_130_and_one_sentence(fresh, start, number):
    settings = fresh("signalled")
    process = start(*COMMAND, settings=settings)
    _wait_for_run(settings, process, before=0)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert err.splitlines()[-1] == "roundtable: Interrupted; what was finished is kept."
    assert "Traceback" not in err
    assert len(values(settings)) % len(BUILTIN) == 0


def _runs(settings: Settings) -> int:
    with Store.open(settings).read() as tx:
        return int(tx.rows("SELECT count(*) FROM eval_runs")[0][0])


def _wait_for_run(settings: Settings, process: subprocess.Popen[str], *, before: int) -> None:
    """Wait until a run is in the record, after which its readers start, or had nothing to do."""
    deadline = time.monotonic() + 60
    while _runs(settings) == before and process.poll() is None:
        assert time.monotonic() < deadline, "The run did not start."
        time.sleep(0.05)


def _kill_and_finish(
    start, *, settings: Settings, kills: int, whole: tuple[float, list[object]]
) -> int:
    """Kill a run at random moments, run it to the end, hold its record against an untouched run."""
    usual_s, expected = whole
    killed = 0
    for _ in range(kills):
        before = _runs(settings)
        process = start(*COMMAND, settings=settings)
        if random.random() < 0.75:  # else it may well die before it has begun
            _wait_for_run(settings, process, before=before)
        with suppress(subprocess.TimeoutExpired):
            process.wait(random.uniform(0, usual_s))
        process.kill()
        process.communicate(timeout=60)  # returns when the orphaned readers are gone, too
        if process.returncode != -signal.SIGKILL:
            break  # it was done before
        killed += 1
    assert run(settings, request_of(settings)).takes == TAKES
    assert values(settings) == expected
    return killed


@pytest.fixture(scope="module")
def whole(reel, tmp_path_factory) -> tuple[float, list[object]]:
    """How long scoring takes when nobody stops it, and what it leaves in the record."""
    home = tmp_path_factory.mktemp("whole") / "home"
    shutil.copytree(reel.home, home)
    settings = Settings(home=home, packs=reel.packs)
    begun = time.monotonic()
    run(settings, request_of(settings))
    usual_s = time.monotonic() - begun
    found = values(settings)
    assert len(found) == TAKES * len(BUILTIN)
    assert len(verdicts(settings)) == TAKES
    return usual_s, found


def _kill_runs(fresh, start, whole, *, kills: int, wanted: int) -> None:
    """Go on until so many runs were killed before their end: some are done before they are killed."""
    killed = 0
    for attempt in range(10 * wanted):
        settings = fresh(f"killed{attempt}")
        killed += _kill_and_finish(start, settings=settings, kills=kills, whole=whole)
        if killed >= wanted:
            return
    raise AssertionError(f"Only {killed} runs were killed before their end.")


def test_a_run_killed_several_times_misses_no_score_and_has_none_twice(fresh, start, whole):
    _kill_runs(fresh, start, whole, kills=2, wanted=1)


@pytest.mark.proof
def test_twenty_kills_leave_no_score_missing_and_none_twice(fresh, start, whole):
    _kill_runs(fresh, start, whole, kills=4, wanted=20)
