"""What a phrase is held against: the same words with one thing exchanged, and what other shots ask for.

| source                                     | for "a red coat"                  | for "at dusk"      |
|--------------------------------------------|-----------------------------------|--------------------|
| (a) the same field of the other shots      | "a red dress with a belt"         | "at first light"   |
| (b) the fixed bank of the field's group    | "a red dress", "a red sweater"    | "at dawn"          |
| (c) exchanged colours and nouns            | "a blue coat", "a green coat"     |                    |
| (d) the affirmative twin of a negation     | "no hat": "hat"                   |                    |

Counterfactuals must be untrue when the phrase is true. So nothing that the shot asks for itself stands
against it, no synonym (a kind of the bank is passed over when any of its words occurs in the phrase), and
an other shot's phrase only if it names another kind of the same group. A phrase for which the bank knows
no alternatives is shown and not decided on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from evals.metrics.prompt.bank import BANK_VERSION, COLOURS, NOUNS, PHRASES, STYLES
from evals.metrics.prompt.wording import Phrase, phrases_of
from tracker.domain.production import Brief

__all__ = ["Question", "questions", "questions_key"]

_MOST = 24
"""Counterfactuals per phrase: exchanges first, then the bank, then other shots."""
_FEWEST_KNOWN = 3
"""With fewer alternatives than this a phrase is not decided on."""
_NOT_KNOWN = "nothing to compare it with"
_GROUPS = {
    "subject": ("person", "thing"),
    "wardrobe": ("garment", "headwear", "thing"),
    "setting": ("place", "weather", "time", "thing"),
    "time": ("time", "weather"),
    "light": ("light", "time"),
}
"""Groups of the bank that a field's phrases may belong to, the first match counts."""
_NEGATION = re.compile(
    r"\b(?:(?:there (?:is|are) )?(?:no|not|never)|without(?: any)?)\s+|n['\u2019]t\b", re.IGNORECASE
)

Kind = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A phrase with what it could have been instead."""

    phrase: Phrase
    group: str
    """What is compared: person, clothing, accessory, thing, place, weather, time, light; else the field."""
    distrust: str
    """Why nothing is decided on it; empty for a trusted phrase."""
    alternatives: tuple[str, ...]
    """Counterfactual texts, distinct; none of them is the phrase. May be empty: nothing can be said."""


@lru_cache(maxsize=1024)
def questions(brief: Brief, others: tuple[Brief, ...]) -> tuple[Question, ...]:
    """Return a question for each phrase of a brief, among the briefs of the other shots."""
    own = phrases_of(brief)
    foreign = [phrase for other in others for phrase in phrases_of(other)]
    return tuple(_question(phrase, own=own, foreign=foreign) for phrase in own)


@lru_cache(maxsize=1024)
def questions_key(brief: Brief, others: tuple[Brief, ...]) -> str:
    """Hash everything that `questions` depends on: this brief, the others, the bank."""
    told = [asdict(brief), sorted(json.dumps(asdict(other)) for other in others), BANK_VERSION]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _question(phrase: Phrase, *, own: Sequence[Phrase], foreign: Sequence[Phrase]) -> Question:
    taken = {one.text.casefold() for one in own}
    said = " ; ".join(one.text for one in own)
    exchanged = _distinct([*_recoloured(phrase.text, said), *_other_kinds(phrase, said)], taken)
    known = len(exchanged)
    if phrase.field == "style":
        exchanged += _distinct(STYLES, {*taken, *(text.casefold() for text in exchanged)})
    taken |= {text.casefold() for text in exchanged}
    rest = _distinct(_of_other_shots(phrase, said, foreign=foreign), taken)
    twin = _distinct(_twin(phrase.text), taken) if phrase.distrust == "negation" else []
    why = phrase.distrust or ("" if known >= _FEWEST_KNOWN else _NOT_KNOWN)
    texts = (*twin, *exchanged, *_spread(rest, _MOST - len(exchanged) - len(twin)))
    return Question(
        phrase=phrase, group=_compared(phrase), distrust=why, alternatives=texts[:_MOST]
    )


def _compared(phrase: Phrase) -> str:
    group = _group(phrase)
    if group == "garment":
        return "clothing"
    if group == "headwear" or (group is None and phrase.field == "wardrobe"):
        return "accessory"
    if group is None and _find(phrase.text, COLOURS) is not None:
        return "thing"
    return group or phrase.field


def _distinct(texts: Iterable[str], taken: set[str]) -> list[str]:
    found = {text.casefold(): text for text in texts if text.casefold() not in taken}
    return list(found.values())


def _spread(texts: Sequence[str], most: int) -> list[str]:
    """Choose evenly among sorted texts, so that a film's size does not matter."""
    ordered = sorted(texts)
    if len(ordered) <= most:
        return ordered
    return [ordered[i * len(ordered) // most] for i in range(max(0, most))]


def _recoloured(text: str, said: str) -> Iterator[str]:
    """Exchange the first colour word for each colour that the shot does not name.

    A model hardly tells whose colour is whose: "a blue coat" would be found where the scarf is blue.
    """
    place = _find(text, COLOURS)
    if place is None:
        return
    for kind in COLOURS:
        if not _names(said, kind):
            yield _article(text[: place.start()] + kind[0] + text[place.end() :])


def _other_kinds(phrase: Phrase, said: str) -> Iterator[str]:
    """Exchange what the phrase names for each kind of its group that the shot does not name."""
    group = _group(phrase)
    if group is None:
        return
    if group in PHRASES:
        yield from (kind[0] for kind in PHRASES[group] if not _names(said, kind))
        return
    place = _find(phrase.text, NOUNS[group])
    if place is not None:
        head, tail = phrase.text[: place.start()], phrase.text[place.end() :]
        for kind in NOUNS[group]:
            if not _names(said, kind):
                yield _article(head + kind[0] + tail)


def _of_other_shots(phrase: Phrase, said: str, *, foreign: Sequence[Phrase]) -> Iterator[str]:
    """Other shots' phrases that say something else of the same group, or the same kind in another colour."""
    group = _group(phrase)
    for other in foreign:
        if other.field != phrase.field or other.distrust not in ("", phrase.distrust):
            continue
        if group is None or group in PHRASES:
            kinds = PHRASES.get(group or "", ())
            if _group(other) == group and not any(
                _names(other.text, kind) and _names(said, kind) for kind in kinds
            ):
                yield other.text
        elif _group(other) == group and _shares_all_but_one(phrase.text, other.text, group):
            yield other.text


def _shares_all_but_one(text: str, other: str, group: str) -> bool:
    """Same kind in another colour, or another kind in the same colour: both cannot be the one thing."""
    colours = [_find(one, COLOURS) for one in (text, other)]
    kinds = [next((k for k in NOUNS[group] if _names(one, k)), None) for one in (text, other)]
    if colours[0] is None or colours[1] is None or kinds[0] is None or kinds[1] is None:
        return False
    same_colour = any(_names(text, kind) and _names(other, kind) for kind in COLOURS)
    return same_colour != (kinds[0] == kinds[1])


@lru_cache(maxsize=8192)
def _group(phrase: Phrase) -> str | None:
    for group in _GROUPS.get(phrase.field, ()):
        kinds = PHRASES[group] if group in PHRASES else NOUNS[group]
        if _find(phrase.text, kinds) is not None:
            return group
    # "in a lunar greenhouse" is a place that the bank does not know; "a carved door" need not be one.
    is_place = re.match(r"(?:in|on|at|by|inside|outside|under|among|aboard)\b", phrase.text, re.I)
    return "place" if phrase.field == "setting" and is_place else None


@lru_cache(maxsize=64)
def _pattern(kinds: tuple[Kind, ...]) -> re.Pattern[str]:
    words = sorted((word for kind in kinds for word in kind), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in words)})\b", re.IGNORECASE)


def _find(text: str, kinds: tuple[Kind, ...]) -> re.Match[str] | None:
    return _pattern(kinds).search(text)


@lru_cache(maxsize=65536)
def _names(text: str, kind: Kind) -> bool:
    return _find(text, (kind,)) is not None


def _twin(text: str) -> Iterator[str]:
    affirmed = _NEGATION.sub("", text).strip()
    if affirmed and affirmed != text:
        yield affirmed


def _article(text: str) -> str:
    """Put `a` or `an` as the next word asks."""
    with_an = re.sub(r"\b([Aa])\s+(?=[aeiouAEIOU])", r"\1n ", text)
    return re.sub(r"\b([Aa])n\s+(?=[^aeiouAEIOU\s])", r"\1 ", with_an)
