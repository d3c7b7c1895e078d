"""Prose for briefs, as directors write it, and the short plain phrases of the shot table.

Every split has sentence shapes, ways of describing figures and asides of its own, so a model that was
trained on one split's captions is asked in shapes that it has never read. The words for things
(`evals.animatic.vocabulary`) are shared: no model can know a word that it has never seen.
Only what the camera can see is told: props on the ground are left out of a close-up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evals.animatic._shapes import FAMILIES, Family
from evals.animatic.brief import (
    Action,
    Brief,
    Colour,
    Figure,
    Light,
    Prop,
    ShotSize,
    Subject,
    Weather,
)
from evals.animatic.sampler import Split
from evals.animatic.vocabulary import (
    ACTIONS,
    AIRS,
    COLOURS,
    GARMENTS,
    GLOWS,
    HATS,
    HOURS,
    LIGHTS,
    MASKS,
    MOVES,
    PLACES,
    PROPS,
    SETTINGS,
    SIZES,
    SUBJECTS,
    TIMES,
    WEATHERS,
)

__all__ = ["caption", "phrases", "shows_held", "shows_standing"]

_PRONOUNS = {
    Subject.WOMAN: ("she", "her"),
    Subject.MAN: ("he", "his"),
    Subject.CHILD: ("the child", "the child's"),
}
_DROPPED = {
    "when": 0.08,
    "where": 0.08,
    "hour": 0.05,
    "weather": 0.15,
    "air": 0.15,
    "light": 0.25,
    "glow": 0.2,
    "things": 0.2,
    "size": 0.5,
    "move": 0.6,
}
"""How often a training caption keeps silent about something, so that short prompts work too."""


def shows_held(brief: Brief) -> bool:
    """Say whether hands are in the picture."""
    return brief.size is not ShotSize.CLOSE


def shows_standing(brief: Brief) -> bool:
    """Say whether props on the set are in the picture."""
    return brief.size not in (ShotSize.CLOSE, ShotSize.MEDIUM)


def caption(brief: Brief, rng: np.random.Generator, *, split: Split) -> str:
    """Return one caption of a brief, 8 to 70 words; the generator decides its wording.

    Training captions leave something out now and then; evaluation captions tell all that can be seen.
    Generators in the same state give two briefs the same shape, wording and omissions: the captions of a
    brief and of its counterfactual (`evals.animatic.swaps`) differ in the exchanged thing alone, and are
    equal where it is not told.
    """
    return _Teller(brief, rng, split=split).tell()


def phrases(brief: Brief) -> Mapping[str, str]:
    """Return the fields of the shot table: subject, wardrobe, action, setting, time, light, camera, style.

    Each is a short plain phrase, empty where there is nothing to say; of props only those in the picture.
    """
    figures = brief.figures
    where = [SETTINGS[brief.setting][0]]
    if brief.weather is not Weather.CLEAR and not brief.setting.is_interior:
        where.append(WEATHERS[brief.weather][0])
    if shows_standing(brief):
        where += [f"{_a(_thing(prop))}" for prop in brief.props]
    has_hands = shows_held(brief)
    move = MOVES[brief.camera][0]
    return {
        "subject": " and ".join(_a(SUBJECTS[figure.subject][0]) for figure in figures),
        "wardrobe": "; ".join(_worn(figure, has_hands=has_hands) for figure in figures),
        "action": "; ".join(", then ".join(ACTIONS[b][0] for b in f.beats) for f in figures),
        "setting": ", ".join(where),
        "time": TIMES[brief.time][0],
        "light": LIGHTS[brief.light][0],
        "camera": f"{SIZES[brief.size][0]}, {move}",
        "style": "drawn animatic, flat layers, film grain"
        + (", 2.39:1" if brief.is_letterboxed else ""),
    }


def _worn(figure: Figure, *, has_hands: bool) -> str:
    wears = figure.wardrobe
    if not figure.subject.has_face:
        what = "body" if figure.subject is Subject.ROBOT else "scarf"
        return _a(f"{wears.colour} {what}")
    parts = [f"{wears.colour} {GARMENTS[wears.garment][0]}"]
    if wears.scarf:
        parts.append(f"{wears.scarf} scarf")
    if wears.hat:
        parts.append(f"{wears.hat_colour} {HATS[wears.hat][0]}")
    if figure.mask:
        parts.append(f"{figure.mask.colour} {MASKS[figure.mask.kind][0]}")
    if figure.holds and has_hands:
        parts.append(_thing(figure.holds))
    return ", ".join(_a(part) for part in parts)


def _thing(prop: Prop) -> str:
    return f"{prop.colour} {PROPS[prop.kind][0]}"


@dataclass(frozen=True, kw_only=True)
class _Told:
    """One figure in words."""

    short: str
    """`a woman`, or a name with an apposition."""
    full: str
    """`a woman in a red coat`."""
    worn: str
    """A sentence: `her coat is red`."""
    act: str


class _Teller:
    """Draws the words of one caption."""

    def __init__(self, brief: Brief, rng: np.random.Generator, *, split: Split) -> None:
        self._brief, self._rng = brief, rng
        self._family: Family = FAMILIES[split]
        self._may_drop = split is Split.TRAINING

    def tell(self) -> str:
        brief, main = self._brief, self._rng
        base, told = int(main.integers(2**63)), []
        for i, figure in enumerate(brief.figures):
            # Words for figures have generators of their own: another figure draws another number of them.
            self._rng = np.random.default_rng((base, i))
            told.append(self._figure(figure))
        self._rng = np.random.default_rng((base, 2))
        things = self._things()
        self._rng = main
        slots = {
            "where": self._word(SETTINGS[brief.setting]),
            "when": self._word(TIMES[brief.time]),
            "weather": self._word(WEATHERS[brief.weather]),
            "light": self._word(LIGHTS[brief.light]),
            "place": self._plain(PLACES[brief.setting]),
            "hour": self._plain(HOURS[brief.time]),
            "air": self._word(AIRS[brief.weather]),
            "glow": self._plain(GLOWS[brief.light]),
            "things": things,
            "size": self._word(SIZES[brief.size]),
            "move": self._word(MOVES[brief.camera]),
        }
        for name, share in _DROPPED.items():
            is_dropped = main.random() < share
            if is_dropped and (self._may_drop or name in ("size", "move")):
                slots[name] = ""
        is_plain = main.random() < 0.6
        for name in self._untold(is_plain=is_plain):
            slots[name] = ""
        slots["aside"] = self._word(self._family.asides) if self._rng.random() < 0.3 else ""
        for i, one in enumerate(told):
            slots |= {f"{key}{i}": value for key, value in vars(one).items()}
        return _tidy(self._word(self._family.shapes[len(told)]), slots)

    def _word(self, options: tuple[str, ...]) -> str:
        return options[int(self._rng.integers(len(options)))]

    def _plain(self, options: tuple[str, ...]) -> str:
        """The plain word every other time, since most prompts use it."""
        return options[0] if self._rng.random() < 0.5 else self._word(options)

    def _colour(self, colour: Colour) -> str:
        return self._plain(COLOURS[colour])

    def _untold(self, *, is_plain: bool) -> tuple[str, ...]:
        """What is not seen, and mostly what goes without saying: clear air, no lamp."""
        brief = self._brief
        no_weather = brief.setting.is_interior or (is_plain and brief.weather is Weather.CLEAR)
        no_light = is_plain and brief.light is Light.NATURAL
        return ("weather", "air") * no_weather + ("light", "glow") * no_light

    def _things(self) -> str:
        if not shows_standing(self._brief):
            return ""
        return " and ".join(self._prop(prop) for prop in self._brief.props)

    def _prop(self, prop: Prop) -> str:
        what = f"{self._colour(prop.colour)} {self._plain(PROPS[prop.kind])}"
        return what if what.endswith("flowers") else _a(what)

    def _figure(self, figure: Figure) -> _Told:
        noun = self._plain(SUBJECTS[figure.subject])
        short = _a(noun)
        act = " and then ".join(self._act(figure, beat) for beat in figure.beats)
        if not figure.subject.has_face:
            return self._creature(figure, noun=noun, act=act)
        wears = figure.wardrobe
        colour, garment = self._colour(wears.colour), self._plain(GARMENTS[wears.garment])
        extras = self._extras(figure)
        full = self._word(self._family.wearing).format(
            short=short, clothes=" and ".join([_a(f"{colour} {garment}"), *extras[:1]])
        )
        if len(extras) > 1:
            full += ", " + ", ".join(extras[1:])
        they, their = _PRONOUNS[figure.subject]
        worn = self._word(self._family.worn).format(
            they=they, their=their, colour=colour, garment=garment, a=_a(f"{colour} {garment}")
        )
        if self._rng.random() < 0.35:
            name = self._word(self._family.names)
            is_told = self._rng.random() < 0.5
            full = f"{name}, {full}," if is_told else full.replace(short, name, 1)
            short = f"{name}, {short}," if is_told else name
        worn = ", ".join([worn, *extras])
        return _Told(short=short, full=self._holding(figure, full), worn=worn, act=act)

    def _holding(self, figure: Figure, full: str) -> str:
        if figure.holds is None or not shows_held(self._brief):
            return full
        return f"{full.rstrip(',')} {self._word(self._family.holding)} {self._prop(figure.holds)}"

    def _extras(self, figure: Figure) -> list[str]:
        wears, extras = figure.wardrobe, []
        if wears.scarf:
            extras.append(_a(f"{self._colour(wears.scarf)} scarf"))
        if wears.hat:
            extras.append(_a(f"{self._colour(wears.hat_colour)} {self._plain(HATS[wears.hat])}"))
        if figure.mask:
            extras.append(
                _a(f"{self._colour(figure.mask.colour)} {self._plain(MASKS[figure.mask.kind])}")
            )
        return extras

    def _creature(self, figure: Figure, *, noun: str, act: str) -> _Told:
        is_robot = figure.subject is Subject.ROBOT
        colour = self._colour(figure.wardrobe.colour)
        ways = self._family.robots if is_robot else self._family.animals
        full = self._word(ways).format(
            a_noun=_a(noun), a_painted=_a(f"{colour} {noun}"), colour=colour
        )
        worn = f"the {noun} is painted {colour}" if is_robot else f"the {noun} wears {colour}"
        return _Told(short=_a(noun), full=full, worn=worn, act=act)

    def _act(self, figure: Figure, beat: Action) -> str:
        if beat is Action.PLAY and figure.holds is not None:
            return self._word(_PLAYED.get(figure.holds.kind.value, ACTIONS[beat]))
        return self._plain(ACTIONS[beat])


_PLAYED = {
    "book": ("reads", "reads on", "turns a page"),
    "cup": ("drinks", "sips", "drinks slowly"),
    "guitar": ("plays", "plays a few chords", "strums"),
    "letter": ("reads the letter", "reads"),
}


def _a(words: str) -> str:
    """Put the article before a noun phrase; plural flowers and clothes said as `red` take none."""
    if words.endswith("flowers") and "bunch" not in words and "posy" not in words:
        return words
    return f"{'an' if words[0] in 'aeiou' and not words.startswith('u') else 'a'} {words}"


def _tidy(shape: str, slots: Mapping[str, str]) -> str:
    """Fill a shape; sentences whose slots are all empty vanish, stray commas and spaces too."""
    said = []
    for sentence in shape.split("|"):
        names = re.findall(r"{(\w+)}", sentence)
        if names and not any(slots.get(name) for name in names):
            continue
        text = sentence.format_map(slots)
        text = re.sub(r"\s+", " ", text)
        text = re.sub(r"(\s*,)+", ",", text)
        text = re.sub(r"\s+([,.;:])", r"\1", text)
        text = re.sub(r"[,;:]+([,;:.])", r"\1", text)
        text = text.strip(" ,;:")
        if text:
            said.append(text[0].upper() + text[1:])
    return ". ".join(said) + "."
