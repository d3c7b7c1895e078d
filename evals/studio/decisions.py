"""Puts the simulated director's decisions on record, each once, under the film's director's name."""

from __future__ import annotations

from pathlib import Path

from evals.studio.performance import read_note
from evals.studio.plan import PlannedFilm, PlannedShot, PlannedTake
from evals.studio.tables import clip_path
from tracker.domain.production import Role
from tracker.domain.reviews import Decision
from tracker.domain.units import FrameRange
from tracker.store import Store, Tx
from tracker.store.reviews import record_decision

__all__ = ["record_decisions"]


def record_decisions(store: Store, folder: Path, film: PlannedFilm) -> int:
    """Record the decisions of a film that are not on record yet; return how many there are.

    A rejection for a flaw that turned out too small to be drawn is left out: the take waits.
    """
    found = [
        decision
        for shot in film.shots
        for take in shot.takes
        if take.judgement is not None
        and (decision := _decision(folder, film, shot=shot, take=take)) is not None
    ]
    with store.write() as tx:
        for decision in found:
            _record_once(tx, decision)
    return len(found)


def _record_once(tx: Tx, decision: Decision) -> None:
    def record() -> str:
        return record_decision(tx, decision)

    tx.once(f"demo-decision:{decision.take}", "demo.decision", record)


def _decision(
    folder: Path, film: PlannedFilm, *, shot: PlannedShot, take: PlannedTake
) -> Decision | None:
    judgement = take.judgement
    if judgement is None:
        return None
    frames = None
    if judgement.flaw is not None and not judgement.accepts:
        planted = read_note(clip_path(folder, shot, take))["planted"]
        at = [flaw["frames"] for flaw in planted if flaw["kind"] == judgement.flaw.kind.value]
        if not at:
            return None
        frames = FrameRange.from_shown(*at[0])
    return Decision(
        take=str(shot.address(take)),
        outcome=judgement.outcome,
        by=film.script.director,
        role=Role.DIRECTOR,
        note=judgement.note,
        kind=judgement.kind,
        frames=frames,
        minutes=judgement.minutes,
        seen="blind",
    )
