"""What waits for a person, ordered by what a look is worth.

    worth = (urgency x stake x doubt + disagreement) / minutes

| part | value |
|---|---|
| urgency | 1, up to 3 as the release comes near: 1 + 2 exp(-days / 14) |
| stake | 1, and 2 on a hero shot: what a wrong take that slips through costs |
| doubt | what a look decides: 4 p (1 - p) of the severity, at least .2; 1 where nothing is known |
| disagreement | .5 where people or verdicts contradict each other on this shot |
| minutes | what a look takes: 2, and 3 on a hero shot |

A take that somebody is asked about blind lies at a place drawn at random among the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tracker.domain.reviews import Decision
from tracker.domain.units import FIRST_FRAME
from tracker.domain.verdicts import Verdict

__all__ = ["EarlierTake", "QueueItem", "arrange", "worth"]

_NEAR_DAYS = 14.0
_LEAST_DOUBT = 0.2


@dataclass(frozen=True, kw_only=True)
class QueueItem:
    """One take that waits for a decision."""

    take: str
    """Full address."""
    take_id: int
    sha256: str
    film_title: str
    prompt: str
    is_hero: bool
    is_demo: bool = False
    director: str | None = None
    release_on: date | None = None
    first_frame: int = FIRST_FRAME
    frame_count: int = 0
    fps: Fraction = Fraction(24)
    verdict: Verdict | None = None
    """None where it is withheld, or where nothing was scored."""
    is_withheld: bool = False
    """True: the person judges without hints. So it is for audits, and for some others."""
    disagrees: bool = False
    """An earlier take of the shot was decided against its verdict."""
    place: float | None = None
    """Of a blind ask: where in the queue it lies, 0-1."""
    severity: float | None = None
    """Of the verdict, known to the order alone also where the verdict is withheld."""
    worth: float = 0.0


@dataclass(frozen=True, kw_only=True)
class EarlierTake:
    """A take that was made before the one that waits, with what people said of it."""

    code: str
    sha256: str
    first_frame: int
    frame_count: int
    """0 where the file could not be read."""
    decisions: tuple[Decision, ...] = ()
    """Those that stand, oldest first."""


def worth(item: QueueItem, today: date) -> float:
    """Return what a look is worth per minute; see the table above."""
    days = math.inf if item.release_on is None else max(0, (item.release_on - today).days)
    urgency = 1 + 2 * math.exp(-days / _NEAR_DAYS)
    stake = 2.0 if item.is_hero else 1.0
    doubt = 1.0
    if item.severity is not None:
        p = min(max(item.severity, 0.0), 1.0)
        doubt = max(_LEAST_DOUBT, 4 * p * (1 - p))
    minutes = 3.0 if item.is_hero else 2.0
    return (urgency * stake * doubt + 0.5 * item.disagrees) / minutes


def arrange(items: Sequence[QueueItem], today: date) -> list[QueueItem]:
    """Order a queue: the worthiest first, blind asks where their place says."""
    ordinary = sorted(
        (replace(item, worth=worth(item, today)) for item in items if item.place is None),
        key=lambda item: (-item.worth, item.take),
    )
    asked = sorted((item for item in items if item.place is not None), key=lambda i: i.take)
    total = len(ordinary) + len(asked)
    slots: dict[int, QueueItem] = {}
    for item in asked:
        slot = int((item.place or 0.0) * total)
        while slot in slots:
            slot = (slot + 1) % total
        slots[slot] = item
    rest = iter(ordinary)
    return [slots[i] if i in slots else next(rest) for i in range(total)]
