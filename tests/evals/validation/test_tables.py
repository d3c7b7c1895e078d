"""Every table, measured small: its rows are there, and they say what is true of such clips."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.animatic.flaws import FlawKind
from evals.metrics.artifacts import MORPH
from evals.metrics.builtin import BUILTIN
from evals.validation import (
    coverage,
    drawn,
    flaws,
    identities,
    invariances,
    negatives,
    prompts,
    remade,
)
from evals.validation._compare import Pairing, order_figure, parted, share_better
from evals.validation._footage import Footage, film
from evals.validation._takes import VBENCH, failing, read, score, write
from evals.validation.rates import temporal_flickering
from tracker.domain.effects import EffectKind, ShotEffect
from tracker.domain.scores import Axis
from tracker.errors import MediaError


def by_row(figures):
    rows = {figure.row: figure for figure in figures}
    assert len(rows) == len(figures)
    return rows


def clip_of(value, vbench):
    return {"flicker": value, VBENCH: vbench}


def test_a_figure_compares_flawed_with_clean_clips_and_names_the_worst_camera():
    clean = {("pan", 0): clip_of(1, -0.9), ("zoom", 1): clip_of(2, -0.8)}
    flawed = {("pan", 0): clip_of(3, -0.9), ("zoom", 1): clip_of(1.5, -0.8)}
    figure = parted("flicker", "flicker", Pairing(clean=clean, flawed=flawed), goal=0.95)
    assert (figure.value, figure.beside, figure.count) == (0.75, 0.5, 2)
    assert figure.note == "worst camera zoom 0.50"


def test_a_flawed_clip_without_a_value_counts_as_not_seen():
    clean = {("pan", 0): clip_of(1, -0.9)}
    flawed = {("pan", 0): clip_of(-math.inf, -0.9)}
    figure = parted("flicker", "flicker", Pairing(clean=clean, flawed=flawed), goal=0.95)
    assert figure.value == 0
    assert figure.note == "1 not assessable"


def test_no_clip_is_no_number():
    figure = parted("melting", "morph", Pairing(clean={}, flawed={}), goal=0.95)
    assert figure.value is None
    assert figure.note


def test_order_is_the_mean_correlation_of_clips():
    rising = [clip_of(value, 0) for value in (0, 1, 2)]
    falling = [clip_of(value, 0) for value in (2, 1, 0)]
    assert order_figure("f", "flicker", [rising, rising, falling]).value == pytest.approx(
        1 / 3, abs=1e-3
    )
    assert order_figure("f", "flicker", [rising[:2]]).value is None


def test_the_share_of_rows_names_where_vbench_is_ahead():
    clean, flawed = {("pan", 0): clip_of(1, -0.9)}, {("pan", 0): clip_of(0, -0.8)}
    behind = parted("blur", "flicker", Pairing(clean=clean, flawed=flawed), goal=0.95)
    figure = share_better([behind])
    assert (figure.value, figure.note) == (0, "not in: blur")


def test_every_artifact_metric_with_a_limit_is_compared_with_vbench():
    limited = {f.name for f in BUILTIN if f.axis is Axis.ARTIFACTS and f.fails_at is not None}
    assert limited == {*FlawKind, MORPH.name}
    assert limited == set(remade.kinds())


def test_a_declared_effect_excuses_its_kinds_and_no_other(tiny, tmp_path):
    frames = film(Footage(camera="pan", picture=0), tiny)
    frames[np.arange(len(frames)) % 4 < 2] //= 3
    frames[9:14] = frames[9]
    found = read(write(tmp_path / "clip.mp4", frames))
    assert "flicker" in failing(found)
    strobe = ShotEffect(kind=EffectKind.STROBE)
    assert set(failing(found)) - set(failing(found, effects=(strobe,))) == {"flicker"}


def test_a_clip_is_scored_from_its_decoded_frames(tiny, tmp_path):
    frames = film(Footage(camera="pan", picture=0), tiny)
    found = read(write(tmp_path / "clip.mp4", frames, crf=0))
    assert found.flickering == pytest.approx(temporal_flickering(frames), abs=2e-3)
    assert score(frames, crf=0)[VBENCH] == -found.flickering
    assert set(FlawKind) <= set(found.scores)


def test_a_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "clip.mp4").write_text("not a film")
    with pytest.raises(MediaError, match=r"clip\.mp4"):
        read(tmp_path / "clip.mp4")


@pytest.fixture(scope="module")
def planted(tiny, tmp_path_factory):
    from evals.packs.manifest import find_pack
    from evals.validation._pool import Bench
    from tracker.actions.report import SilentProgress
    from tracker.settings import SHARE_ROOT

    pack = find_pack("demo", [SHARE_ROOT / "data" / "packs"])
    folder = tmp_path_factory.mktemp("planted")
    bench = Bench(pack=pack, workers=1, scratch=folder, progress=SilentProgress())
    return by_row(flaws.measure(tiny, bench))


@pytest.mark.parametrize("kind", list(FlawKind))
def test_every_kind_has_its_rows_with_goals_and_vbench_beside(planted, kind):
    visible = planted[f"{kind}, visible"]
    assert (visible.goal, visible.measure) == (0.95, "AUROC")
    assert visible.beside is not None
    assert visible.count == (5 if kind in flaws.MOTION_ONLY else 6)
    assert (f"{kind}, mild" in planted) is (kind is not FlawKind.HARD_CUT)


@pytest.mark.parametrize("kind", [FlawKind.FLICKER, FlawKind.BLACK_FRAMES, FlawKind.HARD_CUT])
def test_flaws_that_nobody_could_miss_are_parted_from_clean_clips(planted, kind):
    assert planted[f"{kind}, visible"].value == 1


def test_flaws_of_ffmpeg_have_a_row_for_every_kind(tiny, bench):
    rows = by_row(remade.measure(tiny, bench))
    assert set(FlawKind) < set(rows)
    assert rows[FlawKind.BLACK_FRAMES].value == 1


def test_a_negative_that_reaches_a_limit_is_counted_and_named(tiny, bench, monkeypatch):
    kinds = {
        "fine": negatives.KINDS["static hold"],
        "bad": lambda task, scale: np.zeros((18, 90, 160, 3), np.uint8),
    }
    monkeypatch.setattr(negatives, "KINDS", kinds)
    fine, bad, whole = negatives.measure(tiny, bench)
    assert (fine.value, bad.value, whole.value) == (1, 0, 0.5)
    assert bad.note == "false alarms: black_frames in 1"


def test_every_hard_negative_can_be_made(tiny):
    for kind, make in negatives.KINDS.items():
        frames = make(negatives._Task(kind, 0, 0), tiny)
        assert frames.dtype == np.uint8
        assert len(frames) >= 18, kind


def test_what_must_not_move_a_score_has_a_row_each(tiny, bench):
    rows = by_row(invariances.measure(tiny, bench))
    assert rows["decoded by OpenCV instead of PyAV"].value == 0
    assert rows["scored in one process or in several"].value == 1
    assert rows["re-encoded at crf 23"].goal == 0.1
    assert rows["re-encoded at crf 23"].value > 0
    assert len(rows) == 8


def changed(row, *values):
    return [{"base": clip_of(1.0, 0), "plain": clip_of(1.0, 0), row: clip_of(v, 0)} for v in values]


def test_what_must_be_equal_is_judged_by_the_worst_clip_and_the_rest_by_the_median():
    gap = [invariances._Gap("flicker", 2.0)]
    mirrored = invariances._moved("mirrored", 0.0, changed("mirrored", 1.0, 1.0, 1.5), gaps=gap)
    assert (mirrored.value, mirrored.outcome.value) == (0.25, "miss")
    row = "re-encoded at crf 18"
    assert invariances._moved(row, 0.1, changed(row, 1.0, 1.1, 1.5), gaps=gap).value == 0.05


def test_a_measure_that_falls_silent_is_no_number_and_no_crash():
    found = changed("mirrored", 1.0, -math.inf)
    figure = invariances._moved("mirrored", 0.0, found, gaps=[invariances._Gap("flicker", 2.0)])
    assert (figure.value, figure.goal, figure.outcome.value) == (None, 0.0, "missing")
    assert figure.note == "flicker has a value only before the change or only after it"


def test_morphing_kinds_have_their_rows(tiny, bench, monkeypatch):
    monkeypatch.setattr(drawn, "KINDS", drawn.KINDS[:1])
    rows = by_row(drawn.measure(tiny, bench))
    assert rows["melting_face, visible"].count == 1
    assert rows["melting_face, visible"].goal == 0.95


def test_true_phrases_are_asked_beside_false_ones(tiny, bench):
    rows = by_row(prompts.measure(tiny, bench))
    for swap in ("colour", "setting", "subject", "time"):
        assert rows[f"phrases in other words, {swap}"].goal == 0.95
    assert rows["phrases in other words, time"].value > 0.8
    assert rows["captions, setting"].goal is None


def test_identity_is_judged_by_four_references(tiny, bench):
    rows = by_row(identities.measure(tiny, bench))
    assert rows["another performer"].value == 1
    assert rows["another performer"].goal == 0.97
    assert rows["state of a frame: none, masked or revealed"].value > 0.8
    behind = rows["another performer behind a mask"]
    assert behind.goal is None, "what decides nothing has no goal"
    assert behind.count > 0


def test_intervals_of_simulated_takes_hold_the_truth(tiny, bench):
    rows = by_row(coverage.measure(tiny, bench))
    assert set(rows) == {
        f"{where}, {count} reference{'s' * (count > 1)}"
        for where in ("simulated", "drawn world")
        for count in coverage.COUNTS
    }
    assert all(rows[row].value > 0.75 for row in rows if row.startswith("simulated"))
    assert rows["drawn world, 20 references"].value is None
