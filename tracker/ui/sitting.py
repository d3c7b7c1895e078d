"""A sitting at the desk: what lies on it, since when, and what was decided so far.

A sitting belongs to one person in one browser. It is a value: each method returns the next one, so that a
page which is interrupted halfway has either the old or the new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracker.domain.board import TakeSheet
from tracker.domain.queue import QueueItem

__all__ = ["Sitting", "seen"]

_LONGEST_S = 30 * 60.0
"""Nobody looks at one take for longer; whoever seems to has left the desk."""


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One person's time at the desk."""

    person: str
    item: QueueItem | None = None
    """What lies on the desk, as it was first shown."""
    request: str = ""
    """Of this showing: a decision that carries it is recorded once, whatever is repeated."""
    since_s: float = 0.0
    spent_s: Mapping[str, float] = field(default_factory=dict)
    """Take -> seconds that it lay here before, when it was put off."""
    later: tuple[str, ...] = ()
    """Takes that were put off, oldest first."""
    done: tuple[QueueItem, ...] = ()
    """What was decided, oldest first."""
    back: QueueItem | None = None
    """What was just taken back: it comes again, shown as before."""

    def look(self, items: Sequence[QueueItem], *, now_s: float, request: str) -> Sitting:
        """Return the sitting with what is to be shown now; `request` names a new showing.

        What lies on the desk stays there while it waits, even if the order changes beneath it.
        """
        waiting = {item.take: item for item in items}
        if self.item is not None and (self.back == self.item or self.item.take in waiting):
            return self
        item = self.back or _first(items, self.later)
        return replace(self._left(now_s), item=item, request=request, since_s=now_s)

    def minutes(self, now_s: float) -> float:
        """Return how long the take has been looked at, in minutes, at most 30."""
        if self.item is None:
            return 0.0
        before = self.spent_s.get(self.item.take, 0.0)
        return min(_LONGEST_S, before + now_s - self.since_s) / 60

    def decided(self) -> Sitting:
        """Return the sitting after its take was decided."""
        if self.item is None:
            return self
        spent = {take: s for take, s in self.spent_s.items() if take != self.item.take}
        later = tuple(take for take in self.later if take != self.item.take)
        done = (*self.done, self.item)
        return replace(self, item=None, back=None, spent_s=spent, later=later, done=done)

    def put_off(self, now_s: float) -> Sitting:
        """Return the sitting with its take laid behind all others."""
        if self.item is None:
            return self
        later = (*(take for take in self.later if take != self.item.take), self.item.take)
        return replace(self._left(now_s), item=None, back=None, later=later)

    def taken_back(self, now_s: float) -> Sitting:
        """Return the sitting with the newest decided take on the desk again."""
        return replace(self._left(now_s), item=None, back=self.done[-1], done=self.done[:-1])

    def forgotten(self) -> Sitting:
        """Return the sitting without its newest decided take, which cannot be taken back from here."""
        return replace(self, done=self.done[:-1])

    def again(self, request: str) -> Sitting:
        """Return the sitting with the same take as a new showing, when a decision was refused."""
        return replace(self, request=request)

    def _left(self, now_s: float) -> Sitting:
        if self.item is None:
            return self
        spent = {**self.spent_s, self.item.take: 60 * self.minutes(now_s)}
        return replace(self, spent_s=spent)


def _first(items: Sequence[QueueItem], later: Sequence[str]) -> QueueItem | None:
    places = {take: place for place, take in enumerate(later, start=1)}
    return min(items, key=lambda item: places.get(item.take, 0), default=None)


def seen(sheet: TakeSheet) -> str:
    """Return what is recorded of the hints before a person: `blind`, or a digest of the scores."""
    if sheet.verdict is None and not sheet.scores:
        return "blind"
    shown = sorted(f"{s.facts.name}/{s.facts.version}/{s.score.value}" for s in sheet.scores)
    return f"scores {hashlib.sha256('|'.join(shown).encode()).hexdigest()[:16]}"
