"""What the text-image model reads in one step: captions, counterfactual captions, and banks of phrases.

A bank holds every value of one field once, in a wording drawn for the step. Each picture has a target
over it: even over the values that the brief shows, nothing where the field cannot be seen. A step reads a
few banks, drawn anew each time; all of them would cost more than the captions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import (
    Brief,
    Colour,
    Garment,
    Light,
    Prop,
    PropKind,
    Setting,
    ShotSize,
    Subject,
    Time,
    Weather,
)
from evals.animatic.captions import caption, shows_held, shows_standing
from evals.animatic.sampler import Split
from evals.animatic.swaps import Swap, swapped, swaps_of
from evals.animatic.vocabulary import (
    AIRS,
    COLOURS,
    GARMENTS,
    GLOWS,
    HOURS,
    LIGHTS,
    PLACES,
    PROPS,
    SETTINGS,
    SIZES,
    SUBJECTS,
    TIMES,
    WEATHERS,
)

__all__ = ["FIELD_SIZES", "Bank", "Reading", "read", "values_shown"]

Value = object
_BANKS = 4
"""Banks of one step."""
_SWAP_SHARES = {
    Swap.COLOUR: 2.0,
    Swap.SUBJECT: 3.0,
    Swap.PROP: 2.0,
    Swap.BINDING: 1.5,
    Swap.LIGHT: 1.0,
    Swap.TIME: 1.5,
    Swap.WEATHER: 1.0,
    Swap.SETTING: 0.7,
}


@dataclass(frozen=True, kw_only=True)
class Bank:
    """Every value of one field in words, and what each brief shows of them."""

    texts: tuple[str, ...]
    targets: NDArray[np.float32]
    """(pictures, texts); a row sums to 1, or to 0 where the field cannot be seen."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The texts of one step."""

    own: tuple[str, ...]
    other: tuple[str, ...]
    """The same captions with one thing exchanged; where it is not told they are equal."""
    banks: tuple[Bank, ...]


def read(briefs: Sequence[Brief], rng: np.random.Generator) -> Reading:
    """Write the texts of a batch of pictures, one brief each."""
    own, other = [], []
    for brief in briefs:
        seed = int(rng.integers(2**63))
        own.append(caption(brief, np.random.default_rng(seed), split=Split.TRAINING))
        possible = swaps_of(brief)
        shares = np.array([_SWAP_SHARES[swap] for swap in possible])
        swap = possible[int(rng.choice(len(possible), p=shares / shares.sum()))]
        wrong = swapped(brief, swap, rng)
        other.append(caption(wrong, np.random.default_rng(seed), split=Split.TRAINING))
    drawn = sorted(rng.choice(len(_FIELDS), size=_BANKS, replace=False).tolist())
    banks = tuple(_bank(_FIELDS[i], briefs, rng) for i in drawn)
    return Reading(own=tuple(own), other=tuple(other), banks=banks)


def values_shown(briefs: Sequence[Brief]) -> tuple[NDArray[np.float32], ...]:
    """Return for each field the targets of briefs (n, values); see `Bank.targets`."""
    return tuple(_targets(field, briefs) for field in _FIELDS)


@dataclass(frozen=True, kw_only=True)
class _Field:
    values: tuple[Value, ...]
    say: Callable[[Value, np.random.Generator], str]
    shown: Callable[[Brief], Sequence[Value]]


def _bank(field: _Field, briefs: Sequence[Brief], rng: np.random.Generator) -> Bank:
    texts = tuple(field.say(value, rng) for value in field.values)
    return Bank(texts=texts, targets=_targets(field, briefs))


def _targets(field: _Field, briefs: Sequence[Brief]) -> NDArray[np.float32]:
    places = {value: i for i, value in enumerate(field.values)}
    targets = np.zeros((len(briefs), len(places)), np.float32)
    for row, brief in zip(targets, briefs, strict=True):
        shown = {places[value] for value in field.shown(brief)}
        for place in shown:
            row[place] = 1 / len(shown)
    return targets


def _word(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[0] if rng.random() < 0.35 else options[int(rng.integers(len(options)))]


def _of(
    *dictionaries: dict[object, tuple[str, ...]],
) -> Callable[[Value, np.random.Generator], str]:
    def say(value: Value, rng: np.random.Generator) -> str:
        return _word(dictionaries[int(rng.integers(len(dictionaries)))][value], rng)

    return say


def _say_worn(value: Value, rng: np.random.Generator) -> str:
    subject, colour = value  # type: ignore[misc]  # a pair, see _FIELDS
    noun, hue = _word(SUBJECTS[subject], rng), _word(COLOURS[colour], rng)  # type: ignore[has-type]
    return _word(("a {n} in {c}", "{n} in {c}", "a {c} {n}", "a {n} wearing {c}"), rng).format(
        n=noun, c=hue
    )


def _say_prop(value: Value, rng: np.random.Generator) -> str:
    kind, colour = value  # type: ignore[misc]  # a pair, see _FIELDS
    what = f"{_word(COLOURS[colour], rng)} {_word(PROPS[kind], rng)}"  # type: ignore[has-type]
    return _word(("a {w}", "{w}", "with a {w}", "holding a {w}", "the {w}"), rng).format(w=what)


def _say_colour(value: Value, rng: np.random.Generator) -> str:
    shapes = ("in {c}", "dressed in {c}", "{c} clothes", "someone in {c}", "a {c} coat", "{c}")
    return _word(shapes, rng).format(c=_word(COLOURS[Colour(str(value))], rng))


def _say_noun(words: dict[object, tuple[str, ...]]) -> Callable[[Value, np.random.Generator], str]:
    def say(value: Value, rng: np.random.Generator) -> str:
        return _word(("a {n}", "{n}", "the {n}", "one {n}"), rng).format(n=_word(words[value], rng))

    return say


def _props(brief: Brief) -> list[Prop]:
    held = [f.holds for f in brief.figures if f.holds] if shows_held(brief) else []
    return [*held, *(brief.props if shows_standing(brief) else ())]


def _worn_garments(brief: Brief) -> list[Garment]:
    return [f.wardrobe.garment for f in brief.figures if f.subject.has_face]


def _all(kind: type[StrEnum]) -> tuple[StrEnum, ...]:
    return tuple(kind)


_FIELDS = (
    _Field(values=_all(Setting), say=_of(SETTINGS, PLACES), shown=lambda b: [b.setting]),  # type: ignore[arg-type]
    _Field(values=_all(Time), say=_of(TIMES, HOURS), shown=lambda b: [b.time]),  # type: ignore[arg-type]
    _Field(
        values=_all(Weather),
        say=_of(WEATHERS, AIRS),  # type: ignore[arg-type]
        shown=lambda b: [] if b.setting.is_interior else [b.weather],
    ),
    _Field(values=_all(Light), say=_of(LIGHTS, GLOWS), shown=lambda b: [b.light]),  # type: ignore[arg-type]
    _Field(values=_all(ShotSize), say=_of(SIZES), shown=lambda b: [b.size]),  # type: ignore[arg-type]
    _Field(
        values=_all(Subject),
        say=_say_noun(SUBJECTS),  # type: ignore[arg-type]
        shown=lambda b: [f.subject for f in b.figures],
    ),
    _Field(
        values=_all(Garment),
        say=_say_noun(GARMENTS),  # type: ignore[arg-type]
        shown=_worn_garments,
    ),
    _Field(
        values=_all(Colour),
        say=_say_colour,
        shown=lambda b: [f.wardrobe.colour for f in b.figures],
    ),
    _Field(
        values=_all(PropKind),
        say=_say_noun(PROPS),  # type: ignore[arg-type]
        shown=lambda b: [p.kind for p in _props(b)],
    ),
    _Field(
        values=tuple(product(Subject, Colour)),
        say=_say_worn,
        shown=lambda b: [(f.subject, f.wardrobe.colour) for f in b.figures],
    ),
    _Field(
        values=tuple(product(PropKind, Colour)),
        say=_say_prop,
        shown=lambda b: [(p.kind, p.colour) for p in _props(b)],
    ),
)

FIELD_SIZES = tuple(len(field.values) for field in _FIELDS)
"""Number of values of each bank."""
