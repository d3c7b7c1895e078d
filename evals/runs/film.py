"""The second pass of a run: each take's faces beside those of the film's other shots.

Every shot speaks by one take, see `speaking_take`. Faces come from what is kept, so nothing is decoded. A
result's key names the takes that it was compared with: a retake of another shot makes it stale, an older take
of that shot does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from evals.metrics.builtin import FAMILIES, Family
from evals.metrics.identity import (
    NO_CAST,
    Appearance,
    SeenFaces,
    appearances,
    missing_film,
    score_film,
)
from evals.packs.availability import Unavailable
from evals.runs.cast import ProductionCast
from evals.runs.faces import FaceFinder
from evals.runs.job import Unreadable
from evals.runs.plan import TakeWork, WorkItem, result_key
from tracker.domain.addresses import Address
from tracker.domain.likeness import Exposure
from tracker.domain.production import Shot
from tracker.domain.scores import Score
from tracker.domain.takes import Take, speaking_take
from tracker.store import Tx
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes

__all__ = ["AcrossShots", "speaking_takes"]

_NOT_LOOKED_AT = "No frame could be looked at for faces; score the take again."

_Seen = SeenFaces | None


def speaking_takes(tx: Tx, film: Address, cast: ProductionCast) -> list[WorkItem]:
    """Return the speaking takes of a film's shots that mean to reveal a face, by shot."""
    by_shot: dict[str, list[tuple[int, Take]]] = {}
    for key, take in list_takes(tx, film):
        by_shot.setdefault(take.shot, []).append((key, take))
    shots: dict[str, Shot] = {shot.code: shot for _, shot in list_shots(tx, film)}
    found = []
    for code, takes in sorted(by_shot.items()):
        chosen = speaking_take(takes)
        shown = cast.of(shots[code])
        if chosen is not None and _revealed(shown.members):
            found.append(WorkItem(chosen[0], chosen[1], shots[code], shown))
    return found


def _revealed(members: Sequence[tuple[object, Exposure, Exposure]]) -> bool:
    return any(declared is Exposure.REVEALED for _, _, declared in members)


@dataclass
class AcrossShots:
    """Compares takes with the speaking takes of their film."""

    model: FaceFinder | Unavailable
    model_key: str
    speaking: Mapping[tuple[str, str], Sequence[WorkItem]]
    """(production, film) -> its speaking takes."""
    _faces: dict[int, _Seen] = field(default_factory=dict)
    _shown: dict[int, dict[str, Appearance | None]] = field(default_factory=dict)

    def keys(self, item: WorkItem) -> dict[str, str]:
        """Return metric name -> the key that a take's result is stored under."""
        told: list[object] = [self.model_key, item.cast.key]
        if _revealed(item.cast.members):
            told += [
                (one.shot.code, one.take.sha256, one.cast.key, self._seen(one) is not None)
                for one in self.others(item)
            ]
        family = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        return {f.name: result_key(item.take.sha256, f, family) for f in FAMILIES[Family.FILM]}

    def others(self, item: WorkItem) -> list[WorkItem]:
        """Return the speaking takes of the film's other shots."""
        own = (item.take.production, item.take.film)
        return [one for one in self.speaking.get(own, ()) if one.shot.code != item.shot.code]

    def is_alone(self, item: WorkItem) -> bool:
        """Say whether a take needs no other take's faces: it shows nobody, or nothing finds faces."""
        return isinstance(self.model, Unavailable) or not item.cast.members

    def missing(
        self,
        works: Sequence[TakeWork],
        stored: Mapping[tuple[int, str], Collection[str]],
        *,
        force: bool,
    ) -> list[TakeWork]:
        """Return the takes whose stored result is not the one that this run would give."""
        found = []
        for work in works:
            keys = self.keys(work.item)
            known = {name: stored.get((work.item.take_id, name), ()) for name in keys}
            is_there = all(key in known[name] for name, key in keys.items())
            # Where faces were deleted, what was found by them stays.
            if force or not (is_there or (all(known.values()) and self._needs_faces(work.item))):
                found.append(work)
        return found

    def alone(
        self,
        works: Sequence[TakeWork],
        stored: Mapping[tuple[int, str], Collection[str]],
        *,
        force: bool,
    ) -> frozenset[int]:
        """Return the takes whose missing result needs no other faces: it comes with their own scores."""
        # Only these: asking for the others' keys would look for faces before they are found.
        alone = [work for work in works if self.is_alone(work.item)]
        return frozenset(w.item.take_id for w in self.missing(alone, stored, force=force))

    def result(
        self, item: WorkItem, failed: Unreadable | None
    ) -> tuple[list[Score], dict[str, str]]:
        """Return a take's scores across shots, and the keys to store them under: empty to try again.

        `failed` says why the file could not be read in this run, if it could not.
        """
        keys, lacks = self.keys(item), self._needs_faces(item)
        if failed is not None and (lacks or not item.cast.members):
            scores = [Score.failed(fact.name, failed.reason) for fact in FAMILIES[Family.FILM]]
            return scores, dict.fromkeys(keys, "") if failed.is_absent else keys
        return self.score(item), dict.fromkeys(keys, "") if lacks else keys

    def _needs_faces(self, item: WorkItem) -> bool:
        """Say whether faces are wanted and none are kept."""
        if isinstance(self.model, Unavailable) or not item.cast.members:
            return False
        return self.model.seen(item.take.sha256) is None

    def score(self, item: WorkItem) -> list[Score]:
        """Return a take's scores across shots."""
        if not item.cast.members:
            return missing_film(NO_CAST)
        if isinstance(self.model, Unavailable):
            return missing_film(self.model.reason)
        seen = self.model.seen(item.take.sha256)
        if seen is None:
            return missing_film(_NOT_LOOKED_AT)
        others: dict[str, list[Appearance]] = {}
        for other in self.others(item):
            for code, one in self.shown(other).items():
                if one is not None:
                    others.setdefault(code, []).append(one)
        members = self.model.members(item.cast)
        return score_film(seen, members, shot=item.shot.code, others=others)

    def shown(self, item: WorkItem) -> dict[str, Appearance | None]:
        """Return the characters that a speaking take means to reveal, and their faces."""
        if isinstance(self.model, Unavailable):
            return {}
        if item.take_id not in self._shown:
            seen, members = self._seen(item), self.model.members(item.cast)
            self._shown[item.take_id] = (
                {m.code: None for m in members if m.declared is Exposure.REVEALED}
                if seen is None
                else appearances(seen, members, shot=item.shot.code)
            )
        return self._shown[item.take_id]

    def _seen(self, item: WorkItem) -> _Seen:
        if isinstance(self.model, Unavailable):
            return None
        if item.take_id not in self._faces:
            self._faces[item.take_id] = self.model.seen(item.take.sha256)
        return self._faces[item.take_id]
