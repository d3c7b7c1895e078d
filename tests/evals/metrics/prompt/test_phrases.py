from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.prompt.counterfactuals import Question
from evals.metrics.prompt.phrases import (
    CALIBRATION,
    NO_PHRASES,
    PRIOR,
    Asked,
    log_odds,
    probabilities,
    score_phrases,
)
from evals.metrics.prompt.wording import Phrase
from tracker.domain.scores import ScoreState
from tracker.errors import MisuseError

SCALE = 20.0
D = 16


def vectors(count: int, *, seed: int) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, D))
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def question(text: str, *, count: int = 5, distrust: str = "", group: str = "clothing") -> Question:
    return Question(
        phrase=Phrase(field="wardrobe", text=text, distrust=distrust),
        group=group,
        distrust=distrust,
        alternatives=tuple(f"{text} {i}" for i in range(count)),
    )


def ask(text: str, table: np.ndarray, **facts: str) -> Asked:
    return Asked(question=question(text, count=len(table) - 1, **facts), vectors=table)


def score(frames: np.ndarray, *asked: Asked, frame_count: int = 100):
    places = np.linspace(0, frame_count - 1, len(frames)).round().astype(int)
    return score_phrases(
        frames, asked, logit_scale=SCALE, frame_indices=places.tolist(), frame_count=frame_count
    )


@given(st.integers(1, 9), st.integers(1, 12), st.integers(0, 999))
def test_the_odds_are_those_of_a_softmax(frames, others, seed):
    seen, texts = vectors(frames, seed=seed), vectors(1 + others, seed=seed + 1)
    share = scipy.special.softmax(SCALE * seen @ texts.T, axis=1)[:, 0]
    odds = log_odds(3 * seen, 0.2 * texts, logit_scale=SCALE)
    assert scipy.special.expit(odds) == pytest.approx(share, rel=1e-9)


def test_a_calibrated_group_follows_its_formula_and_others_keep_the_softmax():
    odds = np.array([-6.0, -1.0, 0.0, 3.0])
    slope, offset = CALIBRATION["person"]
    plain = [
        1 / (1 + math.exp(-(slope * z + offset + math.log(PRIOR / (1 - PRIOR))))) for z in odds
    ]
    assert probabilities(odds, "person") == pytest.approx(plain)
    assert probabilities(odds, "style") == pytest.approx(scipy.special.expit(odds))


@pytest.mark.parametrize("group", sorted(CALIBRATION))
def test_better_odds_never_make_a_phrase_less_likely(group):
    chance = probabilities(np.linspace(-40, 40, 200), group)
    assert (np.diff(chance) >= 0).all()
    assert chance[0] < 0.01
    assert chance[-1] > 0.99


def test_the_worst_trusted_phrase_is_the_takes_value():
    coat, sky = vectors(6, seed=1), vectors(6, seed=2)
    frames = np.array([coat[0] + 2 * sky[1]] * 6) + 0.05 * vectors(6, seed=3)
    found = score(frames, ask("a red coat", coat), ask("at dusk", sky, group="time"))
    expected = probabilities(log_odds(frames, sky, logit_scale=SCALE), "time").mean()
    assert found.value == pytest.approx(expected)
    assert found.value < 0.5
    assert {e.kind for e in found.evidence} == {"at dusk"}
    assert '"at dusk"' in found.reason
    assert found.reason.index('"at dusk"') < found.reason.index('"a red coat"')


def test_the_frames_where_a_phrase_is_missing_are_named_in_the_directors_words():
    coat = vectors(6, seed=1)
    frames = np.array([coat[0]] * 5 + [coat[1]] * 5)
    found = score(frames, ask("a red coat", coat), frame_count=91)  # one sampled frame in ten
    ((frames_missing, kind, severity),) = [(e.frames, e.kind, e.severity) for e in found.evidence]
    assert (frames_missing.start, frames_missing.end) == (45, 91)
    assert kind == "a red coat"
    assert severity > 0.9
    assert len(found.series) == 91
    assert found.series[0] > 0.9 > 0.1 > found.series[90]


def test_without_a_missing_frame_the_weakest_is_shown():
    coat = vectors(6, seed=1)
    frames = np.array([coat[0], coat[0], coat[0] + 0.3 * coat[1], coat[0]])
    (weakest,) = score(frames, ask("a red coat", coat)).evidence
    assert (weakest.frames.start, weakest.frames.end) == (50, 83)
    assert weakest.severity < 0.5


@pytest.mark.parametrize("why", ["a count", "negation", "a relation"])
def test_a_phrase_for_a_person_is_told_and_not_decided_on(why):
    coat, dogs = vectors(6, seed=1), vectors(6, seed=2)
    frames = np.array([coat[0] + dogs[1]] * 4)
    found = score(frames, ask("a red coat", coat), ask("two dogs", dogs, distrust=why))
    assert found.value > 0.5
    assert f"({why})" in found.reason
    assert "For a person to judge" in found.reason


def test_phrases_that_do_not_fit_into_the_remark_are_counted():
    many = [ask(f"a red coat {i}", vectors(6, seed=i)) for i in range(11)]
    found = score(vectors(4, seed=3), *many)
    assert found.reason.count("a red coat") == 8
    assert found.reason.endswith(" and 3 more.")


def test_when_no_phrase_can_be_decided_nothing_is_claimed():
    found = score(vectors(4, seed=3), ask("two dogs", vectors(6, seed=2), distrust="a count"))
    assert found.state is ScoreState.NOT_ASSESSABLE
    assert '"two dogs"' in found.reason


def test_a_phrase_without_alternatives_is_told_without_a_number():
    lone = ask("1944", vectors(1, seed=4), distrust="nothing to compare it with")
    found = score(vectors(4, seed=3), ask("a red coat", vectors(6, seed=1)), lone)
    assert '"1944" (nothing to compare it with)' in found.reason


def test_small_things_and_uncalibrated_groups_are_not_decided_on():
    cap = ask("a cap", vectors(6, seed=2), group="accessory")
    style = ask("oil painting", vectors(6, seed=5), group="style")
    found = score(vectors(4, seed=3), cap, style)
    assert found.state is ScoreState.NOT_ASSESSABLE
    assert "(a small thing)" in found.reason
    assert "(not calibrated)" in found.reason


def test_a_brief_without_fields_is_not_assessable():
    found = score(vectors(4, seed=3))
    assert (found.state, found.reason) == (ScoreState.NOT_ASSESSABLE, NO_PHRASES)


def test_vectors_that_are_not_numbers_are_not_assessable():
    frames = vectors(4, seed=3)
    frames[0, 0] = np.inf
    found = score(frames, ask("a red coat", vectors(6, seed=1)))
    assert found.state is ScoreState.NOT_ASSESSABLE
    assert "not finite" in found.reason


def test_the_interval_is_that_of_a_plain_bootstrap():
    coat = vectors(6, seed=1)
    frames = vectors(16, seed=6) + 0.9 * coat[0]
    found = score(frames, ask("a red coat", coat))
    each = probabilities(log_odds(frames, coat, logit_scale=SCALE), "clothing")
    draws = np.random.default_rng(5).choice(each, (20_000, 16)).mean(1)
    low, high = np.quantile(draws, (0.05, 0.95))
    assert found.low == pytest.approx(low, abs=0.015)
    assert found.high == pytest.approx(high, abs=0.015)
    assert score(frames, ask("a red coat", coat)) == found


def test_every_text_needs_its_vector():
    with pytest.raises(MisuseError, match="one vector for each text"):
        Asked(question=question("a red coat", count=5), vectors=vectors(5, seed=1))
