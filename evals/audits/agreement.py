"""How often people agree with themselves and with each other, and what that makes unreachable.

Blind repeats are takes that a person has decided and gets to see again among all others, without being told.
Half of them were accepted and half rejected, so that both ways of turning round can be seen; none is recent
enough to be remembered, where there are others; and no take is repeated twice for the same person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from evals.audits.freeze import DEFAULT_ALPHA
from evals.decisions.agreement import (
    REPEATS,
    Agreement,
    FlipRate,
    flip_rate,
    krippendorff_alpha,
)
from evals.decisions.reviewers import Reviewers
from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind, LotState, Purpose, VerdictOf
from tracker.errors import MisuseError, UndecidedError
from tracker.store import Tx
from tracker.store import lots as lots_table
from tracker.store.asks import ask
from tracker.store.board import films
from tracker.store.lookup import film_id, person_id, production_id
from tracker.store.repeats import Opinion, Repeat, opinions, repeatable, repeats

__all__ = [
    "FORGOTTEN_AFTER_H",
    "Asked",
    "Reviewing",
    "Unreachable",
    "ask_again",
    "reviewing",
    "why_unreachable",
]

FORGOTTEN_AFTER_H = 48.0
"""Hours after which a take is not simply remembered."""

_MOST_HOURS = 8760


@dataclass(frozen=True)
class Asked:
    """The blind repeats that were put into queues."""

    people: Mapping[str, int]
    """Person -> takes they are asked about again. Which takes is not said: it may be read aloud."""
    accepted: int
    rejected: int
    """How the takes were decided the first time."""
    recent: int
    """Of them, decided so lately that they may be remembered."""

    @property
    def count(self) -> int:
        """Return how many there are."""
        return self.accepted + self.rejected


@dataclass(frozen=True)
class Unreachable:
    """A film for which a person's verdicts cannot bear a certificate."""

    film: str
    person: str
    whose: str
    """`directed by NAME`, or `judged by NAME of its panel`."""
    alpha: float
    is_open: bool
    """Whether a lot is open at this alpha; else it is the default of a new one."""
    sentence: str


@dataclass(frozen=True)
class Reviewing:
    """What is known of the people whose verdicts everything rests on."""

    scope: str
    overall: FlipRate
    people: Mapping[str, FlipRate]
    """Everybody who has decided something, by name."""
    waiting: Mapping[str, int]
    """Person -> repeats that wait in their queue."""
    decided: Mapping[str, int]
    """Person -> takes they have an opinion on."""
    repeatable: Mapping[str, int]
    """Person -> decided takes that may still be asked about again."""
    between: Agreement
    unreachable: Sequence[Unreachable]


def ask_again(
    tx: Tx,
    scope: Address,
    *,
    count: int = REPEATS,
    person: str | None = None,
    hours: float = FORGOTTEN_AFTER_H,
    seed: int | None = None,
) -> Asked:
    """Put up to `count` decided takes, chosen at random, before those who decided them, blind.

    `hours`: younger decisions are taken only where there are too few older ones. `seed` is for tests.
    Raises UndecidedError where nothing can be asked again.
    """
    _check(tx, scope)
    if count < 1:
        raise MisuseError(f"{count} repeats cannot be asked for; give 1 or more.")
    if not 0 <= hours <= _MOST_HOURS:
        raise MisuseError(f"{hours:g} hours is no time to forget in; give 0 to {_MOST_HOURS}.")
    if person is not None:
        person_id(tx, person)
    pool = [o for o in repeatable(tx, scope) if person in {None, o.person}]
    if not pool:
        whose = f"of {person} " if person else ""
        raise UndecidedError(
            f"No decision {whose}on {scope} can be asked for again: there are none yet, or each was "
            "repeated before or still counts for an audit."
        )
    rng = np.random.default_rng(seed)
    chosen, recent = _chosen(pool, count, hours=hours, rng=rng)
    people: dict[str, int] = {}
    for opinion in chosen:
        ask(tx, AskKind.REPEAT, opinion.take_id, person=opinion.person, place=float(rng.random()))
        people[opinion.person] = people.get(opinion.person, 0) + 1
    rejected = sum(o.outcome.is_rejection for o in chosen)
    tx.event("repeats.asked", str(scope), {"takes": len(chosen), "people": people})
    return Asked(dict(sorted(people.items())), len(chosen) - rejected, rejected, recent)


def reviewing(tx: Tx, scope: Address) -> Reviewing:
    """Read what blind repeats and double decisions say, under a production or a film."""
    _check(tx, scope)
    found = opinions(tx, scope)
    asked = repeats(tx, scope)
    names = sorted({o.person for o in found} | {r.person for r in asked})
    own = {name: [r for r in asked if r.person == name] for name in names}
    by_take: dict[str, list[bool]] = {}
    for opinion in found:
        by_take.setdefault(opinion.take, []).append(opinion.outcome.is_rejection)
    again = repeatable(tx, scope)
    return Reviewing(
        scope=str(scope),
        overall=_rate(asked),
        people={name: _rate(own[name]) for name in names},
        waiting={name: sum(r.again is None for r in own[name]) for name in names},
        decided={name: sum(o.person == name for o in found) for name in names},
        repeatable={name: sum(o.person == name for o in again) for name in names},
        between=krippendorff_alpha(by_take),
        unreachable=_unreachable(tx, scope),
    )


def why_unreachable(tx: Tx, film: Address, *, reviewers: Reviewers, alpha: float) -> str:
    """Say why those who judge a film cannot bear a certificate at `alpha`; empty where they can.

    All blind repeats of the production count: it is the person that is measured, not the film.
    """
    return " ".join(
        f"{film}, {whose}: alpha unreachable. {why}"
        for _, whose, why in _turning(tx, film, reviewers, alpha)
    )


def _turning(
    tx: Tx, film: Address, reviewers: Reviewers, alpha: float
) -> list[tuple[str, str, str]]:
    """Return (person, whose film, why) of those whose verdicts are known not to bear a certificate."""
    if reviewers.verdict_of is VerdictOf.MAJORITY:
        # One person's flip rate e bounds a majority's on neither side: of three who agree two must turn
        # round (about 3 e^2, far less than e), of three who differ one of two is enough (about 2 e). How
        # often they differ is not known before they judge, so nobody is refused on a guess.
        return []
    asked = repeats(tx, Address(film.production))
    found = []
    for person in reviewers.people:
        why = _rate([r for r in asked if r.person == person]).unreachable(alpha)
        whose = (
            f"judged by {person} of its panel" if reviewers.is_panel else f"directed by {person}"
        )
        if why:
            found.append((person, whose, why))
    return found


def _check(tx: Tx, scope: Address) -> None:
    if scope.shot is not None:
        raise MisuseError(f"'{scope}' names a shot; give a production or a film, like ANTH01/F02.")
    production_id(tx, scope.production)
    if scope.film is not None:
        film_id(tx, scope.production, scope.film)


def _rate(asked: Sequence[Repeat]) -> FlipRate:
    return flip_rate(
        [
            (r.before.is_rejection, r.again.is_rejection)
            for r in asked
            if r.before is not None and r.again is not None
        ]
    )


def _chosen(
    pool: Sequence[Opinion], count: int, *, hours: float, rng: np.random.Generator
) -> tuple[list[Opinion], int]:
    """Return the opinions to ask for again, and how many of them are recent."""
    limit = datetime.now(UTC) - timedelta(hours=hours)
    old = [o for o in pool if o.decided_ts <= limit]
    recent = [o for o in pool if o.decided_ts > limit]
    chosen = _balanced(old, count, rng)
    more = _balanced(recent, count - len(chosen), rng)
    return [*chosen, *more], len(more)


def _balanced(pool: Sequence[Opinion], count: int, rng: np.random.Generator) -> list[Opinion]:
    """Draw half of what was accepted and half of what was rejected; one fills up for the other."""
    mixed = [pool[i] for i in rng.permutation(len(pool))]
    rejected = [o for o in mixed if o.outcome.is_rejection]
    accepted = [o for o in mixed if not o.outcome.is_rejection]
    takes_rejected = min(len(rejected), max(count // 2, count - len(accepted)))
    return [*rejected[:takes_rejected], *accepted[: count - takes_rejected]]


def _unreachable(tx: Tx, scope: Address) -> list[Unreachable]:
    found = []
    for film in films(tx, scope.production):
        if scope.film not in {None, film.code}:
            continue
        address = Address(film.production, film.code)
        wanted = _judged(tx, address, film.director)
        for who, alpha in sorted(wanted, key=lambda pair: (pair[1], pair[0].phrase())):
            found += [
                Unreachable(
                    film=str(address),
                    person=person,
                    whose=whose,
                    alpha=alpha,
                    is_open=wanted[who, alpha],
                    sentence=f"{address}, {whose}: alpha unreachable. {why}",
                )
                for person, whose, why in _turning(tx, address, who, alpha)
            ]
    return found


def _judged(tx: Tx, film: Address, director: str | None) -> dict[tuple[Reviewers, float], bool]:
    """Return (who judges a film, at which alpha) -> whether a lot of theirs is open, or it is the default."""
    found = (
        {}
        if director is None
        else {(Reviewers.director(director), DEFAULT_ALPHA[Purpose.PASS]): False}
    )
    for lot in lots_table.lots(tx, film):
        if lot.state in {LotState.FROZEN, LotState.PLANNED, LotState.DRAWN}:
            found[Reviewers.of_scope(lot.scope, director=director), lot.alpha] = True
    return found
