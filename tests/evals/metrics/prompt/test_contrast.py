from __future__ import annotations

import math
import statistics
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.media.frames import sample_indices
from evals.metrics.prompt import BANK, PROMPT_METRICS, missing_prompt, score_contrast
from evals.metrics.prompt.contrast import CONTRAST_METRICS
from tracker.domain.scores import ScoreState
from tracker.errors import MisuseError

SCALE = 20.0


def vectors(count: int, *, seed: int, dimension: int = 24) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, dimension))
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def score(frames, own, *, others=None, bank=None, indices=None, frame_count=96):
    scores = score_contrast(
        frames,
        own,
        others=np.zeros((0, 24)) if others is None else others,
        bank=vectors(24, seed=90) if bank is None else bank,
        logit_scale=SCALE,
        frame_indices=sample_indices(frame_count, len(frames)) if indices is None else indices,
        frame_count=frame_count,
    )
    return {s.metric: s for s in scores}


def naive(frames, own, others, bank) -> dict[str, float]:
    """The definitions, written out in plain loops."""

    def cosine(a, b) -> float:
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))

    kept = [own]
    for text in others:
        if all(cosine(text, k) <= 0.95 for k in kept):
            kept.append(text)
    for text in bank:
        if len(kept) < 17 and all(cosine(text, k) <= 0.95 for k in kept):
            kept.append(text)
    table = [[cosine(f, t) for t in kept] for f in frames]
    means = [statistics.fmean(row[i] for row in table) for i in range(len(kept))]
    own_share = []
    for row in table:
        powers = [math.exp(SCALE * c) for c in row]
        own_share.append(powers[0] / sum(powers))
    return {
        "prompt_raw": statistics.fmean(2.5 * max(row[0], 0) for row in table),
        "prompt_z": (means[0] - statistics.fmean(means[1:])) / statistics.pstdev(means[1:]),
        "prompt_percentile": sum(m < means[0] for m in means[1:]) / (len(means) - 1),
        "prompt_own": statistics.fmean(own_share),
    }


@pytest.mark.parametrize("others", [0, 3, 16, 30])
@pytest.mark.parametrize("duplicates", [False, True])
def test_every_value_follows_its_definition(others, duplicates):
    own, bank = vectors(1, seed=1)[0], vectors(24, seed=90)
    frames = vectors(6, seed=2) + 0.4 * own
    rest = vectors(others, seed=3)
    if duplicates:
        near = own + 0.02 * vectors(2, seed=4)
        rest, bank = np.concatenate([near, rest, rest[:1]]), np.concatenate([near, bank])
    scores = score(frames, own, others=rest, bank=bank)
    for name, value in naive(frames, own, rest, bank).items():
        assert scores[name].value == pytest.approx(value, abs=1e-9), name


def test_scores_come_in_the_order_of_the_metrics():
    scores = score(vectors(4, seed=1), vectors(1, seed=2)[0])
    assert list(scores) == [facts.name for facts in CONTRAST_METRICS]
    assert [f.decides for f in CONTRAST_METRICS] == [False, True, True, True]


@given(st.integers(3, 12), st.integers(0, 20), st.integers(0, 10_000), st.floats(-3, 3))
def test_values_and_intervals_stay_in_their_range(frame_total, others, seed, pull):
    own = vectors(1, seed=seed)[0]
    frames = vectors(frame_total, seed=seed + 1) + pull * own
    scores = score(frames, own, others=vectors(others, seed=seed + 2))
    for facts in CONTRAST_METRICS:
        found = scores[facts.name]
        assert facts.low <= found.low <= found.value <= found.high <= facts.high + 1e-12


def test_the_length_of_a_vector_does_not_matter():
    own, frames, others = vectors(1, seed=1)[0], vectors(5, seed=2), vectors(4, seed=3)
    one = score(frames, own, others=others)
    two = score(frames * 7, own * 0.1, others=others * 3)
    for name, found in one.items():
        assert two[name].value == pytest.approx(found.value, abs=1e-9)


def test_the_matching_prompt_wins_and_a_foreign_one_loses():
    own, other = vectors(2, seed=1)
    frames = own + 0.1 * vectors(8, seed=2)
    right = score(frames, own, others=other[None])
    wrong = score(frames, other, others=own[None])
    assert right["prompt_percentile"].value == 1.0
    assert right["prompt_own"].value > 0.95
    assert wrong["prompt_own"].value < 0.05
    assert right["prompt_z"].value > 2 > wrong["prompt_z"].value


def test_a_copy_of_the_prompt_is_no_distractor():
    own = vectors(1, seed=1)[0]
    frames = own + 0.1 * vectors(8, seed=2)
    alone = score(frames, own)
    assert score(frames, own, others=own[None])["prompt_own"].value == alone["prompt_own"].value


def test_evidence_covers_the_frames_where_another_prompt_fits_better():
    own, other = vectors(2, seed=1)
    frames = np.array([own, own, other, other, own, other])
    found = score(frames, own, others=other[None], indices=(0, 20, 40, 60, 80, 99), frame_count=100)
    ranges = [(e.frames.start, e.frames.end, e.kind) for e in found["prompt_own"].evidence]
    assert ranges == [(30, 70, "off prompt"), (90, 100, "off prompt")]
    assert all(e.severity > 0.5 for e in found["prompt_own"].evidence)
    assert found["prompt_raw"].evidence == ()


def test_without_a_beaten_frame_the_weakest_is_shown():
    own = vectors(1, seed=1)[0]
    frames = np.array([own, own, own + 0.5 * vectors(1, seed=2)[0], own])
    (weakest,) = score(frames, own, indices=(0, 10, 20, 29), frame_count=30)["prompt_own"].evidence
    assert (weakest.frames.start, weakest.frames.end, weakest.kind) == (15, 25, "weakest")


def test_the_series_passes_through_the_sampled_frames():
    own, other = vectors(2, seed=1)
    frames = np.array([own, other, own])
    found = score(frames, own, others=other[None], indices=(0, 10, 20), frame_count=21)[
        "prompt_own"
    ]
    assert len(found.series) == 21
    assert np.mean([found.series[i] for i in (0, 10, 20)]) == pytest.approx(found.value)
    assert found.series[5] == pytest.approx((found.series[0] + found.series[10]) / 2)


def test_the_interval_narrows_with_more_frames():
    own = vectors(1, seed=1)[0]
    widths = []
    for count in (4, 64):
        found = score(vectors(count, seed=5) + 0.5 * own, own)["prompt_own"]
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 2


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_frames_have_a_value_but_claim_no_interval(count):
    scores = score(vectors(count, seed=1), vectors(1, seed=2)[0], indices=range(count))
    assert all(s.value is not None and s.low is None and s.high is None for s in scores.values())


def test_the_interval_is_that_of_a_plain_bootstrap():
    own = vectors(1, seed=1)[0]
    frames = vectors(16, seed=6) + 0.6 * own
    whole = score(frames, own)["prompt_own"]
    each = [
        score(frames[i : i + 1], own, indices=(0,), frame_count=1)["prompt_own"].value
        for i in range(16)
    ]
    draws = np.random.default_rng(77).choice(each, (20_000, 16)).mean(1)
    low, high = np.quantile(draws, (0.05, 0.95))
    assert whole.low == pytest.approx(low, abs=0.01)
    assert whole.high == pytest.approx(high, abs=0.01)


def test_scoring_twice_gives_the_same_bits():
    own, frames = vectors(1, seed=1)[0], vectors(9, seed=2)
    assert score(frames, own) == score(frames, own)


def test_every_metric_of_the_model_can_be_missing_for_one_reason():
    missing = missing_prompt("The weights are not here.")
    assert [score.metric for score in missing] == [facts.name for facts in PROMPT_METRICS]
    assert {s.state for s in missing} == {ScoreState.NOT_ASSESSABLE}
    assert {s.reason for s in missing} == {"The weights are not here."}


def test_without_anything_to_compare_with_nothing_is_claimed():
    scores = score(vectors(4, seed=1), vectors(1, seed=2)[0], bank=np.zeros((0, 24)))
    assert {s.state for s in scores.values()} == {ScoreState.NOT_ASSESSABLE}


def test_vectors_that_are_not_numbers_are_not_assessable():
    frames = vectors(4, seed=1)
    frames[2, 3] = np.nan
    scores = score(frames, vectors(1, seed=2)[0])
    assert {s.state for s in scores.values()} == {ScoreState.NOT_ASSESSABLE}


@pytest.mark.parametrize(
    "indices", [(0, 1), (0, 5, 5, 9), (3, 2, 1, 0), (0, 1, 2, 96), (-1, 1, 2, 3)]
)
def test_frame_indices_must_fit_the_take(indices):
    with pytest.raises(MisuseError, match="increasing places"):
        score(vectors(4, seed=1), vectors(1, seed=2)[0], indices=indices)


def test_vectors_must_fit_each_other():
    with pytest.raises(MisuseError, match=r"\(k, d\)"):
        score(vectors(4, seed=1, dimension=12), vectors(1, seed=2)[0])


@given(st.integers(1, 5000), st.integers(2, 40))
def test_sampled_frames_include_both_ends(frame_count, wanted):
    indices = sample_indices(frame_count, wanted)
    assert indices[0] == 0
    assert indices[-1] == frame_count - 1
    assert len(indices) == min(wanted, frame_count)
    assert all(a < b for a, b in pairwise(indices))


def test_the_bank_fills_up_to_sixteen_with_some_to_spare():
    assert len(set(BANK)) == len(BANK) >= 20
    assert all(len(text.split()) < 20 for text in BANK)
