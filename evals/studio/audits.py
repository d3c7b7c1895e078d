"""The demo's audits: what a certificate, a refusal and a void certificate look like.

| film | what happens |
|---|---|
| ANTH01/F02 | its cut is audited and certified |
| ANTH01/F03 | the director judges only a part of the audit: refused for lack of verdicts |
| ANTH01/F05 | certified; then a take of a new generator comes into the cut, and the certificate is void |

The simulated director judges what was drawn, by the flaws that were planted. A real lot's seed is drawn at
random; the demo's are written down here, chosen so that all three endings can be seen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from evals.audits.close import close
from evals.audits.draw import draw, plan
from evals.audits.freeze import DEFAULT_DELTA, freeze
from evals.audits.progress import progress_of
from evals.runs.verdicts import judge
from evals.studio.director import SimulatedDirector
from evals.studio.plan import PlannedFilm, PlannedShot, PlannedTake
from tracker.actions.decide import decide
from tracker.domain.lots import Lot, LotState
from tracker.errors import UndecidedError
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
    delta: float = DEFAULT_DELTA
    threshold: float | None = None
    """Of the zone; None where the plan chooses it."""
    answered: float = 1.0
    """Share of the drawn takes that the director gets to."""


AUDITS = (
    PlannedAudit("ANTH01/F02", 0.20, "the cut 1", threshold=0.3),
    # A film of eleven shots: little can be proved of it, and that only with less confidence.
    PlannedAudit("ANTH01/F03", 0.30, "the cut 1", delta=0.30, answered=0.5),
    PlannedAudit("ANTH01/F05", 0.30, "the cut 1", delta=0.30, threshold=0.0),
)


def hold_audits(store: Store, film: PlannedFilm) -> list[Lot]:
    """Hold the audits of a film that were not held yet; return their lots as they ended.

    Safe to repeat: an audit that was stopped goes on where it was. Where nothing can be audited, as with a
    pack that scores too little, there is none.
    """
    planned = [audit for audit in AUDITS if audit.film == str(film.address)]
    with store.read() as tx:
        held = [lot.state for lot in lots(tx, film.address)]
    done = sum(state in {LotState.CERTIFIED, LotState.REFUSED} for state in held)
    found = [_hold(store, film, audit) for audit in planned[done:]]
    return [lot for lot in found if lot is not None]


def _hold(store: Store, film: PlannedFilm, audit: PlannedAudit) -> Lot | None:
    try:
        lot = _drawn(store, film, audit)
    except UndecidedError:
        return None
    _answer(store, film, lot, share=audit.answered)
    with store.write() as tx:
        lot = close(tx, film.address, is_final=True).lot
    judge(store, film.address, run_id=None)
    return lot


def _drawn(store: Store, film: PlannedFilm, audit: PlannedAudit) -> Lot:
    """Return the audit's lot, frozen, planned and drawn as far as that is still to do.

    Raises UndecidedError where nothing can be frozen or planned; then nothing is.
    """
    with store.write() as tx:
        states = (LotState.FROZEN, LotState.PLANNED, LotState.DRAWN)
        lot = next((lot for lot in lots(tx, film.address) if lot.state in states), None)
        if lot is None:
            lot, _ = freeze(tx, film.address, alpha=audit.alpha, delta=audit.delta)
        if lot.state is LotState.FROZEN:
            lot = plan(tx, film.address, threshold=audit.threshold).lot
        if lot.state is LotState.PLANNED:
            seed = hashlib.sha256(f"{audit.film} {audit.seed}".encode()).hexdigest()
            lot = draw(tx, film.address, seed=seed)
        return lot


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
