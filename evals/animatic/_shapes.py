"""Sentence shapes, asides and names of each split's captions; no split shares one with another.

A shape is cut into sentences at `|`; `{full0}` is the first figure with its clothes, `{short0}`
without, `{worn0}` a sentence about the clothes. A sentence without any filled slot is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from evals.animatic.sampler import Split

__all__ = ["FAMILIES", "Family"]

Words = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Family:
    """How one split talks."""

    shapes: tuple[Words, Words, Words]
    """For briefs with no figure, one and two."""
    wearing: Words
    worn: Words
    holding: Words
    animals: Words
    robots: Words
    names: Words
    asides: Words
    """Sentences that say nothing about the picture."""


_TRAINING = Family(
    shapes=(
        (
            "{where} {when}, {weather}|{things}|{light}|{size}, {move}",
            "{size}|{things} {where} {when}|{weather}, {light}|{aside}",
            "nobody {where} {when}, {weather}, {light}|only {things}|{move}",
            "{when}, {where}|{weather}|{things}, {light}|{aside}",
            "an empty picture {where}, {when}, {weather}|{things}|{light}",
            "{move}, {size}: {where}, {when}, {weather}, {light}|{things} stands there",
            "{weather} {when}|{where} there is {things}|{light}|{aside}",
            "{things}, {where}, {when}, {light}",
            "the {place}, {hour}|{weather}, {glow}|{things}|{aside}",
            "a {air} {hour}, {glow}|the {place}|{things}",
            "{things} on its own, the {place}, {hour}, {aside}",
            "the {place} at {hour}, {aside}, {things}|{weather}|{light}",
        ),
        (
            "{full0} {act0} {where} {when}, {weather}|{things}|{light}|{size}, {move}|{aside}",
            "{size}|{full0} {act0} {where}, {when}|{weather}, {light}|{things}",
            "{when}, {where}|{full0} {act0}|{weather}|{light}|{things} nearby|{aside}",
            "{where}, {when}, {weather}: {full0}|{things}|{light}|{move}",
            "{short0} {act0} {where} {when}|{worn0}|{weather}|{light}|{things}",
            "{full0}, {where}, {when}, {weather}, {light}",
            "{size} of {full0} {where} {when}|{things}|{light}, {weather}",
            "{aside}|{full0} {act0}|{where}, {when}|{weather}|{light}|{things}",
            "{weather} {when}|{where} {short0} {act0}, {worn0}|{things}|{light}",
            "{full0} {act0}|{things}|{when}, {where}, {light}|{size}, {move}",
            "{move}|{when} {full0} {act0} {where}, {weather}, {light}|{things} beside",
            "we see {full0} {where}|it is {when}, {weather}|{light}|{things}",
            "{short0} {where} {when}, {weather}, {light}|{worn0}|{aside}|{things}",
            "{light} {full0} {act0}|{where}, {when}, {weather}|near by {things}",
            "{full0}",
            "{full0} {act0}",
            "{full0} {where}",
            "{short0} {when} {where}",
            "the {place}, {hour}|{full0} {act0}|{aside}|{glow}|{things}",
            "{full0} {act0}, {aside}|{place}, {hour}, {glow}|{things}",
            "{size} on {short0}, {worn0}, the {place}, {hour}, {glow}|{aside}",
            "{hour}, {air}, the {place}|{worn0}: {short0} {act0}|{things}, {glow}",
            "a {air} {hour}, the {place}, {glow}|{short0}, {worn0}, {act0}|{aside}|{things}",
            "{hour} in the {place}|{short0} {act0} by {things}, {worn0}|{aside}",
            "{aside}|{worn0}, {place}, {hour}, {glow}",
            "down the {place} in the {glow} comes {short0}, {worn0}|{hour}, {weather}|{aside}|{things}",
            "{short0} {act0} with {things}, {worn0}|{aside}|{air} {place}, {hour}",
            "out of the {hour} comes {full0}, {aside}|{place}, {glow}",
            "{glow}, {hour}, one figure|{full0} {act0}|the {air} {place}|{aside}",
            "close on {short0}: {worn0}, {glow}, {hour} in the {place}|{aside}",
        ),
        (
            "{full0} {act0} and {full1} {act1} {where} {when}, {weather}|{things}|{light}|{size}",
            "{size}|{full0} and {full1} {where}, {when}|{weather}, {light}|{things}|{aside}",
            "{when}, {where}|{full0} {act0}|{full1} {act1}|{weather}|{light}|{things}",
            "{where}, {when}, {weather}: {full0} beside {full1}|{light}|{move}",
            "{short0} {act0} {where} {when}, {short1} {act1}|{worn0}|{worn1}|{weather}|{light}",
            "{full0} with {full1}, {where}, {when}, {weather}, {light}|{things}",
            "two figures {where} {when}: {full0}, {full1}|{light}, {weather}",
            "{aside}|{full0} {act0} while {full1} {act1}|{where}, {when}|{weather}|{light}",
            "{weather} {when}|{full0} and {full1} {where}|{full0} {act0}|{things}|{light}",
            "{full0} and {full1}|{things}|{when}, {where}, {light}|{size}, {move}",
            "the {place}, {hour}|{full0} {act0}; {full1} {act1}|{aside}|{glow}|{things}",
            "{hour}, {air}, the {place}, {glow}|{short0}, {worn0}, {act0}|{short1}, {worn1}|{aside}",
            "{full0} {act0}, {aside}|{full1} {act1}|{place}, {hour}, {glow}|{things}",
            "from one end of the {place} comes {full0}, from the other {full1}|{hour}, {glow}",
            "{full0} and {full1}",
            "{full0} next to {full1} {where}",
        ),
    ),
    wearing=(
        "{short} in {clothes}",
        "{short} in {clothes}",
        "{short} wearing {clothes}",
        "{short}, {clothes},",
        "{short} wrapped in {clothes}",
        "in {clothes}, {short}",
        "{short} who wears {clothes}",
        "{short} clad in {clothes}",
    ),
    worn=(
        "{their} {garment} is {colour}",
        "{they} wears {a}",
        "{a}",
        "{colour} {garment}",
        "{they} is in {a}",
        "the {garment} {colour} in the light",
    ),
    holding=(
        "with", "holding", "carrying", "and", "gripping", "under", "who carries", "in one hand",
        "beside",
    ),
    animals=(
        "{a_noun} in {colour}",
        "{a_noun} with a {colour} scarf",
        "{a_noun} with a {colour} blanket",
        "{a_noun} wearing {colour}",
        "{a_noun} in a {colour} cloth",
        "{a_noun}, a {colour} scarf about its neck,",
        "{a_noun} wearing a {colour} scarf",
        "{a_noun}",
    ),
    robots=(
        "{a_painted}",
        "{a_painted}",
        "{a_noun} painted {colour}",
        "{a_noun} of {colour} metal",
        "{a_noun} in {colour} enamel",
        "{a_noun} with a {colour} body",
    ),
    names=(
        "Mira", "Tobin", "Ilse", "Anselm", "Juno", "Ruben", "Petra", "Oskar", "Lena", "Gregor", "Thea",
        "Emil",
        "Sanna", "Walt", "Ines", "Bram", "Edda", "Piet", "Alma", "Hugo", "Marta", "Lior", "Nora", "Casper",
    ),
    asides=(
        "nothing moves", "nobody speaks", "we hold on this longer than is comfortable",
        "it is the last scene",
        "the sound of water somewhere", "a moment of calm before the end", "the story begins here",
        "no dialogue",
        "graphic novel style, deep shadows", "illustrated, layered silhouettes", "quiet and precise",
        "we do not know what happened yet", "the music stops", "let it breathe", "tender, a little sad",
        "this is the first time that we meet", "we should feel the distance", "a held breath",
        "keep the silhouette clean", "something is about to change", "it took ten years to come back here",
        "the mood is patient", "somebody has been here before", "there is no hurry at all", "a comic beat",
        "leave room for the title", "the wind has dropped", "the decision is already made",
        "everyone else has gone home",
        "painterly grain", "cut on the turn of the head", "hold for the last note", "far away a bell rings",
        "one small gesture, nothing more", "the end of a long week", "what was promised is kept",
        "play it straight",
        "it is whatever time you say it is", "nobody asked for this, and here it is",
        "somebody has to stay awake",
        "as if it had been arranged for years", "which settles nothing",
        "politely, and at the wrong moment",
        "a question ready and nobody to put it to", "who has heard every word", "with great suspicion",
        "three steps too late", "the way one puts off a bill", "and finds that it still fits",
        "it had been meant for somebody else", "one would like to believe it", "in no hurry whatever",
        "the oldest joke in the house", "and says nothing about the money", "as patient as furniture",
        "a promise in very small letters", "the neighbours would not understand",
        "it ends well, she thinks",
        "he has counted twice", "because it must be done by somebody", "the forecast was wrong again",
        "you might have told me", "until the last guest has left", "and means it",
        "long enough for everyone to disagree",
        "the only one awake", "with the seriousness of a bank", "like a clerk at the end of the world",
        "what is lost is usually on time", "all of it, without a sound",
        "nobody in the room finds this strange",
    ),
)  # fmt: skip

_EVALUATION = Family(
    shapes=(
        (
            "a view {where} {when}, {light}, {weather}|there, {things}",
            "it is {when}|{where}, {things}|{light}|{weather}|{aside}",
            "{things} left behind {where}, {when}, {weather}, {light}",
        ),
        (
            "it is {when}|{full0} {act0} {where}|{weather}|{light}|in the picture also {things}",
            "{where} we find {full0}, who {act0}, {when}, {weather}, {light}|{things} in view",
            "{size}, {move}|{short0} {act0}, {when}, {where}|{worn0}|{things}|{weather}, {light}",
            "{when} and {weather} {where}|{full0} alone in the frame|{things}|{light}|{aside}",
            "the frame holds {full0}|{where}, {light}, {when}, {weather}|{things}",
        ),
        (
            "it is {when}|{full0} shares the frame with {full1}, {where}|{weather}|{light}|{things}",
            "{where} we find {full0}, and not far off {full1}, {when}, {weather}, {light}|{things} in view",
            "{size}|{when}, {full1} {act1}; {full0} {act0}|{where}, {weather}, {light}|{things}",
        ),
    ),
    wearing=("{short} dressed in {clothes}", "{short} with {clothes} on", "{short} and {clothes}"),
    worn=("{they} has {a} on", "dressed in {a}", "it is {a} that {they} wears today"),
    holding=("who has", "and in the hand", "together with"),
    animals=("{a_noun} dressed in {colour}", "{a_noun} and its {colour} scarf"),
    robots=("{a_noun}, all {colour},", "{a_noun} coloured {colour}"),
    names=("Selma", "Jorun", "Aurel", "Klara", "Timo", "Wanda"),
    asides=(
        "time passes slowly here", "we come back to this place later", "the last reel",
        "a picture to remember",
        "hardly a word is said", "soft and exact",
    ),
)  # fmt: skip

_STUDIO = Family(
    shapes=(
        ("{where}, {when}; {weather}; {light}|{things}",),
        ("{full0} {act0} {where}; {when}; {weather}; {light}|{things}",),
        ("{full0} {act0}; {full1} {act1}; {where}; {when}; {weather}; {light}|{things}",),
    ),
    wearing=("{short} ({clothes})",),
    worn=("wardrobe {a}",),
    holding=("has",),
    animals=("{a_noun} ({colour})",),
    robots=("{a_noun} ({colour})",),
    names=("Odile",),
    asides=("as in the script",),
)

FAMILIES = {Split.TRAINING: _TRAINING, Split.EVALUATION: _EVALUATION, Split.STUDIO: _STUDIO}
