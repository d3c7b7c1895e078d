"""The simulated director: a stated model of a person, so that the demo has decisions to learn from.

A director accepts a take unless the worst flaw is perceived more strongly than a personal threshold:

    perceived = visibility of the kind x strength of the step x temper of the shot
    accepted  = (max perceived <= threshold) xor (a coin of `FLIP_PROBABILITY`)

| part | value |
|---|---|
| visibility | how much a kind matters to a director, 0-1, see `VISIBILITY` |
| strength | mild .35, visible .7, strong 1 |
| temper | 1.25 on hero shots; 0.5 for traces on a shot that tolerates them; 0 for embraced kinds |
| threshold | .30 to .42, drawn once from the director's name |
| coin | 3 %: even directors have lunch |

Minutes are log-normal around 2 for an acceptance, 4 for a rejection, times 1.5 on hero shots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.animatic.flaws import FlawKind, Step
from evals.animatic.world_flaws import WorldFlawKind
from evals.studio import remarks
from evals.studio.records import OrderedFlaw, ShotScript
from tracker.domain.production import ArtifactPolicy
from tracker.domain.reviews import DecisionOutcome

__all__ = [
    "FLIP_PROBABILITY",
    "STRENGTH",
    "VISIBILITY",
    "Judgement",
    "SimulatedDirector",
    "perceived",
]

F, W = FlawKind, WorldFlawKind

FLIP_PROBABILITY = 0.03
"""How often a decision comes out the other way."""

STRENGTH = {Step.MILD: 0.35, Step.VISIBLE: 0.7, Step.STRONG: 1.0}

VISIBILITY: dict[FlawKind | WorldFlawKind, float] = {
    F.BANDING: 0.40,
    F.BLACK_FRAMES: 0.90,
    F.BLOCKING: 0.60,
    F.BLUR_PULSE: 0.50,
    F.DROPPED_FRAMES: 0.55,
    F.EXPOSURE_PUMP: 0.60,
    F.FLICKER: 0.75,
    F.FREEZE: 0.65,
    F.HARD_CUT: 1.00,
    F.POPPING_PATCH: 0.70,
    F.TEXTURE_BOIL: 0.60,
    W.EXTRA_LIMB: 0.95,
    W.GARBLED_SIGN: 0.50,
    W.IDENTITY_DRIFT: 0.80,
    W.IDENTITY_SWAP: 1.00,
    W.IGNORED_BEAT: 0.75,
    W.MASK_REVEALED: 1.00,
    W.MELTING_FACE: 0.95,
    W.MISSING_PROP: 0.70,
    W.MORPHING_LIMB: 0.85,
    W.WRONG_COLOUR: 0.70,
    W.WRONG_PERFORMER: 1.00,
    W.WRONG_SETTING: 1.00,
    W.WRONG_SUBJECT: 1.00,
    W.WRONG_TIME: 0.80,
}
"""How much a strong flaw of each kind matters to a director, 0-1; invented."""

_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD = 0.30, 0.42


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the simulated director says of one take."""

    accepts: bool
    outcome: DecisionOutcome
    kind: str
    """The trace that is embraced, when the outcome is embrace."""
    note: str
    minutes: float
    is_flipped: bool
    """The coin spoke, not the model."""
    flaw: OrderedFlaw | None
    """The flaw that decided."""


def perceived(flaw: OrderedFlaw, shot: ShotScript) -> float:
    """Return how strongly a director perceives a flaw in a shot, 0 and up."""
    if flaw.kind.value in shot.embraces:
        return 0.0
    strength = VISIBILITY[flaw.kind] * STRENGTH[flaw.step]
    if shot.is_hero:
        strength *= 1.25
    if shot.policy is not ArtifactPolicy.AVOID and isinstance(flaw.kind, FlawKind):
        strength *= 0.5
    return strength


class SimulatedDirector:
    """A named director's stand-in; the same name always has the same threshold."""

    def __init__(self, name: str) -> None:
        self.name = name
        seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
        drawn = np.random.default_rng((seed, 61)).uniform(_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD)
        self.threshold = round(float(drawn), 3)
        """What is perceived more strongly than this is rejected."""

    def judge(
        self,
        shot: ShotScript,
        flaws: Sequence[OrderedFlaw],
        rng: np.random.Generator,
        *,
        flip_probability: float = FLIP_PROBABILITY,
    ) -> Judgement:
        """Decide on a take with these flaws; the generator decides the coin and the minutes."""
        worst = max(flaws, key=lambda flaw: perceived(flaw, shot), default=None)
        is_fine = worst is None or perceived(worst, shot) <= self.threshold
        is_flipped = bool(rng.random() < flip_probability)
        accepts = is_fine != is_flipped
        minutes = float(rng.lognormal(np.log(2.0 if accepts else 4.0), 0.4))
        embraced = next((f for f in flaws if f.kind.value in shot.embraces), None)
        outcome = self._outcome(worst, accepts=accepts, is_embraced=embraced is not None)
        is_embrace = outcome is DecisionOutcome.EMBRACE
        return Judgement(
            accepts=accepts,
            outcome=outcome,
            kind=embraced.kind.value if embraced is not None and is_embrace else "",
            note=remarks.note(outcome, worst, rng, is_flipped=is_flipped),
            minutes=round(minutes * (1.5 if shot.is_hero else 1.0), 1),
            is_flipped=is_flipped,
            flaw=worst,
        )

    def _outcome(
        self, worst: OrderedFlaw | None, *, accepts: bool, is_embraced: bool
    ) -> DecisionOutcome:
        if accepts:
            return DecisionOutcome.EMBRACE if is_embraced else DecisionOutcome.APPROVE
        # Another roll of the dice mends a flicker; a wrong face or an ignored beat needs words.
        is_technical = worst is not None and isinstance(worst.kind, FlawKind)
        return DecisionOutcome.REGENERATE if is_technical else DecisionOutcome.DIRECT
