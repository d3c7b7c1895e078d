"""Closing a lot: the verdicts are counted, and it is certified or refused with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import ceil

from evals.audits.draw import open_lot
from evals.audits.freeze import frozen_row
from evals.decisions.bounds import labels_needed, lot_p_value
from evals.decisions.certificates import AuditVerdict, LotFacts, build_document
from evals.decisions.reviewers import Reviewers, agreed
from evals.decisions.sequences import revocation_boundary
from evals.decisions.tickets import ticket
from tracker.domain.addresses import Address
from tracker.domain.lots import (
    AskKind,
    Certificate,
    CertificateState,
    Lot,
    LotState,
    LotTake,
    Purpose,
)
from tracker.errors import MisuseError
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.asks import Answer, answers_of_lot, ask, close_asks

__all__ = ["KEPT_AUDITS", "Closed", "LotProgress", "close", "kept_audits", "progress_of"]

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
class LotProgress:
    """How far an audit is."""

    lot: Lot
    takes: Sequence[LotTake]
    drawn: Sequence[LotTake]
    """In ticket order."""
    answers: Mapping[int, Mapping[str, Answer]]
    """Take id -> person -> the strictest of what they said since the draw."""
    ended: str = ""
    """How and why its certificate has ended, in a sentence; empty while it is valid or there is none."""

    @cached_property
    def reviewers(self) -> Reviewers:
        """Whose verdict counts."""
        return Reviewers.of_scope(self.lot.scope)

    @property
    def verdicts(self) -> dict[int, Answer]:
        """Take id -> the verdict that counts, of the takes where it is known.

        Of a majority it is the first answer that says the same.
        """
        found = {}
        for take_id, said in self.answers.items():
            wrong = self.wrong_of(take_id)
            if wrong is not None:
                found[take_id] = next(
                    a for a in said.values() if self.lot.purpose.is_wrong(a.outcome) is wrong
                )
        return found

    def wrong_of(self, take_id: int) -> bool | None:
        """Say whether a take's verdict is against the purpose; None while it is not known."""
        said = self.answers.get(take_id, {}).values()
        votes = [self.lot.purpose.is_wrong(answer.outcome) for answer in said]
        return agreed([*votes, *[None] * (self.reviewers.votes - len(votes))])

    def answered(self) -> list[bool]:
        """Say of each take that everybody who was asked has judged whether its verdict is against it.

        For what is said while answers arrive: a majority is known earlier where people agree, so the
        verdicts that are known are no random sample of all, and those that are complete are.
        """
        return [
            self.wrong_of(take_id) is True
            for take_id, said in self.answers.items()
            if len(said) == self.reviewers.votes
        ]

    @property
    def wrong(self) -> int:
        """Verdicts against the purpose so far."""
        return sum(self.wrong_of(take_id) is True for take_id in self.answers)

    @property
    def missing(self) -> list[LotTake]:
        """Drawn takes without a verdict."""
        return [take for take in self.drawn if self.wrong_of(take.take_id) is None]

    def asked_about(self, take: LotTake) -> tuple[str, ...]:
        """Return who has to judge a drawn take."""
        return self.reviewers.asked_about(ticket(self.lot.seed or "", take.sha256))

    def lacking(self) -> dict[str, int]:
        """Return person -> drawn takes without a verdict that they have not judged; the most first."""
        found = Counter(
            person
            for take in self.missing
            for person in self.asked_about(take)
            if person not in self.answers.get(take.take_id, {})
        )
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def p_value(self) -> float:
        """Return the test's p-value if the audit were closed now: what is missing counts as wrong."""
        wrong = self.wrong + len(self.missing)
        return lot_p_value(
            wrong, len(self.drawn), takes=self.lot.zone_takes or 0, alpha=self.lot.alpha
        )

    def sentence(self) -> str:
        """Say what is missing, or why it cannot certify any more."""
        lot = self.lot
        if lot.state in {LotState.FROZEN, LotState.PLANNED}:
            return f"{len(self.takes)} takes are frozen; nothing is drawn yet."
        if lot.state is LotState.CERTIFIED:
            if self.ended:
                return self.ended
            happens = "pass unseen" if lot.purpose is Purpose.PASS else "are made again unseen"
            return f"Certified: {(lot.zone_takes or 0) - len(self.drawn)} takes {happens}."
        if lot.state is not LotState.DRAWN:
            return lot.reason
        if self.wrong > (lot.tolerated or 0):
            return _too_many(self)
        if self.missing:
            return (
                f"Needs {len(self.missing)} more verdicts of {len(self.drawn)}; "
                f"{self.wrong} against it so far, {lot.tolerated} are tolerated.{_of_whom(self)}"
            )
        return "All verdicts are there; close it."


@dataclass(frozen=True)
class Closed:
    """What closing a lot gave."""

    lot: Lot
    certificate: Certificate | None
    """None: it was refused, and `lot.reason` says why."""


def progress_of(tx: Tx, lot: Lot) -> LotProgress:
    """Read how far an audit is."""
    takes = table.lot_takes(tx, lot.lot_id)
    drawn = sorted(
        (t for t in takes if t.position is not None and t.position < (lot.labels or 0)),
        key=lambda t: t.position or 0,
    )
    answers: dict[int, dict[str, Answer]] = {}
    for answer in answers_of_lot(tx, lot.lot_id):
        said = answers.setdefault(answer.take_id, {})
        held = said.get(answer.by)
        # A verdict may become stricter, never milder: otherwise rejections could be voted away.
        if held is None or not lot.purpose.is_wrong(held.outcome):
            said[answer.by] = answer
    return LotProgress(lot, takes, drawn, answers, ended=_ended(tx, lot))


def _ended(tx: Tx, lot: Lot) -> str:
    if lot.state is not LotState.CERTIFIED:
        return ""
    issued = table.certificates(tx, Address.parse(lot.film))
    of_lot = next(c for c in issued if c.document["seed"] == lot.seed)
    if of_lot.state is CertificateState.VALID:
        return ""
    return f"Certified, and the certificate is {of_lot.state} since: {of_lot.ended_why}"


def close(
    tx: Tx, film: Address, *, purpose: Purpose = Purpose.PASS, is_final: bool = False
) -> Closed:
    """Close a film's drawn lot: a certificate, or a refusal whose reason stays with the lot.

    While verdicts are missing that could still certify it, MisuseError, unless `is_final`: then each
    missing one counts as a rejection.
    """
    lot = open_lot(tx, film, purpose)
    if lot.state is not LotState.DRAWN:
        raise MisuseError(f"The lot of {film} is {lot.state}; draw it before closing it.")
    progress = progress_of(tx, lot)
    can_certify = progress.wrong <= (lot.tolerated or 0)
    if progress.missing and can_certify and not is_final:
        raise MisuseError(
            f"{film}: {progress.sentence()} Close with --final to count the missing ones against it."
        )
    wrong = progress.wrong + len(progress.missing)
    p_value = progress.p_value()
    reason = "" if p_value <= lot.delta else _refusal(progress)
    lot = table.close_lot(tx, lot, wrong=wrong, p_value=p_value, reason=reason)
    close_asks(tx, lot.lot_id)
    if reason:
        return Closed(lot, None)
    return Closed(lot, _certify(tx, lot, progress))


def _certify(tx: Tx, lot: Lot, progress: LotProgress) -> Certificate:
    drawn = {take.take_id for take in progress.drawn}
    zone = sorted(table.zone_takes(lot, progress.takes), key=lambda t: t.position or 0)
    unseen = [take for take in zone if take.take_id not in drawn]
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
            place = _kept_place(take, mark, person, reviewers=progress.reviewers)
            ask(
                tx, AskKind.KEPT_AUDIT, take.take_id, person=person, place=place,
                certificate_id=certificate.certificate_id,
            )  # fmt: skip
    return certificate


def _kept_place(take: LotTake, mark: str, person: str, *, reviewers: Reviewers) -> float:
    if reviewers.is_panel:
        return reviewers.place(mark, person)
    return int(take.scores_sha256[-8:], 16) / 16**8


def _facts(lot: Lot, progress: LotProgress) -> LotFacts:
    by_id = {take.take_id: take for take in progress.drawn}
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
        verdicts={
            by_id[take_id].address: {person: _verdict(answer) for person, answer in said.items()}
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


def _refusal(progress: LotProgress) -> str:
    missing = len(progress.missing)
    if missing and progress.wrong <= (progress.lot.tolerated or 0):
        return (
            f"{missing} of {len(progress.drawn)} drawn takes {'has' if missing == 1 else 'have'} no "
            f"verdict, and each counts against it: it needs {len(progress.drawn)} verdicts and has "
            f"{len(progress.drawn) - missing}.{_of_whom(progress)}"
        )
    return _too_many(progress)


def _of_whom(progress: LotProgress) -> str:
    """Say of a panel whose verdicts are missing; a director knows who they are."""
    if not progress.reviewers.is_panel:
        return ""
    told = [
        f"{count} drawn {'take lacks' if count == 1 else 'takes lack'} a verdict of {person}"
        for person, count in progress.lacking().items()
    ]
    return f" {', '.join(told)}."


def _too_many(progress: LotProgress) -> str:
    lot = progress.lot
    word = "rejected" if lot.purpose is Purpose.PASS else "would have been accepted"
    needed = labels_needed(
        progress.wrong, alpha=lot.alpha, delta=lot.delta, takes=lot.zone_takes or 0
    )
    with_more = (
        f"with so many it would have taken {needed} verdicts"
        if needed is not None
        else "with so many every take must be looked at"
    )
    return (
        f"{progress.wrong} of {len(progress.verdicts)} audited takes {word}, {lot.tolerated} were "
        f"tolerated: {with_more}. All {lot.zone_takes} takes of the zone go to direction."
    )
