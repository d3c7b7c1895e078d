"""Random briefs for training and for proofs, drawn so that the two never share anything.

A `Split` owns a range of cast seeds and a range of layouts. What is drawn for one split can not be
drawn for another: no face, no street, no caption template (`evals.animatic.captions`) is shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

import numpy as np

from evals.animatic.brief import (
    Action,
    Brief,
    CameraMove,
    Colour,
    Facing,
    Figure,
    Garment,
    Hat,
    Light,
    Mask,
    MaskKind,
    Prop,
    PropKind,
    Setting,
    ShotSize,
    Subject,
    Time,
    Wardrobe,
    Weather,
)
from evals.animatic.cast import (
    EVALUATION_SEEDS,
    STUDIO_SEEDS,
    TRAINING_SEEDS,
    Kind,
    Person,
    draw_person,
)

__all__ = ["Split", "draw_brief", "draw_figure", "draw_prop", "person_for"]

T = TypeVar("T")


class Split(StrEnum):
    """What a brief is drawn for."""

    EVALUATION = "evaluation"
    STUDIO = "studio"
    TRAINING = "training"

    @property
    def cast_seeds(self) -> range:
        """Seeds that the persons of this split may have."""
        return _SEEDS[self]

    @property
    def layouts(self) -> range:
        """Layouts that the places of this split may have."""
        return _LAYOUTS[self]


_SEEDS = {
    Split.TRAINING: TRAINING_SEEDS,
    Split.EVALUATION: EVALUATION_SEEDS,
    Split.STUDIO: STUDIO_SEEDS,
}
_LAYOUTS = {
    Split.STUDIO: range(1, 100_000),
    Split.TRAINING: range(100_000, 200_000),
    Split.EVALUATION: range(200_000, 300_000),
}

_SUBJECTS = {
    Subject.WOMAN: 0.22,
    Subject.MAN: 0.22,
    Subject.CHILD: 0.14,
    Subject.DOG: 0.09,
    Subject.FOX: 0.08,
    Subject.HERON: 0.08,
    Subject.HORSE: 0.08,
    Subject.ROBOT: 0.09,
}
_SIZES = {
    ShotSize.EXTREME_WIDE: 0.08,
    ShotSize.WIDE: 0.32,
    ShotSize.FULL: 0.30,
    ShotSize.MEDIUM: 0.20,
    ShotSize.CLOSE: 0.10,
}
_APART = {ShotSize.FULL: (0.22, 0.42), ShotSize.MEDIUM: (0.2, 0.34)}
"""How far from the middle two figures stand, in half picture widths: the camera goes with the first."""
_FACINGS = {Facing.CAMERA: 0.5, Facing.LEFT: 0.2, Facing.RIGHT: 0.2, Facing.AWAY: 0.1}
_WEATHERS = {Weather.CLEAR: 0.46, Weather.FOG: 0.18, Weather.RAIN: 0.18, Weather.SNOW: 0.18}
_LAMPS = {Light.CANDLE: 0.22, Light.LAMP: 0.26, Light.NEON: 0.26, Light.SPOT: 0.26}
_QUIET = (
    Action.STAND,
    Action.WALK,
    Action.RUN,
    Action.SIT,
    Action.TURN_AWAY,
    Action.TURN_BACK,
    Action.LOOK_UP,
)
_GARMENTS = (*(g for g in Garment if g is not Garment.DRESS), Garment.DRESS)
"""The dress comes last: women alone draw it, so that a dress tells more than its colour."""
_PERFORMED = (*_QUIET, Action.BOW, Action.WAVE, Action.RAISE)


def draw_brief(
    rng: np.random.Generator,
    *,
    split: Split,
    figure_count: int | None = None,
    size: ShotSize | None = None,
    setting: Setting | None = None,
) -> Brief:
    """Draw a brief; what is given is kept, everything else is random.

    About one brief in fourteen shows nobody and one in four shows two figures. A brief's props and
    figures never share a colour, so that a caption says one thing only.
    """
    shown = size or _weighted(_SIZES, rng)
    count = int(rng.choice(3, p=[0.07, 0.68, 0.25])) if figure_count is None else figure_count
    if figure_count is None and shown in (ShotSize.MEDIUM, ShotSize.CLOSE):
        count = max(1, count) if shown is ShotSize.MEDIUM else 1
    colours = [list(Colour)[i] for i in rng.permutation(len(Colour))]
    places = [float(rng.uniform(-0.5, 0.5))]
    if count == 2:
        near, far = _APART.get(shown, (0.25, 0.6))
        places = [float(rng.uniform(-far, -near)), float(rng.uniform(near, far))]
        places = places if rng.random() < 0.5 else places[::-1]
    figures = tuple(
        draw_figure(rng, split=split, colours=colours, x=round(places[i], 3)) for i in range(count)
    )
    standing = int(rng.choice(3, p=[0.55, 0.35, 0.10] if count else [0.1, 0.6, 0.3]))
    layouts = split.layouts
    return Brief(
        setting=setting or _any(list(Setting), rng),
        time=_any(list(Time), rng),
        weather=_weighted(_WEATHERS, rng),
        light=Light.NATURAL if rng.random() < 0.5 else _weighted(_LAMPS, rng),
        figures=figures,
        props=tuple(draw_prop(rng, colours) for _ in range(standing)),
        size=shown,
        camera=_any(list(CameraMove), rng),
        layout=int(rng.integers(layouts.start, layouts.stop)),
        is_letterboxed=bool(rng.random() < 0.15),
    )


def draw_figure(
    rng: np.random.Generator,
    *,
    split: Split,
    colours: list[Colour] | None = None,
    subject: Subject | None = None,
    x: float = 0.0,
) -> Figure:
    """Draw one figure; its colours are taken off `colours`, a shuffled list, so that none is used twice."""
    left = colours if colours is not None else [list(Colour)[i] for i in rng.permutation(10)]
    who = subject or _weighted(_SUBJECTS, rng)
    coat = left.pop()
    if not who.has_face:
        beats = _beats(_QUIET, rng)
        return Figure(
            subject=who, wardrobe=Wardrobe(colour=coat), facing=_facing(rng), beats=beats, x=x
        )
    wears = Wardrobe(
        garment=_any(_GARMENTS if who is Subject.WOMAN else _GARMENTS[:-1], rng),
        colour=coat,
        scarf=left.pop() if rng.random() < 0.2 else None,
        hat=_any(list(Hat), rng) if rng.random() < 0.25 else None,
        hat_colour=left[-1],
    )
    if wears.hat is not None:
        left.pop()
    holds = draw_prop(rng, left) if rng.random() < 0.45 else None
    mask = None
    if rng.random() < 0.2:
        mask = Mask(kind=_any(list(MaskKind), rng), colour=_any(list(Colour), rng))
    return Figure(
        subject=who,
        person=person_for(who, rng, split=split),
        wardrobe=wears,
        holds=holds,
        mask=mask,
        facing=_facing(rng),
        beats=_performance(rng, holds=holds, mask=mask),
        x=x,
    )


def draw_prop(rng: np.random.Generator, colours: list[Colour]) -> Prop:
    """Draw a thing; its colour is taken off `colours`."""
    return Prop(kind=_any(list(PropKind), rng), colour=colours.pop() if colours else Colour.RED)


def person_for(subject: Subject, rng: np.random.Generator, *, split: Split) -> Person | None:
    """Draw a cast member of the split for a subject; None for a subject without a face."""
    if not subject.has_face:
        return None
    seeds = split.cast_seeds
    return draw_person(int(rng.integers(seeds.start, seeds.stop)), kind=Kind(subject.value))


def _performance(
    rng: np.random.Generator, *, holds: Prop | None, mask: Mask | None
) -> tuple[Action, ...]:
    beats = _beats(_PERFORMED if holds is None else (*_PERFORMED, Action.PLAY), rng)
    if mask is not None and rng.random() < 0.3:
        return (*beats[:1], Action.MASK if rng.random() < 0.4 else Action.UNMASK)
    return beats


def _beats(actions: tuple[Action, ...], rng: np.random.Generator) -> tuple[Action, ...]:
    count = 1 + int(rng.random() < 0.35)
    chosen = rng.choice(len(actions), size=count, replace=False)
    return tuple(actions[i] for i in chosen)


def _facing(rng: np.random.Generator) -> Facing:
    return _weighted(_FACINGS, rng)


def _any(options: Sequence[T], rng: np.random.Generator) -> T:
    return options[int(rng.integers(len(options)))]


def _weighted(shares: dict[T, float], rng: np.random.Generator) -> T:
    options = list(shares)
    return options[int(rng.choice(len(options), p=list(shares.values())))]
