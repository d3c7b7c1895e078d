"""How far an audit is: whose verdicts are there, what they say, and what is missing, in numbers and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evals.decisions.bounds import labels_needed, lot_p_value
from evals.decisions.reviewers import Reviewers, agreed
from evals.decisions.tickets import ticket
from tracker.domain.addresses import Address
from tracker.domain.lots import Certificate, CertificateState, Lot, LotState, LotTake, Purpose
from tracker.domain.meaning import JUDGED_BY_PEOPLE, difference
from tracker.domain.reviews import Decision
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.asks import Answer, answers_of_lot
from tracker.store.changes import rewritten_since
from tracker.store.meaning import meanings
from tracker.store.reviews import standing_decisions
from tracker.store.verdicts import citing

__all__ = ["LotProgress", "progress_of", "refusal"]


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
    looked_at: Mapping[int, Decision] = field(default_factory=dict)
    """Take id -> the decision that stands, of what of the zone somebody decided outside the draw."""
    covered: int = 0
    """Takes that its certificate was given for."""
    unattended: int = 0
    """Takes that it lets go unseen today."""
    changed: Sequence[str] = ()
    """Addresses of drawn takes whose verdict does not count: their shots had changed since the freeze."""

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

    @property
    def known(self) -> int:
        """How many of those are known to be against the purpose, see `known_in`."""
        return sum(
            self.reviewers.knows(decision.by) and self.lot.purpose.is_wrong(decision.outcome)
            for decision in self.looked_at.values()
        )

    @property
    def can_certify(self) -> bool:
        """Say whether it certifies if every verdict that is missing speaks for it."""
        return self._p_value(self.wrong) <= self.lot.delta

    @property
    def unseen(self) -> list[LotTake]:
        """Takes of the zone that were neither drawn nor decided otherwise, in ticket order."""
        looked_at = {*self.looked_at, *(take.take_id for take in self.drawn)}
        zone = table.zone_takes(self.lot, self.takes)
        return sorted(
            (take for take in zone if take.take_id not in looked_at), key=lambda t: t.position or 0
        )

    def p_value(self) -> float:
        """Return the test's p-value if the audit were closed now: what is missing counts as wrong."""
        return self._p_value(self.wrong + len(self.missing))

    def _p_value(self, wrong: int) -> float:
        return lot_p_value(
            wrong,
            len(self.drawn),
            takes=self.lot.zone_takes or 0,
            alpha=self.lot.alpha,
            seen=len(self.looked_at),
            known=self.known,
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
            if self.unattended < self.covered:
                return f"Certified for {self.covered} takes; {self.unattended} of them {happens} today."
            return f"Certified: {self.covered} takes {happens}."
        if lot.state is not LotState.DRAWN:
            return lot.reason
        if not self.can_certify:
            return _too_many(self)
        if self.missing:
            return (
                f"Needs {len(self.missing)} more verdicts of {len(self.drawn)}; "
                f"{self.wrong} against it so far, {lot.tolerated} are tolerated.{_of_whom(self)}"
                f"{_of_changed(self)}"
            )
        return "All verdicts are there; close it."


def progress_of(tx: Tx, lot: Lot) -> LotProgress:
    """Read how far an audit is."""
    takes = table.lot_takes(tx, lot.lot_id)
    drawn = sorted(
        (t for t in takes if t.position is not None and t.position < (lot.labels or 0)),
        key=lambda t: t.position or 0,
    )
    answers: dict[int, dict[str, Answer]] = {}
    given = answers_of_lot(tx, lot.lot_id)
    beside = _beside_the_point(tx, lot, drawn, given) if lot.state is LotState.DRAWN else {}
    for answer in given:
        # What speaks against the purpose counts even when it was taken back; what speaks for it must stand.
        speaks_for = not lot.purpose.is_wrong(answer.outcome)
        if speaks_for and (answer.is_taken_back or answer.decision in beside):
            continue
        said = answers.setdefault(answer.take_id, {})
        held = said.get(answer.by)
        # A verdict may become stricter, never milder: otherwise rejections could be voted away.
        if held is None or not lot.purpose.is_wrong(held.outcome):
            said[answer.by] = answer
    certificate = table.certificate_of(tx, lot)
    return LotProgress(
        lot,
        takes,
        drawn,
        answers,
        ended=_ended(certificate),
        looked_at=_looked_at(tx, lot, takes, drawn) if lot.state is LotState.DRAWN else {},
        covered=0 if certificate is None else certificate.takes,
        unattended=0 if certificate is None else citing(tx, certificate.uid),
        changed=sorted(set(beside.values())),
    )


def _beside_the_point(
    tx: Tx, lot: Lot, drawn: Sequence[LotTake], given: Sequence[Answer]
) -> dict[str, str]:
    """Return decision -> address of the takes that were judged when their shots had changed since the freeze.

    A verdict on another brief is no verdict on the take that was frozen. Where the shot is meant as before
    and nothing has changed since the verdict, it was so then, too.
    """
    film = Address.parse(lot.film)
    if lot.frozen_ts is None:
        return {}
    times = rewritten_since(tx, film, lot.frozen_ts)
    if not times:
        return {}
    meant = meanings(tx, film)
    by_id = {take.take_id: take for take in drawn}
    found = {}
    for answer in given:
        take = by_id.get(answer.take_id)
        shot = "" if take is None else Address.parse(take.address).shot or ""
        changed = times.get(shot, [])
        if take is None or not any(when < answer.answered_ts for when in changed):
            continue
        is_as_before = not difference(take.meant, meant[shot], of=JUDGED_BY_PEOPLE)
        if not (is_as_before and max(changed) < answer.answered_ts):
            found[answer.decision] = take.address
    return found


def _looked_at(
    tx: Tx, lot: Lot, takes: Sequence[LotTake], drawn: Sequence[LotTake]
) -> dict[int, Decision]:
    decided = standing_decisions(tx, Address.parse(lot.film))
    undrawn = {take.take_id for take in table.zone_takes(lot, takes)} - {t.take_id for t in drawn}
    return {take_id: decided[take_id] for take_id in undrawn & set(decided)}


def _ended(certificate: Certificate | None) -> str:
    if certificate is None or certificate.state is CertificateState.VALID:
        return ""
    return f"Certified, and the certificate is {certificate.state} since: {certificate.ended_why}"


def refusal(progress: LotProgress) -> str:
    """Say why an audit that is closed now certifies nothing."""
    missing = len(progress.missing)
    if missing and progress.can_certify:
        return (
            f"{missing} of {len(progress.drawn)} drawn takes {'has' if missing == 1 else 'have'} no "
            f"verdict, and each counts against it: it needs {len(progress.drawn)} verdicts and has "
            f"{len(progress.drawn) - missing}.{_of_whom(progress)}{_of_changed(progress)}"
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


def _of_changed(progress: LotProgress) -> str:
    """Say which verdicts do not count because the shot was another one when it was judged."""
    missing = {take.address for take in progress.missing}
    told = ", ".join([take for take in progress.changed if take in missing][:3])
    if not told:
        return ""
    return f" Judged by another brief than was frozen, so not counted: {told}; judge it by the frozen one."


def _too_many(progress: LotProgress) -> str:
    lot = progress.lot
    if progress.wrong <= (lot.tolerated or 0):
        seen, bad = len(progress.looked_at), progress.known
        return (
            f"{seen} of the {lot.zone_takes} takes of the zone {'was' if seen == 1 else 'were'} decided "
            f"outside the audit, {bad} against it: of the {len(progress.unseen)} that nobody looked at the "
            "verdicts prove too little. They go to direction."
        )
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
