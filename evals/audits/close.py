"""Closing a lot: the verdicts are counted, and it is certified or refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil

from evals.audits.covered import why_void
from evals.audits.draw import open_lot
from evals.audits.freeze import frozen_row
from evals.audits.progress import LotProgress, progress_of, refusal
from evals.decisions.certificates import AuditVerdict, LotFacts, build_document
from evals.decisions.sequences import revocation_boundary
from evals.decisions.tickets import ticket
from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind, Certificate, Lot, LotState, Purpose
from tracker.errors import MisuseError
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.asks import Answer, ask, close_asks

__all__ = ["KEPT_AUDITS", "Closed", "close", "kept_audits"]

KEPT_AUDITS = 0.20
"""Share of the passes that stay audited: what was true of a cut need not stay true."""


def kept_audits(boundary: Sequence[int]) -> int:
    """Return how many of a certificate's takes stay audited; `boundary` is its own, one entry a take.

    A fifth, and never so few that the alarm could not ring even if all of them were wrong.

    >>> kept_audits([2, 2, 2, 2])
    2
    """
    alarm = next((m for m, limit in enumerate(boundary, 1) if limit <= m), len(boundary))
    return max(ceil(KEPT_AUDITS * len(boundary)), alarm)


@dataclass(frozen=True)
class Closed:
    """What closing a lot gave."""

    lot: Lot
    certificate: Certificate | None
    """None: it was refused, and `lot.reason` says why."""


def close(
    tx: Tx, film: Address, *, purpose: Purpose = Purpose.PASS, is_final: bool = False
) -> Closed:
    """Close a film's drawn lot: a certificate, or a refusal whose reason stays with the lot.

    While verdicts are missing that could still certify it, MisuseError, unless `is_final`: then each
    missing one counts as a rejection. What is not as it was frozen is refused, whatever the verdicts say.
    """
    lot = open_lot(tx, film, purpose)
    if lot.state is not LotState.DRAWN:
        raise MisuseError(f"The lot of {film} is {lot.state}; draw it before closing it.")
    progress = progress_of(tx, lot)
    changed = why_void(tx, film, lot.scope, lot_id=lot.lot_id)
    if progress.missing and progress.can_certify and not changed and not is_final:
        raise MisuseError(
            f"{film}: {progress.sentence()} Close with --final to count the missing ones against it."
        )
    wrong = progress.wrong + len(progress.missing)
    p_value = progress.p_value()
    reason = "" if p_value <= lot.delta else refusal(progress)
    if not progress.unseen:
        reason = "Every take of the zone has been looked at: nothing is left to certify."
    if changed:
        reason = (
            f"{changed} What was drawn proves nothing of that: all {lot.zone_takes} takes of the zone go "
            "to direction."
        )
    lot = table.close_lot(tx, lot, wrong=wrong, p_value=p_value, reason=reason)
    close_asks(tx, lot.lot_id)
    if reason:
        return Closed(lot, None)
    return Closed(lot, _certify(tx, lot, progress))


def _certify(tx: Tx, lot: Lot, progress: LotProgress) -> Certificate:
    unseen = progress.unseen
    document = build_document(_facts(lot, progress))
    certificate = table.issue_certificate(
        tx,
        lot,
        unseen,
        boundary=revocation_boundary(takes=len(unseen), alpha=lot.alpha, delta=lot.delta),
        document=document,
    )
    # The next in ticket order: as random as the audit itself, and nobody can pick them.
    for take in unseen[: kept_audits(certificate.boundary)]:
        mark = ticket(lot.seed or "", take.sha256)
        for person in progress.reviewers.asked_about(mark):
            place = progress.reviewers.place(mark, person)
            ask(
                tx, AskKind.KEPT_AUDIT, take.take_id, person=person, place=place,
                certificate_id=certificate.certificate_id,
            )  # fmt: skip
    return certificate


def _facts(lot: Lot, progress: LotProgress) -> LotFacts:
    by_key = {take.take_id: take.address for take in progress.takes}
    return LotFacts(
        film=lot.film,
        purpose=lot.purpose.value,
        alpha=lot.alpha,
        delta=lot.delta,
        decision_maker=lot.scope["decision_maker"],
        scope=lot.scope,
        takes=[frozen_row(take) for take in progress.takes],
        threshold=lot.threshold or 0.0,
        labels=lot.labels or 0,
        tolerated=lot.tolerated or 0,
        seed=lot.seed or "",
        frozen=_time(lot.frozen_ts),
        drawn=_time(lot.drawn_ts),
        issued=_time(datetime.now(UTC)),
        looked_at={
            by_key[key]: AuditVerdict(
                outcome=decision.outcome.value,
                by=decision.by,
                role=decision.role,
                decided=_time(decision.decided_ts),
            )
            for key, decision in progress.looked_at.items()
        },
        verdicts={
            by_key[take_id]: {person: _verdict(answer) for person, answer in said.items()}
            for take_id, said in progress.answers.items()
        },
    )


def _verdict(answer: Answer) -> AuditVerdict:
    return AuditVerdict(
        outcome=answer.outcome.value,
        by=answer.by,
        role=answer.role,
        decided=_time(answer.answered_ts),
        decision=answer.decision,
    )


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat()
