"""How much is drawn and learnt; everything that costs time is here."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SCALES", "Scale"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One size of training."""

    scenes: int
    """Random briefs filmed for the text-image model, one picture each."""
    family: int
    """How many neighbouring briefs share a place."""
    picture_epochs: int
    """Of the picture tower, over three quarters of the scenes."""
    text_steps: int
    """Of both towers together, on the last quarter; 128 captions each."""
    vocabulary: int
    """Tokens, about."""
    persons: int
    """Cast members whose faces are learnt."""
    shots_per_person: int
    frames_per_face_shot: int
    stills: int
    """Single frames for the perceptual backbone."""
    finder_epochs: int
    embedder_epochs: int
    perceptual_steps: int
    proof_scenes: int
    proof_persons: int
    proof_shots_per_person: int


SCALES = {
    "full": Scale(
        scenes=40_000,
        family=8,
        picture_epochs=11,
        text_steps=3500,
        vocabulary=2500,
        persons=4000,
        shots_per_person=3,
        frames_per_face_shot=2,
        stills=240,
        finder_epochs=3,
        embedder_epochs=14,
        perceptual_steps=300,
        proof_scenes=480,
        proof_persons=100,
        proof_shots_per_person=12,
    ),
    "small": Scale(
        scenes=2_400,
        family=16,
        picture_epochs=8,
        text_steps=300,
        vocabulary=2500,
        persons=240,
        shots_per_person=2,
        frames_per_face_shot=2,
        stills=48,
        finder_epochs=4,
        embedder_epochs=8,
        perceptual_steps=110,
        proof_scenes=96,
        proof_persons=24,
        proof_shots_per_person=12,
    ),
    "tiny": Scale(
        scenes=8,
        family=4,
        picture_epochs=1,
        text_steps=2,
        vocabulary=400,
        persons=4,
        shots_per_person=1,
        frames_per_face_shot=1,
        stills=2,
        finder_epochs=1,
        embedder_epochs=1,
        perceptual_steps=2,
        proof_scenes=6,
        proof_persons=2,
        proof_shots_per_person=2,
    ),
}
"""`full` makes the pack that is shipped, in under two hours on two cores; `small` a worse one sooner, to
try things out; `tiny` is for tests."""
