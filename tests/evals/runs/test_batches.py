"""Takes that share a batch: the same scores as alone, and nobody's failure is another's."""

from __future__ import annotations

import shutil

import pytest

from evals.metrics.builtin import FAMILIES, Family
from evals.packs import batching
from evals.packs.backend import torch
from evals.packs.devices import PRECISION, SCORE_TOLERANCE
from evals.packs.text_image import TextImageModel
from evals.runs import batches
from tracker.domain.addresses import Address
from tracker.domain.scores import ScoreState
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.evals import read_scores

WHAT = "text-image model"
PROMPT = {facts.name for facts in FAMILIES[Family.PROMPT]}
READABLE = 4
STILL = "SQ010_SH0040"


@pytest.fixture
def rows(monkeypatch):
    """Set how many views the text-image model takes at once."""
    return lambda count: monkeypatch.setitem(batching.ROWS["cpu"], WHAT, count)


@pytest.fixture
def copies(workspace, tmp_path):
    """Workspaces of the same six takes, by name."""

    def copy(name: str) -> Settings:
        shutil.copytree(workspace.home, tmp_path / name)
        return Settings(home=tmp_path / name, packs=workspace.packs)

    return copy


@pytest.fixture
def shared(monkeypatch) -> list[int]:
    """How many takes went into each forward pass of a run; the first is the trial when it is loaded."""
    real, found = TextImageModel.encode_views, []

    def encode(self, takes):
        found.append(len(takes))
        return real(self, takes)

    monkeypatch.setattr(TextImageModel, "encode_views", encode)
    return found


def found_in(settings: Settings) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return (shot, metric) -> everything that a score says."""
    with Store.open(settings).read() as tx:
        shots = dict(tx.rows("SELECT take_id, s.code FROM takes JOIN shots s USING (shot_id)"))
        stored = read_scores(tx, Address("REEL01"), with_series=True)
    return {
        (shots[key], s.metric): (s.state, s.value, s.low, s.high, s.reason, s.series, s.evidence)
        for key, scored in stored.items()
        for _, _, s in scored
    }


def numbers(told: tuple[object, ...]) -> list[float]:
    return [n for n in (*told[1:4], *told[5]) if isinstance(n, float)]


def run_in(settings: Settings) -> str:
    with Store.open(settings).read() as tx:
        return tx.rows("SELECT device FROM eval_runs ORDER BY run_id DESC")[0][0]


def test_takes_share_a_batch_and_score_as_alone_whatever_the_workers(
    copies, score, tiny_pack, rows, shared
):
    rows(64)
    alone, together = copies("alone"), copies("together")
    for code in ("0010", "0020", "0030", "0040", "0050", "0060"):
        score(alone, pack=tiny_pack, scope=f"REEL01/F01/SQ010_SH{code}")
    assert set(shared) == {1}
    shared.clear()
    score(together, pack=tiny_pack, workers=4)
    assert shared == [1, READABLE]
    assert found_in(together) == found_in(alone)  # to the bit


def test_one_view_at_a_time_and_sixteen_give_the_same_scores(copies, score, tiny_pack, rows):
    told = []
    for count in (1, 16):
        rows(count)
        settings = copies(str(count))
        score(settings, pack=tiny_pack)
        told.append(found_in(settings))
    assert told[0].keys() == told[1].keys()
    for key, one in told[0].items():
        assert numbers(one) == pytest.approx(numbers(told[1][key]), abs=1e-4)
        assert one[0] is told[1][key][0]
    assert any(numbers(one) for (_, metric), one in told[0].items() if metric in PROMPT)


def test_a_take_leaves_when_its_batch_is_full(workspace, score, tiny_pack, rows, shared):
    rows(12)
    score(workspace, pack=tiny_pack)
    assert len(shared) > 2
    assert sum(shared) == 1 + READABLE


def test_a_take_does_not_wait_for_long(workspace, score, tiny_pack, rows, shared, monkeypatch):
    rows(64)
    monkeypatch.setattr(batches, "_PATIENCE_S", 0.0)
    score(workspace, pack=tiny_pack)
    assert shared == [1] * (1 + READABLE)


def test_a_take_that_fails_costs_its_company_nothing(
    workspace, copies, score, tiny_pack, rows, monkeypatch
):
    rows(64)
    settings, other = copies("failing"), copies("sound")
    real = TextImageModel.encode_views

    def encode(self, takes):
        if any(len(take.rows) == 1 for take in takes):
            raise RuntimeError("The size of tensor a must match.\nMore lines.")
        return real(self, takes)

    with monkeypatch.context() as patch:
        patch.setattr(TextImageModel, "encode_views", encode)
        summary = score(settings, pack=tiny_pack)
    assert (summary.scored, summary.decoded) == (READABLE, READABLE)
    score(other, pack=tiny_pack)
    failed, sound = found_in(settings), found_in(other)
    odd = {key for key in sound if failed[key] != sound[key]}
    assert odd
    assert all(shot == STILL and metric in PROMPT for shot, metric in odd)
    reasons = {failed[key][4] for key in odd}
    assert all("(The size of tensor a must match.); run it again." in text for text in reasons)
    again = score(settings, pack=tiny_pack)
    assert again.reused == 5
    assert found_in(settings) == sound


def test_a_run_that_is_stopped_while_takes_wait_reads_them_again(
    copies, score, tiny_pack, rows, monkeypatch
):
    rows(64)
    settings, other = copies("stopped"), copies("whole")
    real = TextImageModel.encode_views

    def encode(self, takes):
        if len(takes) > 1:
            raise KeyboardInterrupt
        return real(self, takes)

    with monkeypatch.context() as patch:
        patch.setattr(TextImageModel, "encode_views", encode)
        with pytest.raises(KeyboardInterrupt):
            score(settings, pack=tiny_pack)
    assert {shot for shot, _ in found_in(settings)} == {
        "SQ010_SH0050",
        "SQ010_SH0060",
    }  # unreadable
    assert score(settings, pack=tiny_pack).decoded == READABLE
    score(other, pack=tiny_pack)
    assert found_in(settings) == found_in(other)


def starve(monkeypatch, most: int) -> None:
    """Let every forward pass of more than so many views run out of memory."""
    real = TextImageModel._encode_views

    def encode(self, batch):
        if len(batch) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(self, batch)

    monkeypatch.setattr(TextImageModel, "_encode_views", encode)


def test_a_run_whose_memory_is_tight_goes_on_and_says_so(
    copies, score, tiny_pack, rows, monkeypatch
):
    rows(16)
    roomy, narrow = copies("roomy"), copies("narrow")
    assert not any("memory" in text for text in score(roomy, pack=tiny_pack).remarks)
    starve(monkeypatch, most=3)
    summary = score(narrow, pack=tiny_pack)
    assert [text for text in summary.remarks if "memory" in text] == [
        "The text-image model ran out of memory on 'cpu' with 16 rows at a time and went on with 2."
    ]
    expected = found_in(roomy)
    for key, told in found_in(narrow).items():
        assert numbers(told) == pytest.approx(numbers(expected[key]), abs=1e-4)


def test_takes_that_do_not_fit_at_all_miss_those_scores_until_they_do(
    workspace, score, tiny_pack, monkeypatch
):
    real, is_loaded = TextImageModel._encode_views, []

    def encode(self, batch):
        if is_loaded:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        is_loaded.append(True)  # the trial when it is loaded
        return real(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(TextImageModel, "_encode_views", encode)
        summary = score(workspace, pack=tiny_pack)
    assert summary.scored == READABLE
    assert any("does not fit into the memory of 'cpu'" in text for text in summary.remarks)
    told = found_in(workspace)
    pan = {m: s for (shot, m), s in told.items() if shot == "SQ010_SH0010"}
    assert all(pan[m][0] is ScoreState.NOT_ASSESSABLE for m in PROMPT)
    assert all("run it again" in pan[m][4] for m in PROMPT)
    assert pan["flicker"][0] is ScoreState.OK
    assert score(workspace, pack=tiny_pack).reused == 2  # the files that cannot be read
    pan = {m: s for (shot, m), s in found_in(workspace).items() if shot == "SQ010_SH0010"}
    assert pan["prompt_raw"][0] is ScoreState.OK


def test_half_precision_is_another_result_within_the_tolerance(
    copies, score, tiny_pack, monkeypatch
):
    settings = copies("both")
    assert score(settings, pack=tiny_pack).device == run_in(settings) == "cpu"
    whole = found_in(settings)
    monkeypatch.setitem(PRECISION, "cpu", "float16")
    summary = score(settings, pack=tiny_pack)
    assert summary.device == run_in(settings) == "cpu (float16)"
    assert summary.decoded == READABLE  # nothing of another precision is reused
    half = found_in(settings)
    for (shot, metric), told in whole.items():
        if metric in PROMPT:
            assert numbers(half[shot, metric]) == pytest.approx(numbers(told), abs=SCORE_TOLERANCE)
        else:
            assert half[shot, metric] == told
