"""What no certificate may ever cover: the hard rules that come before statistics.

| a take that                                             | passes | is made again unattended |
|---------------------------------------------------------|--------|--------------------------|
| cannot be read, or lacks a score that it needs          | never  | never                    |
| shows a protected likeness, a minor or a reveal         | never  | never                    |
| belongs to a hero shot                                  | never  | never                    |
| has a measured technical failure                        | never  | if certified             |
| is live action                                          | if certified | never              |
| has used up its retakes                                 | if certified | never              |
"""

from __future__ import annotations

from dataclasses import dataclass

from evals.decisions.case import TakeCase
from evals.decisions.sentences import retakes_failed
from tracker.domain.lots import Purpose
from tracker.domain.production import Method
from tracker.domain.scores import MetricFacts, Score, ScoreState
from tracker.domain.verdicts import RETAKE_CAP

__all__ = ["Failure", "failures", "why_not"]


@dataclass(frozen=True)
class Failure:
    """A measured technical failure."""

    facts: MetricFacts
    score: Score
    ratio: float
    """How far past its limit, 1 or more."""


def failures(case: TakeCase) -> list[Failure]:
    """Return the measured technical failures of a take, worst first, without what is excused."""
    found = [
        Failure(facts, score, facts.limit_used(score.value))
        for facts, score in case.counted
        if facts.decides and score.value is not None and facts.fails(score)
    ]
    return sorted(found, key=lambda f: (-f.ratio, f.facts.name))


def why_not(case: TakeCase, purpose: Purpose) -> str:
    """Say why a person must look at a take whatever the statistics say; empty where they may speak."""
    error = next((s for _, s in case.scores if s.state is ScoreState.ERROR), None)
    if error is not None:
        return error.reason
    if case.protected:
        return case.protected
    if case.is_hero:
        return "it is a hero shot"
    missing = _missing(case)
    if missing:
        return missing
    if purpose is Purpose.REGENERATE:
        return _why_not_again(case)
    failed = failures(case)
    return f"{failed[0].facts.title.lower()} fails" if failed else ""


def _missing(case: TakeCase) -> str:
    """Say which score is missing that the take needs; a missing score is never a pass."""
    taken = {facts.name for facts, score in case.scores if score.value is not None}
    reasons = {score.metric: score.reason for _, score in case.scores}
    for name in sorted(case.needs - taken):
        return f"{name} is not measured: {reasons.get(name, 'it was never scored')}"
    return ""


def _why_not_again(case: TakeCase) -> str:
    if case.method is Method.LIVE_ACTION:
        return "it is live action: a pickup is a director's decision"
    if case.takes_of_shot > RETAKE_CAP:
        return retakes_failed(case.takes_of_shot - 1)
    return ""
