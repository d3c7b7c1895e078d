from __future__ import annotations

import math
import shutil

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.metrics.builtin import BUILTIN
from evals.runs.models import pack_names
from evals.runs.parts import PartWriter, Result, fold_part, fold_parts
from tracker.domain.addresses import Address
from tracker.domain.scores import Evidence, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.errors import StoreError
from tracker.store import Store
from tracker.store import evals as table
from tracker.store.integrity import integrity_problems
from tracker.store.takes import list_takes

FLICKER = next(facts for facts in BUILTIN if facts.name == "flicker")
finite = st.floats(allow_nan=False, allow_infinity=False)
single = st.floats(allow_nan=False, allow_infinity=False, width=32)
evidence = st.builds(
    lambda start, length, kind, severity: Evidence(
        frames=FrameRange(start, start + length), kind=kind, severity=severity
    ),
    st.integers(0, 10**6),
    st.integers(1, 10**6),
    st.text(max_size=8),
    finite,
)
ok_scores = st.builds(
    lambda value, reason, found, series: Score(
        metric="flicker",
        state=ScoreState.OK,
        value=value,
        reason=reason,
        evidence=tuple(found),
        series=tuple(series),
    ),
    finite,
    st.text(max_size=20),
    st.lists(evidence, max_size=3, unique_by=lambda e: e.frames.start),
    st.lists(single, max_size=5),
)
words = st.text(min_size=1, max_size=20)
failed_scores = words.map(lambda reason: Score.failed("flicker", reason))


@pytest.fixture
def begun(workspace):
    """A workspace with a run: (store, writer, key of the first take)."""
    store = Store.open(workspace)
    with store.write() as tx:
        table.register_metrics(tx, BUILTIN, packs=pack_names("bare"))
        _, uid = table.start_run(tx, scope="REEL01", pack="bare", device="cpu")
        key, _ = list_takes(tx, Address("REEL01"))[0]
    return store, PartWriter(workspace.runs, uid), key


def result(take_id: int, score: Score, *, key: str = "k1") -> Result:
    return Result(take_id=take_id, facts=FLICKER, pack="weights-free", score=score, result_key=key)


def stored(store: Store) -> list[Score]:
    with store.read() as tx:
        found = table.read_scores(tx, Address("REEL01"), with_series=True)
    return [score for rows in found.values() for _, _, score in rows]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(score=ok_scores | failed_scores)
def test_a_score_comes_out_of_the_record_as_it_went_into_a_part(begun, score):
    store, writer, key = begun
    fold_part(store, writer.write([result(key, score)]))
    (back,) = stored(store)
    expected = tuple(sorted(score.evidence, key=lambda e: e.frames.start))
    assert (back.state, back.value, back.reason) == (score.state, score.value, score.reason)
    assert (back.evidence, back.series) == (expected, score.series)


def test_a_part_is_folded_once_however_often_it_is_tried(begun, workspace, record):
    store, writer, key = begun
    part = writer.write([result(key, Score.failed("flicker", "Cut off."))])
    fold_part(store, part)
    before = record(workspace)
    fold_part(store, part)
    assert fold_parts(store, workspace.runs) == []
    assert record(workspace) == before


def test_a_part_that_a_killed_run_left_behind_is_folded_at_the_next_start(begun, workspace):
    store, writer, key = begun
    writer.write([result(key, Score(metric="flicker", state=ScoreState.OK, value=0.25))])
    assert stored(store) == []
    assert fold_parts(store, workspace.runs) == []
    assert [score.value for score in stored(store)] == [0.25]


def test_an_unfinished_part_is_not_looked_at(begun, workspace):
    store, writer, key = begun
    part = writer.write([result(key, Score.failed("flicker", "Cut off."))])
    part.rename(part.with_suffix(".part"))
    assert fold_parts(store, workspace.runs) == []
    assert stored(store) == []


@pytest.mark.parametrize("harm", ["cut", "footer", "middle"])
def test_a_damaged_part_is_set_aside_with_a_sentence(begun, workspace, harm):
    store, writer, key = begun
    series = tuple(math.sin(i) for i in range(4000))
    score = Score(metric="flicker", state=ScoreState.OK, value=0.5, series=series)
    part = writer.write([result(key, score)])
    whole = part.read_bytes()
    spoiled = {
        "cut": whole[: len(whole) // 2],
        "footer": whole[:-40] + bytes(40),
        "middle": whole[:4] + bytes(len(whole) // 2) + whole[4 + len(whole) // 2 :],
    }[harm]
    part.write_bytes(spoiled)
    (complaint,) = fold_parts(store, workspace.runs)
    assert part.name in complaint
    assert "set aside" in complaint
    assert not part.exists()
    assert part.with_suffix(".corrupt").exists()
    assert stored(store) == []
    assert fold_parts(store, workspace.runs) == []


def test_scores_of_a_damaged_part_are_taken_again(workspace, score):
    score(workspace, scope="REEL01/F01/SQ010_SH0040")
    (part,) = workspace.runs.glob("*/*.parquet")
    killed = part.with_name(part.name.replace("000000", "000001"))  # of a run that died there
    killed.write_bytes(part.read_bytes()[:99])
    summary = score(workspace, scope="REEL01/F01/SQ010_SH0020")
    assert len(summary.remarks) == 1
    assert killed.name in summary.remarks[0]
    assert (summary.takes, summary.decoded) == (1, 1)
    with Store.open(workspace).read() as tx:
        assert integrity_problems(tx) == []


def test_a_part_of_another_workspace_is_set_aside_and_stops_nothing(scored, workspace, score):
    other, _ = scored
    (part,) = other.runs.glob("*/*.parquet")
    shutil.copytree(part.parent, workspace.runs / part.parent.name)
    summary = score(workspace, scope="REEL01/F01/SQ010_SH0020")
    assert "does not know" in summary.remarks[0]
    assert summary.decoded == 1
    assert list(workspace.runs.glob("*/*.foreign"))


def test_a_failing_fold_leaves_the_record_untouched(begun, workspace, record):
    store, writer, key = begun
    part = writer.write([result(key, Score(metric="flicker", state=ScoreState.OK, value=0.5))])
    rows = pq.read_table(part)
    value = rows.schema.get_field_index("value")
    pq.write_table(rows.set_column(value, "value", [[math.nan]]), part)
    before = record(workspace)
    with pytest.raises(StoreError, match="isfinite"):
        fold_part(store, part)
    assert record(workspace) == before
