"""A run with a text-image model: tiny, random, real open_clip."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from evals.metrics.builtin import FAMILIES, Family
from evals.metrics.prompt.contrast import CONTRAST_METRICS
from tracker.actions.shots import import_shots
from tracker.domain.addresses import Address
from tracker.domain.scores import ScoreState
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store.evals import read_scores
from tracker.store.integrity import integrity_problems
from tracker.store.takes import list_takes

PROMPT = {facts.name for facts in FAMILIES[Family.PROMPT]}


@pytest.fixture(scope="module")
def scored_with_model(_scored_once, packs, tiny_pack, score, tmp_path_factory):
    home = tmp_path_factory.mktemp("tiny") / "home"
    shutil.copytree(_scored_once[0], home)
    return home, score(Settings(home=home, packs=(packs,)), pack=tiny_pack)


@pytest.fixture
def with_model(scored_with_model, packs, tmp_path):
    """A workspace scored without a model first and then with one."""
    home, summary = scored_with_model
    shutil.copytree(home, tmp_path / "home")
    return Settings(home=tmp_path / "home", packs=(packs,)), summary


def rows(settings) -> dict[tuple[int, str], tuple[object, ...]]:
    """Return (take, metric) -> the stored row, run and all."""
    with Store.open(settings).read() as tx:
        found = tx.rows(
            "SELECT s.take_id, m.name, s.* FROM scores s JOIN metrics m USING (metric_id)"
        )
    return {row[:2]: row[2:] for row in found}


def prompt_scores(settings) -> dict[str, dict[str, object]]:
    scope = Address("REEL01")
    with Store.open(settings).read() as tx:
        shots = {key: take.shot for key, take in list_takes(tx, scope)}
        stored = read_scores(tx, scope)
    return {
        shots[key]: {f.name: s for f, _, s in found if f.name in PROMPT}
        for key, found in stored.items()
    }


def test_a_model_that_arrives_later_gives_the_missing_scores_only(with_model):
    settings, summary = with_model
    assert summary.decoded == 4
    found = prompt_scores(settings)
    for shot in ("SQ010_SH0010", "SQ010_SH0020", "SQ010_SH0030", "SQ010_SH0040"):
        assert {found[shot][facts.name].state for facts in CONTRAST_METRICS} == {ScoreState.OK}
    assert found["SQ010_SH0010"]["prompt_window"].state is ScoreState.OK
    assert "fill in subject" in found["SQ010_SH0010"]["prompt_phrase"].reason
    assert "then" in found["SQ010_SH0010"]["prompt_beats"].reason
    assert "longer take" in found["SQ010_SH0040"]["prompt_window"].reason  # a still
    with Store.open(settings).read() as tx:
        names = tx.rows(
            "SELECT DISTINCT m.name FROM scores s JOIN metrics m USING (metric_id) "
            "WHERE s.run_id = (SELECT max(run_id) FROM eval_runs) AND s.state = 'ok'"
        )
    assert {name for (name,) in names} == PROMPT - {"prompt_phrase", "prompt_beats"}


def test_another_shots_new_prompt_rescores_prompts_only_and_decodes_nothing(
    with_model, score, tiny_pack, tmp_path
):
    settings, _ = with_model
    before = rows(settings)
    (tmp_path / "more.csv").write_text("Film,Shot,Prompt\nF02,SQ010_SH0010,A kite over the dunes\n")
    import_shots(Store.open(settings), tmp_path / "more.csv", "REEL01")
    summary = score(settings, pack=tiny_pack)
    assert summary.decoded == 0
    after = rows(settings)
    assert after.keys() == before.keys()
    changed = {name for (take, name), row in after.items() if row != before[take, name]}
    assert changed == PROMPT


def test_a_new_prompt_rescores_its_shot_and_whom_it_is_held_against(
    with_model, score, tiny_pack, tmp_path
):
    settings, _ = with_model
    before = prompt_scores(settings)
    (tmp_path / "new.csv").write_text("Film,Shot,Prompt\nF01,SQ010_SH0010,A green door at night\n")
    import_shots(Store.open(settings), tmp_path / "new.csv", "REEL01", update=True)
    assert score(settings, pack=tiny_pack).decoded == 0
    after = prompt_scores(settings)
    own = {shot: rows["prompt_raw"].value for shot, rows in before.items()}
    new = {shot: rows["prompt_raw"].value for shot, rows in after.items()}
    assert new["SQ010_SH0010"] != own["SQ010_SH0010"]
    assert new["SQ010_SH0020"] == own["SQ010_SH0020"]  # the raw cosine knows no other prompt


def test_the_same_run_again_changes_nothing_with_a_model_too(with_model, score, tiny_pack, record):
    settings, _ = with_model
    before = record(settings)
    assert score(settings, pack=tiny_pack).decoded == 0
    assert record(settings) == before


def test_without_kept_embeddings_a_forced_run_gives_the_same_values(with_model, score, tiny_pack):
    settings, _ = with_model
    before = prompt_scores(settings)
    shutil.rmtree(settings.cache)
    assert score(settings, pack=tiny_pack, force=True).decoded == 4
    after = prompt_scores(settings)
    for shot, values in before.items():
        for name, kept in values.items():
            if kept.value is not None:
                assert np.isclose(after[shot][name].value, kept.value, atol=1e-6)


def test_weights_that_are_not_here_are_named_with_the_remedy(
    packs, workspace, score, monkeypatch, tmp_path
):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    found_packs = (*workspace.packs, REPOSITORY_ROOT / "data" / "packs")
    settings = Settings(home=workspace.home, packs=found_packs)
    summary = score(settings, pack="standard", scope="REEL01/F01/SQ010_SH0020")
    assert (summary.decoded, summary.scored, summary.errored) == (1, 1, 0)
    scope = Address.parse("REEL01/F01/SQ010_SH0020")
    with Store.open(settings).read() as tx:
        (found,) = read_scores(tx, scope).values()
    states = {facts.name: score for facts, _, score in found}
    for family in (Family.PROMPT, Family.PERCEPTUAL):
        for facts in FAMILIES[family]:
            assert states[facts.name].state is ScoreState.NOT_ASSESSABLE
            assert "roundtable packs pull standard" in states[facts.name].reason
    assert {states[f.name].state for f in FAMILIES[Family.ARTIFACTS]} == {ScoreState.OK}


def test_the_pack_that_was_asked_for_last_is_the_one_that_is_shown(with_model, score, tiny_pack):
    settings, _ = with_model
    first = prompt_scores(settings)
    assert score(settings).decoded == 0  # the other pack's results are all there
    assert prompt_scores(settings) != first
    assert score(settings, pack=tiny_pack).decoded == 0
    assert prompt_scores(settings) == first
    with Store.open(settings).read() as tx:
        assert integrity_problems(tx) == []


def rescored(settings, score, pack, tmp_path, line) -> tuple[int, set[tuple[str, str]]]:
    """Update a shot; return how many takes a run decodes then, and which scores are new."""
    before = rows(settings)
    (tmp_path / "more.csv").write_text(line)
    import_shots(Store.open(settings), tmp_path / "more.csv", "REEL01", update=True)
    summary = score(settings, pack=pack)
    with Store.open(settings).read() as tx:
        shots = {key: take.shot for key, take in list_takes(tx, Address("REEL01"))}
    after = rows(settings)
    return summary.decoded, {(shots[t], n) for (t, n), row in after.items() if row != before[t, n]}


def test_a_field_of_another_shot_rescores_prompts_and_decodes_nothing(
    with_model, score, tiny_pack, tmp_path
):
    settings, _ = with_model
    decoded, new = rescored(
        settings, score, tiny_pack, tmp_path,
        "Film,Shot,Wardrobe,Setting\nF01,SQ010_SH0010,a red coat,in the rain\n",
    )  # fmt: skip
    assert decoded == 0
    assert {name for _, name in new} == PROMPT
    assert {shot for shot, _ in new} >= {f"SQ010_SH00{n}0" for n in (1, 2, 3, 4)}
    phrase = prompt_scores(settings)["SQ010_SH0010"]["prompt_phrase"]
    assert phrase.state is ScoreState.OK
    assert {e.kind for e in phrase.evidence} <= {"a red coat", "in the rain"}
    assert prompt_scores(settings)["SQ010_SH0020"]["prompt_phrase"].value is None


def test_camera_words_are_judged_by_reading_their_own_take_again_and_no_other(
    with_model, score, tiny_pack, tmp_path
):
    settings, _ = with_model
    line = 'Film,Shot,Camera\nF01,SQ010_SH0010,"wide, pan right"\n'  # the blocks move to the left
    decoded, new = rescored(settings, score, tiny_pack, tmp_path, line)
    assert decoded == 1
    assert {shot for shot, name in new if name == "camera_move"} == {"SQ010_SH0010"}
    scope = Address.parse("REEL01/F01/SQ010_SH0010")
    with Store.open(settings).read() as tx:
        (found,) = read_scores(tx, scope).values()
    ((pack, camera),) = [(pack, s) for facts, pack, s in found if facts.name == "camera_move"]
    assert camera.value > 0.8
    assert pack == "weights-free"
    assert camera.reason.startswith('Asked for: "pan right". Seen: right')
    line = line.replace("wide", "close")  # other words, the same move
    assert rescored(settings, score, tiny_pack, tmp_path, line)[0] == 0
