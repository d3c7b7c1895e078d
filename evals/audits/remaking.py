"""What to tell a producer of the takes that are made again with nobody looking: one line of a film's card."""

from __future__ import annotations

from collections.abc import Sequence

from evals.audits.cut import Cut
from evals.audits.progress import progress_of
from tracker.domain.lots import Certificate, CertificateState, Lot, LotState, Purpose
from tracker.store import Tx
from tracker.store.verdicts import current_verdicts

__all__ = ["remaking"]


def remaking(
    tx: Tx, cut: Cut, *, lots: Sequence[Lot], certificates: Sequence[Certificate]
) -> tuple[str, ...]:
    """Say what a film's regenerate certificates do today, and how far its newest regenerate audit is.

    `lots` and `certificates` are all of the film's, the newest first. Commands stand between backticks.
    """
    verdicts = current_verdicts(tx, [c.case.take_id for c in cut.candidates])
    cited = [v.certificate for v in verdicts.values()]
    told = [
        _unattended(cited.count(certificate.uid), certificate)
        for certificate in certificates
        if certificate.purpose is Purpose.REGENERATE and certificate.state is CertificateState.VALID
    ]
    newest = next(
        (
            lot
            for lot in lots
            if lot.purpose is Purpose.REGENERATE and lot.state is not LotState.DROPPED
        ),
        None,
    )
    if newest is not None and newest.state is not LotState.CERTIFIED:
        told.append(_audit(tx, newest))
    return tuple(told)


def _unattended(takes: int, certificate: Certificate) -> str:
    uid = certificate.uid[:8]
    if not takes:
        return f"No take of the cut is made again by certificate {uid} any more."
    what = "1 take is" if takes == 1 else f"{takes} takes are"
    return f"{what} made again unattended, by certificate {uid}."


def _audit(tx: Tx, lot: Lot) -> str:
    typed = "`roundtable evals lots {} " + f"{lot.film}{lot.purpose.option}`."
    if lot.state is LotState.REFUSED:
        return f"Nothing is made again unattended: {lot.reason}"
    if lot.state is LotState.FROZEN:
        return f"Its regenerate audit is frozen and not planned: {typed.format('plan')}"
    again = (lot.zone_takes or 0) - (lot.labels or 0)
    if lot.state is LotState.PLANNED:
        return (
            f"Its regenerate audit is planned; {lot.labels} verdicts would have {again} takes made again "
            f"unattended: {typed.format('draw')}"
        )
    progress = progress_of(tx, lot)
    missing = len(progress.missing)
    if not missing or progress.wrong > (lot.tolerated or 0):
        return f"Its regenerate audit can be closed: {typed.format('close')}"
    verdicts = "1 verdict" if missing == 1 else f"{missing} verdicts"
    return f"Its regenerate audit waits for {verdicts}; then {again} takes may be made again unattended."
