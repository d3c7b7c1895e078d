"""What one measure says to a director, also when nothing is wrong; `sentences` says what decides.

| the measure ...                             | the sentence begins                              |
|---------------------------------------------|--------------------------------------------------|
| could not be taken                          | with its reason                                  |
| fails                                       | Flicker at 1021-1034: 0.05 log ratio, ...        |
| is past its limit, its interval is not      | Flicker ...: 0.05 log ratio, past its limit ...  |
| names what is wrong                         | "a red coat" is missing from 1041 on.            |
| uses half of its limit or more              | Near a fault: ...                                |
| has a limit, far away                       | No fault: flicker, 12 % of the limit.            |
| has no limit                                | in words of its own, or value and range          |
"""

from __future__ import annotations

from collections.abc import Callable

from evals.decisions.sentences import (
    NEAR_LIMIT,
    failure,
    fault_named,
    frames_in_words,
    is_missing,
    names_fault,
    number,
    weakest_measure,
)
from tracker.domain.scores import Direction, Evidence, MetricFacts, Score

__all__ = ["caption", "is_near", "measured"]


def is_near(facts: MetricFacts, score: Score, *, frame_count: int) -> bool:
    """Say whether a measure that does not surely fail is worth a person's eye all the same."""
    if score.value is None or facts.fails(score):
        return False
    return names_fault(facts, score, frame_count) or facts.limit_used(score.value) >= NEAR_LIMIT


def caption(facts: MetricFacts | None, evidence: Evidence) -> str:
    """Write what is seen in a range of frames, for below a picture; empty where the measure's title says it.

    A phrase of the brief is evidence where it is *not* seen, or least, and its caption says so.
    """
    if facts is not None and facts.name == "prompt_phrase":
        return f'"{evidence.kind}" {"missing" if is_missing(evidence) else "least sure"}'
    own = (facts.title, facts.title.lower()) if facts is not None else ()
    is_own = facts is not None and (evidence.kind in own or evidence.kind in facts.name)
    return "" if is_own else evidence.kind.replace("_", " ")


def measured(facts: MetricFacts, score: Score, *, first_frame: int, frame_count: int) -> str:
    """Say in one sentence what a measure found, or why it found nothing.

    `first_frame` is the number of the take's first frame; `frame_count` is 0 where it is unknown.
    """
    if score.value is None:
        return score.reason
    if facts.fails(score):
        return failure(facts, score, first_frame=first_frame)
    if facts.is_failure(score.value):
        return _past_but_unsure(facts, score, first_frame)
    if names_fault(facts, score, frame_count):
        return fault_named(facts, score, first_frame=first_frame, frame_count=frame_count)
    where = frames_in_words(score, first_frame)
    if facts.name in _OWN_WORDS:
        return _OWN_WORDS[facts.name](score.value, score, where)
    if facts.fails_at is None or facts.fails_at <= 0:
        return _without_limit(facts, score.value, where)
    if facts.limit_used(score.value) >= NEAR_LIMIT:
        return weakest_measure(facts, score, first_frame=first_frame, frame_count=frame_count)
    if facts.direction is Direction.HIGHER_IS_BETTER:
        told = f"{number(score.value)} {facts.unit}, the limit is {number(facts.fails_at)}"
        return f"No fault: {facts.title.lower()}, {told}."
    share = 100 * facts.limit_used(score.value)
    return f"No fault: {facts.title.lower()}, {share:.0f} % of the limit."


def _past_but_unsure(facts: MetricFacts, score: Score, first_frame: int) -> str:
    where = frames_in_words(score, first_frame)
    is_higher = facts.direction is Direction.HIGHER_IS_BETTER
    better = number(score.high if is_higher else score.low)
    return (
        f"{facts.title}{where}: {number(score.value)} {facts.unit}, past its limit of "
        f"{number(facts.fails_at)}, but the 90 % interval reaches {better}, so it does not surely fail."
    )


def _without_limit(facts: MetricFacts, value: float, where: str) -> str:
    told = f"{facts.title}{where}: {number(value)} ({facts.unit})"
    if not facts.decides:
        return f"{told}. Shown, never decided on."
    return f"{told}, {facts.direction.value} is better; it has no limit."


def _own(value: float, _score: Score, where: str) -> str:
    return f"It is taken for its own brief with {_chance(value)}{_least(where)}."


def _window(value: float, _score: Score, where: str) -> str:
    return f"In its weakest fifth{where} it is taken for its own brief with {_chance(value)}."


def _percentile(value: float, _score: Score, where: str) -> str:
    if value >= 1:
        return "It suits its own brief better than any other brief."
    return f"It suits its own brief better than {100 * value:.0f} % of the others{_least(where)}."


def _z(value: float, _score: Score, where: str) -> str:
    way = "better" if value >= 0 else "worse"
    told = f"{number(abs(value))} standard deviations {way} than the others"
    return f"It suits its own brief {told}{_least(where)}."


def _phrase(value: float, score: Score, where: str) -> str:
    what = f'"{score.evidence[0].kind}"' if score.evidence else "the weakest phrase"
    return f"Everything asked for is seen; the least sure is {what}{where}, {_chance(value)}."


def _beats(value: float, _score: Score, _where: str) -> str:
    if value >= 1:
        return "The beats come in the order told."
    if value <= -1:
        return "The frames fit the beats in reverse order better; this is shown, never decided on."
    return f"The beats come partly in the order told (Kendall's tau {number(value)})."


def _camera(value: float, _score: Score, _where: str) -> str:
    return f"The camera moves as asked, agreement {number(value)} of 1."


def _same(value: float, _score: Score, where: str) -> str:
    return f"The same person as in the references with {_chance(value)}{_least(where)}."


def _film(value: float, _score: Score, where: str) -> str:
    return f"As alike as {number(value)} (cosine) to the faces in the film's other shots{_least(where)}."


def _behind(value: float, _score: Score, _where: str) -> str:
    return f"Behind the mask, the same person as in the references with {_chance(value)}."


def _least(where: str) -> str:
    return f", least{where}" if where else ""


def _seconds(what: str) -> Callable[[float, Score, str], str]:
    def words(value: float, _score: Score, _where: str) -> str:
        return f"{what} for {number(value)} s." if value else f"{what} at no time."

    return words


def _chance(value: float) -> str:
    """Write a probability as people say it; nothing is ever quite certain.

    >>> _chance(0.9989), _chance(0.45)
    ('more than 99 % probability', '45 % probability')
    """
    if value > 0.99:
        return "more than 99 % probability"
    return "less than 1 % probability" if value < 0.01 else f"{100 * value:.0f} % probability"


_OWN_WORDS: dict[str, Callable[[float, Score, str], str]] = {
    "camera_move": _camera,
    "face_seconds": _seconds("Faces are seen"),
    "identity_film": _film,
    "identity_masked": _behind,
    "identity_same": _same,
    "prompt_beats": _beats,
    "prompt_own": _own,
    "prompt_percentile": _percentile,
    "prompt_phrase": _phrase,
    "prompt_window": _window,
    "prompt_z": _z,
    "reveal_seconds": _seconds("Faces are revealed"),
}
"""Metric -> how its value is told where it is no fault."""
