"""Other words for the fields of the shot table, so that phrases are not asked as they were calibrated.

The calibration and its proof used the plain word for everything; here each is told by a later one of its
synonyms, as in "a hooded sweatshirt" for "a hoodie" and "at daybreak" for "at dawn".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evals.animatic import vocabulary
from evals.animatic.brief import Brief
from evals.animatic.captions import phrases

__all__ = ["reworded"]

_SYNONYM = 2
"""Place among the words for a thing; the last where there are fewer."""
_FIELDS: Mapping[str, tuple[Mapping[Any, tuple[str, ...]], ...]] = {
    "subject": (vocabulary.SUBJECTS,),
    "wardrobe": (vocabulary.GARMENTS, vocabulary.HATS, vocabulary.MASKS, vocabulary.PROPS),
    "setting": (vocabulary.SETTINGS, vocabulary.WEATHERS, vocabulary.PROPS),
    "time": (vocabulary.TIMES,),
    "light": (vocabulary.LIGHTS,),
}
_OTHER: Mapping[str, Mapping[str, str]] = {
    field: {
        words[0]: words[min(_SYNONYM, len(words) - 1)]
        for table in tables
        for words in table.values()
    }
    for field, tables in _FIELDS.items()
}
"""Field -> plain word -> the one used here."""
_WORDS = {
    field: re.compile("|".join(rf"\b{re.escape(w)}\b" for w in sorted(told, key=len, reverse=True)))
    for field, told in _OTHER.items()
}
_BEFORE_VOWEL = re.compile(r"\ba (?=[aeio])")
_BEFORE_CONSONANT = re.compile(r"\ban (?=[^aeio])")


def reworded(order: Brief) -> dict[str, str]:
    """Return the fields of the shot table in other words than `phrases` uses."""
    told = dict(phrases(order))
    for field, words in _WORDS.items():
        other = _OTHER[field]
        text = words.sub(lambda found, other=other: other[found[0]], told[field])  # type: ignore[misc]
        told[field] = _BEFORE_CONSONANT.sub("a ", _BEFORE_VOWEL.sub("an ", text))
    return told
