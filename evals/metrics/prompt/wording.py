"""A brief's fields as phrases that can be looked for one by one, in the director's own words.

A field is cut at commas, semicolons, sentence ends and `then`; at `and` and `with` only where a thing of
its own follows ("a woman and a dog", not "pots and pans"). Camera words are no phrases: motion judges
them (`evals.metrics.prompt.camera`).

Models of pictures and words are weak at counts, relations, negation, left and right, and at text in the
picture (Yuksekgonul et al. 2023, "When and why vision-language models behave like bags-of-words"), and one
frame does not show an action. Such a phrase is marked: a person sees it, nothing is decided on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from evals.metrics.prompt.bank import COLOURS, NOUNS
from tracker.domain.production import Brief

__all__ = ["PHRASE_FIELDS", "Phrase", "distrust", "has_words", "phrases_of", "split_field"]

PHRASE_FIELDS = ("subject", "wardrobe", "action", "setting", "time", "light", "style")
"""Fields whose words a frame may show."""

_COLOUR = "|".join(re.escape(word) for kind in COLOURS for word in kind)
_HARD = re.compile(r"\s*[;\n]+\s*|,\s+|(?<=\w)[.!?]+(?:\s+|$)|\s+(?:and\s+)?then\s+", re.IGNORECASE)
_JOINT = re.compile(r"\s+(?:and|with)\s+", re.IGNORECASE)
_OF_ITS_OWN = re.compile(
    rf"(?:an?|the|her|his|their|its|another|some)\s|(?:{_COLOUR})\s", re.IGNORECASE
)
_ENDS_IN_COLOUR = re.compile(rf"\b(?:{_COLOUR})$", re.IGNORECASE)
_FIXED = re.compile(r"(?:down|forth|again|on|fro|out|back|over)\b", re.IGNORECASE)
_LEADING = re.compile(r"^(?:and|then)\s+", re.IGNORECASE)

_NUMBER = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_REASONS = (
    ("negation", re.compile(
        r"\b(?:no|not|without|never|nobody|nothing|none|neither|nor)\b|n['\u2019]t\b", re.IGNORECASE)),
    ("text to be read", re.compile(
        r"[\"\u201c\u201d\u00ab\u00bb]"
        r"|\b(?:(?:that|which) reads|says|saying|spelling|lettering|written|the words?)\b",
        re.IGNORECASE)),
    ("left or right", re.compile(r"\b(?:left|right)\b", re.IGNORECASE)),
)  # fmt: skip
_COUNT = re.compile(
    rf"\b(?:{_NUMBER}|dozens?|several|many|few|both|pair of)\b(?!-)|(?<![\d.:-])\b\d+\b(?![.:-]?\d)",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"\b(?:behind|under|underneath|beneath|below|above|over|beside|between|against|opposite|"
    r"next to|in front of|on top of|close to|near|inside)\b",
    re.IGNORECASE,
)
_PERSONS = frozenset(word for kind in NOUNS["person"] for word in kind)


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One thing that a brief asks for."""

    field: str
    """Where it stands, one of `PHRASE_FIELDS`."""
    text: str
    """The director's own words, as written."""
    distrust: str = ""
    """Why a person must judge it, e.g. `a count`; empty when it may decide."""


@lru_cache(maxsize=8192)
def phrases_of(brief: Brief) -> tuple[Phrase, ...]:
    """Return the phrases of a brief's filled fields, each text once, in the order of the fields."""
    found: dict[str, Phrase] = {}
    for name in PHRASE_FIELDS:
        for text in split_field(getattr(brief, name), is_action=name == "action"):
            phrase = Phrase(field=name, text=text, distrust=distrust(name, text))
            found.setdefault(text.casefold(), phrase)
    return tuple(found.values())


def split_field(text: str, *, is_action: bool = False) -> tuple[str, ...]:
    """Cut a field into phrases; each is a stretch of the text, and only separators are left out.

    >>> split_field("a woman in black and white and a dog, in the rain")
    ('a woman in black and white', 'a dog', 'in the rain')
    >>> split_field("sits and waves, then walks up and down", is_action=True)
    ('sits', 'waves', 'walks up and down')
    """
    parts = [part for hard in _HARD.split(text) for part in _at_joints(hard, is_action=is_action)]
    tidied = (_LEADING.sub("", part.strip(" ,.!?")) for part in parts)
    return tuple(part for part in tidied if re.search(r"\w", part))


def has_words(text: str) -> bool:
    """Say whether a text holds letters, not numbers and signs alone."""
    return re.search(r"[^\W\d_]", text) is not None


def distrust(field: str, text: str) -> str:
    """Return why a model's word on a phrase is not to be trusted, or nothing.

    A relation joins two things: "under the trees" is a place, "a cat under the table" a relation.
    """
    for reason, words in _REASONS:
        if words.search(text):
            return reason
    if field not in ("time", "style") and _COUNT.search(text):
        return "a count"
    joined = _RELATION.search(text)
    if joined and (joined.start() > 0 or field in ("subject", "wardrobe")):
        return "a relation"
    if field == "subject" and _is_name(text):
        return "a name"
    return {"action": "an action", "style": "a style"}.get(field, "")


def _at_joints(text: str, *, is_action: bool) -> list[str]:
    parts, start = [], 0
    for joint in _JOINT.finditer(text):
        left, right = text[start : joint.start()], text[joint.end() :]
        if is_action and "and" in joint[0].casefold():
            is_cut = _FIXED.match(right) is None
        else:
            between_colours = _ENDS_IN_COLOUR.search(left) and re.match(_COLOUR, right, re.I)
            is_cut = _OF_ITS_OWN.match(right) is not None and not between_colours
        if is_cut and left:
            parts.append(left)
            start = joint.end()
    return [*parts, text[start:]]


def _is_name(text: str) -> bool:
    """A person of the film: words with capitals that are no common nouns; identity judges those."""
    words: list[str] = re.findall(r"[^\W\d_][\w'\u2019-]*", text)
    capital = [word for word in words if word[0].isupper() and word.casefold() not in _PERSONS]
    if not words or len(words) == 1:
        return bool(capital)
    first_only = len(capital) == 1 and capital[0] == words[0]
    return bool(capital) and not (first_only and not words[1][0].isupper())
