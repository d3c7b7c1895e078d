"""The plan that saves most, and zones that are worth auditing."""

from __future__ import annotations

import numpy as np
import pytest

from evals.decisions.bounds import labels_needed
from evals.decisions.plans import best_plan, choose_zone, plans_for

RATES = {"alpha": 0.10, "delta": 0.10}


@pytest.mark.parametrize("takes", [30, 60, 200])
def test_each_plan_certifies_at_its_limit_and_not_beyond(takes):
    for plan in plans_for(takes, rate=0.03, **RATES):
        assert plan.labels == labels_needed(plan.tolerated, takes=takes, **RATES)
        assert plan.unseen == takes - plan.labels


def test_the_better_the_takes_the_more_is_saved():
    savings = [best_plan(100, rate=rate, **RATES).expected_saving for rate in (0.3, 0.1, 0.03, 0.0)]
    assert savings == sorted(savings)


def test_a_plan_that_bears_rejections_pays_where_some_are_expected():
    assert best_plan(400, rate=0.001, **RATES).tolerated == 0
    assert best_plan(400, rate=0.05, **RATES).tolerated > 0


def test_a_small_lot_must_be_looked_at_whole():
    assert best_plan(8, rate=0.0, **RATES) is None


def test_the_chance_is_what_a_simulation_finds():
    plan = best_plan(100, rate=0.05, **RATES)
    rng = np.random.default_rng(3)
    rates = rng.beta(0.05 * 20, 0.95 * 20, 40_000)
    found = np.mean(rng.binomial(plan.labels, rates) <= plan.tolerated)
    assert found == pytest.approx(plan.chance, abs=0.01)


def test_a_zone_leaves_out_what_is_likely_to_be_rejected():
    scores = np.linspace(0, 1, 100)
    rejection = np.where(scores < 0.3, 0.8, 0.01)
    threshold, plan = choose_zone(scores, rejection, **RATES)
    assert threshold >= 0.3
    assert plan.takes == (scores >= threshold).sum()


def test_equal_scores_are_in_a_zone_together():
    _, plan = choose_zone([0.5] * 60, [0.02] * 60, **RATES)
    assert plan.takes == 60


def test_nothing_to_choose_from_chooses_nothing():
    assert choose_zone([], [], **RATES) is None
