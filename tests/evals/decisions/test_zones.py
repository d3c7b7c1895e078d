"""Fixed-sequence testing against another library's, and the order in which zones are tried."""

from __future__ import annotations

import numpy as np
import pytest
from mapie.risk_control.fwer_control import control_fwer
from scipy.stats import binom

from evals.decisions.zones import Zone, first_zone, fixed_sequence, thresholds_of, zones_of
from tracker.errors import MisuseError

ALPHA, DELTA = 0.10, 0.10


def random_zones(seed: int) -> list[Zone]:
    rng = np.random.default_rng(seed)
    pool = rng.random(300)
    labelled = rng.choice(pool, int(rng.integers(80, 300)), replace=False)
    base = rng.uniform(0.01, 0.3)
    rejections = rng.random(len(labelled)) < base * 2 * (1 - labelled)
    return zones_of(thresholds_of(pool, 5), labelled, rejections)


def test_600_random_data_sets_give_the_zones_of_an_independent_library():
    certified = 0
    for seed in range(600):
        zones = random_zones(seed)
        p_values = np.array([binom.cdf(z.rejected, z.labelled, ALPHA) for z in zones])
        valid = control_fwer(p_values, DELTA, fwer_method="fixed_sequence")
        expected = None if len(valid) == 0 else zones[int(valid[-1])]
        assert fixed_sequence(zones, alpha=ALPHA, delta=DELTA).zone == expected
        certified += expected is not None
    assert 50 < certified < 550


def test_testing_stops_at_the_first_zone_that_fails():
    zones = [Zone(0.9, 30, 0), Zone(0.8, 40, 9), Zone(0.7, 400, 10)]
    found = fixed_sequence(zones, alpha=ALPHA, delta=DELTA)
    assert found.zone == zones[0]
    assert len(found.p_values) == 2


@pytest.mark.parametrize("start", [0, 1, None])
def test_nothing_is_claimed_where_no_zone_is_certified(start):
    found = fixed_sequence([Zone(0.9, 14, 0)], alpha=ALPHA, delta=DELTA, start=start)
    assert (found.zone, found.upper) == (None, 1.0)
    assert len(found.p_values) == (start == 0)


def test_zones_from_loose_to_strict_are_refused():
    with pytest.raises(MisuseError, match="strictest to the loosest"):
        fixed_sequence([Zone(0.5, 40, 1), Zone(0.9, 10, 0)], alpha=ALPHA, delta=DELTA)


def test_testing_starts_where_two_rejections_can_be_borne():
    scores = np.linspace(0, 1, 200)
    thresholds = thresholds_of(scores)
    start = first_zone(thresholds, scores, labels=100, alpha=ALPHA, delta=DELTA)
    assert start is not None
    share = float((scores >= thresholds[start]).mean())
    assert 100 * share >= 52 > 100 * share - 100 / 20


@pytest.mark.parametrize(("labels", "starts"), [(45, True), (30, False)])
def test_with_few_labels_one_rejection_must_be_borne(labels, starts):
    scores = np.linspace(0, 1, 200)
    thresholds = thresholds_of(scores)
    found = first_zone(thresholds, scores, labels=labels, alpha=ALPHA, delta=DELTA)
    assert (found is not None) is starts


def test_thresholds_run_from_strict_to_loose_and_hold_everything_at_last():
    scores = [0.2, 0.2, 0.5, 0.9, 0.9, 0.9]
    found = thresholds_of(scores)
    assert list(found) == sorted(set(found), reverse=True)
    assert found[-1] == 0.2
    assert thresholds_of([]) == ()
