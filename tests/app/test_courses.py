"""Curves of the chart: where samples lie and how high they are drawn."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.board import ScoredMetric
from tracker.domain.scores import Axis, Direction, MetricFacts, Score, ScoreState
from tracker.ui.components.courses import course, heights

LOWER = MetricFacts(
    name="m",
    version="1",
    axis=Axis.ARTIFACTS,
    low=0.0,
    high=None,
    direction=Direction.LOWER_IS_BETTER,
    unit="",
    title="M",
    fails_at=2.0,
)
HIGHER = replace(LOWER, direction=Direction.HIGHER_IS_BETTER, high=1.0, fails_at=0.25)


def scored(series: list[float], facts: MetricFacts = LOWER) -> ScoredMetric:
    score = Score(metric="m", state=ScoreState.OK, value=1.0, series=tuple(series))
    return ScoredMetric(facts=facts, pack="", score=score)


def test_the_limit_is_half_way_up_and_the_best_value_on_top() -> None:
    assert heights([0.0, 2.0, 6.0], LOWER) == ((1.0, 0.5, 0.25), False)
    drawn, is_own = heights([1.0, 0.25, 0.0], HIGHER)
    assert drawn == pytest.approx((1.0, 0.5, 3 / 7))
    assert not is_own


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.sampled_from([LOWER, HIGHER]))
def test_a_worse_value_is_never_drawn_higher(series: list[float], facts: MetricFacts) -> None:
    drawn, _ = heights(series, facts)
    assert all(0 <= h <= 1 for h in drawn)
    sign = 1 if facts.direction is Direction.LOWER_IS_BETTER else -1
    ordered = sorted(zip(series, drawn, strict=True), key=lambda pair: sign * pair[0])
    assert all(a[1] >= b[1] for a, b in itertools.pairwise(ordered))


@given(st.integers(0, 10_000).map(lambda thousandths: thousandths / 1000))
def test_below_the_line_is_exactly_what_fails(value: float) -> None:
    (height, _), _ = heights([value, 0.0], LOWER)
    assert (height <= 0.5) == LOWER.is_failure(value)


def test_without_a_limit_or_outside_the_range_a_measure_has_its_own_scale() -> None:
    assert heights([1.0, 2.0], replace(LOWER, fails_at=None))[1]
    assert heights([-1.0, 2.0], LOWER)[1]
    drawn, is_own = heights([3.0, 3.0], replace(LOWER, fails_at=None))
    assert is_own
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    ("samples", "offset", "last"),
    [(48, 0.0, 47.0), (47, 1.0, 47.0), (46, 2.0, 47.0), (16, 0.0, 47.0), (60, 0.0, 59.0)],
)
def test_samples_lie_on_the_frames_that_they_measure(
    samples: int, offset: float, last: float
) -> None:
    made = course(scored([0.1] * samples), 48)
    assert made is not None
    assert made.offset == offset
    assert made.offset + made.step * (samples - 1) == pytest.approx(last)


def test_a_still_and_a_single_number_have_no_course() -> None:
    assert course(scored([0.1] * 5), 1) is None
    assert course(scored([0.1]), 48) is None
    assert course(scored([]), 48) is None
