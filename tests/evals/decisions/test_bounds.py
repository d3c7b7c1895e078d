"""The exact tests against the published tables, enumeration, and sums written out by hand."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from evals.decisions.bounds import (
    allowed_among,
    confidence,
    labels_needed,
    lot_p_value,
    percent,
    stream_p_value,
    upper_bound,
)
from tracker.errors import MisuseError

DELTA = 0.10
STREAM = {
    0.05: (45, 77, 105, 132, 184),
    0.10: (22, 38, 52, 65, 91),
    0.20: (11, 18, 25, 32, 45),
    0.30: (7, 12, 16, 21, 29),
}
LOTS = {
    (100, 0.05): (54, 95), (100, 0.10): (25, 40), (100, 0.20): (11, 19),
    (200, 0.05): (50, 90), (200, 0.10): (23, 39), (200, 0.20): (11, 19),
    (60, 0.05): (55, 57), (60, 0.10): (26, 48), (60, 0.20): (12, 20),
}  # fmt: skip


@pytest.mark.parametrize("alpha", STREAM)
def test_the_stream_table_is_reproduced(alpha):
    found = tuple(labels_needed(k, alpha=alpha, delta=DELTA) for k in (0, 1, 2, 3, 5))
    assert found == STREAM[alpha]


@pytest.mark.parametrize(("takes", "alpha"), LOTS)
def test_the_lot_table_is_reproduced(takes, alpha):
    found = tuple(labels_needed(k, alpha=alpha, delta=DELTA, takes=takes) for k in (0, 1))
    assert found == LOTS[takes, alpha]


def binomial_tail(rejected: int, labelled: int, alpha: Fraction) -> float:
    terms = (
        comb(labelled, i) * alpha**i * (1 - alpha) ** (labelled - i) for i in range(rejected + 1)
    )
    return float(sum(terms))


@given(
    st.integers(1, 60),
    st.data(),
    st.sampled_from([Fraction(1, 20), Fraction(1, 10), Fraction(3, 10)]),
)
def test_the_stream_p_value_is_the_binomial_sum(labelled, data, alpha):
    rejected = data.draw(st.integers(0, labelled))
    found = stream_p_value(rejected, labelled, float(alpha))
    assert found == pytest.approx(binomial_tail(rejected, labelled, alpha), rel=1e-9, abs=1e-12)


@given(st.integers(2, 60), st.data(), st.sampled_from([0.05, 0.1, 0.2, 0.3]))
def test_the_lot_p_value_counts_samples(takes, data, alpha):
    labelled = data.draw(st.integers(1, takes - 1))
    rejected = data.draw(st.integers(0, labelled))
    bad = rejected + int(Fraction(str(alpha)) * (takes - labelled)) + 1
    samples = sum(
        comb(bad, i) * comb(takes - bad, labelled - i)
        for i in range(rejected + 1)
        if 0 <= labelled - i <= takes - bad
    ) if bad <= takes else 0  # fmt: skip
    found = lot_p_value(rejected, labelled, takes=takes, alpha=alpha)
    assert found == pytest.approx(samples / comb(takes, labelled), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("takes", [70, 100])
@pytest.mark.parametrize("alpha", [0.10, 0.20])
@pytest.mark.parametrize("tolerated", [0, 1, 2])
def test_no_number_of_bad_takes_is_certified_falsely_too_often(takes, alpha, tolerated):
    """Every lot that could be, every sample that could be drawn, counted exactly."""
    labelled = labels_needed(tolerated, alpha=alpha, delta=DELTA, takes=takes)
    assert labelled is not None
    worst = 0.0
    for bad in range(takes + 1):
        false = 0
        for rejected in range(min(bad, labelled) + 1):
            is_wrong = bad - rejected > allowed_among(takes - labelled, alpha)
            if is_wrong and lot_p_value(rejected, labelled, takes=takes, alpha=alpha) <= DELTA:
                false += comb(bad, rejected) * comb(takes - bad, labelled - rejected)
        worst = max(worst, false / comb(takes, labelled))
    assert 0 < worst <= DELTA


@given(st.integers(1, 200), st.data())
def test_the_upper_bound_is_where_the_p_value_is_delta(labelled, data):
    rejected = data.draw(st.integers(0, labelled - 1))
    bound = upper_bound(rejected, labelled, DELTA)
    assert stream_p_value(rejected, labelled, bound) == pytest.approx(DELTA, rel=1e-6)


def test_without_labels_nothing_is_known():
    assert stream_p_value(0, 0, 0.1) == 1.0
    assert upper_bound(0, 0, 0.1) == 1.0


def test_a_lot_that_was_looked_at_whole_holds_no_unseen_bad_take():
    assert lot_p_value(7, 40, takes=40, alpha=0.1) == 0.0


def test_a_share_is_counted_without_rounding_errors():
    assert [allowed_among(100, a) for a in (0.07, 0.29, 0.57)] == [7, 29, 57]


@pytest.mark.parametrize(("rejected", "labelled"), [(3, 2), (-1, 4)])
def test_counts_that_cannot_be_are_refused(rejected, labelled):
    with pytest.raises(MisuseError, match="cannot be"):
        stream_p_value(rejected, labelled, 0.1)


def test_more_labels_than_takes_are_refused():
    with pytest.raises(MisuseError, match="12 labels cannot come from 10 takes"):
        lot_p_value(0, 12, takes=10, alpha=0.1)


def test_a_rate_outside_0_to_1_is_refused():
    with pytest.raises(MisuseError, match="alpha is 10"):
        labels_needed(0, alpha=10, delta=0.1)
    with pytest.raises(MisuseError, match=r"alpha is 1\.0"):
        lot_p_value(12, 12, takes=20, alpha=1.0)


@pytest.mark.parametrize(
    ("rate", "written", "rest"),
    [
        (0.1, "10%", "90%"),
        (0.125, "12.5%", "87.5%"),
        (0.07, "7%", "93%"),
        (0.004, "0.4%", "99.6%"),
        (0.00004, "0.004%", "99.996%"),
        (0.12345, "12.345%", "87.655%"),
    ],
)
def test_a_rate_is_written_as_it_was_given(rate, written, rest):
    assert (percent(rate), confidence(rate)) == (written, rest)


@pytest.mark.parametrize("labelled", [8, 15, 22])
@pytest.mark.parametrize("alpha", [0.10, 0.25])
def test_whoever_looks_outside_the_sample_cannot_make_a_false_claim_likelier(labelled, alpha):
    """Every number of bad takes, and the worst choice of looks once the sample is known."""
    takes, delta = 30, 0.10
    worst = 0.0
    for bad in range(takes + 1):
        false = 0.0
        for rejected in range(min(bad, labelled) + 1):
            others, left_bad = takes - labelled, bad - rejected
            if left_bad > others:
                continue
            certifies_falsely = any(
                left_bad - known > int(alpha * (others - seen) + 1e-9)
                and lot_p_value(
                    rejected, labelled, takes=takes, alpha=alpha, seen=seen, known=known
                )
                <= delta
                for seen in range(others)
                for known in range(min(seen, left_bad) + 1)
                if seen - known <= others - left_bad
            )
            false += certifies_falsely * hypergeom.pmf(rejected, takes, bad, labelled)
        worst = max(worst, false)
    assert 0 < worst <= delta
