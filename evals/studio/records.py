"""What the demo's writers wrote down, as frozen records; `evals.studio.script` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from evals.animatic.brief import Brief, Mask, Subject, Wardrobe
from evals.animatic.cast import Person
from evals.animatic.flaws import FlawKind, Step
from evals.animatic.world_flaws import WorldFlawKind
from tracker.domain.likeness import Exposure, Life
from tracker.domain.production import ArtifactPolicy, Method, ProductionKind, Role

__all__ = [
    "CharacterScript",
    "FilmScript",
    "LaterTake",
    "OrderedFlaw",
    "ProductionScript",
    "ReferenceScript",
    "RevealScript",
    "ScriptedTake",
    "ShotScript",
    "SpotScript",
]


@dataclass(frozen=True, kw_only=True)
class CharacterScript:
    """Somebody on screen, with what is worn by default."""

    code: str
    name: str
    subject: Subject
    person: Person | None
    """The drawn face; None for animals and robots."""
    wardrobe: Wardrobe
    mask: Mask | None
    life: Life
    is_minor: bool
    performer: str


@dataclass(frozen=True)
class OrderedFlaw:
    """A flaw before its frames and its exact severity are known."""

    kind: FlawKind | WorldFlawKind
    step: Step


@dataclass(frozen=True, kw_only=True)
class ScriptedTake:
    """A take that the story asks for; the others are left to chance."""

    generator: str
    flaws: tuple[OrderedFlaw, ...]
    is_cut_off: bool
    """The file ends in the middle, as after a broken transfer."""


@dataclass(frozen=True, kw_only=True)
class LaterTake:
    """A take that comes when the film's audit is over: from a generator that was not there before."""

    generator: str
    version: str


@dataclass(frozen=True, kw_only=True)
class ShotScript:
    """One shot: the writer's prose, and the same as a structured brief."""

    code: str
    sequence: str
    prompt: str
    brief: Brief
    frame_count: int
    method: Method
    is_hero: bool
    policy: ArtifactPolicy
    embraces: tuple[str, ...]
    """Kinds of trace that the story takes in."""
    embrace_reason: str
    effects: str
    """Effects that the shot means to have, as in the shot table; empty for none."""
    characters: tuple[str, ...]
    """Code of each figure's character, in the brief's order."""
    exposures: Mapping[str, Exposure]
    """What the shot declares to show of each face, by character code."""
    takes: tuple[ScriptedTake, ...]
    later: LaterTake | None = None
    """What the shot gets after the film's audit."""


@dataclass(frozen=True, kw_only=True)
class RevealScript:
    """One line of a reveal plan; without a sequence it is the rule for all others."""

    character: str
    sequence: str
    exposure: Exposure


@dataclass(frozen=True, kw_only=True)
class ReferenceScript:
    """One reference picture as somebody remembers it: the person with a few things otherwise."""

    character: str
    set_name: str
    contributed_by: str
    picture: str
    """File name."""
    caption: str
    brief: Brief


@dataclass(frozen=True, kw_only=True)
class SpotScript:
    """Where and when a spot is on air."""

    duration_s: int
    territories: tuple[str, ...]
    first_air_on: date
    last_air_on: date


@dataclass(frozen=True, kw_only=True)
class FilmScript:
    """A film, a spot or a music video."""

    code: str
    title: str
    director: str
    release_on: date
    logline: str
    fps: Fraction
    characters: Mapping[str, CharacterScript]
    shots: tuple[ShotScript, ...]
    reveals: tuple[RevealScript, ...] = ()
    references: tuple[ReferenceScript, ...] = ()
    spot: SpotScript | None = None


@dataclass(frozen=True, kw_only=True)
class ProductionScript:
    """A production with its people and films."""

    code: str
    kind: ProductionKind
    title: str
    logline: str
    people: Mapping[str, tuple[Role, ...]]
    films: tuple[FilmScript, ...] = field(repr=False)
