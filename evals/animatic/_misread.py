"""Briefs misread: what is ordered by the world flaws that change the brief itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from evals.animatic.brief import Action, Brief, Colour, Figure, Setting, Subject, Time
from evals.animatic.cast import Kind, draw_person
from evals.animatic.palette import INKS

__all__ = [
    "MASKING",
    "ignored_beat",
    "mask_revealed",
    "missing_prop",
    "props",
    "wrong_colour",
    "wrong_setting",
    "wrong_subject",
    "wrong_time",
]

T = TypeVar("T")

MASKING = (Action.MASK, Action.UNMASK)
"""Beats in which a mask is on its way."""
_COMMON = frozenset(list(Action)[:7])
"""What animals and robots can do too."""
_MIN_COLOUR_DISTANCE = 110.0
"""Between an ordered and a wrong colour, in levels of sRGB: red for pink would be a matter of taste."""
_ALIKE = frozenset({Time.DAWN, Time.DUSK})
"""Nobody can tell one from the other for certain."""


def props(brief: Brief) -> list[tuple[str, int]]:
    """Return where props are: in hands (figure by figure) and on the set."""
    held = [("figures", i) for i, figure in enumerate(brief.figures) if figure.holds is not None]
    return held + [("props", i) for i in range(len(brief.props))]


def _with_figure(brief: Brief, place: int, figure: Figure) -> Brief:
    figures = list(brief.figures)
    figures[place] = figure
    return replace(brief, figures=tuple(figures))


def wrong_colour(brief: Brief, rng: np.random.Generator) -> Brief:
    """Change one colour; garments are chosen twice as often as any one prop."""
    garments = [("wardrobe", i) for i in range(len(brief.figures))] * 2
    what, i = _any([*garments, *props(brief)], rng)
    if what == "props":
        standing = list(brief.props)
        standing[i] = replace(standing[i], colour=_another_colour(standing[i].colour, rng))
        return replace(brief, props=tuple(standing))
    figure = brief.figures[i]
    if what == "figures" and figure.holds is not None:
        held = replace(figure.holds, colour=_another_colour(figure.holds.colour, rng))
        return _with_figure(brief, i, replace(figure, holds=held))
    worn = replace(figure.wardrobe, colour=_another_colour(figure.wardrobe.colour, rng))
    return _with_figure(brief, i, replace(figure, wardrobe=worn))


def _another_colour(colour: Colour, rng: np.random.Generator) -> Colour:
    def distance(other: Colour) -> float:
        one, two = ([int(INKS[c][i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, other))
        return math.dist(one, two)

    far = [c for c in Colour if distance(c) >= _MIN_COLOUR_DISTANCE]
    return _any([c for c in far if c is not Colour.BLACK], rng)  # black could be a shadow


def wrong_subject(brief: Brief, rng: np.random.Generator) -> Brief:
    """Let somebody act who can do the same; whoever holds or wears a mask stays a person."""
    figure = brief.figures[0]
    needs_hands = figure.holds is not None or figure.mask is not None
    must_be_person = needs_hands or not _COMMON.issuperset(figure.beats)
    chosen = _any(
        [
            subject
            for subject in Subject
            if subject is not figure.subject and (subject.has_face or not must_be_person)
        ],
        rng,
    )
    person = None
    if chosen.has_face:
        like = figure.person.seed if figure.person is not None else 2_000_000
        million = like // 1_000_000 * 1_000_000
        person = draw_person(million + int(rng.integers(1_000_000)), kind=Kind(chosen.value))
    return _with_figure(brief, 0, replace(figure, subject=chosen, person=person))


def wrong_setting(brief: Brief, rng: np.random.Generator) -> Brief:
    """Play it in another place."""
    return replace(brief, setting=_any([s for s in Setting if s is not brief.setting], rng))


def wrong_time(brief: Brief, rng: np.random.Generator) -> Brief:
    """Play it at another hour."""
    alike = _ALIKE if brief.time in _ALIKE else frozenset({brief.time})
    return replace(brief, time=_any([time for time in Time if time not in alike], rng))


def missing_prop(brief: Brief, rng: np.random.Generator) -> Brief:
    """Leave a prop away."""
    what, i = _any(props(brief), rng)
    if what == "figures":
        return _with_figure(brief, i, replace(brief.figures[i], holds=None))
    return replace(brief, props=brief.props[:i] + brief.props[i + 1 :])


def ignored_beat(brief: Brief, place: int) -> Brief:
    """Let a figure's first beat go on where the second should be."""
    figure = brief.figures[place]
    beats = (figure.beats[0], figure.beats[0], *figure.beats[2:])
    is_put_on = figure.beats[1] is Action.MASK
    return _with_figure(
        brief, place, replace(figure, beats=beats, mask=None if is_put_on else figure.mask)
    )


def mask_revealed(brief: Brief, place: int) -> Brief:
    """Leave a figure's mask away."""
    figure = brief.figures[place]
    beats = tuple(Action.STAND if beat in MASKING else beat for beat in figure.beats)
    return _with_figure(brief, place, replace(figure, mask=None, beats=beats))


def _any(options: Sequence[T], rng: np.random.Generator) -> T:
    return options[int(rng.integers(len(options)))]
