"""How a shot is meant, in so far as its takes are judged by it.

A certificate was proved of takes that were judged against their shots as these were meant then. A shot that
is meant otherwise now, be it one word of its brief, is another shot to whoever judges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tracker.domain.effects import show_effects
from tracker.domain.likeness import Exposure, RevealMoment
from tracker.domain.production import BRIEF_FIELDS, Shot

__all__ = ["ASPECTS", "JUDGED_BY_PEOPLE", "changed_since", "difference", "meaning_of"]

ASPECTS = {
    "hero": "the hero mark of its shot",
    "brief": "the brief of its shot",
    "method": "the method of its shot",
    "policy": "the artifact policy of its shot",
    "embraced": "what its shot embraces",
    "effects": "what effects its shot declares",
    "fps": "the frame rate of its shot",
    "faces": "how much of a face its shot may show",
    "reveals": "where the film reveals a face",
    "director": "the director of record",
}
"""What verdicts depend on, in words, as seen from a take."""


JUDGED_BY_PEOPLE = frozenset({"brief", "method", "faces", "reveals"})
"""Aspects that are put to a person who judges a take; the others say what the harness makes of it."""


def meaning_of(
    shot: Shot, faces: Mapping[str, Exposure], reveals: Iterable[RevealMoment]
) -> dict[str, Any]:
    """Return what a shot's verdicts depend on as plain values, by aspect.

    `faces` are the declared exposures by character, `reveals` the lines of its film's reveal plan. The
    director of record is no aspect of a shot: a certificate names whose verdict it is.
    """
    moments = [
        (moment.character, moment.sequence or "", moment.exposure.value)
        for moment in reveals
        if moment.character in faces and moment.sequence in {None, shot.sequence}
    ]
    return {
        "hero": shot.is_hero,
        "brief": [shot.brief.prompt, *(getattr(shot.brief, name) for name in BRIEF_FIELDS)],
        "method": shot.method.value,
        "policy": shot.artifact_policy.value,
        "embraced": sorted(trace.kind for trace in shot.embraced),
        "effects": show_effects(shot.effects, 0),  # a new number on the slate changes nothing
        "fps": str(shot.fps),
        "faces": {code: exposure.value for code, exposure in sorted(faces.items())},
        "reveals": [list(moment) for moment in sorted(moments)],
    }


def difference(
    before: Mapping[str, Any], now: Mapping[str, Any], *, of: Collection[str] = tuple(ASPECTS)
) -> str:
    """Say in words which aspect is not as it was, the first of them; empty where none is.

    What was not written down before is taken for changed: nobody knows how it was meant.

    >>> difference({"hero": False, "brief": ["rain"]}, {"hero": False, "brief": ["snow"]})
    'the brief of its shot'
    """
    return next((ASPECTS[key] for key in now if key in of and before.get(key) != now[key]), "")


def changed_since(certificate: str, what: str) -> str:
    """Say that a certificate no longer speaks for a take, because of an aspect in words.

    >>> changed_since("53765495-0000", "the brief of its shot").partition(": ")[2]
    'the brief of its shot has changed since.'
    """
    return (
        f"Certificate {certificate[:8]}, by which nobody had to look, does not speak for it: {what} has "
        "changed since."
    )
