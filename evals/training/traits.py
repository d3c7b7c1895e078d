"""What a face shows of its person, as numbers: what the embedder is taught beside whose face it is.

A few pictures of each person say little about which differences between faces matter. The cast is
parametric, so that can be told: the length of a nose, the shape of a jaw, the hair.
"""

from __future__ import annotations

from dataclasses import fields
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from evals.animatic.cast import Beard, Glasses, HairColour, HairStyle, Kind, Person

__all__ = ["KINDS", "LENGTHS", "traits_of"]

_UNSEEN = {"seed", "height_m", "build"}
"""Of a person, but not of a face."""

LENGTHS: tuple[str, ...] = tuple(
    field.name
    for field in fields(Person)
    if field.name not in _UNSEEN and field.type in ("float", "bool")
)
"""Traits that are more or less, about -1 to 1, in the order of `traits_of`."""

KINDS: dict[str, tuple[object, ...]] = {
    "kind": tuple(Kind),
    "hair_style": tuple(HairStyle),
    "hair_colour": tuple(HairColour),
    "beard": tuple(Beard),
    "glasses": tuple(Glasses),
    "eye_colour": tuple(range(5)),
    "mole": (False, True),
}
"""Traits that are one of several."""


def traits_of(person: Person) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return a person's lengths, and for each of `KINDS` the place of what the person has.

    >>> from evals.animatic.cast import draw_person
    >>> lengths, kinds = traits_of(draw_person(7))
    >>> len(lengths) == len(LENGTHS), len(kinds) == len(KINDS)
    (True, True)
    """
    lengths = [float(getattr(person, name)) for name in LENGTHS]
    places = []
    for name, options in KINDS.items():
        value = getattr(person, name)
        if not isinstance(value, Enum | int):
            value = value is not None
        places.append(options.index(value))
    return np.array(lengths, np.float32), np.array(places, np.int64)
