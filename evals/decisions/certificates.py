"""The certificate as a document that anybody can check: no models, no database, no trust.

A certificate holds the frozen takes with their scores, the seed, the draw and every verdict. `verify` repeats
the draw and the test from these alone. Each take, draw and verdict carries the digest of its own row, so
that a changed one is named; the certificate's id is the digest of everything, so that nothing can be
changed together with its digest and keep the id that pass verdicts cite.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.decisions.bounds import allowed_among, confidence, lot_p_value, percent
from evals.decisions.reviewers import Reviewers, agreed
from evals.decisions.sequences import revocation_boundary
from evals.decisions.tickets import digest_of, draws, ticket
from tracker.domain.lots import Purpose
from tracker.domain.reviews import DecisionOutcome

__all__ = [
    "FORMAT",
    "METHOD",
    "PANEL_FORMAT",
    "AuditVerdict",
    "LotFacts",
    "build_document",
    "claim",
    "manifest_of",
]

FORMAT = "roundtable certificate 1"
PANEL_FORMAT = "roundtable certificate 2"
"""Of a panel: a verdict's row says who was asked, and there may be several for a draw."""
METHOD = "lot hypergeometric 3"
"""Name and version of the procedure; another version is another scope."""

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AuditVerdict:
    """What a person said of a drawn take; the worst of what they said since the draw."""

    outcome: str | None
    """`approve`, `embrace`, `direct`, `regenerate`; None: there is no verdict, which counts as wrong."""
    by: str = ""
    role: str = ""
    decided: str = ""
    """ISO 8601 with zone."""
    decision: str = ""
    """Public id of the decision."""


@dataclass(frozen=True, kw_only=True)
class LotFacts:
    """A closed lot as plain values."""

    film: str
    purpose: str
    """`pass` or `regenerate`."""
    alpha: float
    delta: float
    decision_maker: str
    scope: Mapping[str, Any]
    takes: Sequence[Row]
    """All frozen takes: address, sha256, score, scores_sha256; by address."""
    threshold: float
    labels: int
    tolerated: int
    seed: str
    frozen: str
    drawn: str
    issued: str
    verdicts: Mapping[str, Mapping[str, AuditVerdict]]
    """Address -> person -> verdict, of the drawn takes."""
    looked_at: Mapping[str, AuditVerdict] = field(default_factory=dict)
    """Address -> what stands of what somebody decided of a take of the zone that was not drawn."""


def manifest_of(scope: Mapping[str, Any], takes: Sequence[Row]) -> str:
    """Return the digest of what is frozen: the scope and every take with its score."""
    keys = ("address", "sha256", "score", "scores_sha256")
    rows = [{key: take[key] for key in keys} for take in takes]
    return digest_of({"scope": dict(scope), "takes": sorted(rows, key=lambda r: str(r["address"]))})


def drawn_rows(seed: str, takes: Sequence[Row], *, threshold: float, labels: int) -> list[Row]:
    """Return the draws of a zone in ticket order: position, address, sha256, ticket."""
    zone = [take for take in takes if take["score"] >= threshold]
    ordered = draws(seed, zone, sha256_of=lambda take: take["sha256"])
    return [
        {
            "position": position,
            "address": take["address"],
            "sha256": take["sha256"],
            "ticket": ticket(seed, take["sha256"]),
        }
        for position, take in enumerate(ordered[:labels])
    ]


def claim(*, film: str, purpose: str, unseen: int, alpha: float, delta: float, who: str) -> str:
    """Say what a certificate says, in one sentence that a producer understands."""
    allowed = allowed_among(unseen, alpha)
    what = "be rejected" if Purpose(purpose) is Purpose.PASS else "have been accepted"
    takes = "take" if unseen == 1 else "takes"
    most = f"at most {allowed} ({percent(alpha)})" if allowed else "none"
    return (
        f"Of the {unseen} {takes} of {film} that nobody looked at, {most} would {what} by {who}, with "
        f"{confidence(delta)} confidence."
    )


def build_document(lot: LotFacts) -> Row:
    """Make the certificate of a lot, with its id; says nothing about whether it holds: `verify` does."""
    reviewers = Reviewers.of_scope(lot.scope, director=lot.decision_maker)
    drawn = drawn_rows(lot.seed, lot.takes, threshold=lot.threshold, labels=lot.labels)
    verdicts = [
        _verdict_row(draw, person, lot.verdicts.get(draw["address"], {}), reviewers)
        for draw, person in asked_in(drawn, reviewers)
    ]
    zone = sum(take["score"] >= lot.threshold for take in lot.takes)
    looked_at = [
        {"address": address, **_said(said)} for address, said in sorted(lot.looked_at.items())
    ]
    unseen = zone - lot.labels - len(looked_at)
    body: Row = {
        "format": format_of(reviewers),
        "method": METHOD,
        "claim": claim(
            film=lot.film, purpose=lot.purpose, unseen=unseen, alpha=lot.alpha, delta=lot.delta,
            who=lot.decision_maker,
        ),
        "film": lot.film,
        "purpose": lot.purpose,
        "alpha": lot.alpha,
        "delta": lot.delta,
        "decision_maker": lot.decision_maker,
        "scope": dict(lot.scope),
        "scope_sha256": digest_of(lot.scope),
        "manifest_sha256": manifest_of(lot.scope, lot.takes),
        "takes": [_sealed(take) for take in lot.takes],
        "zone": {"threshold": lot.threshold, "takes": zone},
        "plan": {"labels": lot.labels, "tolerated": lot.tolerated},
        "seed": lot.seed,
        "draws": [_sealed(row) for row in drawn],
        "verdicts": [_sealed(row) for row in verdicts],
        "looked_at": [_sealed(row) for row in looked_at],
        "result": result_of(
            are_wrong(verdicts, purpose=lot.purpose, reviewers=reviewers), zone=zone,
            alpha=lot.alpha, seen=len(looked_at),
            known=known_in(looked_at, purpose=lot.purpose, reviewers=reviewers),
        ),
        "revocation_boundary": list(
            revocation_boundary(takes=unseen, alpha=lot.alpha, delta=lot.delta)
        ),
        "frozen": lot.frozen,
        "drawn": lot.drawn,
        "issued": lot.issued,
    }  # fmt: skip
    return {"certificate": id_of(body), **body}


def format_of(reviewers: Reviewers) -> str:
    """Return the format of a certificate of their verdicts."""
    return PANEL_FORMAT if reviewers.is_panel else FORMAT


def asked_in(drawn: Sequence[Row], reviewers: Reviewers) -> list[tuple[Row, str]]:
    """Return who has to judge which draw, in the order of the verdicts' rows."""
    return [(draw, person) for draw in drawn for person in reviewers.asked_about(draw["ticket"])]


def are_wrong(verdicts: Sequence[Row], *, purpose: str, reviewers: Reviewers) -> list[bool]:
    """Say of each draw whether the verdicts on it contradict the purpose; unknown counts as wrong."""
    contradicts = Purpose(purpose).is_wrong
    votes = [
        None if row["outcome"] is None else contradicts(DecisionOutcome(row["outcome"]))
        for row in verdicts
    ]
    size = reviewers.votes
    return [agreed(votes[i : i + size]) is not False for i in range(0, len(votes), size)]


def known_in(looked_at: Sequence[Row], *, purpose: str, reviewers: Reviewers) -> int:
    """Count what was decided outside the draw and is known to be wrong.

    Only the director's own word says what the director would say: by anybody else's, and for a panel, a take
    is looked at and not known, and the test errs on the safe side.
    """
    contradicts = Purpose(purpose).is_wrong
    return sum(
        reviewers.knows(row["by"]) and contradicts(DecisionOutcome(row["outcome"]))
        for row in looked_at
    )


def result_of(
    wrong: Sequence[bool], *, zone: int, alpha: float, seen: int = 0, known: int = 0
) -> Row:
    """Return the numbers of the test: labels, wrong, unseen and the p-value; see `lot_p_value`."""
    labels = len(wrong)
    return {
        "labels": labels,
        "wrong": sum(wrong),
        "unseen": zone - labels - seen,
        "p_value": lot_p_value(sum(wrong), labels, takes=zone, alpha=alpha, seen=seen, known=known),
    }


def id_of(body: Mapping[str, Any]) -> str:
    """Return the id of a certificate: the first half of the digest of its content, as a UUID."""
    content = {key: value for key, value in body.items() if key != "certificate"}
    return str(uuid.UUID(hex=digest_of(content)[:32]))


def row_digest(row: Mapping[str, Any]) -> str:
    """Return the digest of a row without the digest in it."""
    return digest_of({key: value for key, value in row.items() if key != "digest"})


def _sealed(row: Mapping[str, Any]) -> Row:
    return {**row, "digest": row_digest(row)}


def _verdict_row(
    draw: Row, person: str, said_by: Mapping[str, AuditVerdict], reviewers: Reviewers
) -> Row:
    said = said_by.get(person) or AuditVerdict(outcome=None)
    return {
        "position": draw["position"],
        "address": draw["address"],
        **({"asked": person} if reviewers.is_panel else {}),
        **_said(said),
        "decision": said.decision,
    }


def _said(said: AuditVerdict) -> Row:
    return {"outcome": said.outcome, "by": said.by, "role": said.role, "decided": said.decided}
