"""World flaws on request: what generative models draw instead of what the brief orders.

| kind | what is drawn | frames | severity is |
|---|---|---|---|
| wrong_colour | a garment or a prop in another colour | all | 1 |
| wrong_subject | somebody or something else acts | all | 1 |
| wrong_setting | another place | all | 1 |
| wrong_time | another time of day | all | 1 |
| missing_prop | a prop of the brief is not there | all | 1 |
| ignored_beat | the first beat goes on where the second should be | from the second beat | 1 |
| identity_swap | somebody else's face from one frame to the next | from the middle | 1 |
| identity_drift | the face turns slowly into somebody else's | all | share of the other at the end |
| wrong_performer | somebody else's face | all | 1 |
| mask_revealed | the planned mask is not on the face | half | 1 |
| morphing_limb | an arm grows and bends like a hose | half | strength of the glitch, 0-1 |
| extra_limb | one arm too many | half | strength of the glitch, 0-1 |
| melting_face | eyes, nose and mouth slide off their places | half | strength of the glitch, 0-1 |
| garbled_sign | the letters of the sign fall apart and crawl | all | strength of the glitch, 0-1 |

A flaw changes the `Staging` of the frames that it spoils and nothing else, so every other frame has
the bits of its clean twin. The figure concerned is the first to which the kind applies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

import numpy as np

from evals.animatic._misread import (
    ignored_beat,
    mask_revealed,
    missing_prop,
    props,
    wrong_colour,
    wrong_setting,
    wrong_subject,
    wrong_time,
)
from evals.animatic._room import (
    beat_start,
    changes_beat,
    masked_frames,
    shows_face,
    shows_limb,
    wears_mask,
)
from evals.animatic.brief import Brief, Figure, Light, Setting
from evals.animatic.canvas import Moment
from evals.animatic.cast import Person, blend, draw_person
from evals.animatic.people.glitches import Glitch, GlitchKind
from evals.animatic.shoot import Casting
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = [
    "GRADED",
    "Staging",
    "WorldFlawKind",
    "objection",
    "other_person",
    "spoil",
    "usual_frames",
]


class WorldFlawKind(StrEnum):
    """What can be drawn wrongly."""

    EXTRA_LIMB = "extra_limb"
    GARBLED_SIGN = "garbled_sign"
    IDENTITY_DRIFT = "identity_drift"
    IDENTITY_SWAP = "identity_swap"
    IGNORED_BEAT = "ignored_beat"
    MASK_REVEALED = "mask_revealed"
    MELTING_FACE = "melting_face"
    MISSING_PROP = "missing_prop"
    MORPHING_LIMB = "morphing_limb"
    WRONG_COLOUR = "wrong_colour"
    WRONG_PERFORMER = "wrong_performer"
    WRONG_SETTING = "wrong_setting"
    WRONG_SUBJECT = "wrong_subject"
    WRONG_TIME = "wrong_time"


K = WorldFlawKind
GRADED = frozenset(
    {K.EXTRA_LIMB, K.GARBLED_SIGN, K.IDENTITY_DRIFT, K.MELTING_FACE, K.MORPHING_LIMB}
)
"""Kinds whose severity can be anything from 0 to 1; the others are there or not."""
_FACES = frozenset({K.IDENTITY_DRIFT, K.IDENTITY_SWAP, K.MELTING_FACE, K.WRONG_PERFORMER})
_LIMBS = frozenset({K.EXTRA_LIMB, K.MORPHING_LIMB})
_GLITCHES = {
    K.EXTRA_LIMB: GlitchKind.EXTRA_LIMB,
    K.MELTING_FACE: GlitchKind.MELTING_FACE,
    K.MORPHING_LIMB: GlitchKind.MORPHING_LIMB,
}


_MAX_TAN = 0.2
"""How far the skin of a drifting face may go with it."""
_SLIDING = tuple(
    each.name
    for each in fields(Person)
    if each.type == "float" and each.name not in {"height_m", "build"}
)
_SIGNED = frozenset(
    {Setting.CAFE, Setting.HARBOUR, Setting.PLATFORM, Setting.STREET, Setting.WORKSHOP}
)
"""Where words are written; neon writes everywhere."""


@dataclass(frozen=True, kw_only=True)
class Staging:
    """What is shot for some frames of a brief."""

    brief: Brief
    casting: Casting = field(default_factory=Casting)


def objection(kind: WorldFlawKind, brief: Brief) -> str | None:
    """Say what a brief lacks for a kind, as in `it has no prop`; None where the kind applies."""
    figure = _figure(kind, brief)
    if kind in _FACES and figure is None:
        return "no face can be seen in it"
    if kind is K.MASK_REVEALED and figure is None:
        return "nobody wears a mask in it for a whole beat"
    if kind is K.IGNORED_BEAT and figure is None:
        return "nobody in it has a second beat that differs from the first"
    if kind in _LIMBS and figure is None:
        return "no limb of a person can be seen in it"
    if kind is K.WRONG_SUBJECT and figure is None:
        return "it has no figure"
    if kind is K.WRONG_COLOUR and not brief.figures and not brief.props:
        return "nothing in it has an ordered colour"
    if kind is K.MISSING_PROP and not props(brief):
        return "it has no prop"
    if kind is K.GARBLED_SIGN and brief.light is not Light.NEON and brief.setting not in _SIGNED:
        return "its setting has no sign"
    return None


def usual_frames(
    kind: WorldFlawKind, brief: Brief, *, frame_count: int, rng: np.random.Generator
) -> FrameRange:
    """Choose where a flaw lies that was not given a place; the table above says where."""
    figure = _figure(kind, brief)
    whole = FrameRange(0, frame_count)
    if kind is K.IDENTITY_SWAP:
        return FrameRange(_drawn(rng, frame_count * np.array([0.35, 0.65])), frame_count)
    if kind is K.IGNORED_BEAT and figure is not None:
        return FrameRange(beat_start(1, len(figure[1].beats), frame_count), frame_count)
    if kind is K.MASK_REVEALED and figure is not None:
        whole = masked_frames(figure[1], frame_count)
    if kind is K.MASK_REVEALED or kind in _GLITCHES:
        length = max(1, whole.duration_frames // 2)
        start = whole.start + _drawn(rng, whole.duration_frames * np.array([0.15, 0.5]))
        return FrameRange(min(start, whole.end - 1), min(start + length, whole.end))
    return whole


def spoil(
    staging: Staging,
    kind: WorldFlawKind,
    *,
    severity: float,
    frames: FrameRange,
    frame_count: int,
    seed: int,
    performer: Person | None = None,
) -> Staging:
    """Return what is shot instead within `frames` of a shot of `frame_count`.

    `performer` is who appears in the flaws of identity; None draws somebody of the same kind and
    the same range of seeds. Raises MisuseError where the kind does not apply to the brief.
    """
    lacking = objection(kind, staging.brief)
    if lacking is not None:
        raise MisuseError(
            f"A flaw {kind} cannot be planted into this brief, since {lacking}; choose another kind."
        )
    if not 0 < severity <= 1:
        raise MisuseError(f"Severity {severity} of {kind} is not above 0 and up to 1; give such.")
    casting = staging.casting
    if kind in _REWRITES:
        rng = np.random.default_rng((seed, 41))
        return replace(staging, brief=_REWRITES[kind](staging.brief, rng))
    if kind is K.GARBLED_SIGN:
        return replace(staging, casting=replace(casting, sign_garble=severity))
    found = _figure(kind, staging.brief)
    if found is None:
        return staging
    place, figure = found
    if kind in _BEATS:
        return replace(staging, brief=_BEATS[kind](staging.brief, place))
    if kind in _GLITCHES:
        glitch = _glitch(kind, severity, frames, frame_count=frame_count)
        if place in casting.glitches:
            raise MisuseError(
                f"A figure cannot have a {kind} and a {casting.glitches[place].kind} in the same "
                "frames; place the two apart."
            )
        glitches = {**casting.glitches, place: glitch}
        return replace(staging, casting=replace(casting, glitches=glitches))
    other = performer or other_person(_owner(figure), seed=seed)
    worn = _wearer(kind, _owner(figure), other, frames=frames, severity=severity)
    person_at = {**casting.person_at, place: worn}
    return replace(staging, casting=replace(casting, person_at=person_at))


def other_person(person: Person, *, seed: int) -> Person:
    """Draw somebody of the same kind from the same million of seeds, so that casts stay apart."""
    million = person.seed // 1_000_000 * 1_000_000
    rng = np.random.default_rng((seed, person.seed, 42))
    while (drawn := million + int(rng.integers(1_000_000))) == person.seed:
        pass
    return draw_person(drawn, kind=person.kind)


def _glitch(
    kind: WorldFlawKind, severity: float, frames: FrameRange, *, frame_count: int
) -> Glitch:
    last = max(1, frame_count - 1)
    return Glitch(
        kind=_GLITCHES[kind],
        severity=severity,
        start=(frames.start - 1) / last,  # it swells from nothing: show some on the first frame
        end=frames.end / last,
    )


def _wearer(
    kind: WorldFlawKind, own: Person, other: Person, *, frames: FrameRange, severity: float
) -> Callable[[Moment], Person]:
    """Say whose face is worn when; before the frames it is the owner who is framed."""
    if kind is K.IDENTITY_SWAP:  # the head goes, the body stays
        other = replace(other, height_m=own.height_m, build=own.build)
    if kind is K.IDENTITY_DRIFT:  # the features slide, and nothing jumps
        skin = own.skin_0_1 + max(-_MAX_TAN, min(_MAX_TAN, other.skin_0_1 - own.skin_0_1))
        sliding = {each: getattr(other, each) for each in _SLIDING} | {"skin_0_1": skin}
        other = replace(own, seed=other.seed, **sliding)

    def worn(moment: Moment) -> Person:
        if not frames.start <= moment.frame < frames.end:
            return own
        if kind is not K.IDENTITY_DRIFT:
            return other
        return blend(
            own, other, severity * (moment.frame - frames.start + 1) / frames.duration_frames
        )

    return worn


def _owner(figure: Figure) -> Person:
    if figure.person is None:
        raise MisuseError(f"A {figure.subject} has no face that could change; choose a person.")
    return figure.person


def _figure(kind: WorldFlawKind, brief: Brief) -> tuple[int, Figure] | None:
    """Return the first figure to which a kind applies, with its place in the brief."""
    fits = _FITS.get(kind)
    for i, figure in enumerate(brief.figures):
        if fits is None or fits(figure, brief):
            return i, figure
    return None


def _drawn(rng: np.random.Generator, between: np.ndarray) -> int:
    low, high = (int(v) for v in between)
    return int(rng.integers(low, max(low + 1, high)))


_FITS: dict[WorldFlawKind, Callable[[Figure, Brief], bool]] = {
    **dict.fromkeys(_FACES, shows_face),
    **dict.fromkeys(_LIMBS, shows_limb),
    K.IGNORED_BEAT: changes_beat,
    K.MASK_REVEALED: wears_mask,
}
_REWRITES: dict[WorldFlawKind, Callable[[Brief, np.random.Generator], Brief]] = {
    K.MISSING_PROP: missing_prop,
    K.WRONG_COLOUR: wrong_colour,
    K.WRONG_SETTING: wrong_setting,
    K.WRONG_SUBJECT: wrong_subject,
    K.WRONG_TIME: wrong_time,
}
_BEATS: dict[WorldFlawKind, Callable[[Brief, int], Brief]] = {
    K.IGNORED_BEAT: ignored_beat,
    K.MASK_REVEALED: mask_revealed,
}
