import math

import pytest

from tracker.domain.likeness import Character, Life
from tracker.domain.production import Brief, Production, ProductionKind, Shot
from tracker.domain.scores import Axis, Direction, MetricFacts, Score, ScoreState
from tracker.domain.stages import ShotStatus, State
from tracker.errors import ExitCode, MisuseError, RoundtableError


def facts(direction: Direction, fails_at: float | None) -> MetricFacts:
    return MetricFacts(
        name="m", version="1", axis=Axis.ARTIFACTS, low=0.0, high=None,
        direction=direction, unit="u", title="M", fails_at=fails_at,
    )  # fmt: skip


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_score_is_never_nan_or_infinite(value):
    with pytest.raises(MisuseError, match="not finite"):
        Score(metric="m", state=ScoreState.OK, value=value)


def test_an_ok_score_has_a_value_and_no_other_has_one():
    with pytest.raises(MisuseError):
        Score(metric="m", state=ScoreState.OK)
    with pytest.raises(MisuseError):
        Score(metric="m", state=ScoreState.ERROR, value=1.0, reason="x")


def test_a_missing_score_says_why():
    with pytest.raises(MisuseError, match="without a reason"):
        Score(metric="m", state=ScoreState.NOT_ASSESSABLE)
    assert Score.missing("m", "no face is shown").reason == "no face is shown"


def test_a_failure_is_at_the_limit_or_worse():
    lower, higher = facts(Direction.LOWER_IS_BETTER, 2.0), facts(Direction.HIGHER_IS_BETTER, 2.0)
    assert [lower.is_failure(v) for v in (1.9, 2.0, 2.1)] == [False, True, True]
    assert [higher.is_failure(v) for v in (1.9, 2.0, 2.1)] == [True, True, False]
    assert not facts(Direction.LOWER_IS_BETTER, None).is_failure(1e9)


def test_every_status_has_a_state():
    assert {status.state for status in ShotStatus} == set(State)


@pytest.mark.parametrize(
    ("life", "is_minor", "protected"),
    [(Life.FICTIONAL, False, False), (Life.FICTIONAL, True, True),
     (Life.LIVING, False, True), (Life.DECEASED, False, True)],
)  # fmt: skip
def test_real_people_and_minors_are_protected(life, is_minor, protected):
    assert Character(code="MAY", name="May", life=life, is_minor=is_minor).is_protected is protected


def test_a_brief_without_prompt_speaks_through_its_fields():
    assert Brief(subject="a lamp", light="dusk").text == "a lamp, dusk"
    assert Brief(prompt="A lamp.", light="dusk").text == "A lamp."


def test_a_shot_ends_on_its_last_frame():
    assert (
        Shot(film="F01", code="SQ010_SH0010", sequence="SQ010", duration_frames=48).last_frame
        == 1048
    )
    with pytest.raises(MisuseError):
        Shot(film="F01", code="SQ010_SH0010", sequence="SQ010", duration_frames=0)


def test_codes_are_capitals_and_digits():
    with pytest.raises(MisuseError, match="ANTH01"):
        Production(code="my film", kind=ProductionKind.ANTHOLOGY)


def test_every_error_has_a_documented_exit_code():
    def below(kind: type[RoundtableError]) -> set[type[RoundtableError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    assert all(error.exit_code in ExitCode for error in below(RoundtableError))
    assert sorted(ExitCode) == [0, 1, 2, 3, 10, 11, 130]
