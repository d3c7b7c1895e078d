"""Counterfactual briefs: the same shot with one thing exchanged, for proofs and as hard negatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

import numpy as np

from evals.animatic.brief import (
    Brief,
    Colour,
    Figure,
    Light,
    Prop,
    PropKind,
    Setting,
    Subject,
    Time,
    Weather,
)
from evals.animatic.captions import shows_held, shows_standing
from evals.animatic.sampler import Split, draw_figure
from tracker.errors import MisuseError

__all__ = ["Swap", "swapped", "swaps_of"]

T = TypeVar("T")


class Swap(StrEnum):
    """What is exchanged."""

    BINDING = "binding"
    """Whose colour is whose: two figures, or a figure and what it holds, exchange colours."""
    COLOUR = "colour"
    """Of the first figure's clothes; without figures of the first prop."""
    LIGHT = "light"
    PROP = "prop"
    """Its kind; the colour stays."""
    SETTING = "setting"
    SUBJECT = "subject"
    """Of the first figure; it keeps its colour."""
    TIME = "time"
    WEATHER = "weather"


def swaps_of(brief: Brief) -> tuple[Swap, ...]:
    """Return what can be exchanged in a brief so that a viewer could see it, sorted by name."""
    possible = {Swap.LIGHT, Swap.SETTING, Swap.TIME}
    if not brief.setting.is_interior:
        possible.add(Swap.WEATHER)
    if brief.figures:
        possible |= {Swap.COLOUR, Swap.SUBJECT}
    if _seen_prop(brief) is not None:
        possible |= {Swap.PROP, Swap.COLOUR}
    if _bound(brief) is not None:
        possible.add(Swap.BINDING)
    return tuple(sorted(possible))


def swapped(brief: Brief, what: Swap, rng: np.random.Generator) -> Brief:
    """Return the brief with one thing exchanged for another, drawn evenly from all others.

    Raises MisuseError when the brief has nothing of that kind in the picture.
    """
    if what not in swaps_of(brief):
        raise MisuseError(f"This brief shows no {what} to exchange; choose from {swaps_of(brief)}.")
    match what:
        case Swap.SETTING:
            return replace(brief, setting=_other(list(Setting), brief.setting, rng))
        case Swap.TIME:
            return replace(brief, time=_other(list(Time), brief.time, rng))
        case Swap.WEATHER:
            return replace(brief, weather=_other(list(Weather), brief.weather, rng))
        case Swap.LIGHT:
            return replace(brief, light=_other(list(Light), brief.light, rng))
        case Swap.SUBJECT:
            return _first(brief, _other_subject(brief.figures[0], rng))
        case Swap.COLOUR:
            return _recoloured(brief, rng)
        case Swap.PROP:
            return _other_prop(brief, rng)
        case Swap.BINDING:
            return _exchanged(brief)


def _other(options: Sequence[T], own: T, rng: np.random.Generator) -> T:
    left = [option for option in options if option != own]
    return left[int(rng.integers(len(left)))]


def _first(brief: Brief, figure: Figure) -> Brief:
    return replace(brief, figures=(figure, *brief.figures[1:]))


def _other_subject(figure: Figure, rng: np.random.Generator) -> Figure:
    new = _other(list(Subject), figure.subject, rng)
    seed = figure.person.seed if figure.person else Split.EVALUATION.cast_seeds.start
    split = next(split for split in Split if seed in split.cast_seeds)
    drawn = draw_figure(rng, split=split, subject=new)
    colour = figure.wardrobe.colour
    if not new.has_face:
        return replace(drawn, wardrobe=replace(drawn.wardrobe, colour=colour), x=figure.x)
    wears = figure.wardrobe if figure.subject.has_face else replace(drawn.wardrobe, colour=colour)
    return replace(
        figure, subject=new, person=drawn.person, wardrobe=wears, facing=figure.facing, x=figure.x
    )


def _recoloured(brief: Brief, rng: np.random.Generator) -> Brief:
    used = {f.wardrobe.colour for f in brief.figures} | {p.colour for p in brief.props}
    free = [colour for colour in Colour if colour not in used]
    new = free[int(rng.integers(len(free)))]
    if not brief.figures:
        return replace(brief, props=(replace(brief.props[0], colour=new), *brief.props[1:]))
    figure = brief.figures[0]
    return _first(brief, replace(figure, wardrobe=replace(figure.wardrobe, colour=new)))


def _seen_prop(brief: Brief) -> Prop | None:
    """The prop that a viewer sees best: in the first figure's hand, else the first on the set."""
    held = brief.figures[0].holds if brief.figures and shows_held(brief) else None
    standing = brief.props[0] if brief.props and shows_standing(brief) else None
    return held or standing


def _other_prop(brief: Brief, rng: np.random.Generator) -> Brief:
    shown = {f.holds.kind for f in brief.figures if f.holds} | {p.kind for p in brief.props}
    free = [kind for kind in PropKind if kind not in shown]
    kind = free[int(rng.integers(len(free)))]
    if brief.figures and brief.figures[0].holds and shows_held(brief):
        figure = brief.figures[0]
        assert figure.holds is not None  # noqa: S101 - asked one line above
        return _first(brief, replace(figure, holds=replace(figure.holds, kind=kind)))
    return replace(brief, props=(replace(brief.props[0], kind=kind), *brief.props[1:]))


def _bound(brief: Brief) -> tuple[Colour, Colour] | None:
    """The two colours whose owners can be exchanged."""
    if len(brief.figures) == 2:
        first, second = (figure.wardrobe.colour for figure in brief.figures)
    elif brief.figures and _seen_prop(brief) is not None:
        prop = _seen_prop(brief)
        assert prop is not None  # noqa: S101 - asked one line above
        first, second = brief.figures[0].wardrobe.colour, prop.colour
    else:
        return None
    return (first, second) if first != second else None


def _exchanged(brief: Brief) -> Brief:
    bound = _bound(brief)
    assert bound is not None  # noqa: S101 - swaps_of has asked
    mine, other = bound
    figure = brief.figures[0]
    worn = replace(figure.wardrobe, colour=other)
    if len(brief.figures) == 2:
        second = brief.figures[1]
        second = replace(second, wardrobe=replace(second.wardrobe, colour=mine))
        return replace(brief, figures=(replace(figure, wardrobe=worn), second))
    if figure.holds is not None and shows_held(brief):
        held = replace(figure.holds, colour=mine)
        return _first(brief, replace(figure, wardrobe=worn, holds=held))
    props = (replace(brief.props[0], colour=mine), *brief.props[1:])
    return replace(_first(brief, replace(figure, wardrobe=worn)), props=props)
