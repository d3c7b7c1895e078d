"""The demo's audits: what a certified, a refused and a void certificate look like.

| film | what happens |
|---|---|
| ANTH01/F02 | the first takes are certified; later takes come from other generators, which makes it void |
| ANTH01/F02 | then the cut itself is audited and certified |
| CAMP01/SP30 | the director judges only a part of the audit: refused for lack of verdicts |

The simulated director judges what was drawn, by the flaws that were planted. A real lot's seed is drawn at
random; the demo's are written down here, chosen so that each of the three endings can be seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.audits.close import close, progress_of
from evals.audits.draw import draw, newest_lot, plan
from evals.audits.freeze import freeze
from evals.runs.verdicts import judge
from evals.studio.director import SimulatedDirector
from evals.studio.plan import PlannedFilm, PlannedShot, PlannedTake
from tracker.actions.decide import decide
from tracker.domain.addresses import Address
from tracker.domain.lots import Lot, LotState, Purpose
from tracker.errors import NotFoundError, UndecidedError
from tracker.store import Store
from tracker.store.lots import lots

__all__ = ["AUDITS", "PlannedAudit", "hold_audits"]


@dataclass(frozen=True)
class PlannedAudit:
    """One audit of the demo."""

    film: str
    alpha: float
    seed: str
    """What the lot's seed is the digest of."""
    answered: float = 1.0
    """Share of the drawn takes that the director gets to."""
    first_takes_only: bool = False
    """Of the first take of each shot, instead of the cut."""


AUDITS = (
    PlannedAudit("ANTH01/F02", 0.20, "the first takes 1", first_takes_only=True),
    PlannedAudit("ANTH01/F02", 0.20, "the cut 1"),
    PlannedAudit("CAMP01/SP30", 0.30, "the spot 1", answered=0.5),
)


def hold_audits(store: Store, film: PlannedFilm) -> list[Lot]:
    """Hold the audits of a film that were not held yet; return their lots as they ended.

    Safe to repeat: an audit that was stopped goes on where it was.
    """
    planned = [audit for audit in AUDITS if audit.film == str(film.address)]
    with store.read() as tx:
        held = [lot for lot in lots(tx, film.address) if lot.state is not LotState.DROPPED]
    done = sum(lot.state in {LotState.CERTIFIED, LotState.REFUSED} for lot in held)
    return [_hold(store, film, audit) for audit in planned[done:]]


def _hold(store: Store, film: PlannedFilm, audit: PlannedAudit) -> Lot:
    lot = _drawn(store, film, audit)
    if lot.state is LotState.DRAWN:
        _answer(store, film, lot, share=audit.answered)
        with store.write() as tx:
            lot = close(tx, film.address, is_final=True).lot
    judge(store, film.address, run_id=None)
    return lot


def _drawn(store: Store, film: PlannedFilm, audit: PlannedAudit) -> Lot:
    """Return the audit's lot, frozen, planned and drawn as far as that is still to do."""
    with store.write() as tx:
        try:
            lot = newest_lot(tx, film.address, Purpose.PASS)
        except NotFoundError:
            lot = None
        if lot is None or lot.state in {LotState.CERTIFIED, LotState.REFUSED}:
            batch = _first_takes(film) if audit.first_takes_only else ()
            lot, _ = freeze(tx, film.address, alpha=audit.alpha, batch=batch)
        try:
            if lot.state is LotState.FROZEN:
                lot = plan(tx, film.address).lot
        except UndecidedError:  # too small a film: the lot stays frozen, and says so
            return lot
        if lot.state is LotState.PLANNED:
            seed = hashlib.sha256(f"{audit.film} {audit.seed}".encode()).hexdigest()
            lot = draw(tx, film.address, seed=seed)
        return lot


def _first_takes(film: PlannedFilm) -> Sequence[Address]:
    return [shot.address(shot.takes[0]) for shot in film.shots if shot.takes]


def _answer(store: Store, film: PlannedFilm, lot: Lot, *, share: float) -> None:
    """Let the simulated director judge the first of the drawn takes, whatever they show."""
    by_address = {str(s.address(t)): (s, t) for s in film.shots for t in s.takes}
    with store.read() as tx:
        progress = progress_of(tx, lot)
    count = round(share * len(progress.drawn))
    director = SimulatedDirector(film.script.director)
    for take in progress.drawn[:count]:
        if take.take_id not in progress.verdicts:
            _decide(store, director, *by_address[take.address])


def _decide(
    store: Store, director: SimulatedDirector, shot: PlannedShot, take: PlannedTake
) -> None:
    address = shot.address(take)
    digest = hashlib.sha256(f"audit {address}".encode()).digest()
    judgement = director.judge(
        shot.script, take.flaws, np.random.default_rng(int.from_bytes(digest[:8]))
    )
    decide(
        store,
        address,
        judgement.outcome,
        by=director.name,
        note=judgement.note,
        kind=judgement.kind,
        minutes=judgement.minutes,
        request_id=f"demo-audit:{address}",
    )
