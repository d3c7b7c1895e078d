"""The plan that saves most, and zones that are worth auditing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from evals.decisions.bounds import labels_needed
from evals.decisions.plans import best_plan, choose_zone, learned_shift, plans_for, shifted

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


def test_what_audits_taught_is_the_mode_of_its_posterior():
    rng = np.random.default_rng(11)
    expected = rng.uniform(0.05, 0.8, 40)
    rejected = rng.random(40) < expected / 3

    def unlikely(shift: float) -> float:
        odds = expected / (1 - expected) * np.exp(shift)
        chance = odds / (1 + odds)
        told = np.log(np.where(rejected, chance, 1 - chance)).sum()
        return -(told + norm.logpdf(shift, scale=1.5))

    found = learned_shift(list(zip(expected.tolist(), rejected.tolist(), strict=True)))
    assert found == pytest.approx(minimize_scalar(unlikely, (-3, 3), tol=1e-10).x, abs=1e-4)
    assert found < -0.5


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_audits_move_a_guess_by_as_much_as_they_tell(count):
    """One answer hardly, many nearly all the way; and never out of reach."""
    fine = [shifted(0.5, learned_shift([(0.5, False)] * n)) for n in (0, count, 2 * count)]
    assert fine[0] == 0.5
    assert 0 < fine[2] < fine[1] < 0.5
    surprised = learned_shift([(0.0, True), (1.0, False)] * count)
    assert surprised == pytest.approx(0, abs=1e-6)
    tenth = learned_shift([(0.5, i % 10 == 0) for i in range(10 * count)])
    assert (shifted(0.5, tenth) == pytest.approx(0.1, abs=0.02)) is (count > 1)


def test_better_takes_than_expected_widen_the_zone():
    told = [(0.3, False)] * 30
    scores, rejection = [0.5] * 60, [0.3] * 60
    before, after = (
        choose_zone(scores, [shifted(r, shift) for r in rejection], **RATES)[1].expected_saving
        for shift in (0.0, learned_shift(told))
    )
    assert after > 2 * before
