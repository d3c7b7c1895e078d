"""What the simulated director says, in a director's words; every note says that it is simulated."""

from __future__ import annotations

import numpy as np

from evals.animatic.flaws import FlawKind
from evals.animatic.world_flaws import WorldFlawKind
from evals.studio.records import OrderedFlaw
from tracker.domain.reviews import DecisionOutcome

__all__ = ["note"]

F, W = FlawKind, WorldFlawKind
_PREFIX = "Simulated director: "

_REJECTED: dict[FlawKind | WorldFlawKind, tuple[str, ...]] = {
    F.BANDING: ("The sky has stairs in it.", "I can count the greys in that gradient."),
    F.BLACK_FRAMES: ("It blinks. Black frames in the middle.", "Who turned off the film?"),
    F.BLOCKING: ("Blocks all over the shadows.", "It looks posted, not drawn."),
    F.BLUR_PULSE: ("Focus breathes for no reason.", "It goes soft at the moment that matters."),
    F.DROPPED_FRAMES: ("There is a hiccup in the move.", "Frames are missing; the walk jumps."),
    F.EXPOSURE_PUMP: ("The light breathes. Nobody asked it to.", "Exposure swims under the whole shot."),
    F.FLICKER: ("Flickers like a bad tube. Again.", "The light chatters; I cannot watch her face."),
    F.FREEZE: ("It stops dead. The story does not.", "Frozen in the middle; another, please."),
    F.HARD_CUT: ("There is a cut in my shot.", "We leave the scene and come back as strangers."),
    F.POPPING_PATCH: ("Something pops in and out of the picture.", "Six frames of some other film."),
    F.TEXTURE_BOIL: ("The walls are boiling.", "The surface crawls; hold it still."),
    W.EXTRA_LIMB: ("Count the arms.", "One arm too many. I checked twice."),
    W.GARBLED_SIGN: ("The sign is in no alphabet.", "Letters fall apart on the sign."),
    W.IDENTITY_DRIFT: ("That is not who we started with.", "The face walks away from itself."),
    W.IDENTITY_SWAP: ("Two people in one shot. Which is mine?", "Somebody else's face from the middle on."),
    W.IGNORED_BEAT: ("The second beat never comes.", "They do the first thing twice. I wrote two."),
    W.MASK_REVEALED: ("The face is out. The mask stays on, that is the film.", "We are not there yet: mask."),
    W.MELTING_FACE: ("The face slides.", "Eyes first, then the mouth. No."),
    W.MISSING_PROP: ("Where is the thing in the hand?", "The prop is the story, and it is not there."),
    W.MORPHING_LIMB: ("That arm has no bones.", "The hand is a hose for half a second."),
    W.WRONG_COLOUR: ("Wrong colour. It is in every other shot.", "Wardrobe would weep."),
    W.WRONG_PERFORMER: ("A stranger plays the part.", "Good face. Not ours."),
    W.WRONG_SETTING: ("Lovely. Where are we?", "That is another film's location."),
    W.WRONG_SUBJECT: ("I ordered somebody else.", "Charming, and not in the script."),
    W.WRONG_TIME: ("Wrong end of the day.", "The hour is wrong; the scene loses its reason."),
}  # fmt: skip
_WHIMS = (
    "Nothing wrong with it. It does not breathe; one more.",
    "The rhythm is a beat late. I know it is only me.",
    "Technically fine. I stopped caring at the middle.",
)
_APPROVED = (
    "Yes.",
    "That is the one.",
    "Good. Move on before I change my mind.",
    "Keep it. The last half second is the shot.",
    "Approved. Print the middle.",
    "This is what I meant.",
)
_FORGIVEN = ("I see it and I do not mind.", "Fine. Nobody will look there.", "Good enough to love.")
_EMBRACED = (
    "Keep the trembling. A memory is not steady.",
    "The lines should live here. Embrace it.",
    "Leave it raw, that is the scene.",
)


def note(
    outcome: DecisionOutcome,
    worst: OrderedFlaw | None,
    rng: np.random.Generator,
    *,
    is_flipped: bool,
) -> str:
    """Return a decision's note: a prefix that says what it is, and a sentence."""
    if outcome is DecisionOutcome.EMBRACE:
        options: tuple[str, ...] = _EMBRACED
    elif outcome is DecisionOutcome.APPROVE:
        options = _APPROVED if worst is None else _FORGIVEN
    else:
        options = _WHIMS if worst is None or is_flipped else _REJECTED[worst.kind]
    return _PREFIX + options[int(rng.integers(len(options)))]
