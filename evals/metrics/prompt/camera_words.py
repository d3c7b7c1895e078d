"""Camera words of a brief as moves that motion can judge, each with the director's own words.

They are looked for in the camera field; where that is empty, in the parts of the prompt that speak of the
camera ("the camera pans left"). Shot sizes and lenses are no moves. `orbit`, `arc`, `roll` and `follow` name
moves that a flat path does not show; they are not judged.
"""

from __future__ import annotations

import re
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
    r"\b(?:static|locked|lock-?off|stationary|tripod|fixed camera|still camera|on sticks)\b"
    r"|\bno (?:camera )?(?:movement|motion|move)\b"
    r"|\bcamera (?:holds|stays still|stands still|does not move|doesn.t move|is still|is fixed)\b",
    re.IGNORECASE,
)
_HANDHELD = re.compile(r"\bhand[- ]?held\b|\bshaky\b|\bcamera (?:breathes|shakes)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:no|not|without|never)\b|n.t\b", re.IGNORECASE)
_ENTERED = re.compile(r"\bfrom (?:the )?(left|right|top|bottom) to (?:the )?(\w+)", re.IGNORECASE)
_TURN = r"\b(?:pan|pans|panning|panned|swish|truck|trucks|trucking|slide|slides|sliding)\b"
_GOES = (
    r"\b(?:dolly|dollies|dollying|track|tracks|tracking|move|moves|moving|push|pushes|pushing|pull|pulls|"
    r"pulling|creep|creeps|creeping|back|backs|close|closes|go|goes|drift|drifts|inch|inches)\b"
)
_TILT = r"\b(?:tilt|tilts|tilting|tilted|pedestal|crane|cranes|craning|boom|booms|jib)\b"
_ZOOM = r"\b(?:zoom|zooms|zooming)\b"
_PARTS = re.compile(
    r"[,;.\n]+|\b(?:and then|then|while|before)\b"
    rf"|\band\b(?=[^,;.\n]*?(?:{'|'.join((_TURN, _GOES, _TILT, _ZOOM))}))",
    re.IGNORECASE,
)
_TOWARDS = {
    Move.LEFT: r"\bleft(?:wards?)?\b",
    Move.RIGHT: r"\bright(?:wards?)?\b",
    Move.UP: r"\bup(?:wards?)?\b",
    Move.DOWN: r"\bdown(?:wards?)?\b",
    Move.IN: r"\b(?:in|into|closer|forward|forwards|nearer|towards?)\b",
    Move.OUT: r"\b(?:out|back|backs|backward|backwards|away|wider)\b",
}
_RULES: tuple[tuple[str, tuple[Move, ...], Move | None], ...] = (
    (_ZOOM, (Move.OUT, Move.IN), Move.IN_OR_OUT),
    (_TILT, (Move.UP, Move.DOWN), Move.UP_OR_DOWN),
    (_TURN, (Move.LEFT, Move.RIGHT), Move.SIDEWAYS),
    (_GOES, (Move.LEFT, Move.RIGHT, Move.OUT, Move.IN), None),
)
"""Words, the directions that they can have (the first found counts), the move without any."""


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
    if _STILL.search(words):
        return [Move.STILL]
    if _HANDHELD.search(words):
        return [Move.HANDHELD, *_ways(words)]
    return [] if _DENIED.search(words) else _ways(words)


def _ways(words: str) -> list[Move]:
    crossed = _ENTERED.search(words)
    if crossed is not None:  # "from left to right" ends on the right
        words = words[: crossed.start()] + " to " + crossed[2] + words[crossed.end() :]
    for verbs, ways, without in _RULES:
        if re.search(verbs, words, re.IGNORECASE) is None:
            continue
        for way in ways:
            if re.search(_TOWARDS[way], words, re.IGNORECASE):
                return [way]
        if without is not None:
            return [without]
    return []
