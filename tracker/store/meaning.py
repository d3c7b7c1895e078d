"""How the shots of a film are meant, read from several tables."""

from __future__ import annotations

from typing import Any

from tracker.domain.addresses import Address
from tracker.domain.meaning import meaning_of
from tracker.store.cast import all_exposures, reveal_plan
from tracker.store.connection import Tx
from tracker.store.shots import list_shots

__all__ = ["meanings"]


def meanings(tx: Tx, film: Address) -> dict[str, dict[str, Any]]:
    """Return shot code -> what its verdicts depend on, see `meaning_of`; NotFoundError without the film."""
    plan = reveal_plan(tx, film.production, film.film or "")
    faces = all_exposures(tx, film)
    return {
        shot.code: meaning_of(shot, faces.get((shot.film, shot.code), {}), plan)
        for _, shot in list_shots(tx, film)
    }
