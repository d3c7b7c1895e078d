from __future__ import annotations

import shutil
from pathlib import Path

from evals.metrics.builtin import BUILTIN, FAMILIES, Family
from evals.runs.scoring import TakeScoring
from tracker.domain.addresses import Address
from tracker.domain.scores import ScoreState
from tracker.errors import MisuseError
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.evals import read_scores
from tracker.store.integrity import integrity_problems
from tracker.store.takes import list_takes, relocate_take

READABLE = {"SQ010_SH0010", "SQ010_SH0020", "SQ010_SH0030", "SQ010_SH0040"}
BROKEN = {"SQ010_SH0050", "SQ010_SH0060"}
NAMES = {facts.name for facts in BUILTIN}
ARTIFACTS = {facts.name for facts in FAMILIES[Family.ARTIFACTS]}


def scores(settings: Settings, scope: str = "REEL01") -> dict[str, dict[str, object]]:
    """Return shot -> metric -> score, of what is stored."""
    address = Address.parse(scope)
    with Store.open(settings).read() as tx:
        shots = {key: take.shot for key, take in list_takes(tx, address)}
        stored = read_scores(tx, address, with_series=True)
    return {shots[k]: {f.name: s for f, _, s in found} for k, found in stored.items()}


def test_every_take_has_a_row_for_every_registered_metric(scored):
    settings, summary = scored
    found = scores(settings)
    assert set(found) == READABLE | BROKEN
    assert all(set(rows) == NAMES for rows in found.values())
    assert summary.takes == 6
    with Store.open(settings).read() as tx:
        assert tx.rows("SELECT count(*) FROM scores") == [(6 * len(NAMES),)]
        assert integrity_problems(tx) == []


def test_films_loops_and_numbered_frames_get_values_for_all_artifacts(scored):
    found = scores(scored[0])
    for shot in ("SQ010_SH0010", "SQ010_SH0020", "SQ010_SH0030"):
        states = {name: found[shot][name].state for name in ARTIFACTS}
        assert set(states.values()) == {ScoreState.OK}, states
        assert len(found[shot]["flicker"].series) == (24 if shot == "SQ010_SH0010" else 12)


def test_a_still_says_of_each_measure_in_time_why_it_has_none(scored):
    still = scores(scored[0])["SQ010_SH0040"]
    assert still["flicker"].state is ScoreState.NOT_ASSESSABLE
    assert still["flicker"].reason
    assert still["black_frames"].state is ScoreState.OK


def test_half_a_film_and_a_text_named_mp4_are_errors_with_a_reason(scored):
    settings, summary = scored
    found = scores(settings)
    for shot in BROKEN:
        assert {s.state for s in found[shot].values()} == {ScoreState.ERROR}
    assert "half.mp4" in found["SQ010_SH0050"]["flicker"].reason
    assert "notes.mp4" in found["SQ010_SH0060"]["flicker"].reason
    assert (summary.errored, summary.decoded, summary.scored) == (2, 4, 4)


def test_without_a_model_its_metrics_say_so_and_the_rest_is_scored(scored):
    found = scores(scored[0])["SQ010_SH0010"]
    for facts in FAMILIES[Family.PROMPT] + FAMILIES[Family.PERCEPTUAL]:
        assert found[facts.name].state is ScoreState.NOT_ASSESSABLE
        assert found[facts.name].reason.endswith("choose another pack.")


def test_every_scored_take_has_a_verdict(scored):
    with Store.open(scored[0]).read() as tx:
        assert tx.rows("SELECT count(DISTINCT take_id) FROM verdicts") == [(6,)]


def test_the_same_run_again_decodes_nothing_and_changes_nothing(scored, score, record):
    settings, _ = scored
    before = record(settings)
    again = score(settings)
    assert record(settings) == before
    assert (again.decoded, again.reused, again.scored, again.verdicts_changed) == (0, 6, 0, 0)
    assert again.errored == 2


def test_force_reads_again_and_keeps_one_row_per_metric(scored, score):
    settings, _ = scored
    before = {s: {n: r.value for n, r in rows.items()} for s, rows in scores(settings).items()}
    forced = score(settings, force=True)
    after = {s: {n: r.value for n, r in rows.items()} for s, rows in scores(settings).items()}
    assert (forced.decoded, forced.reused) == (4, 0)
    assert after == before
    with Store.open(settings).read() as tx:
        assert tx.rows("SELECT count(*) FROM scores") == [(6 * len(NAMES),)]


def test_a_scope_is_scored_alone(workspace, score):
    summary = score(workspace, scope="REEL01/F01/SQ010_SH0020/v001")
    assert summary.takes == 1
    assert set(scores(workspace)) == {"SQ010_SH0020"}


def test_a_missing_file_is_an_error_now_and_is_scored_once_it_is_back(
    workspace, score, clips, tmp_path
):
    own = tmp_path / "pan.mp4"
    shutil.copy(clips / "pan.mp4", own)
    scope = "REEL01/F01/SQ010_SH0010"
    with Store.open(workspace).write() as tx:
        relocate_take(tx, Address.parse(f"{scope}/v001"), str(own))
    own.rename(tmp_path / "away.mp4")
    assert score(workspace, scope=scope).errored == 1
    lost = scores(workspace)["SQ010_SH0010"]["flicker"]
    assert lost.state is ScoreState.ERROR
    assert str(own) in lost.reason or own.name in lost.reason
    (tmp_path / "away.mp4").rename(own)
    back = score(workspace, scope=scope)
    assert (back.errored, back.decoded) == (0, 1)
    assert scores(workspace)["SQ010_SH0010"]["flicker"].state is ScoreState.OK


def test_frames_that_a_score_points_at_have_stills(
    tmp_path, clips, make_clip, import_tables, packs, score
):
    shutil.copy(clips / "shots.csv", tmp_path)
    (tmp_path / "takes.csv").write_text("Film,Shot,Take,File\nF01,SQ010_SH0010,1,blink.mp4\n")
    make_clip(tmp_path / "blink.mp4", black=range(10, 14))
    settings = import_tables(Settings(home=tmp_path / "own", packs=(packs,)), tmp_path)
    score(settings)
    assert scores(settings)["SQ010_SH0010"]["black_frames"].evidence
    assert list(settings.media.glob("*/still_*.jpg"))


def test_a_take_that_cannot_be_scored_costs_that_take_alone(workspace, score, monkeypatch):
    real = TakeScoring.finish

    def finish(self, read):
        if self.work.item.take.path.endswith("pan.mp4"):
            raise MisuseError("its frames do not fit together.")
        return real(self, read)

    monkeypatch.setattr(TakeScoring, "finish", finish)
    summary = score(workspace)
    assert summary.errored == len(BROKEN) + 1
    assert summary.scored == len(READABLE) - 1


def test_a_file_that_was_overwritten_since_its_import_is_remarked(scored, score, tmp_path):
    settings, _ = scored
    with Store.open(settings).read() as tx:
        path = next(
            Path(t.path) for _, t in list_takes(tx, Address("REEL01")) if t.path.endswith("pan.mp4")
        )
    original = path.read_bytes()
    try:
        path.write_bytes(original + b"more")
        remarks = score(settings).remarks
    finally:
        path.write_bytes(original)
    assert any("is not the file that was imported" in text for text in remarks)
    assert score(settings).remarks == []
