"""Flip rates, agreement between people, and paired comparisons clustered by shot."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test

from evals.decisions.agreement import flip_rate, krippendorff_alpha, majority
from evals.decisions.comparison import compare_paired
from tracker.errors import MisuseError, UndecidedError


@pytest.mark.parametrize(("flips", "repeats"), [(0, 30), (3, 30), (30, 30), (1, 2)])
def test_the_interval_of_a_flip_rate_is_exact(flips, repeats):
    found = flip_rate([(True, i >= flips) for i in range(repeats)])
    exact = binomtest(flips, repeats).proportion_ci(0.90, method="exact")
    assert (found.flips, found.rate) == (flips, flips / repeats)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_alpha_is_unreachable_where_people_contradict_themselves_more_often():
    found = flip_rate([(True, i >= 3) for i in range(30)])
    assert found.unreachable(0.10) == (
        "Alpha 0.1 is unreachable: reviewers disagree with themselves in 10% of 30 blind repeats, so "
        "at least 0.2 must be tolerated."
    )
    assert found.unreachable(0.20) == ""


def test_what_must_be_tolerated_is_rounded_to_what_is_enough():
    found = flip_rate([(True, i >= 5) for i in range(31)])
    assert found.unreachable(0.32).endswith("so at least 0.33 must be tolerated.")
    assert found.unreachable(0.33) == ""


def test_few_repeats_declare_nothing_unreachable():
    found = flip_rate([(True, False)] * 5)
    assert found.unreachable(0.10) == ""
    assert "25 more repeats" in found.sentence()


def test_krippendorff_alpha_of_the_published_binary_example():
    """Krippendorff 2011, example B: two observers, ten units, alpha .095."""
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    pairs = {str(i): [bool(a), bool(b)] for i, (a, b) in enumerate(zip(first, second, strict=True))}
    assert krippendorff_alpha(pairs).alpha == pytest.approx(0.095, abs=5e-4)


def test_agreement_needs_two_people_and_two_opinions():
    assert krippendorff_alpha({"a": [True]}).alpha is None
    assert krippendorff_alpha({"a": [True, True], "b": [True, True]}).alpha is None
    assert krippendorff_alpha({"a": [True, True], "b": [False, False]}).alpha == 1.0


def test_a_majority_needs_an_odd_number():
    assert majority([True, False, True])
    with pytest.raises(MisuseError, match="no majority"):
        majority([True, False])


def shots(effect: float, *, seed: int, count: int = 20, takes: int = 4):
    rng = np.random.default_rng(seed)
    base = rng.normal(0, 1, count)
    make = lambda shift: {  # noqa: E731
        f"s{i}": list(base[i] + shift + rng.normal(0, 0.3, takes)) for i in range(count)
    }
    return make(effect), make(0.0)


def test_a_clear_difference_is_found_and_named():
    found = compare_paired(*shots(0.5, seed=1))
    assert 0 < found.low < found.difference < found.high
    assert found.sentence("heron", "kite").startswith("heron does better than kite")


def test_no_difference_is_mostly_not_found():
    found = [compare_paired(*shots(0.0, seed=s)) for s in range(60)]
    assert np.mean([c.low <= 0 <= c.high for c in found]) > 0.75
    assert "cannot be told apart" in compare_paired(*shots(0.0, seed=3)).sentence("heron", "kite")


def test_more_takes_of_one_shot_do_not_make_it_surer():
    first, second = shots(0.2, seed=4, count=8)
    many = {shot: values * 50 for shot, values in first.items()}
    assert compare_paired(many, second).p_value == compare_paired(first, second).p_value


def test_the_p_value_is_that_of_every_pattern_of_signs():
    first, second = shots(0.2, seed=5, count=9)
    gaps = np.array([np.mean(first[s]) - np.mean(second[s]) for s in sorted(first)])
    exact = permutation_test(
        (gaps,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
    )
    assert compare_paired(first, second).p_value == pytest.approx(exact.pvalue)


def test_few_shots_decide_nothing():
    with pytest.raises(UndecidedError, match="Only 3 shots"):
        compare_paired(*shots(0.5, seed=1, count=3))
