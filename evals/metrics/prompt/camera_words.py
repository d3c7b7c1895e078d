"""Camera words of a brief as moves that motion can judge, each with the director's own words.

They are looked for in the camera field; where that is empty, in the parts of the prompt that speak of the
camera ("the camera pans left"). Shot sizes and lenses are no moves. `orbit`, `arc`, `roll` and `follow` name
moves that a flat path does not show; they are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.production import Brief

__all__ = ["AskedMove", "Move", "find_moves"]


class Move(StrEnum):
    """What a word asks of the camera."""

    LEFT = "left"
    RIGHT = "right"
    SIDEWAYS = "sideways"
    """A pan without a direction."""
    UP = "up"
    DOWN = "down"
    UP_OR_DOWN = "up or down"
    IN = "in"
    OUT = "out"
    IN_OR_OUT = "in or out"
    STILL = "still"
    HANDHELD = "handheld"


@dataclass(frozen=True, kw_only=True)
class AskedMove:
    """One move that a brief asks for."""

    move: Move
    words: str
    """The part of the brief that asks for it, as written."""


_STILL = re.compile(
    r"\b(?:static|locked|lock[- ]?off|stationary|tripod|fixed camera|still camera|on sticks)\b",
    re.IGNORECASE,
)
_UNMOVED = re.compile(
    r"\bno (?:camera )?(?:movement|motion|move)\b"
    r"|\bcamera (?:holds|stays still|stands still|does not move|doesn.t move|is still|is fixed)\b",
    re.IGNORECASE,
)
_HANDHELD = re.compile(r"\bhand[- ]?held\b|\bshaky\b|\bcamera (?:breathes|shakes)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:no|not|without|never)\b|n['\u2019]t\b", re.IGNORECASE)
_SIDE = r"(?:the )?(left|right|top|bottom)"
_CROSSED = re.compile(
    rf"\b(?:from )?{_SIDE}(?: of (?:the )?(?:frame|picture|screen))? to {_SIDE}\b", re.IGNORECASE
)
_LEFT_BEHIND = re.compile(rf"\bfrom {_SIDE}\b", re.IGNORECASE)
_ENDS = {"left": "left", "right": "right", "top": "up", "bottom": "down"}
_OPPOSITE = {"left": "right", "right": "left", "top": "down", "bottom": "up"}
_TURN = r"\b(?:pan|pans|panning|panned|swish|truck|trucks|trucking|slide|slides|sliding)\b"
_GOES = (
    r"\b(?:dolly|dollies|dollying|track|tracks|tracking|move|moves|moving|push|pushes|pushing|"
    r"creep|creeps|creeping|go|goes|drift|drifts|inch|inches|(?:pull|pulls|pulling)(?! focus)|"
    r"(?:close|closes|closing)(?= in\b)|(?:back|backs|backing)(?= (?:away|off|out)\b))\b"
)
"""`close` and `back` alone are sizes and sides: "close on her face", "from the back of the room"."""
_TILT = r"\b(?:tilt|tilts|tilting|tilted|pedestal|crane|cranes|craning|boom|booms|jib)\b"
_ZOOM = r"\b(?:zoom|zooms|zooming)\b"
_PARTS = re.compile(
    r"[,;.\n]+|\b(?:and then|then|while|before)\b"
    rf"|\band\b(?=[^,;.\n]*?(?:{'|'.join((_TURN, _GOES, _TILT, _ZOOM))}))",
    re.IGNORECASE,
)
_PLACE = r"(?: (?:an?|the|her|his|its|their|this|that|low|slow motion|profile|front|frame|focus|parallel)\b)"
"""After `in` no way that a camera goes: "tracking shot in the forest"."""
_TOWARDS = {
    Move.LEFT: r"\bleft(?:wards?)?\b",
    Move.RIGHT: r"\bright(?:wards?)?\b",
    Move.UP: r"\bup(?:wards?)?\b",
    Move.DOWN: r"\bdown(?:wards?)?\b",
    Move.IN: rf"\b(?:in(?!{_PLACE})|into|closer|forwards?|nearer|towards?)\b",
    Move.OUT: (
        r"\b(?:out(?! of (?:focus|frame|shot))|(?<!her )(?<!his )(?<!their )back|backwards?|away|off|"
        r"wider)\b"
    ),
}
_AHEAD = {
    **{way: _TOWARDS[way] for way in (Move.LEFT, Move.RIGHT, Move.UP, Move.DOWN)},
    Move.IN: r"\bforwards?\b",
    Move.OUT: r"\bbackwards?\b",
}
"""What may also stand before its verb: "a left pan", but not "in one tracking shot"."""
_RULES: tuple[tuple[str, tuple[Move, ...], Move | None], ...] = (
    (_ZOOM, (Move.OUT, Move.IN), Move.IN_OR_OUT),
    (_TILT, (Move.UP, Move.DOWN), Move.UP_OR_DOWN),
    (_TURN, (Move.LEFT, Move.RIGHT, Move.UP, Move.DOWN), Move.SIDEWAYS),
    (_GOES, (Move.LEFT, Move.RIGHT, Move.OUT, Move.IN), None),
)
"""Words, the ways that they can have (the first one after the word counts), the move without any."""


def find_moves(brief: Brief) -> tuple[AskedMove, ...]:
    """Return the moves that a brief asks for, in its order, each once.

    >>> [(m.move.value, m.words) for m in find_moves(Brief(camera="Wide shot, slow pan to the left"))]
    [('left', 'slow pan to the left')]
    """
    text, must_name = (brief.camera, False) if brief.camera.strip() else (brief.prompt, True)
    found: dict[Move, AskedMove] = {}
    for part in _PARTS.split(text):
        words = " ".join(part.split())
        if must_name and re.search(r"\bcamera\b|\blens\b|\bhand[- ]?held\b", words, re.I) is None:
            continue
        for move in _moves(words.replace("-", " ")):
            found.setdefault(move, AskedMove(move=move, words=words))
    return tuple(found.values())


def _moves(words: str) -> list[Move]:
    still = _STILL.search(words)
    if _UNMOVED.search(words) or (still and not _is_denied(words, still.start())):
        return [Move.STILL]
    shaken = _HANDHELD.search(words)
    if shaken and not _is_denied(words, shaken.start()):
        return [Move.HANDHELD, *_ways(words)]
    return _ways(words)


def _is_denied(words: str, place: int) -> bool:
    """Say whether what stands at a place is told not to be: "never static", "don't pan"."""
    return _DENIED.search(words, 0, place) is not None


def _ways(words: str) -> list[Move]:
    # "from left to right" ends on the right, and so does what starts "from the left".
    told = _CROSSED.sub(lambda found: f"to {_ENDS[found[2].lower()]}", words)
    told = _LEFT_BEHIND.sub(lambda found: f"to {_OPPOSITE[found[1].lower()]}", told)
    for verbs, ways, without in _RULES:
        verb = re.search(verbs, told, re.IGNORECASE)
        if verb is None or _is_denied(told, verb.start()):
            continue
        way = _first(told[verb.end() :], ways, _TOWARDS) or _first(told, ways, _AHEAD) or without
        if way is not None:
            return [way]
    return []


def _first(text: str, ways: Sequence[Move], words: Mapping[Move, str]) -> Move | None:
    """Return the way that a text names first."""
    found = {way: re.search(words[way], text, re.IGNORECASE) for way in ways}
    named = {way: match.start() for way, match in found.items() if match is not None}
    return min(named, key=named.__getitem__, default=None)
