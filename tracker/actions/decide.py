"""What a person decides about a take, and everything that follows from it, in one transaction.

| decision    | take      | shot               | besides                                        |
|-------------|-----------|--------------------|------------------------------------------------|
| approve     | approved  | approved           |                                                |
| embrace     | approved  | approved           | the shot embraces the trace, by name           |
| direct      | viewed    | needs direction    |                                                |
| regenerate  | rejected  | retake             |                                                |

If the person was asked about the take, blind, the decision is the answer; a kept audit that contradicts its
certificate once too often revokes it here, by looking up its boundary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind, CertificateState
from tracker.domain.production import Embrace, Role
from tracker.domain.reviews import Decision, DecisionOutcome
from tracker.domain.stages import ShotStatus, TakeStatus
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError
from tracker.store import Store, Tx, effects
from tracker.store import lots as lots_table
from tracker.store.asks import answer_asks, ask_again
from tracker.store.evals import known_kinds
from tracker.store.lookup import person_id, take_id
from tracker.store.productions import get_film, people
from tracker.store.reviews import decisions, record_decision, undo_decision
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts, withdraw_certified

__all__ = ["Decided", "decide", "undo"]

_TAKE = {
    DecisionOutcome.APPROVE: TakeStatus.APPROVED,
    DecisionOutcome.EMBRACE: TakeStatus.APPROVED,
    DecisionOutcome.DIRECT: TakeStatus.VIEWED,
    DecisionOutcome.REGENERATE: TakeStatus.REJECTED,
}
_SHOT = {
    DecisionOutcome.APPROVE: ShotStatus.APPROVED,
    DecisionOutcome.EMBRACE: ShotStatus.APPROVED,
    DecisionOutcome.DIRECT: ShotStatus.NEEDS_DIRECTION,
    DecisionOutcome.REGENERATE: ShotStatus.RETAKE,
}
_LONGEST_MINUTES = 600.0


@dataclass(frozen=True)
class Decided:
    """A decision on record."""

    uid: str
    decision: Decision
    remarks: tuple[str, ...] = ()
    """What followed from it, in sentences: a certificate that it revoked, or that it was a repeat."""
    revoked: tuple[str, ...] = ()
    """Public ids of certificates that it revoked."""


def decide(
    store: Store,
    take: Address,
    outcome: DecisionOutcome,
    *,
    by: str,
    note: str = "",
    kind: str = "",
    shown_frames: tuple[int, int] | None = None,
    minutes: float | None = None,
    seen: str = "blind",
    request_id: str = "",
) -> Decided:
    """Record a person's decision on a take.

    `shown_frames` are numbers that people read, inclusive; `minutes` the direction time spent; `seen`
    says what the person had before them: `blind`, or a digest of the scores.
    Raises MisuseError for a kind without an embrace or a kind that no metric knows, NotFoundError
    for an unknown take or person. With a request id a repeated call records nothing twice.
    """
    with store.write() as tx:
        decision = _checked(
            tx, take, outcome, by=by, note=note, kind=kind, shown_frames=shown_frames,
            minutes=minutes, seen=seen,
        )  # fmt: skip
        found: list[Decided] = []

        def record() -> str:
            found.append(_record(tx, take, decision))
            return found[0].uid

        uid = tx.once(request_id, "take.decide", record) if request_id else record()
        return found[0] if found else Decided(str(uid), decision)


def undo(store: Store, take: Address, *, by: str) -> str:
    """Take back a person's newest decision on a take, and what it changed; return its public id.

    What it answered is asked again, blind. An answer that spoke against a certificate or an audit's purpose
    counts all the same: it can be made stricter, never milder.
    """
    with store.write() as tx:
        person_id(tx, by)
        own = [(uid, d) for uid, d in decisions(tx, take) if d.by == by]
        if not own:
            raise MisuseError(f"{by} has no decision on {take} to take back.")
        uid, decision = own[-1]
        undo_decision(tx, uid, by=by, role=decision.role)
        effects.restore(tx, take, uid)
        ask_again(tx, uid)
        return uid


def _checked(
    tx: Tx,
    take: Address,
    outcome: DecisionOutcome,
    *,
    by: str,
    note: str,
    kind: str,
    shown_frames: tuple[int, int] | None,
    minutes: float | None,
    seen: str,
) -> Decision:
    take_id(tx, take)
    person_id(tx, by)
    shot = list_shots(tx, Address(take.production, take.film, take.shot))[0][1]
    if (outcome is DecisionOutcome.EMBRACE) != bool(kind):
        raise MisuseError(
            "Embracing names the trace: write `embrace flicker`."
            if outcome is DecisionOutcome.EMBRACE
            else f"'{kind}' names a trace; only `embrace` takes one."
        )
    if outcome is DecisionOutcome.EMBRACE and not note.strip():
        raise MisuseError("A trace is embraced for a reason; say it with --note.")
    known = known_kinds(tx)
    if kind and known and kind not in known:
        raise MisuseError(f"There is no trace '{kind}'; known are {', '.join(sorted(known))}.")
    if minutes is not None and not 0 <= minutes <= _LONGEST_MINUTES:
        raise MisuseError(f"{minutes:g} minutes is no time for one decision; give 0 to 600.")
    frames = None
    if shown_frames is not None:
        first, last = shown_frames
        probe = list_takes(tx, take)[0][1].probe
        end = math.inf if probe is None else shot.first_frame + probe.frame_count - 1
        if first > last:
            raise MisuseError(f"Frames {first}-{last} end before they begin; write {last}-{first}.")
        if not shot.first_frame <= first <= last <= end:
            until = "" if probe is None else f" to {end}"
            raise MisuseError(
                f"Frames {first}-{last} do not lie in {take}; it has {shot.first_frame}{until}."
            )
        frames = FrameRange.from_shown(first, last, shot.first_frame)
    return Decision(
        take=str(take), outcome=outcome, by=by, role=_role(tx, take, by), note=note, kind=kind,
        frames=frames, minutes=minutes, seen=seen,
    )  # fmt: skip


def _role(tx: Tx, take: Address, by: str) -> Role:
    """Return the role in which a person speaks: the director of record as director."""
    if get_film(tx, take.production, take.film or "").director == by:
        return Role.DIRECTOR
    roles = next(person.roles for person in people(tx) if person.name == by)
    if not roles:
        raise MisuseError(
            f"{by} has no role at the table; give one with `roundtable people import`."
        )
    return roles[0]


def _record(tx: Tx, take: Address, decision: Decision) -> Decided:
    uid = record_decision(tx, decision)
    answered = answer_asks(
        tx, take_id(tx, take), person=decision.by, decision=uid, outcome=decision.outcome
    )
    revoked = _revoke(tx, [key for kind, key in answered if kind is AskKind.KEPT_AUDIT])
    remarks = [f"Certificate {name[:8]} is revoked: {why}" for name, why in revoked]
    if all(kind is AskKind.REPEAT for kind, _ in answered) and answered:
        return Decided(uid, decision, (_repeated(take, decision.by),))
    _leave_certificate(tx, take, by=decision.by)
    shot = Address(take.production, take.film, take.shot)
    effects.set_take_status(tx, take, _TAKE[decision.outcome], decision=uid)
    effects.set_shot_status(tx, shot, _SHOT[decision.outcome], decision=uid)
    if decision.kind:
        trace = Embrace(kind=decision.kind, by=decision.by, reason=decision.note)
        effects.embrace_trace(tx, shot, trace, decision=uid)
    return Decided(uid, decision, tuple(remarks), tuple(name for name, _ in revoked))


def _leave_certificate(tx: Tx, take: Address, *, by: str) -> None:
    """Let a person's word count from now on, where a certificate spoke for the take."""
    key = take_id(tx, take)
    verdict = current_verdicts(tx, [key]).get(key)
    if verdict is not None and verdict.certificate:
        reason = (
            f"{by} has decided it, so certificate {verdict.certificate[:8]} speaks for it no more."
        )
        withdraw_certified(tx, verdict.certificate, reason, only={key}, axis="decided")


def _repeated(take: Address, by: str) -> str:
    """Say that a repeat measures the person and changes nothing; it is never asked twice."""
    return (
        f"{take} was a blind repeat: this answer is kept beside the earlier decision and changes nothing. "
        f"To decide otherwise from now on, give the decision once more, as {by}."
    )


def _revoke(tx: Tx, keys: Sequence[int | None]) -> list[tuple[str, str]]:
    """Revoke the certificates whose boundary the kept audits have crossed; return (id, why)."""
    found = []
    for certificate in lots_table.certificates(tx) if keys else ():
        if certificate.certificate_id not in keys:
            continue
        if certificate.state is not CertificateState.VALID or not certificate.is_crossed():
            continue
        why = (
            f"{certificate.wrong} of {certificate.audited} kept audits contradict it; "
            f"{certificate.boundary[certificate.audited - 1]} are more than can be believed."
        )
        lots_table.end_certificate(tx, certificate, CertificateState.REVOKED, why)
        found.append((certificate.uid, why))
    return found
