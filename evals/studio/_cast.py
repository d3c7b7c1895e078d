"""Reads the cast of a film of the demo: characters, what they wear, and faces bent by memory."""

from __future__ import annotations

from dataclasses import replace

from evals.animatic.brief import Colour, Garment, Hat, Subject, Wardrobe
from evals.animatic.cast import STUDIO_SEEDS, Beard, Kind, Person, draw_person
from evals.studio._entry import Entry
from evals.studio.records import CharacterScript
from tracker.domain.likeness import Life

__all__ = ["altered", "read_character", "read_wardrobe"]

_CHARACTER = (
    "name", "subject", "seed", "person", "wears", "mask", "life", "is_minor", "performer",
)  # fmt: skip
_WEARS = ("garment", "colour", "scarf", "hat", "hat_colour")
_NUMBERS = frozenset(
    name for name, kind in Person.__annotations__.items() if kind == "float"
)  # what a memory may bend


def read_character(code: str, entry: Entry) -> CharacterScript:
    """Read one character; raises MisuseError with the place and the remedy."""
    entry.check_keys(*_CHARACTER)
    subject = entry.choice("subject", Subject)
    person = None
    if subject.has_face:
        seed = entry.whole("seed")
        if seed not in STUDIO_SEEDS:
            raise entry.refuse("seed", f"a number from {STUDIO_SEEDS.start} to {STUDIO_SEEDS[-1]}")
        drawn = draw_person(seed, kind=Kind(subject.value))
        person = altered(drawn, entry.table("person"))
    return CharacterScript(
        code=code,
        name=entry.text("name"),
        subject=subject,
        person=person,
        wardrobe=read_wardrobe(entry.table("wears"), Wardrobe()),
        mask=entry.mask("mask"),
        life=entry.choice("life", Life, Life.FICTIONAL),
        is_minor=entry.flag("is_minor"),
        performer=entry.text("performer", ""),
    )


def altered(person: Person, entry: Entry) -> Person:
    """Return a person with a few parameters set otherwise, as a casting director or a memory would."""
    entry.check_keys(*sorted(_NUMBERS), "beard")
    changes: dict[str, object] = {
        key: entry.number(key, 0.0) for key in entry.items() if key in _NUMBERS
    }
    if "beard" in entry:
        changes["beard"] = entry.choice("beard", Beard)
    return replace(person, **changes)  # type: ignore[arg-type]


def read_wardrobe(entry: Entry, usual: Wardrobe) -> Wardrobe:
    """Read what is worn, over what is usually worn."""
    entry.check_keys(*_WEARS)
    return Wardrobe(
        garment=entry.choice("garment", Garment, usual.garment),
        colour=entry.choice("colour", Colour, usual.colour),
        scarf=entry.choice("scarf", Colour) if "scarf" in entry else usual.scarf,
        hat=entry.choice("hat", Hat) if "hat" in entry else usual.hat,
        hat_colour=entry.choice("hat_colour", Colour, usual.hat_colour),
    )
