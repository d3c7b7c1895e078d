"""What earlier audits of a production tell of the next one's chances."""

from __future__ import annotations

from evals.audits.progress import progress_of
from evals.decisions.plans import learned_shift
from tracker.domain.addresses import Address
from tracker.domain.lots import Lot, LotState, Purpose
from tracker.store import Tx
from tracker.store import lots as table

__all__ = ["experience"]

_DRAWN = frozenset({LotState.DRAWN, LotState.CERTIFIED, LotState.REFUSED})


def experience(tx: Tx, film: Address, purpose: Purpose, *, besides: Lot | None = None) -> float:
    """Return by how much, in log odds, verdicts are likelier against a purpose than decisions suggest.

    What people decide of their own accord is no random sample: they begin where something is wrong. Audits
    are one, and only the takes that one was drawn for are like those that the next is drawn for.
    """
    told = []
    for lot in table.lots(tx, Address(film.production)):
        is_own = besides is not None and lot.lot_id == besides.lot_id
        if is_own or lot.purpose is not purpose or lot.state not in _DRAWN:
            continue
        progress = progress_of(tx, lot)
        for take in progress.drawn:
            is_wrong = progress.wrong_of(take.take_id)
            if is_wrong is not None:
                told.append((take.expected_rejection, is_wrong))
    return learned_shift(told)
