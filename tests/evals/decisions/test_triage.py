import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.decisions.triage import Cover, TakeCase, failures, triage
from tracker.domain.lots import Purpose
from tracker.domain.production import ArtifactPolicy, Method
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import RETAKE_CAP, Outcome

FLICKER = MetricFacts(
    name="flicker", version="1", axis=Axis.ARTIFACTS, low=0.0, high=None,
    direction=Direction.LOWER_IS_BETTER, unit="log ratio", title="Flicker", fails_at=0.02,
)  # fmt: skip
OWN = MetricFacts(
    name="prompt_own", version="1", axis=Axis.PROMPT, low=0.0, high=1.0,
    direction=Direction.HIGHER_IS_BETTER, unit="probability", title="Own prompt recognised",
)  # fmt: skip


PHRASE = MetricFacts(
    name="prompt_phrase", version="1", axis=Axis.PROMPT, low=0.0, high=1.0,
    direction=Direction.HIGHER_IS_BETTER, unit="probability", title="Worst phrase",
)  # fmt: skip
Z = MetricFacts(
    name="prompt_z", version="1", axis=Axis.PROMPT, low=-10.0, high=10.0,
    direction=Direction.HIGHER_IS_BETTER, unit="standard deviations", title="Prompt against others",
)  # fmt: skip
CAMERA = MetricFacts(
    name="camera_move", version="1", axis=Axis.PROMPT, low=0.0, high=1.0,
    direction=Direction.HIGHER_IS_BETTER, unit="agreement", title="Camera as asked",
)  # fmt: skip


def phrase(value, *ranges, severity=0.9):
    evidence = tuple(
        Evidence(frames=FrameRange(*r), kind="a red coat", severity=severity) for r in ranges
    )
    return PHRASE, Score(
        metric="prompt_phrase", state=ScoreState.OK, value=value, evidence=evidence
    )  # fmt: skip


def camera(value):
    return CAMERA, Score(
        metric="camera_move", state=ScoreState.OK, value=value,
        reason='Asked for: "pan left". Seen: right.',
    )  # fmt: skip


def flicker(value):
    evidence = (Evidence(frames=FrameRange(20, 34), kind="flicker", severity=value),)
    return FLICKER, Score(metric="flicker", state=ScoreState.OK, value=value, evidence=evidence)


def own(value):
    return OWN, Score(metric="prompt_own", state=ScoreState.OK, value=value)


def case(take_id=1, *scores, **changes):
    fields = {"shot": "SQ010_SH0010", "number": take_id, "method": Method.AI} | changes
    return TakeCase(take_id=take_id, scores=scores, **fields)


def verdict(one, *others):
    return triage([*others, one])[one.take_id]


def test_a_measured_failure_of_an_ai_take_is_a_proposed_regenerate_with_frames():
    given = verdict(case(1, flicker(0.05), own(0.9)))
    assert (given.outcome, given.is_proposed) == (Outcome.REGENERATE, True)
    assert given.frames == (FrameRange(20, 34),)
    assert "Flicker at 1021-1034: 0.05 log ratio, the limit is 0.02." in given.reason


@pytest.mark.parametrize(
    ("changes", "words", "axis"),
    [
        ({"method": Method.LIVE_ACTION}, "Pickup or reshoot", "artifacts"),
        ({"is_hero": True}, "hero shot", "hero"),
        ({"protected": "the face of May is revealed here"}, "face of May", "likeness"),
        ({"policy": ArtifactPolicy.TOLERATE}, "tolerates", "artifacts"),
    ],
)
def test_hard_rules_come_before_a_measured_failure(changes, words, axis):
    given = verdict(case(1, flicker(0.05), **changes))
    assert (given.outcome, given.is_proposed, given.axis) == (Outcome.DIRECT, False, axis)
    assert words in given.reason


def test_the_director_of_record_is_named():
    assert (
        "Ada Quill must look"
        in verdict(case(1, own(0.9), is_hero=True, director="Ada Quill")).reason
    )


def test_a_hybrid_take_may_be_made_again():
    assert verdict(case(1, flicker(0.05), method=Method.HYBRID)).outcome is Outcome.REGENERATE


def test_a_take_that_cannot_be_read_is_direct_whatever_else_is_known():
    broken = (FLICKER, Score.failed("flicker", "'a.mp4' is empty."))
    given = verdict(case(1, broken, own(0.1)))
    assert (given.outcome, given.axis, given.severity) == (Outcome.DIRECT, "error", 1.0)
    assert given.reason == "'a.mp4' is empty."


def test_a_missing_score_is_said_and_does_not_hide_a_failure():
    missing = (OWN, Score.missing("prompt_own", "The weights are not here."))
    assert verdict(case(1, flicker(0.05), missing)).outcome is Outcome.REGENERATE
    given = verdict(case(1, flicker(0.001), missing))
    assert given.outcome is Outcome.DIRECT
    assert "Not measured: prompt fidelity" in given.reason


def test_the_fourth_failing_take_of_a_shot_needs_direction():
    lot = [case(n, flicker(0.05)) for n in range(1, RETAKE_CAP + 2)]
    outcomes = [v.outcome for v in triage(lot).values()]
    assert outcomes == [Outcome.REGENERATE] * RETAKE_CAP + [Outcome.DIRECT]


def test_takes_that_a_person_sent_back_count_as_regenerations_too():
    lot = [case(n, flicker(0.001), is_sent_back=True) for n in range(1, RETAKE_CAP + 1)]
    last = case(RETAKE_CAP + 1, flicker(0.05))
    assert verdict(last, *lot).outcome is Outcome.DIRECT
    assert "Three regenerations failed: it needs direction." in verdict(last, *lot).reason
    assert verdict(last, *lot[1:]).outcome is Outcome.REGENERATE


def test_an_embraced_kind_is_excused_by_name_and_others_still_count():
    excused = case(1, flicker(0.05), policy=ArtifactPolicy.EMBRACE, embraced=frozenset({"flicker"}))
    other = case(1, flicker(0.05), policy=ArtifactPolicy.EMBRACE, embraced=frozenset({"boil"}))
    assert failures(excused) == []
    assert verdict(excused).outcome is Outcome.DIRECT
    assert verdict(other).outcome is Outcome.REGENERATE


def test_the_worst_axis_speaks_never_the_mean():
    lot = [case(1, flicker(0.001), own(0.1)), case(2, flicker(0.015), own(0.9)),
           case(3, flicker(0.002), own(0.5))]  # fmt: skip
    given = triage(lot)
    assert (given[1].axis, given[2].axis) == ("prompt", "artifacts")
    assert given[3].severity < min(given[1].severity, given[2].severity)


def test_live_action_is_judged_for_technical_faults_only():
    lot = [
        case(1, flicker(0.001), own(0.01), method=Method.LIVE_ACTION),
        case(2, flicker(0.002), own(0.9)),
    ]
    assert triage(lot)[1].axis == "artifacts"


scores = st.lists(
    st.tuples(st.floats(0, 0.1), st.floats(0, 1), st.sampled_from(list(Method)), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


@given(scores)
def test_nothing_ever_passes_uncertified_and_every_verdict_has_a_reason(rows):
    lot = [
        case(n, flicker(f), own(p), method=m, is_hero=h)
        for n, (f, p, m, h) in enumerate(rows, start=1)
    ]
    given = triage(lot)
    assert set(given) == {c.take_id for c in lot}
    for one in lot:
        outcome = given[one.take_id]
        assert outcome.outcome is not Outcome.PASS
        assert outcome.reason
        assert 0 <= outcome.severity <= 1
        if one.method is Method.LIVE_ACTION or one.is_hero:
            assert outcome.outcome is Outcome.DIRECT


def test_every_readable_take_names_frames_to_look_at():
    quiet = FLICKER, Score(metric="flicker", state=ScoreState.OK, value=0.001)
    assert verdict(case(1, quiet, frame_count=48)).frames == (FrameRange(0, 48),)
    assert verdict(case(1, flicker(0.001), frame_count=48)).frames == (FrameRange(20, 34),)


def test_a_take_far_from_every_limit_says_so():
    assert (
        "No fault measured, nearest is flicker at 5 % of its limit"
        in verdict(case(1, flicker(0.001))).reason
    )
    assert (
        "Near a fault: flicker at 1021-1034, 75 % of its limit"
        in verdict(case(1, flicker(0.015))).reason
    )


def test_past_its_limit_but_not_surely_is_said_as_that():
    unsure = Score(metric="flicker", state=ScoreState.OK, value=0.05, low=0.01, high=0.09)
    given = verdict(case(1, (FLICKER, unsure)))
    assert given.outcome is Outcome.DIRECT
    assert "Perhaps a fault: flicker, 0.05 log ratio, past its limit of 0.02, but not surely" in (
        given.reason
    )


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ([(40, 60)], '"a red coat" is missing from 1041 on.'),
        ([(0, 60)], '"a red coat" is missing throughout.'),
        ([(0, 12)], '"a red coat" is missing at 1001-1012.'),
        ([(0, 12), (50, 60)], '"a red coat" is missing at 1001-1012 and 1051-1060.'),
    ],
)
def test_a_missing_phrase_is_said_in_the_directors_words_with_its_frames(ranges, words):
    given = verdict(case(1, phrase(0.4, *ranges), own(0.2), frame_count=60))
    assert given.reason.startswith(words)
    assert (given.axis, given.metric) == ("prompt", "prompt_phrase")
    assert given.frames == tuple(FrameRange(*r) for r in ranges)


def test_a_phrase_that_goes_missing_is_said_though_it_was_there_at_first():
    given = verdict(case(1, phrase(0.7, (45, 60)), own(0.2), frame_count=60))
    assert '"a red coat" is missing from 1046 on' in given.reason
    given = verdict(case(1, phrase(0.9, (45, 48)), own(0.2), frame_count=60))
    assert "missing" not in given.reason


def test_a_phrase_that_is_there_is_only_the_weakest():
    given = verdict(case(1, phrase(0.7, (45, 48), severity=0.4), frame_count=60))
    assert 'Weakest: worst phrase "a red coat" at 1046-1048, 0.7 probability.' in given.reason


def test_a_camera_that_moves_otherwise_is_said():
    given = verdict(case(1, camera(0.02), own(0.9)))
    assert 'does not move as asked. Asked for: "pan left". Seen: right.' in given.reason


def test_a_missing_phrase_is_said_even_where_another_axis_ranks_lower():
    lot = [case(1, flicker(0.015), phrase(0.4, (0, 60)), frame_count=60),
           case(2, flicker(0.001), phrase(0.3, (0, 60)), frame_count=60)]  # fmt: skip
    given = triage(lot)[1]
    assert given.reason.startswith('"a red coat" is missing throughout.')
    assert given.axis == "prompt"
    live = case(1, flicker(0.015), phrase(0.4, (0, 60)), method=Method.LIVE_ACTION)
    assert "red coat" not in verdict(live).reason


def test_a_camera_that_moves_as_asked_is_never_the_weakest():
    lot = [case(1, camera(0.9), own(0.4)), case(2, own(0.5)), case(3, own(0.6))]
    assert triage(lot)[1].metric == "prompt_own"


def test_the_camera_does_not_stand_for_a_prompt_that_was_not_measured():
    missing = (OWN, Score.missing("prompt_own", "The weights are not here."))
    assert "Not measured: prompt fidelity" in verdict(case(1, camera(0.9), missing)).reason


def test_measures_of_one_axis_are_compared_by_rank_whatever_their_scales():
    def z(value):
        return Z, Score(metric="prompt_z", state=ScoreState.OK, value=value)

    lot = [case(1, own(0.9), z(3.0)), case(2, own(0.8), z(-0.5)), case(3, own(0.1), z(4.0)),
           case(4, own(0.95), z(3.5))]  # fmt: skip
    given = triage(lot)
    assert (given[2].metric, given[3].metric) == ("prompt_z", "prompt_own")
    assert given[2].severity == given[3].severity > given[1].severity > given[4].severity


def covered(one, purpose):
    return triage([one], {one.take_id: Cover(purpose, "c" * 36, "Of the takes, few.")})[one.take_id]


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize(
    "changes", [{"is_hero": True}, {"protected": "the face of May is revealed here"}]
)
def test_no_certificate_speaks_for_a_protected_take(purpose, changes):
    given = covered(case(1, flicker(0.001), own(0.5), **changes), purpose)
    assert (given.outcome, given.certificate) == (Outcome.DIRECT, None)


def test_live_action_is_never_made_again():
    live = case(1, flicker(0.001), own(0.5), method=Method.LIVE_ACTION)
    assert covered(live, Purpose.REGENERATE).outcome is Outcome.DIRECT
    assert covered(live, Purpose.PASS).outcome is Outcome.PASS


@pytest.mark.parametrize("value", [0.001, 0.05])
def test_at_the_retake_cap_a_covered_take_needs_direction(value):
    def given(takes):
        return covered(case(takes, flicker(value), takes_of_shot=takes), Purpose.REGENERATE)

    assert given(RETAKE_CAP).outcome is Outcome.REGENERATE
    assert not given(RETAKE_CAP).is_proposed
    assert given(RETAKE_CAP + 1).outcome is Outcome.DIRECT
    assert given(RETAKE_CAP + 1).reason == "Three regenerations failed: it needs direction."
