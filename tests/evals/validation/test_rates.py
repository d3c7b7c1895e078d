"""The arithmetic of the proofs against brute force, scipy, and formulas written a second time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evals.training.proofs import auroc
from evals.validation.rates import (
    auroc_interval,
    rank_correlation,
    share_interval,
    temporal_flickering,
)

LEVELS = st.one_of(st.integers(-3, 3).map(float), st.just(-math.inf))


@given(st.lists(LEVELS, min_size=1, max_size=12), st.lists(LEVELS, min_size=1, max_size=12))
def test_the_area_is_the_share_of_pairs_won_and_the_rank_sum_of_scipy(higher, lower):
    won = [1.0 if a > b else 0.5 if a == b else 0.0 for a in higher for b in lower]
    ranks = stats.rankdata([*higher, *lower])[: len(higher)]
    by_ranks = (ranks.sum() - len(higher) * (len(higher) + 1) / 2) / (len(higher) * len(lower))
    assert auroc(higher, lower) == pytest.approx(np.mean(won))
    assert auroc(higher, lower) == pytest.approx(by_ranks)


@pytest.mark.parametrize(("area", "m", "n"), [(1, 30, 30), (0.93, 36, 36), (0.5, 7, 20), (0, 5, 5)])
def test_the_interval_holds_the_areas_within_two_of_their_own_errors(area, m, n):
    grid = np.linspace(0, 1, 20_001)
    size = (m + n) / 2 - 1
    inside = 1 + size * (1 - grid) / (2 - grid) + size * grid / (1 + grid)
    error = np.sqrt(grid * (1 - grid) * inside / (m * n))
    held = grid[np.abs(grid - area) <= 1.959963985 * error]
    assert auroc_interval(area, higher=m, lower=n) == pytest.approx(
        (held.min(), held.max()), abs=1e-4
    )


def test_even_a_perfect_area_has_an_interval_that_shrinks_with_more_clips():
    few, many = (auroc_interval(1.0, higher=n, lower=n)[0] for n in (5, 50))
    assert few < 0.75 < 0.95 < many < 1


@pytest.mark.parametrize(("hits", "of"), [(0, 9), (3, 9), (9, 9), (170, 200)])
def test_the_interval_of_a_share_is_that_of_the_exact_test(hits, of):
    wanted = stats.binomtest(hits, of).proportion_ci(method="exact")
    assert share_interval(hits, of) == pytest.approx((wanted.low, wanted.high))


def test_nothing_is_known_of_a_share_of_nothing():
    assert share_interval(0, 0) == (0.0, 1.0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=12))
def test_the_rank_correlation_is_that_of_scipy(pairs):
    first, second = zip(*pairs, strict=True)
    if len(set(first)) > 1 and len(set(second)) > 1:
        wanted = stats.spearmanr(first, second).statistic
        assert rank_correlation(first, second) == pytest.approx(wanted, abs=1e-9)
    else:
        assert rank_correlation(first, second) == 0


def test_flickering_is_what_the_paper_defines():
    frames = np.random.default_rng(3).integers(0, 256, (5, 6, 7, 3), dtype=np.uint8)
    steps = [np.mean(np.abs(frames[i + 1] * 1.0 - frames[i] * 1.0)) for i in range(4)]
    assert temporal_flickering(frames) == pytest.approx((255 - np.mean(steps)) / 255, abs=1e-12)
    assert temporal_flickering(np.repeat(frames[:1], 3, axis=0)) == 1.0
