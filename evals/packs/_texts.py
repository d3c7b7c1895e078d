"""Cuts a text that is longer than a model's context into pieces that fit, and loses no word."""

from __future__ import annotations

import re
from collections.abc import Callable

from tracker.errors import MisuseError

__all__ = ["split_text"]

# From the best place to cut to the worst; each match is what the cut removes, white space only.
_PLACES = (
    re.compile(r"(?<=[.!?…。])\s+|\s*\n\s*|(?<=。)(?=\S)"),
    re.compile(r"(?<=[,;:])\s+|\s+(?=[\u2014\u2013-]\s)"),
    re.compile(r"\s+"),
)


def split_text(text: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the text whole where it fits, otherwise in pieces that each fit, in order.

    A piece is halved at the sentence end nearest its middle; without one at a comma, semicolon, colon or
    dash; without one between words; and a word that is too long by itself in its middle. So neighbouring
    sentences stay together as far as they fit ("She opens it" keeps the sentence that says what).

    Raises MisuseError for an empty text, and when not even one character fits.

    >>> split_text("A red door. It opens. Night.", lambda text: len(text) < 18)
    ('A red door.', 'It opens. Night.')
    """
    stripped = text.strip()
    if not stripped:
        raise MisuseError("A text to compare pictures with is empty; write it or leave it out.")
    if fits(stripped):
        return (stripped,)
    if len(stripped) == 1:
        raise MisuseError(
            f"'{stripped}' alone is longer than the model's context; choose another pack."
        )
    left, right = _halves(stripped)
    return split_text(left, fits) + split_text(right, fits)


def _halves(text: str) -> tuple[str, str]:
    middle = len(text) / 2
    for place in _PLACES:
        cuts = [match.span() for match in place.finditer(text)]
        if cuts:
            start, end = min(cuts, key=lambda cut: abs((cut[0] + cut[1]) / 2 - middle))
            return text[:start], text[end:]
    return text[: len(text) // 2], text[len(text) // 2 :]
