"""A run may be stopped at any moment, by anybody, and goes on where it was."""

from __future__ import annotations

import json
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


def test_what_was_scored_before_an_interruption_is_kept_and_not_scored_again(fresh):
    settings = fresh("stopped")
    request = RunRequest(
        scopes=[Address("REEL01")],
        pack=find_pack("bare", settings.packs),
        device="cpu",
        workers=2,
    )
    with pytest.raises(KeyboardInterrupt):
        run(settings, request, _StopAfter(11))
    assert len(values(settings)) == 11 * len(BUILTIN)
    rest = run(settings, request)
    assert (rest.reused, rest.decoded) == (11, TAKES - 11)
    assert len(values(settings)) == TAKES * len(BUILTIN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_exits_with_130_and_one_sentence(fresh, start, number):
    settings = fresh("signalled")
    process = start(*COMMAND, settings=settings)
    _wait_for_readers(settings)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert err.splitlines()[-1] == "roundtable: Interrupted; what was finished is kept."
    assert "Traceback" not in err
    assert len(values(settings)) % len(BUILTIN) == 0


def _wait_for_readers(settings: Settings) -> None:
    """Wait until the run is in the record: right after that its readers start."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with Store.open(settings).read() as tx:
            if tx.rows("SELECT 1 FROM eval_runs"):
                return
        time.sleep(0.05)
    raise AssertionError("The run did not start.")


def _kill_and_finish(
    start, roundtable, *, settings: Settings, kills: int, whole: tuple[float, list[object]]
) -> int:
    """Kill a run at random moments, run it to the end, hold its record against an untouched run."""
    usual_s, expected = whole
    killed = 0
    for _ in range(kills):
        process = start(*COMMAND, settings=settings)
        with suppress(subprocess.TimeoutExpired):
            process.wait(random.uniform(0.3, 0.8) * usual_s)
        process.kill()
        process.communicate(timeout=60)  # returns when the orphaned readers are gone, too
        if process.returncode != -signal.SIGKILL:
            break  # it was done before
        killed += 1
    code, out, err = roundtable(*COMMAND, settings=settings)
    assert code == 0, err
    assert json.loads(out)["takes"] == TAKES
    assert values(settings) == expected
    return killed


@pytest.fixture
def whole(fresh, roundtable) -> tuple[float, list[object]]:
    """How long a run takes when nobody stops it, and what it leaves in the record."""
    settings = fresh("whole")
    begun = time.monotonic()
    code, _, err = roundtable(*COMMAND, settings=settings)
    assert code == 0, err
    usual_s = time.monotonic() - begun
    found = values(settings)
    assert len(found) == TAKES * len(BUILTIN)
    assert len(verdicts(settings)) == TAKES
    return usual_s, found


def test_a_run_killed_several_times_misses_no_score_and_has_none_twice(
    fresh, start, roundtable, whole
):
    settings = fresh("killed")
    assert _kill_and_finish(start, roundtable, settings=settings, kills=3, whole=whole) >= 1


@pytest.mark.proof
def test_twenty_kills_leave_no_score_missing_and_none_twice(fresh, start, roundtable, whole):
    killed = 0
    for attempt in range(40):
        settings = fresh(f"killed{attempt}")
        killed += _kill_and_finish(start, roundtable, settings=settings, kills=4, whole=whole)
        if killed >= 20:
            return
    raise AssertionError(f"Only {killed} runs were killed before their end.")
