"""The picture of risk against coverage, against counting by hand and scipy's interval."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from evals.decisions.curves import risk_curve


def test_the_curve_counts_what_each_threshold_lets_pass():
    pool = [0.9, 0.7, 0.7, 0.4]
    labelled = [(0.95, False), (0.8, True), (0.7, False), (0.1, True)]
    points = risk_curve(pool, labelled, takes=8, delta=0.10)
    assert [(p.threshold, p.passing, p.coverage) for p in points] == [
        (0.9, 1, 1 / 8), (0.7, 3, 3 / 8), (0.4, 4, 4 / 8),
    ]  # fmt: skip
    assert [(p.labelled, p.rejected) for p in points] == [(1, 0), (3, 1), (3, 1)]
    assert [p.rate for p in points] == [0.0, 1 / 3, 1 / 3]


def test_the_bound_is_the_exact_one_sided_one():
    rng = np.random.default_rng(3)
    labelled = [
        (float(s), bool(r)) for s, r in zip(rng.random(80), rng.random(80) < 0.2, strict=True)
    ]
    for point in risk_curve(rng.random(30).tolist(), labelled, delta=0.10):
        if 0 < point.rejected < point.labelled:
            exact = binomtest(point.rejected, point.labelled).proportion_ci(0.80, method="exact")
            assert point.upper == pytest.approx(exact.high)


def test_without_labels_nothing_is_known_and_without_takes_there_is_no_curve():
    (point,) = risk_curve([0.5], [(0.2, False)], delta=0.10)
    assert (point.rate, point.upper) == (None, 1.0)
    assert risk_curve([], [(0.2, False)], delta=0.10) == []


def test_a_long_film_is_thinned_and_keeps_its_ends():
    pool = np.linspace(0, 1, 500).tolist()
    points = risk_curve(pool, [], delta=0.10)
    assert len(points) <= 40
    assert (points[0].passing, points[-1].passing) == (1, 500)
