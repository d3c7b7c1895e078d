"""What one measure says, and limits that count downwards."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.decisions.measured import caption, is_near, measured
from evals.decisions.sentences import number
from evals.decisions.triage import TakeCase, triage
from evals.metrics.builtin import BUILTIN
from tracker.domain.production import Method
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Score, ScoreState
from tracker.domain.units import FrameRange

FLICKER = MetricFacts(
    name="flicker", version="1", axis=Axis.ARTIFACTS, low=0.0, high=None,
    direction=Direction.LOWER_IS_BETTER, unit="log ratio", title="Flicker", fails_at=0.02,
)  # fmt: skip
SAME = MetricFacts(
    name="identity_same", version="1", axis=Axis.IDENTITY, low=0.0, high=1.0,
    direction=Direction.HIGHER_IS_BETTER, unit="probability", title="Same person", fails_at=0.1,
)  # fmt: skip
BY_NAME = {facts.name: facts for facts in BUILTIN}


def taken(facts, value, *ranges, low=None, high=None, kind="", reason=""):
    evidence = tuple(Evidence(frames=FrameRange(*r), kind=kind, severity=0.9) for r in ranges)
    return Score(
        metric=facts.name, state=ScoreState.OK, value=value, low=low, high=high,
        evidence=evidence, reason=reason,
    )  # fmt: skip


def said(facts, score, *, frame_count=48):
    return measured(facts, score, first_frame=1001, frame_count=frame_count)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "No fault: flicker, 0 % of the limit."),
        (0.0024, "No fault: flicker, 12 % of the limit."),
        (0.015, "Near a fault: flicker at 1021-1034, 75 % of its limit."),
        (0.05, "Flicker at 1021-1034: 0.05 log ratio, the limit is 0.02."),
    ],
)
def test_a_measure_with_a_limit_is_told_by_its_share_of_it(value, words):
    assert said(FLICKER, taken(FLICKER, value, (20, 34))) == words


def test_past_the_limit_with_an_interval_that_reaches_back_is_no_sure_failure():
    words = said(FLICKER, taken(FLICKER, 0.03, low=0.015, high=0.05))
    assert "past its limit of 0.02" in words
    assert "reaches 0.015, so it does not surely fail" in words


def test_a_good_likeness_is_no_fault_and_is_told_by_its_value():
    words = said(SAME, taken(SAME, 0.93))
    assert words == "The same person as in the references with 93 % probability."
    assert SAME.limit_used(0.93) == pytest.approx(0.1 / 0.93)
    assert not is_near(SAME, taken(SAME, 0.93), frame_count=48)
    assert is_near(SAME, taken(SAME, 0.15), frame_count=48)


def test_a_verdict_does_not_call_a_sure_likeness_a_fault():
    case = TakeCase(
        take_id=1, shot="SQ010_SH0010", number=1, method=Method.AI, scores=((SAME, taken(SAME, 0.93)),)
    )  # fmt: skip
    reason = triage([case])[1].reason
    assert "nearest is same person at 0.93 probability, its limit is 0.1." in reason
    assert "900" not in reason


def test_a_missing_phrase_is_named_and_a_missing_score_gives_its_reason():
    phrase = BY_NAME["prompt_phrase"]
    score = taken(phrase, 0.2, (40, 48), kind="a red coat")
    assert said(phrase, score) == '"a red coat" is missing from 1041 on.'
    assert is_near(phrase, score, frame_count=48)
    missing = Score.missing("flicker", "Too short; give 3 frames or more.")
    assert said(FLICKER, missing) == "Too short; give 3 frames or more."


def test_a_seen_phrase_names_the_least_sure_one():
    phrase = BY_NAME["prompt_phrase"]
    words = said(phrase, taken(phrase, 0.92, (4, 6), kind="a red coat"))
    assert words.startswith("Everything asked for is seen")
    assert '"a red coat" at 1005-1006, 92 % probability' in words


def test_a_face_across_the_film_and_behind_a_mask_is_told_in_words():
    film, masked = BY_NAME["identity_film"], BY_NAME["identity_masked"]
    assert said(film, taken(film, 0.31, (4, 6), kind="Nell")) == (
        "As alike as 0.31 (cosine) to the faces in the film's other shots, least at 1005-1006."
    )
    assert said(masked, taken(masked, 0.4)) == (
        "Behind the mask, the same person as in the references with 40 % probability."
    )


@pytest.mark.parametrize(
    ("name", "kind", "severity", "words"),
    [
        ("prompt_phrase", "a red coat", 0.8, '"a red coat" missing'),
        ("prompt_phrase", "a red coat", 0.1, '"a red coat" least sure'),
        ("popping_patch", "popping_patch", 9.0, ""),
        ("flicker", "flicker", 9.0, ""),
        ("identity_drift", "face drift", 0.4, "face drift"),
    ],
)
def test_a_caption_never_says_that_a_missing_thing_is_seen(name, kind, severity, words):
    evidence = Evidence(frames=FrameRange(0, 9), kind=kind, severity=severity)
    assert caption(BY_NAME[name], evidence) == words


@given(st.sampled_from(BUILTIN), st.floats(0, 1), st.booleans())
def test_every_metric_has_a_sentence_for_every_value(facts, share, has_evidence):
    top = facts.low + 10 if facts.high is None else facts.high
    value = facts.low + share * (top - facts.low)
    ranges = [(3, 9)] if has_evidence else []
    words = said(facts, taken(facts, value, *ranges, kind="something"))
    assert words[0].isupper() or words[0] == '"'
    assert words.endswith(".")
    assert not re.search(r"\de[+-]", words)
    assert "None" not in words


@given(st.floats(-1e6, 1e6))
def test_numbers_are_written_without_powers_of_ten(value):
    assert "e" not in number(value) or number(value) == "about 0"
