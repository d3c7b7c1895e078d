"""How good takes are beside each other: each measure, and each axis, as a rank within a lot.

Before there is any history nothing else puts measures of different units on one scale. Measures with a limit
share one, their share of it; the others of an axis are compared by their ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.decisions import sentences
from evals.decisions.case import TakeCase
from tracker.domain.production import Method
from tracker.domain.scores import Axis, Direction

__all__ = ["ONLY_SOMETIMES", "axis_goodness", "goodness_of", "metric_goodness"]

ONLY_SOMETIMES = frozenset({"camera_move", "prompt_beats"})
"""Asked for by some briefs only: they do not stand for their axis where the rest could not be measured,
and count against a take only where they say what is wrong, since few takes have them to be ranked among."""


def goodness_of(cases: Sequence[TakeCase]) -> dict[int, dict[Axis, float]]:
    """Map each measured axis of each take to its rank among the takes, 0 (worst) to 1."""
    return axis_goodness(cases, metric_goodness(cases))


def metric_goodness(lot: Sequence[TakeCase]) -> dict[int, dict[str, float]]:
    """Map each measure without a limit, of each take, to its rank within the lot."""
    badness: dict[str, dict[int, float]] = {}
    for case in lot:
        for facts, score in case.scores:
            is_ranked = facts.fails_at is None and facts.direction is Direction.HIGHER_IS_BETTER
            is_at_rest = facts.name in ONLY_SOMETIMES and not sentences.names_fault(
                facts, score, case.frame_count
            )
            if is_ranked and facts.decides and not is_at_rest and score.value is not None:
                badness.setdefault(facts.name, {})[case.take_id] = -score.value
    goodness: dict[int, dict[str, float]] = {case.take_id: {} for case in lot}
    for name, by_take in badness.items():
        for take_id, rank in _ranks(by_take).items():
            goodness[take_id][name] = rank
    return goodness


def axis_goodness(
    lot: Sequence[TakeCase], metrics: Mapping[int, Mapping[str, float]]
) -> dict[int, dict[Axis, float]]:
    """Map each axis of each take to its rank within the lot."""
    badness: dict[Axis, dict[int, float]] = {axis: {} for axis in Axis}
    for case in lot:
        for axis, value in _axis_badness(case, metrics[case.take_id]).items():
            badness[axis][case.take_id] = value
    goodness: dict[int, dict[Axis, float]] = {case.take_id: {} for case in lot}
    for axis, by_take in badness.items():
        for take_id, rank in _ranks(by_take).items():
            goodness[take_id][axis] = rank
    return goodness


def _ranks(badness: Mapping[int, float]) -> dict[int, float]:
    """Return the rank of each take, 0 (worst) to 1; ties share a rank."""
    values = list(badness.values())
    return {
        take_id: (sum(v > value for v in values) + 0.5 * sum(v == value for v in values))
        / len(values)
        for take_id, value in badness.items()
    }


def _axis_badness(case: TakeCase, ranks: Mapping[str, float]) -> dict[Axis, float]:
    """Return how bad each measured axis is, in the axis' own scale: larger is worse.

    A live-action take is judged for technical faults only.
    """
    found: dict[Axis, float] = {}
    for facts, score in case.counted:
        if score.value is None or not facts.decides:
            continue
        if facts.axis is Axis.PROMPT and case.method is Method.LIVE_ACTION:
            continue
        if facts.fails_at is not None:
            value = facts.limit_used(score.value)
        elif facts.name in ranks:
            value = -ranks[facts.name]
        else:
            continue  # no limit and no scale shared with the others of its axis: shown only
        found[facts.axis] = max(found.get(facts.axis, value), value)
    return found
