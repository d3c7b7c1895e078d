"""Declared effects and embraced kinds: what of a score still counts, and what is said of the rest."""

import pytest

from evals.decisions.triage import TakeCase, failures, triage
from tracker.domain.effects import EffectKind, ShotEffect, parse_effects
from tracker.domain.production import ArtifactPolicy, Method
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome


def facts(name, title, unit, limit):
    return MetricFacts(
        name=name, version="1", axis=Axis.ARTIFACTS, low=0.0, high=None, unit=unit, title=title,
        direction=Direction.LOWER_IS_BETTER, fails_at=limit,
    )  # fmt: skip


FLICKER = facts("flicker", "Flicker", "log ratio", 0.03)
BLACK = facts("black_frames", "Black frames", "frames", 1.0)
FREEZE = facts("freeze", "Freeze", "s", 0.25)


def seen(metric, *ranges, value=None):
    evidence = tuple(
        Evidence(frames=FrameRange(a, b), kind=metric.name, severity=s) for a, b, s in ranges
    )
    value = max(s for *_, s in ranges) if value is None else value
    return metric, Score(metric=metric.name, state=ScoreState.OK, value=value, evidence=evidence)


def case(*scores, effects="", **changes):
    fields = {"shot": "SQ010_SH0010", "number": 1, "method": Method.AI, "frame_count": 60}
    return TakeCase(
        take_id=1, scores=scores, effects=parse_effects(effects) if effects else (), **fields | changes
    )  # fmt: skip


def verdict(one):
    return triage([one])[one.take_id]


def test_a_failure_within_a_declared_effect_is_excused_in_words():
    one = case(seen(FLICKER, (9, 34, 0.6)), effects="strobe@1010-1034")
    assert failures(one) == []
    given = verdict(one)
    assert given.outcome is Outcome.DIRECT
    assert "Flicker at 1010-1034 is the declared strobe." in given.reason


def test_the_same_failure_undeclared_or_declared_as_something_else_still_counts():
    for effects in ("", "freeze_frame@1010-1034", "strobe@1040-1050"):
        one = case(seen(FLICKER, (9, 34, 0.6)), effects=effects)
        assert verdict(one).outcome is Outcome.REGENERATE
        assert "declared" not in verdict(one).reason


def test_what_lies_outside_the_declared_frames_fails_and_only_those_frames_are_named():
    one = case(seen(FLICKER, (9, 34, 0.6), (44, 52, 0.05)), effects="strobe@1010-1034")
    given = verdict(one)
    assert given.outcome is Outcome.REGENERATE
    assert given.frames == (FrameRange(44, 52),)
    assert given.reason == (
        "Flicker at 1045-1052: 0.05 log ratio, the limit is 0.03. "
        "Flicker at 1010-1034 is the declared strobe. Make another take?"
    )


def test_a_range_that_reaches_beyond_the_declared_one_is_cut_there():
    one = case(seen(FLICKER, (4, 34, 0.6)), effects="strobe@1012-1034")
    (failed,) = failures(one)
    assert [e.frames for e in failed.score.evidence] == [FrameRange(4, 9)]
    forgiven = case(seen(FLICKER, (9, 36, 0.6)), effects="strobe@1012-1034")
    assert failures(forgiven) == [], "two frames at either edge"


def test_an_effect_without_frames_excuses_its_kinds_in_the_whole_shot_and_no_other():
    one = case(
        seen(FLICKER, (0, 60, 0.6)), seen(FREEZE, (20, 32, 0.5)), effects="lightning"
    )  # fmt: skip
    assert [f.facts.name for f in failures(one)] == ["freeze"]
    given = verdict(one)
    assert given.reason.startswith("Freeze at 1021-1032")
    assert "Flicker at 1001-1060 is the declared lightning." in given.reason


def test_black_frames_outside_a_fade_are_counted_again():
    score = seen(BLACK, (10, 13, 1.0), (50, 60, 1.0), value=13.0)
    (failed,) = failures(case(score, effects="fade_to_black@1045-1060"))
    assert failed.score.value == 3


def test_several_ranges_of_one_effect_add_up():
    score = seen(FLICKER, (9, 20, 0.6), (29, 40, 0.6))
    assert failures(case(score, effects="strobe@1010-1020; strobe@1030-1040")) == []
    assert len(failures(case(score, effects="strobe@1010-1020"))) == 1


def test_what_is_excused_is_not_the_weakest_either():
    near = seen(FLICKER, (9, 34, 0.02))
    one = case(near, seen(FREEZE, (20, 22, 0.05)), effects="strobe@1010-1034")
    assert verdict(one).metric == "freeze"
    assert "declared" not in verdict(one).reason, "what does not fail needs no excuse"


def test_an_embraced_kind_is_excused_by_name_in_words():
    one = case(
        seen(FLICKER, (9, 34, 0.6)), policy=ArtifactPolicy.EMBRACE, embraced=frozenset({"flicker"})
    )
    assert "Flicker is embraced by the story." in verdict(one).reason


def test_numbering_follows_the_shot():
    effect = ShotEffect(kind=EffectKind.STROBE, frames=FrameRange(9, 34))
    one = case(seen(FLICKER, (9, 34, 0.6)), first_frame=1, effects="")
    one = TakeCase(**{**one.__dict__, "effects": (effect,)})
    assert "Flicker at 10-34 is the declared strobe." in verdict(one).reason


@pytest.mark.parametrize("kind", list(EffectKind))
def test_every_effect_excuses_metrics_that_exist_and_can_fail(kind):
    from evals.metrics.builtin import BUILTIN
    from tracker.domain.effects import EXCUSED_KINDS

    limits = {f.name: f.fails_at for f in BUILTIN if f.axis is Axis.ARTIFACTS}
    assert EXCUSED_KINDS[kind]
    assert all(limits.get(name) is not None for name in EXCUSED_KINDS[kind])
