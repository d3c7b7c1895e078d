"""From rows to the page: what comes first, what counts, what could not be taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.builtin import BUILTIN
from evals.reports.build import build_page
from evals.reports.drawing import STRIP, curve_of, gauge_of, pictures_of
from evals.reports.page import ShownRange, Standing
from evals.reports.text import as_text
from tracker.domain.board import ScoredMetric
from tracker.domain.effects import EffectKind, ShotEffect
from tracker.domain.production import ArtifactPolicy, Embrace, Method, Shot
from tracker.domain.scores import Axis, Region, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome

CUT_OFF = "'bell.mp4' is cut off or damaged; export or copy it again."


def part_of(page, axis):
    return next(part for part in page.axes if part.axis is axis)


def names(part):
    return [measure.facts.name for measure in part.measures]


def test_the_axes_come_in_one_order_and_the_worst_measure_first(scored, rows_of, regenerate):
    rows = rows_of(
        scored("freeze", 0.1),
        scored("flicker", 0.05, (20, 34)),
        scored("prompt_raw", 0.2),
        scored("prompt_own", 0.9),
        scored("prompt_window", 0.4),
        scored("identity_same", 0.93),
        scored("blocking", 1.1),
        verdict=regenerate,
    )
    page = build_page(rows, registered=())
    assert [part.axis for part in page.axes] == [Axis.PROMPT, Axis.IDENTITY, Axis.ARTIFACTS]
    prompt, identity, artifacts = page.axes
    assert names(artifacts) == ["flicker", "blocking", "freeze"]
    assert names(prompt) == ["prompt_window", "prompt_own", "prompt_raw"]
    assert [part.standing for part in page.axes] == [
        Standing.RANKED, Standing.FINE, Standing.FAILS,
    ]  # fmt: skip
    assert artifacts.sentence == "Flicker at 1021-1034: 0.05 log ratio, the limit is 0.03."
    assert identity.sentence.startswith("No fault measured")


def test_the_verdict_has_its_frames_as_people_count_them(scored, rows_of, regenerate):
    region = Region(0.25, 0.25, 0.5, 0.5)
    rows = rows_of(scored("flicker", 0.05, (20, 34), region=region), verdict=regenerate)
    page = build_page(rows, registered=())
    assert page.verdict is not None
    assert [(r.first, r.last) for r in page.verdict.ranges] == [(1021, 1034)]
    assert [p.frame for p in page.verdict.pictures] == [1021, 1027, 1034]
    assert {p.region for p in page.verdict.pictures} == {region}
    assert (page.first_frame, page.last_frame) == (1001, 1048)
    assert (page.take, page.is_latest) == ("v002", True)


def test_what_could_not_be_taken_is_gathered_by_its_reason(scored, rows_of):
    why = "The shot declares nobody's face; say who is seen with `roundtable cast exposures`."
    rows = rows_of(
        scored("identity_same", None, reason=why),
        scored("identity_drift", None, reason=why),
        scored("identity_swap", None, reason="Too short; give 3 frames or more."),
    )
    identity = part_of(build_page(rows, registered=()), Axis.IDENTITY)
    assert {tuple(f.name for f in m.facts): m.reason for m in identity.missing} == {
        ("identity_drift", "identity_same"): why,
        ("identity_swap",): "Too short; give 3 frames or more.",
    }
    assert identity.standing is Standing.MISSING
    assert identity.sentence == f"Not measured: {why}"


def test_a_metric_that_never_ran_is_missing_with_the_command(scored, rows_of):
    page = build_page(rows_of(scored("flicker", 0.0)), registered=BUILTIN)
    told = {f.name for p in page.axes for m in p.missing for f in m.facts}
    assert told == {facts.name for facts in BUILTIN} - {"flicker"}
    identity = part_of(page, Axis.IDENTITY)
    assert (
        identity.sentence == "Not measured: Not scored yet; run `roundtable evals run REEL01/F01`."
    )


def test_a_take_that_cannot_be_read_says_so_on_every_axis(scored, rows_of):
    failed = [
        scored(name, None, state=ScoreState.ERROR, reason=CUT_OFF)
        for name in ("flicker", "prompt_own", "identity_same")
    ]
    page = build_page(rows_of(*failed, probe=None), registered=())
    assert page.error == CUT_OFF
    assert {part.standing for part in page.axes} == {Standing.ERROR}
    assert (page.frame_count, page.last_frame) == (0, None)
    assert CUT_OFF in as_text(page)


def test_a_demo_pack_decides_nothing_on_a_real_film(scored, rows_of):
    score = scored("prompt_own", 0.1, pack="demo", is_demo_pack=True)
    real = part_of(build_page(rows_of(score), registered=()), Axis.PROMPT)
    assert real.standing is Standing.MISSING
    assert "--pack standard" in real.sentence
    assert real.measures[0].standing is Standing.SHOWN
    assert "DEMO" in real.measures[0].note
    assert not real.measures[0].is_full
    page = build_page(rows_of(score, is_demo=True), registered=())
    assert part_of(page, Axis.PROMPT).measures[0].note == ""
    assert page.packs == (("demo", True),)


def test_a_live_action_take_is_not_judged_by_its_prompt(scored, rows_of):
    rows = rows_of(scored("prompt_own", 0.1), scored("flicker", 0.0), method=Method.LIVE_ACTION)
    page = build_page(rows, registered=())
    assert "technical faults only" in part_of(page, Axis.PROMPT).sentence
    assert part_of(page, Axis.ARTIFACTS).standing is Standing.FINE


def test_a_trace_that_the_story_takes_in_is_no_fault(scored, rows_of):
    shot = Shot(
        film="F01", code="SQ010_SH0010", sequence="SQ010", artifact_policy=ArtifactPolicy.EMBRACE,
        embraced=(Embrace(kind="flicker", by="Ines Calloway", reason="A faulty lamp."),),
    )  # fmt: skip
    rows = rows_of(scored("flicker", 0.05, (20, 34)), scored("freeze", 0.4, (3, 9)), shot=shot)
    artifacts = part_of(build_page(rows, registered=()), Axis.ARTIFACTS)
    assert names(artifacts) == ["freeze", "flicker"]
    assert artifacts.measures[1].standing is Standing.SHOWN
    assert "Ines Calloway: A faulty lamp." in artifacts.measures[1].note


def test_the_short_version_names_take_verdict_and_every_axis(scored, rows_of, regenerate):
    rows = rows_of(scored("flicker", 0.05, (20, 34)), verdict=regenerate)
    text = as_text(build_page(rows, registered=()))
    assert text.startswith("REEL01/F01/SQ010_SH0010/v002: The Bell, director Ines Calloway")
    assert "Regenerate, proposed: Flicker at 1021-1034" in text
    for axis in ("prompt fidelity", "identity", "artifacts"):
        assert f"  {axis}" in text


@given(st.floats(0, 3), st.floats(0, 1), st.floats(0, 1))
def test_a_gauge_keeps_value_interval_and_limit_in_order(value, below, above):
    facts = next(f for f in BUILTIN if f.name == "flicker")
    score = _ok(facts, value, low=value * (1 - below), high=value + above)
    gauge = gauge_of(facts, score)
    assert gauge is not None
    assert 0 <= gauge.low_0_1 <= gauge.value_0_1 <= gauge.high_0_1 <= 1
    assert gauge.fails_right
    assert (gauge.value_0_1 >= gauge.limit_0_1) == (value >= facts.fails_at)


def test_a_gauge_of_a_likeness_fails_on_the_left(scored):
    same = scored("identity_same", 0.93)
    gauge = gauge_of(same.facts, same.score)
    assert (gauge.left, gauge.right, gauge.fails_right) == (0.0, 1.0, False)
    assert (gauge.limit_0_1, gauge.value_0_1) == (pytest.approx(0.1), pytest.approx(0.93))


def test_a_measure_without_an_end_has_no_gauge(scored):
    raw = scored("lpips_raw", 0.2)
    assert gauge_of(raw.facts, raw.score) is None


@given(st.integers(2, 3000), st.data())
def test_a_thinned_curve_keeps_the_worst_moment(count, data):
    facts = next(f for f in BUILTIN if f.name == "flicker")
    worst = data.draw(st.integers(0, count - 1))
    series = [0.001] * count
    series[worst] = 0.3
    drawn = curve_of(_scored_metric(facts, _ok(facts, 0.3, series=tuple(series))), count)
    assert len(drawn.points) <= 480
    assert min(drawn.points, key=lambda point: point[1])[0] == worst


ranges = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 30), st.floats(0, 9)), min_size=1, max_size=12
)


@given(ranges)
def test_a_strip_shows_each_frame_once_in_time_and_the_worst_range(drawn):
    shown = [
        ShownRange(first=1001 + a, last=1000 + a + n, what="", severity=s, region=None)
        for a, n, s in drawn
    ]
    pictures = pictures_of(shown, first_frame=1001, frame_count=120)
    frames = [p.frame for p in pictures]
    assert frames == sorted(set(frames))
    assert 1 <= len(frames) <= STRIP
    assert all(1001 <= frame <= 1120 for frame in frames)
    worst = max(shown, key=lambda one: one.severity)
    assert any(worst.first <= frame <= worst.last for frame in frames)


def test_a_single_frame_is_shown_between_its_neighbours():
    one = ShownRange(first=1001, last=1001, what="pop", severity=1.0, region=Region(0, 0, 1, 1))
    pictures = pictures_of([one], first_frame=1001, frame_count=48)
    assert [(p.frame, p.what, p.region is None) for p in pictures] == [
        (1001, "pop", False), (1002, "after", True),
    ]  # fmt: skip


def test_a_flagged_frame_beside_another_range_keeps_its_own_words():
    worse = ShownRange(first=1010, last=1012, what="", severity=2.0, region=None)
    dip = ShownRange(first=1013, last=1013, what="dip", severity=1.0, region=Region(0, 0, 1, 1))
    pictures = pictures_of([worse, dip], first_frame=1001, frame_count=48)
    assert [(p.frame, p.what) for p in pictures] == [
        (1009, "before"), (1011, ""), (1012, "before"), (1013, "dip"), (1014, "after"),
    ]  # fmt: skip
    assert pictures[3].region is not None


def test_a_still_has_one_picture_and_no_curve(scored, rows_of, regenerate):
    still = replace(rows_of().sheet.take.probe, frame_count=1)
    verdict = replace(regenerate, metric="blocking", frames=(FrameRange(0, 1),))
    page = build_page(
        rows_of(scored("blocking", 0.1, (0, 1), series=(0.1,)), probe=still, verdict=verdict),
        registered=(),
    )
    assert {picture.frame for picture in page.pictures()} == {1001}
    assert part_of(page, Axis.ARTIFACTS).measures[0].curve is None


def test_a_pass_is_told_like_any_other_verdict(scored, rows_of, regenerate):
    passed = replace(regenerate, outcome=Outcome.PASS, reason="Certified.", is_proposed=False)
    page = build_page(rows_of(scored("flicker", 0.0), verdict=passed), registered=())
    assert "Pass: Certified." in as_text(page)


def _ok(facts, value, **fields):
    return Score(metric=facts.name, state=ScoreState.OK, value=value, **fields)


def _scored_metric(facts, score):
    return ScoredMetric(facts=facts, pack="", score=score)


def test_a_measure_that_a_declared_effect_excuses_is_shown_only_and_says_why(scored, rows_of):
    strobe = ShotEffect(kind=EffectKind.STROBE, frames=FrameRange(9, 34))
    shot = Shot(film="F01", code="SQ010_SH0010", sequence="SQ010", effects=(strobe,))
    page = build_page(rows_of(scored("flicker", 25.0, (9, 34)), shot=shot), registered=BUILTIN)
    (flicker,) = part_of(page, Axis.ARTIFACTS).measures
    assert flicker.standing is Standing.SHOWN
    assert flicker.note == "Flicker at 1010-1034 is the declared strobe."


def test_a_measure_excused_in_part_fails_in_the_frames_that_are_left(scored, rows_of):
    strobe = ShotEffect(kind=EffectKind.STROBE, frames=FrameRange(9, 34))
    shot = Shot(film="F01", code="SQ010_SH0010", sequence="SQ010", effects=(strobe,))
    found = scored("flicker", 25.0, (9, 34), (40, 44))
    (flicker,) = part_of(
        build_page(rows_of(found, shot=shot), registered=BUILTIN), Axis.ARTIFACTS
    ).measures
    assert flicker.standing is Standing.FAILS
    assert flicker.sentence.startswith("Flicker at 1041-1044: 4 log ratio")
    assert [(r.first, r.last) for r in flicker.ranges] == [(1041, 1044)]
    assert flicker.note == "Flicker at 1010-1034 is the declared strobe."
