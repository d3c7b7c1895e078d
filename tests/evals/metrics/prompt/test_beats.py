from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.metrics.prompt.beats import (
    MOST_BEATS,
    NO_BEATS,
    best_order,
    find_beats,
    kendall,
    score_beats,
)
from tracker.domain.production import Brief
from tracker.domain.scores import ScoreState
from tracker.errors import MisuseError

WORDS = ("sits", "looks up", "leaves", "waves")


def brute_force(gains: np.ndarray) -> float:
    frames, beats = gains.shape
    sums = []
    for order in itertools.permutations(range(beats)):
        for cuts in itertools.combinations(range(1, frames), beats - 1):
            ends = [0, *cuts, frames]
            sums.append(sum(gains[a:b, beat].sum()
                            for a, b, beat in zip(ends[:-1], ends[1:], order, strict=True)))  # fmt: skip
    return max(sums)


@settings(max_examples=60)
@given(st.integers(1, 4), st.integers(0, 4), st.integers(0, 9999))
def test_no_other_cut_and_order_explains_the_frames_better(beats, more, seed):
    gains = np.random.default_rng(seed).normal(size=(beats + more, beats))
    order, starts = best_order(gains)
    assert sorted(order) == list(range(beats))
    ends = [*starts[1:], len(gains)]
    assert starts[0] == 0
    assert all(a < b for a, b in zip(starts, ends, strict=True))
    found = sum(gains[a:b, i].sum() for i, a, b in zip(order, starts, ends, strict=True))
    assert found == pytest.approx(brute_force(gains))


@given(st.permutations(range(5)))
def test_tau_is_scipys(order):
    expected = scipy.stats.kendalltau(range(5), order).statistic
    assert kendall(order) == pytest.approx(expected)


def test_fewer_frames_than_beats_are_refused():
    with pytest.raises(MisuseError, match="sample more frames"):
        best_order(np.zeros((2, 3)))


@pytest.mark.parametrize(
    ("brief", "beats"),
    [
        (Brief(action="walks, then turns away"), ("walks", "turns away")),
        (Brief(action="First she sits, then looks up; finally leaves."),
         ("she sits", "looks up", "leaves")),
        (Brief(action="1. sits 2. looks up 3) leaves"), ("sits", "looks up", "leaves")),
        (Brief(action="walks; sits", subject="a woman"), ("walks", "sits")),
        (Brief(action="walks; sits", subject="a woman and a dog"), ()),
        (Brief(action="walks, then waves; sits", subject="a woman and a dog"), ("walks", "waves")),
        (Brief(action="sits"), ()),
        (Brief(prompt="The man walks in, then he sits down."), ("The man walks in", "he sits down")),
        (Brief(prompt="A harbour at dusk."), ()),
        (Brief(), ()),
    ],
)  # fmt: skip
def test_beats_are_found_in_the_directors_words(brief, beats):
    assert find_beats(brief) == beats


@given(st.text(alphabet="abc then;1.2)\n,", max_size=80), st.sampled_from(["", "a dog and a cat"]))
def test_whatever_is_written_gives_no_beat_or_two_or_more(text, subject):
    found = find_beats(Brief(action=text, prompt=text, subject=subject))
    assert len(found) != 1
    assert all(beat.strip() == beat for beat in found)
    assert all(beat in text for beat in found)


def take(order, *, each: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Frames that show beats in an order, and the beats' vectors."""
    texts = np.eye(8)[: len(order)]
    noise = 0.1 * np.random.default_rng(1).standard_normal((each * len(order), 8))
    return np.repeat(texts[list(order)], each, axis=0) + noise, texts


def score(frames, texts):
    places = np.arange(len(frames)) * 4
    return score_beats(
        frames, WORDS[: len(texts)], texts,
        logit_scale=20.0, frame_indices=places.tolist(), frame_count=4 * len(frames),
    )  # fmt: skip


@pytest.mark.parametrize("count", [2, 3, 4])
def test_told_order_is_one_and_the_reverse_minus_one(count):
    assert score(*take(range(count))).value == 1.0
    assert score(*take(range(count)[::-1])).value == -1.0


def test_two_exchanged_beats_of_three_are_named_with_their_frames():
    found = score(*take((0, 2, 1)))
    assert found.value == pytest.approx(1 / 3)
    assert [(e.kind, e.severity) for e in found.evidence] == [
        ("sits", 0.0), ("leaves", 1.0), ("looks up", 1.0),
    ]  # fmt: skip
    assert found.evidence[0].frames.end == found.evidence[1].frames.start == 18
    assert found.low <= found.value <= found.high
    assert '"sits", "leaves", "looks up"' in found.reason


def test_beats_beyond_the_most_are_named_as_not_looked_for():
    beats = find_beats(
        Brief(action="sits, then waves, then nods, then rises, then turns, then goes")
    )
    assert len(beats) == MOST_BEATS + 1
    frames, texts = take(range(6))
    found = score_beats(
        frames, beats, texts, logit_scale=20.0,
        frame_indices=list(range(len(frames))), frame_count=len(frames),
    )  # fmt: skip
    assert found.value == 1.0
    assert [e.kind for e in found.evidence] == list(beats[:MOST_BEATS])
    assert found.reason.endswith('Not looked for, since 5 beats are the most: "goes".')


def test_an_unclear_take_has_a_wide_interval():
    noise = np.random.default_rng(4).standard_normal((16, 8))
    found = score(noise, np.eye(8)[:3])
    assert found.high - found.low > 0.5


def test_fewer_than_two_beats_have_no_order():
    frames, texts = take((0, 1))
    assert score(frames, texts[:1]).reason == NO_BEATS
    assert score(frames, texts[:1]).state is ScoreState.NOT_ASSESSABLE


def test_a_still_cannot_hold_two_beats():
    frames, texts = take((0, 1))
    found = score(frames[:1], texts)
    assert found.state is ScoreState.NOT_ASSESSABLE
    assert "longer take" in found.reason
