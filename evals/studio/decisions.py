"""Puts the simulated director's decisions on record, each once, under the film's director's name."""

from __future__ import annotations

from pathlib import Path

from evals.studio.performance import read_note
from evals.studio.plan import PlannedFilm, PlannedShot, PlannedTake
from evals.studio.tables import clip_path
from tracker.domain.production import Role
from tracker.domain.reviews import Decision
from tracker.domain.units import FrameRange
from tracker.store import Store
from tracker.store.reviews import record_decision

__all__ = ["record_decisions"]


def record_decisions(store: Store, folder: Path, film: PlannedFilm) -> int:
    """Record the decisions of a film that are not on record yet; return how many there are."""
    decided = [(shot, take) for shot in film.shots for take in shot.takes if take.judgement]
    with store.write() as tx:
        for shot, take in decided:
            decision = _decision(folder, film, shot=shot, take=take)
            tx.once(
                f"demo-decision:{decision.take}",
                "demo.decision",
                lambda decision=decision: record_decision(tx, decision),  # type: ignore[misc]
            )
    return len(decided)


def _decision(folder: Path, film: PlannedFilm, *, shot: PlannedShot, take: PlannedTake) -> Decision:
    judgement = take.judgement
    assert judgement is not None  # noqa: S101  # the caller's filter
    frames = None
    if judgement.flaw is not None and not judgement.accepts:
        for planted in read_note(clip_path(folder, shot, take))["planted"]:
            if planted["kind"] == judgement.flaw.kind.value:
                frames = FrameRange.from_shown(*planted["frames"])
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
