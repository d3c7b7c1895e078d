"""What the studio makes of its scripts: every take with its generator, its flaws and its decision.

A shot gets a take; the simulated director looks; a rejection means another take, up to five. Some
last takes nobody has looked at yet: they are the queue. Everything follows from `STUDIO_SEED`, shot by
shot, so that editing one shot changes the takes of that shot alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from evals.studio.director import FLIP_PROBABILITY, Judgement, SimulatedDirector
from evals.studio.generators import (
    CAMERA,
    choose_generator,
    draw_flaws,
    find_generator,
    possible_flaws,
)
from evals.studio.records import (
    FilmScript,
    OrderedFlaw,
    ProductionScript,
    ReferenceScript,
    ShotScript,
)
from tracker.domain.addresses import Address, take_code
from tracker.domain.production import Method
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.stages import ShotStatus
from tracker.errors import NotFoundError

__all__ = [
    "MAX_TAKES",
    "STUDIO_SEED",
    "PlannedFilm",
    "PlannedShot",
    "PlannedTake",
    "plan_studio",
    "small_studio",
    "within",
]

STUDIO_SEED = 20270212
MAX_TAKES = 5
"""A shot that has had so many goes to its director instead."""
_ALTERNATIVE_PROBABILITY = 0.58
"""How often a second take is ordered with the first, so that there is a choice."""
_SEEN = {
    "F01": (0.75, 0.0),
    "F02": (0.10, 0.15),
    "F03": (0.0, 0.3),
    "F05": (0.0, 0.3),
    "M01": (0.45, 0.15),
}
"""Chances that all takes of a shot, or none of them, were looked at, by film.

Of F02, F03 and F05 much is left to be seen: they are audited."""
_SEEN_ELSEWHERE = (0.55, 0.10)
_SMALL = {"SQ010_SH0010": 2, "SQ010_SH0020": 2, "SQ010_SH0030": 0}
"""Shots of the first film that the small demo has, with the number of their takes."""


@dataclass(frozen=True, kw_only=True)
class PlannedTake:
    """One take before it is rendered."""

    number: int
    generator: str
    version: str
    seed: int
    cost_eur: Decimal | None
    flaws: tuple[OrderedFlaw, ...]
    is_cut_off: bool
    judgement: Judgement | None
    """None: nobody has looked at it yet."""


@dataclass(frozen=True, kw_only=True)
class PlannedShot:
    """A shot with its takes."""

    production: str
    film: str
    script: ShotScript
    fps: Fraction
    takes: tuple[PlannedTake, ...]
    later: PlannedTake | None = None
    """What is made of the shot when the film's audit is over."""

    @property
    def status(self) -> ShotStatus:
        """What happens next, from the decisions."""
        if not self.takes:
            return ShotStatus.READY
        judgements = [take.judgement for take in self.takes]
        if judgements[-1] is None:
            return ShotStatus.PENDING_REVIEW
        is_approved = any(judgement.accepts for judgement in judgements if judgement)
        return ShotStatus.APPROVED if is_approved else ShotStatus.NEEDS_DIRECTION

    def address(self, take: PlannedTake) -> Address:
        """Return a take's full address."""
        return Address(self.production, self.film, self.script.code, take_code(take.number))


@dataclass(frozen=True, kw_only=True)
class PlannedFilm:
    """A film with its shots as they are planned."""

    production: ProductionScript
    script: FilmScript
    shots: tuple[PlannedShot, ...]

    @property
    def address(self) -> Address:
        """Return the film's address."""
        return Address(self.production.code, self.script.code)

    @property
    def references(self) -> tuple[ReferenceScript, ...]:
        """Return the reference pictures of those who are seen in these shots."""
        seen = {code for shot in self.shots for code in shot.script.characters}
        return tuple(r for r in self.script.references if r.character in seen)

    @property
    def take_count(self) -> int:
        """Return the number of takes, those included that come when the film's audit is over."""
        return sum(len(shot.takes) + (shot.later is not None) for shot in self.shots)


def plan_studio(productions: Sequence[ProductionScript]) -> tuple[PlannedFilm, ...]:
    """Plan every film, in the order in which they are made: the first film first."""
    return tuple(
        PlannedFilm(
            production=production,
            script=film,
            shots=tuple(_plan_shot(production, film, shot) for shot in film.shots),
        )
        for production in productions
        for film in production.films
    )


def small_studio(films: Sequence[PlannedFilm]) -> tuple[PlannedFilm, ...]:
    """Return three shots of the first film with four takes, one of them a file that broke off."""
    film = films[0]
    shots = tuple(
        replace(shot, takes=shot.takes[: _SMALL[shot.script.code]], later=None)
        for shot in film.shots
        if shot.script.code in _SMALL
    )
    return (replace(film, shots=shots),)


def within(films: Sequence[PlannedFilm], scopes: Sequence[Address]) -> tuple[PlannedFilm, ...]:
    """Return the films that the scopes name, all of them without a scope.

    Raises NotFoundError for a scope that names none, and for one below a film.
    """
    known = [film.address for film in films]
    for scope in scopes:
        if not any(_covers(scope, address) for address in known):
            raise NotFoundError(
                f"The demo has no production or film '{scope}'; "
                f"it has {', '.join(str(address) for address in known)}."
            )
    return tuple(
        film for film in films if not scopes or any(_covers(s, film.address) for s in scopes)
    )


def _covers(scope: Address, film: Address) -> bool:
    return (
        scope.shot is None
        and scope.production == film.production
        and scope.film in {None, film.film}
    )


def _plan_shot(production: ProductionScript, film: FilmScript, shot: ShotScript) -> PlannedShot:
    name = f"{production.code}/{film.code}/{shot.code}"
    digest = hashlib.sha256(name.encode()).digest()
    rng = np.random.default_rng((STUDIO_SEED, int.from_bytes(digest[:8])))
    director = SimulatedDirector(film.director)
    takes = list(_takes(shot, director, rng))
    all_seen, none_seen = _SEEN.get(film.code, _SEEN_ELSEWHERE)
    draw = rng.random()
    if draw < none_seen:
        takes = [replace(take, judgement=None) for take in takes]
    elif draw > none_seen + all_seen:
        takes[-1] = replace(takes[-1], judgement=None)
    return PlannedShot(
        production=production.code,
        film=film.code,
        script=shot,
        fps=film.fps,
        takes=tuple(takes),
        later=_later(shot, len(takes) + 1, name=name),
    )


def _later(shot: ShotScript, number: int, *, name: str) -> PlannedTake | None:
    """Plan the take that comes after the audit: by a dear generator's next version, so without a flaw."""
    if shot.later is None:
        return None
    digest = hashlib.sha256(f"{name} later".encode()).digest()
    return PlannedTake(
        number=number,
        generator=shot.later.generator,
        version=shot.later.version,
        seed=int.from_bytes(digest[:4]) % 2**31,
        cost_eur=find_generator(shot.later.generator).cost_eur,
        flaws=(),
        is_cut_off=False,
        judgement=None,
    )


def _takes(
    shot: ShotScript, director: SimulatedDirector, rng: np.random.Generator
) -> Iterator[PlannedTake]:
    """Yield takes until one is accepted; those that the script asks for come first."""
    is_accepted = False
    least = max(len(shot.takes), 2 if rng.random() < _ALTERNATIVE_PROBABILITY else 1)
    for number in range(1, MAX_TAKES + 1):
        take = _take(shot, number, rng)
        judgement = _judge(shot, take, director=director, rng=rng)
        yield replace(take, judgement=judgement)
        is_accepted = is_accepted or judgement.accepts
        if is_accepted and number >= least:
            return


def _judge(
    shot: ShotScript,
    take: PlannedTake,
    *,
    director: SimulatedDirector,
    rng: np.random.Generator,
) -> Judgement:
    """Decide on a take; a file that broke off is sent back, whatever it may have shown."""
    # What the script orders is there to be told; chance keeps out of it.
    chance = 0.0 if take.number <= len(shot.takes) else FLIP_PROBABILITY
    judgement = director.judge(shot, take.flaws, rng, flip_probability=chance)
    if not take.is_cut_off:
        return judgement
    return replace(
        judgement,
        accepts=False,
        outcome=DecisionOutcome.REGENERATE,
        kind="",
        note="Simulated director: The file ends before the shot does. Send it again.",
    )


def _take(shot: ShotScript, number: int, rng: np.random.Generator) -> PlannedTake:
    generator = choose_generator(number, rng)
    flaws: tuple[OrderedFlaw, ...] = ()
    ordered = shot.takes[number - 1] if number <= len(shot.takes) else None
    if shot.method is Method.LIVE_ACTION:
        generator = CAMERA
    if ordered is not None:
        generator, flaws = find_generator(ordered.generator), ordered.flaws
    else:
        flaws = draw_flaws(generator, possible_flaws(shot.brief), rng)
    return PlannedTake(
        number=number,
        generator=generator.name,
        version=generator.version,
        seed=int(rng.integers(1, 2**31)),
        cost_eur=generator.cost_eur,
        flaws=flaws,
        is_cut_off=ordered is not None and ordered.is_cut_off,
        judgement=None,
    )
