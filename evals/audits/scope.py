"""What a certificate holds for, and in words what has changed since.

A certificate speaks of takes of *this* film, made by *these* generators, scored by *these* metrics, judged by
*this* director or panel. Change one and it is void: nobody measured the new combination.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evals.audits.cut import Candidate, Cut
from evals.decisions.certificates import METHOD
from evals.decisions.reviewers import Reviewers
from tracker.domain.lots import Purpose
from tracker.domain.takes import Take

__all__ = ["changes", "scope_now", "scope_of", "workflow_of"]

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
    cut: Cut, *, purpose: Purpose, alpha: float, delta: float, reviewers: Reviewers
) -> dict[str, Any]:
    """Return the scope of a cut's eligible takes as plain values; its digest is the fingerprint."""
    return _scope(
        cut,
        cut.eligible,
        purpose=purpose,
        alpha=alpha,
        delta=delta,
        reviewers=reviewers,
    )


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
    )


def _scope(
    cut: Cut,
    candidates: Iterable[Candidate],
    *,
    purpose: Purpose,
    alpha: float,
    delta: float,
    reviewers: Reviewers,
) -> dict[str, Any]:
    found = list(candidates)
    return {
        "film": str(cut.film),
        **reviewers.scope(),
        "purpose": purpose.value,
        "alpha": alpha,
        "delta": delta,
        "method": METHOD,
        "generators": sorted({_generator(c.take) for c in found}),
        "workflows": sorted({workflow_of(c.take) for c in found}),
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


def _generator(take: Take) -> str:
    made = take.provenance
    parts = [made.generator or "unknown", made.generator_version, made.weights_sha256[:12]]
    return " ".join(part for part in parts if part)


def workflow_of(take: Take) -> str:
    """Return the workflow that a take's provenance names, or `none named`."""
    return str(take.provenance.parameters.get("workflow") or "none named")
