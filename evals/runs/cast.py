"""Who each shot shows, from the record: characters, what may be shown of them, and their references."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evals.metrics.identity.exposure import stricter
from tracker.domain.addresses import Address
from tracker.domain.likeness import Character, Exposure, ReferenceSet
from tracker.domain.production import Shot
from tracker.store import Tx
from tracker.store import cast as table

__all__ = ["ProductionCast", "ShotCast", "load_cast"]


@dataclass(frozen=True, kw_only=True)
class ShotCast:
    """Who a shot shows, and what is known of them; everything that its identity scores depend on."""

    members: tuple[tuple[Character, Exposure, Exposure], ...] = ()
    """(character, allowed, declared), by code."""
    references: Mapping[str, tuple[ReferenceSet, ...]] = field(default_factory=dict)
    """Reference sets of every character of the production, by code."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of those characters."""

    @property
    def key(self) -> str:
        """Name everything that identity scores depend on, beside the file and the models."""
        if not self.members:
            return "nobody"
        told: object = [
            [
                (c.code, c.name, str(allowed), str(declared))
                for c, allowed, declared in self.members
            ],
            sorted(
                (code, self.names[code], one.name, sorted(p.sha256 for p in one.pictures))
                for code, sets in self.references.items()
                for one in sets
            ),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


class ProductionCast:
    """The cast of one production, read once per run."""

    def __init__(
        self,
        characters: Sequence[Character],
        *,
        references: Mapping[str, tuple[ReferenceSet, ...]],
        exposures: Mapping[tuple[str, str], Mapping[str, Exposure]],
        plans: Mapping[str, Mapping[tuple[str, str | None], Exposure]],
    ) -> None:
        self._characters = {c.code: c for c in characters}
        self._references, self._exposures, self._plans = references, exposures, plans

    def of(self, shot: Shot) -> ShotCast:
        """Return who a shot shows; nobody where it declares nothing."""
        declared = self._exposures.get((shot.film, shot.code), {})
        plan = self._plans.get(shot.film, {})
        members = []
        for code, exposure in sorted(declared.items()):
            planned = plan.get((code, shot.sequence), plan.get((code, None)))
            allowed = stricter(exposure, planned) or exposure
            members.append((self._characters[code], allowed, exposure))
        if not members:
            return ShotCast()
        return ShotCast(
            members=tuple(members),
            references=self._references,
            names={code: c.name for code, c in self._characters.items()},
        )


def load_cast(tx: Tx, production: str) -> ProductionCast:
    """Read a production's cast, references, declared exposures and reveal plans."""
    characters = table.characters(tx, production)
    sets = {c.code: tuple(table.reference_sets(tx, production, c.code)) for c in characters}
    plans: dict[str, dict[tuple[str, str | None], Exposure]] = {}
    for moment in table.reveal_plans(tx, production):
        plan = plans.setdefault(moment.film, {})
        plan[moment.character, moment.sequence] = moment.exposure
    return ProductionCast(
        characters,
        references={code: found for code, found in sets.items() if found},
        exposures=table.all_exposures(tx, Address(production)),
        plans=plans,
    )
