"""The confidence sequences at every look, and the alarm that revokes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import betabinom, hypergeom

from evals.decisions.bounds import allowed_among
from evals.decisions.sequences import (
    certifies_lot,
    certifies_stream,
    lot_counts,
    revocation_boundary,
    stream_interval,
    stream_labels_needed,
)

DELTA = 0.10


@pytest.mark.parametrize(("alpha", "labels"), [(0.05, 59), (0.10, 26), (0.20, 12)])
def test_the_reference_table_of_streams_is_reproduced(alpha, labels):
    is_certified = [certifies_stream(0, n, alpha=alpha, delta=DELTA) for n in range(labels + 1)]
    assert is_certified == [False] * labels + [True]
    assert stream_labels_needed(0, alpha=alpha, delta=DELTA) == labels


@pytest.mark.parametrize(("rejected", "labelled"), [(0, 5), (1, 20), (4, 30), (9, 9)])
def test_lot_counts_are_those_of_the_definition(rejected, labelled):
    """R(B) = P(data) / P(data | B), with the data's probability as a sum over the prior."""
    takes = 60
    counts = np.arange(takes + 1)
    given = hypergeom.pmf(rejected, takes, counts, labelled)
    prior = betabinom.pmf(counts, takes, 0.5, 20)
    with np.errstate(divide="ignore"):
        kept = counts[(prior * given).sum() / given < 1 / DELTA]
    assert lot_counts(rejected, labelled, takes=takes, delta=DELTA) == (kept[0], kept[-1])


@pytest.mark.parametrize("bad", [0, 3, 6, 12, 30])
def test_the_true_count_is_hardly_ever_left_out(bad):
    """Looked at after every label of 400 random orders: more than delta would be a broken promise."""
    takes, rng = 60, np.random.default_rng(bad)
    labels = np.arange(takes) < bad
    lost = 0
    for _ in range(400):
        seen = rng.permutation(labels).cumsum()
        spans = (lot_counts(int(k), n, takes=takes, delta=DELTA) for n, k in enumerate(seen, 1))
        lost += any(not low <= bad <= high for low, high in spans)
    assert lost / 400 <= DELTA


def test_the_stream_interval_narrows_around_the_share():
    low, high = stream_interval(10, 100, delta=DELTA)
    wide_low, wide_high = stream_interval(1, 10, delta=DELTA)
    assert wide_low < low < 0.1 < high < wide_high


def searched(rejected: int, labelled: int) -> tuple[float, float]:
    """Return the bounds by halving, from the definition R(rate) = P(labels) / P(labels | rate).

    P(labels) is the product of what the prior expects of each next label; the upper bound is searched as
    the distance to 1, which may be too small for a rate to show.
    """
    expected = [math.log((0.5 + i) / (20.5 + i)) for i in range(rejected)] + [
        math.log((20 + i) / (20.5 + rejected + i)) for i in range(labelled - rejected)
    ]
    seen = math.fsum(expected)

    def bound(of_it: int, others: int) -> float:
        """Return the log of the least believed rate of labels of which there are `of_it`."""
        low, high = -1e6, math.log(of_it / labelled)
        for _ in range(100):
            middle = (low + high) / 2
            given = of_it * middle + others * math.log1p(-math.exp(middle))
            low, high = (low, middle) if seen - given < -math.log(DELTA) else (middle, high)
        return high

    accepted = labelled - rejected
    low = math.exp(bound(rejected, accepted)) if rejected else 0.0
    return low, -math.expm1(bound(accepted, rejected)) if accepted else 1.0


COUNTS = [(k, n) for n in range(1, 42) for k in range(n + 1)] + [
    (k, n) for n in (60, 100, 200, 1000, 20_000) for k in (0, 1, 2, n // 2, n - 2, n - 1, n)
]  # fmt: skip


def test_the_stream_interval_is_that_of_the_definition_whatever_was_said():
    for rejected, labelled in COUNTS:
        found = stream_interval(rejected, labelled, delta=DELTA)
        assert found == pytest.approx(searched(rejected, labelled), rel=1e-6, abs=0), (
            rejected,
            labelled,
        )
        assert found[0] <= rejected / labelled <= found[1]


@pytest.mark.parametrize("delta", [1e-9, 0.001, 0.5, 0.999])
def test_any_confidence_gives_an_interval_around_the_share(delta):
    for rejected, labelled in COUNTS:
        low, high = stream_interval(rejected, labelled, delta=delta)
        assert 0 <= low <= rejected / labelled <= high <= 1


@pytest.mark.parametrize("rejected", [1, 3, 7])
def test_the_labels_a_stream_needs_are_the_least_that_certify(rejected):
    needed = stream_labels_needed(rejected, alpha=0.10, delta=DELTA)
    assert certifies_stream(rejected, needed, alpha=0.10, delta=DELTA)
    assert not certifies_stream(rejected, needed - 1, alpha=0.10, delta=DELTA)
    assert stream_labels_needed(rejected, alpha=1e-6, delta=DELTA) is None


def test_nothing_is_known_before_the_first_label():
    assert stream_interval(0, 0, delta=DELTA) == (0.0, 1.0)
    assert not certifies_lot(0, 0, takes=60, alpha=0.1, delta=DELTA)


@pytest.mark.parametrize(("takes", "alpha"), [(60, 0.10), (45, 0.25), (22, 0.25)])
def test_a_certificate_that_is_right_is_hardly_ever_revoked(takes, alpha):
    boundary = revocation_boundary(takes=takes, alpha=alpha, delta=DELTA)
    labels = np.arange(takes) < allowed_among(takes, alpha)
    rng = np.random.default_rng(5)
    revoked = sum(
        any(k >= limit for k, limit in zip(rng.permutation(labels).cumsum(), boundary, strict=True))
        for _ in range(600)
    )
    assert revoked / 600 <= DELTA


@pytest.mark.parametrize(
    ("takes", "alpha", "bad"), [(60, 0.10, 24), (90, 0.25, 54), (45, 0.25, 36), (22, 0.25, 20)]
)
def test_bad_takes_mostly_revoke_within_a_fifth(takes, alpha, bad):
    boundary = revocation_boundary(takes=takes, alpha=alpha, delta=DELTA)
    labels = np.arange(takes) < bad
    rng = np.random.default_rng(6)
    revoked = [
        any(
            k >= limit
            for k, limit in zip(
                rng.permutation(labels)[: -(-takes // 5)].cumsum(), boundary, strict=False
            )
        )
        for _ in range(200)
    ]
    assert np.mean(revoked) > 0.5


def test_the_boundary_never_asks_for_more_than_was_allowed():
    boundary = revocation_boundary(takes=40, alpha=0.1, delta=DELTA)
    assert len(boundary) == 40
    assert boundary[-1] == allowed_among(40, 0.1) + 1
    assert list(boundary) == sorted(boundary)


@pytest.mark.parametrize(("takes", "alpha"), [(34, 0.10), (45, 0.25)])
def test_the_alarm_rings_at_the_first_ratio_that_leaves_no_allowed_number(takes, alpha):
    """R(B) = P(data) / P(data | B), every number of bad takes alike before: P(data) = 1 / (m + 1)."""
    boundary = revocation_boundary(takes=takes, alpha=alpha, delta=DELTA)
    allowed = np.arange(allowed_among(takes, alpha) + 1)
    for audited, limit in enumerate(boundary[:12], 1):
        for wrong in range(audited + 1):
            given = hypergeom.pmf(wrong, takes, allowed, audited)
            is_believed = bool(np.any(given * (audited + 1) > DELTA))
            assert is_believed is (wrong < limit), (audited, wrong)
