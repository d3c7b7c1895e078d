"""Five invented generators with their prices and their weaknesses, and a camera.

| generator | price | what it gets wrong |
|---|---|---|
| Tessera 0.9 | 0.17 EUR | forgets props, ignores second beats, mixes up colours; blocks and freezes |
| Oxbow 5 | 0.29 EUR | takes masks off, loses the hour and the place, cuts inside a shot |
| Pelagia 2.1 | 0.38 EUR | reads well, and flickers, pumps and boils |
| Marchpane 1.4 | 0.46 EUR | lovely faces, never the same one twice; hands |
| Loomlight 3 | 0.92 EUR | little; now and then a pop or a soft moment |

Prices are per take. Every number here is invented; flaws are drawn from it with the studio's seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from evals.animatic.brief import Brief, ShotSize
from evals.animatic.flawed import applicable
from evals.animatic.flaws import FlawKind, Step
from evals.animatic.world_flaws import WorldFlawKind
from evals.studio.records import OrderedFlaw
from tracker.errors import MisuseError

__all__ = [
    "CAMERA",
    "GENERATORS",
    "Generator",
    "choose_generator",
    "draw_flaws",
    "find_generator",
    "possible_flaws",
]

F, W = FlawKind, WorldFlawKind
AnyKind = FlawKind | WorldFlawKind
_FACES = frozenset({W.IDENTITY_DRIFT, W.IDENTITY_SWAP, W.MELTING_FACE, W.WRONG_PERFORMER})
_LIMBS = frozenset({W.EXTRA_LIMB, W.MORPHING_LIMB})
_UNSEEN = {
    ShotSize.EXTREME_WIDE: _FACES | _LIMBS | {W.MASK_REVEALED, W.IGNORED_BEAT},
    ShotSize.WIDE: _FACES | _LIMBS | {W.MASK_REVEALED},
    ShotSize.FULL: _FACES,
    ShotSize.CLOSE: _LIMBS,
}
"""What is too small, or out of the picture, by shot size."""


@dataclass(frozen=True, kw_only=True)
class Generator:
    """What makes takes."""

    name: str
    version: str
    cost_eur: Decimal | None
    """Per take; None where a crew is paid by the day."""
    faults: tuple[float, float, float]
    """Chances of no, one and two flaws in a take; they sum to 1."""
    steps: tuple[float, float, float]
    """Chances of a flaw being mild, visible, strong."""
    weights: Mapping[AnyKind, float]
    """How often each kind comes up, relative to the others."""
    first_choice: float
    """How often a first take is ordered here, relative to the others."""
    later_choice: float
    """How often a retake is."""


GENERATORS = (
    Generator(
        name="Tessera", version="0.9", cost_eur=Decimal("0.17"),
        faults=(0.22, 0.55, 0.23), steps=(0.10, 0.30, 0.60), first_choice=0.27, later_choice=0.08,
        weights={
            W.MISSING_PROP: 4, W.IGNORED_BEAT: 4, W.WRONG_COLOUR: 3, W.WRONG_SUBJECT: 0.5,
            F.BLOCKING: 1.5, F.FREEZE: 2, F.BANDING: 0.7, F.DROPPED_FRAMES: 1,
        },
    ),
    Generator(
        name="Oxbow", version="5", cost_eur=Decimal("0.29"),
        faults=(0.30, 0.54, 0.16), steps=(0.15, 0.35, 0.50), first_choice=0.20, later_choice=0.12,
        weights={
            W.MASK_REVEALED: 6, W.WRONG_TIME: 2, W.WRONG_SETTING: 1.2, W.GARBLED_SIGN: 3,
            F.HARD_CUT: 2, F.DROPPED_FRAMES: 2, W.WRONG_SUBJECT: 0.6, W.IGNORED_BEAT: 1,
        },
    ),
    Generator(
        name="Pelagia", version="2.1", cost_eur=Decimal("0.38"),
        faults=(0.30, 0.56, 0.14), steps=(0.20, 0.35, 0.45), first_choice=0.25, later_choice=0.20,
        weights={
            F.FLICKER: 4, F.EXPOSURE_PUMP: 2.5, F.TEXTURE_BOIL: 3, F.BLUR_PULSE: 1,
            W.MISSING_PROP: 0.7, F.BLACK_FRAMES: 0.3,
        },
    ),
    Generator(
        name="Marchpane", version="1.4", cost_eur=Decimal("0.46"),
        faults=(0.28, 0.58, 0.14), steps=(0.15, 0.35, 0.50), first_choice=0.18, later_choice=0.18,
        weights={
            W.IDENTITY_SWAP: 3, W.IDENTITY_DRIFT: 3, W.WRONG_PERFORMER: 2.5, W.MELTING_FACE: 1.5,
            W.MORPHING_LIMB: 2, W.EXTRA_LIMB: 1.5, F.POPPING_PATCH: 1, F.FLICKER: 0.5,
        },
    ),
    Generator(
        name="Loomlight", version="3", cost_eur=Decimal("0.92"),
        faults=(0.74, 0.24, 0.02), steps=(0.50, 0.35, 0.15), first_choice=0.10, later_choice=0.36,
        weights={
            F.POPPING_PATCH: 2, F.BLUR_PULSE: 2, W.IGNORED_BEAT: 1, W.IDENTITY_DRIFT: 1,
            F.TEXTURE_BOIL: 1, W.MISSING_PROP: 0.5,
        },
    ),
)  # fmt: skip
"""From the cheapest to the dearest."""

CAMERA = Generator(
    name="Second unit", version="", cost_eur=None,
    faults=(0.7, 0.3, 0.0), steps=(0.4, 0.4, 0.2), first_choice=0.0, later_choice=0.0,
    weights={F.BLUR_PULSE: 2, F.EXPOSURE_PUMP: 1},
)  # fmt: skip
"""What live action comes from."""


def find_generator(name: str) -> Generator:
    """Return the generator of a name; raises MisuseError with the names that there are."""
    for generator in GENERATORS:
        if generator.name == name:
            return generator
    raise MisuseError(
        f"There is no generator '{name}' in the demo studio; take one of "
        f"{', '.join(g.name for g in GENERATORS)}."
    )


def choose_generator(number: int, rng: np.random.Generator) -> Generator:
    """Choose who makes a shot's take of that number: cheap at first, better when it must be."""
    weights = [g.first_choice if number == 1 else g.later_choice for g in GENERATORS]
    return GENERATORS[int(rng.choice(len(GENERATORS), p=np.array(weights) / sum(weights)))]


def possible_flaws(brief: Brief) -> tuple[AnyKind, ...]:
    """Return the kinds that a brief has room for and that its shot size lets anybody see."""
    unseen = _UNSEEN.get(brief.size, frozenset())
    return tuple(kind for kind in applicable(brief) if kind not in unseen)


def draw_flaws(
    generator: Generator, possible: Sequence[AnyKind], rng: np.random.Generator
) -> tuple[OrderedFlaw, ...]:
    """Draw what a generator gets wrong in one take, from the kinds that can be seen in the shot."""
    kinds = [kind for kind in generator.weights if kind in possible]
    count = min(int(rng.choice(3, p=generator.faults)), len(kinds))
    if not count:
        return ()
    weights = np.array([generator.weights[kind] for kind in kinds], float)
    chosen = rng.choice(len(kinds), size=count, replace=False, p=weights / weights.sum())
    steps = rng.choice(len(generator.steps), size=count, p=generator.steps)
    return tuple(
        OrderedFlaw(kinds[int(i)], list(Step)[int(s)]) for i, s in zip(chosen, steps, strict=True)
    )
