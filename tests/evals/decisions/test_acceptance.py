"""From scores and earlier decisions to one number per take."""

import numpy as np
import pytest

from evals.decisions.acceptance import accept
from evals.decisions.case import TakeCase
from evals.metrics.builtin import BUILTIN
from tracker.domain.production import Method
from tracker.domain.scores import Axis, Score, ScoreState

FACTS = {facts.name: facts for facts in BUILTIN}
LIMIT = FACTS["flicker"].fails_at


def case(take_id: int, *, flicker: float, own: float | None = None) -> TakeCase:
    values = {"flicker": flicker} | ({} if own is None else {"prompt_own": own})
    return TakeCase(
        take_id=take_id,
        shot=f"SQ010_SH{take_id:04d}",
        number=1,
        method=Method.AI,
        scores=tuple(
            (FACTS[name], Score(metric=name, state=ScoreState.OK, value=value))
            for name, value in values.items()
        ),
    )


def studio(count: int, *, seed: int, first: int = 0) -> list[tuple[TakeCase, bool]]:
    """Takes whose picture and whose prompt fail independently, and only one of them at a time."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        picture, prompt = rng.random(2)  # 0 good, 1 bad
        flicker, own = LIMIT * (0.1 + 0.8 * picture), 1 - 0.9 * prompt
        accepted = bool(rng.random() > picture**3) and bool(rng.random() > prompt**3)
        found.append((case(first + i, flicker=flicker, own=own), accepted))
    return found


def test_without_history_a_take_has_the_rank_of_its_worst_axis():
    lot = [case(i, flicker=0.001 * i, own=0.1 * i) for i in range(1, 5)]
    found = accept(lot)
    assert [found[i].worst for i in (1, 4)] == [Axis.PROMPT, Axis.ARTIFACTS]
    assert [found[i].score for i in range(1, 5)] == [0.125, 0.375, 0.375, 0.125]
    assert all(one.expected_rejection is None for one in found.values())


def test_what_is_expected_of_takes_is_what_happens_to_them():
    history, lot = studio(400, seed=1), studio(400, seed=2, first=1000)
    found = accept([one for one, _ in lot], history)
    expected = np.array([1 - found[one.take_id].expected_rejection for one, _ in lot])
    happened = np.array([accepted for _, accepted in lot])
    assert 0.4 < happened.mean() < 0.7
    assert abs(expected.mean() - happened.mean()) < 0.06
    worst, best = expected < np.quantile(expected, 0.3), expected > np.quantile(expected, 0.7)
    assert happened[best].mean() > happened[worst].mean() + 0.3
    assert abs(expected[best].mean() - happened[best].mean()) < 0.1


def test_a_wrong_prompt_is_no_word_against_the_picture():
    """Prompts of half the takes are hopeless; the pictures are all alike and never the reason."""
    rng = np.random.default_rng(3)
    history = [
        (case(i, flicker=LIMIT * rng.uniform(0.1, 0.2), own=0.9 if i % 2 else 0.02), bool(i % 2))
        for i in range(200)
    ]
    (good,) = accept([case(1000, flicker=LIMIT * 0.15, own=0.95)], history).values()
    assert min(good.axes.values()) > 0.75
    assert good.expected_rejection < 0.35


@pytest.mark.parametrize("seed", range(5))
def test_a_better_take_never_has_a_lower_score(seed):
    history = studio(120, seed=seed)
    lot = [case(1000 + i, flicker=LIMIT * 0.05 * i, own=0.9 - 0.04 * i) for i in range(15)]
    scores = [one.score for one in accept(lot, history).values()]
    assert scores == sorted(scores, reverse=True)


def test_decisions_on_the_lot_itself_tune_nothing():
    history = studio(120, seed=9)
    lot = [case(1000 + i, flicker=LIMIT * 0.05 * i, own=0.9) for i in range(10)]
    flattered = [*history, *((one, True) for one in lot)]
    assert accept(lot, history) == accept(lot, flattered)
