"""The cast: parametric faces drawn from one published distribution.

A `Person` is a point in a box of named parameters; `draw_person(seed)` draws one. The shape
parameters run from -1 to 1 around an average face and are uniform, so that two people differ in
many small ways and in a few large ones. Training, evaluation and the demo studio draw from seed
ranges that never meet (`TRAINING_SEEDS`, `EVALUATION_SEEDS`, `STUDIO_SEEDS`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np

__all__ = [
    "EVALUATION_SEEDS",
    "STUDIO_SEEDS",
    "TRAINING_SEEDS",
    "Beard",
    "Glasses",
    "HairColour",
    "HairStyle",
    "Kind",
    "Person",
    "blend",
    "draw_person",
]

TRAINING_SEEDS = range(1_000_000, 2_000_000)
EVALUATION_SEEDS = range(2_000_000, 3_000_000)
STUDIO_SEEDS = range(3_000_000, 4_000_000)


class Kind(StrEnum):
    """What a stranger would call a person at first glance."""

    CHILD = "child"
    MAN = "man"
    WOMAN = "woman"


class HairStyle(StrEnum):
    """Shape of the hair."""

    AFRO = "afro"
    BALD = "bald"
    BOB = "bob"
    BRAIDS = "braids"
    BUN = "bun"
    CROP = "crop"
    CURLS = "curls"
    FRINGE = "fringe"
    LONG = "long"
    QUIFF = "quiff"
    SIDE_PARTING = "side_parting"


class HairColour(StrEnum):
    """Colour of hair, brows and beard."""

    AUBURN = "auburn"
    BLACK = "black"
    BLOND = "blond"
    BROWN = "brown"
    COPPER = "copper"
    GREY = "grey"
    WHITE = "white"


class Beard(StrEnum):
    """Hair on the chin."""

    FULL = "full"
    GOATEE = "goatee"
    MOUSTACHE = "moustache"
    NONE = "none"
    STUBBLE = "stubble"


class Glasses(StrEnum):
    """Frames on the nose."""

    NONE = "none"
    ROUND = "round"
    SQUARE = "square"


@dataclass(frozen=True, kw_only=True)
class Person:
    """One face and build; shape parameters are -1 to 1, 0 is average."""

    seed: int
    """Also the person's identity: two persons with one seed are one."""
    kind: Kind
    skin_0_1: float
    """Lightest to darkest."""
    skin_warmth: float
    hair_style: HairStyle
    hair_colour: HairColour
    hair_volume: float
    beard: Beard
    glasses: Glasses
    face_width: float
    face_length: float
    jaw: float
    """Narrow to square."""
    chin: float
    cheekbones: float
    brow_height: float
    brow_thickness: float
    brow_slant: float
    eye_size: float
    eye_spacing: float
    eye_tilt: float
    eye_colour: int
    """0 dark, 1 brown, 2 green, 3 blue, 4 grey."""
    nose_length: float
    nose_width: float
    nose_bridge: float
    """Snub to hooked."""
    mouth_width: float
    lips: float
    """Thin to full."""
    mouth_height: float
    ears: float
    age_0_1: float
    """Adds lines; 1 is old."""
    freckles: bool
    mole: tuple[float, float] | None
    """Where on the face, in half face widths and lengths from its middle."""
    scar: bool
    height_m: float
    build: float
    """Slight to broad."""


def draw_person(seed: int, *, kind: Kind | None = None) -> Person:
    """Draw the person of a seed; the same seed and kind always give the same person."""
    rng = np.random.default_rng((seed, 11))
    drawn = rng.choice([Kind.WOMAN, Kind.MAN, Kind.CHILD], p=[0.45, 0.45, 0.10])
    who = Kind(kind or drawn)
    age = 0.0 if who is Kind.CHILD else float(rng.beta(1.6, 2.2))
    shape = iter(rng.uniform(-1, 1, 22).round(3).tolist())
    return Person(
        seed=seed,
        kind=who,
        skin_0_1=round(float(rng.uniform(0, 1)), 3),
        skin_warmth=next(shape),
        hair_style=_hair_style(who, rng),
        hair_colour=_hair_colour(age, rng),
        hair_volume=next(shape),
        beard=_beard(who, rng),
        glasses=Glasses(rng.choice(list(Glasses), p=[0.72, 0.16, 0.12])),
        face_width=next(shape),
        face_length=next(shape),
        jaw=next(shape),
        chin=next(shape),
        cheekbones=next(shape),
        brow_height=next(shape),
        brow_thickness=next(shape),
        brow_slant=next(shape),
        eye_size=next(shape),
        eye_spacing=next(shape),
        eye_tilt=next(shape),
        eye_colour=int(rng.integers(5)),
        nose_length=next(shape),
        nose_width=next(shape),
        nose_bridge=next(shape),
        mouth_width=next(shape),
        lips=next(shape),
        mouth_height=next(shape),
        ears=next(shape),
        age_0_1=round(age, 3),
        freckles=bool(rng.random() < 0.14),
        mole=_mole(rng),
        scar=bool(rng.random() < 0.07),
        height_m=_height(who, rng),
        build=next(shape),
    )


def blend(a: Person, b: Person, share: float) -> Person:
    """Return a face on the way from `a` to `b`: numbers slide, everything else changes at half.

    The result keeps the seed of whoever is nearer; 0 is `a` itself and 1 is `b`.
    """
    if share <= 0 or share >= 1:
        return a if share <= 0 else b
    values: dict[str, object] = {}
    for each in fields(Person):
        x, y = getattr(a, each.name), getattr(b, each.name)
        slides = isinstance(x, float) and isinstance(y, float)
        values[each.name] = x + (y - x) * share if slides else (x if share < 0.5 else y)
    return Person(**values)  # type: ignore[arg-type]


def _hair_style(kind: Kind, rng: np.random.Generator) -> HairStyle:
    styles = [style for style in HairStyle if kind is Kind.MAN or style is not HairStyle.BALD]
    if kind is Kind.MAN:
        styles = [s for s in styles if s not in {HairStyle.BRAIDS, HairStyle.BOB, HairStyle.FRINGE}]
    return styles[int(rng.integers(len(styles)))]


def _hair_colour(age: float, rng: np.random.Generator) -> HairColour:
    if rng.random() < max(0.0, 1.6 * age - 0.6):
        return HairColour.WHITE if rng.random() < age / 2 else HairColour.GREY
    young = [c for c in HairColour if c not in {HairColour.WHITE, HairColour.GREY}]
    return young[int(rng.integers(len(young)))]


def _beard(kind: Kind, rng: np.random.Generator) -> Beard:
    if kind is not Kind.MAN or rng.random() < 0.5:
        return Beard.NONE
    worn = [beard for beard in Beard if beard is not Beard.NONE]
    return worn[int(rng.integers(len(worn)))]


def _mole(rng: np.random.Generator) -> tuple[float, float] | None:
    if rng.random() > 0.18:
        return None
    return round(float(rng.uniform(-0.6, 0.6)), 3), round(float(rng.uniform(0.0, 0.7)), 3)


def _height(kind: Kind, rng: np.random.Generator) -> float:
    middle = {Kind.CHILD: 1.28, Kind.WOMAN: 1.68, Kind.MAN: 1.78}[kind]
    return round(float(rng.normal(middle, 0.05)), 3)
