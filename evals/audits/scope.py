"""What a certificate holds for, and in words what has changed since.

A certificate speaks of takes of *this* film, made by *these* generators, scored by *these* metrics, judged by
*this* director or panel. Change one and it is void: nobody measured the new combination.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from evals.audits.cut import Candidate, Cut
from evals.decisions.certificates import METHOD
from evals.decisions.reviewers import Reviewers
from tracker.domain.lots import Purpose

__all__ = ["changes", "is_of_batch", "scope_now", "scope_of"]

_WORDS = {
    "film": "the film",
    "decision_maker": "the director of record",
    "purpose": "the purpose",
    "alpha": "alpha",
    "delta": "delta",
    "method": "the procedure",
    "generators": "the generators",
    "workflows": "the workflows",
    "stages": "the stages",
    "shot_classes": "the kinds of shot",
    "scorers": "the metrics or their packs",
}


def scope_of(
    cut: Cut,
    takes: Collection[int],
    *,
    purpose: Purpose,
    alpha: float,
    delta: float,
    reviewers: Reviewers,
    is_batch: bool,
) -> dict[str, Any]:
    """Return the scope of those takes of a cut that are frozen; its digest is the fingerprint."""
    return _scope(
        cut,
        [candidate for candidate in cut.candidates if candidate.case.take_id in takes],
        purpose=purpose,
        alpha=alpha,
        delta=delta,
        reviewers=reviewers,
        is_batch=is_batch,
    )


def is_of_batch(scope: Mapping[str, Any]) -> bool:
    """Say whether a scope is of exactly its takes, whatever the film's cut is."""
    return bool(scope.get("is_batch", False))


def scope_now(cut: Cut, frozen: Mapping[str, Any], *, director: str) -> dict[str, Any]:
    """Return the scope as it is today: of the lot's shots, with the takes that stand in the cut now.

    A shot whose take was replaced counts with its new take: that is how a new generator is noticed. A panel
    was named for the lot and stays as it is, whoever directs the film.
    """
    shots = set(frozen["shots"])
    return _scope(
        cut,
        [candidate for candidate in cut.candidates if candidate.case.shot in shots],
        purpose=Purpose(frozen["purpose"]),
        alpha=frozen["alpha"],
        delta=frozen["delta"],
        reviewers=Reviewers.of_scope(frozen, director=director),
        is_batch=is_of_batch(frozen),
    )


def _scope(
    cut: Cut,
    candidates: Iterable[Candidate],
    *,
    purpose: Purpose,
    alpha: float,
    delta: float,
    reviewers: Reviewers,
    is_batch: bool,
) -> dict[str, Any]:
    found = list(candidates)
    return {
        "film": str(cut.film),
        **reviewers.scope(),
        "purpose": purpose.value,
        "alpha": alpha,
        "delta": delta,
        "method": METHOD,
        **({"is_batch": True} if is_batch else {}),
        "generators": sorted({c.take.provenance.made_by for c in found}),
        "workflows": sorted({c.take.provenance.workflow for c in found}),
        "stages": sorted({c.take.stage.value for c in found}),
        "shot_classes": sorted({c.case.method.value for c in found}),
        "scorers": sorted(
            {
                f"{facts.name} {facts.version} by {pack}"
                for c in found
                for facts, pack, _ in cut.scores[c.case.take_id]
            }
        ),
        "shots": sorted({c.case.shot for c in found}),
    }


def changes(frozen: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say what is not as it was frozen, one phrase each; fewer generators or shots are no change."""
    found = []
    for key, words in _WORDS.items():
        before, after = frozen[key], now[key]
        if isinstance(before, list):
            new = sorted(set(after) - set(before))
            if new:
                found.append(f"{words} now include {', '.join(new[:3])}")
        elif before != after:
            found.append(f"{words} was {before} and is {after}")
    return found
