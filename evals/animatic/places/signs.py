"""Signs with invented words, written with a small stroke alphabet that needs no fonts.

`sign_strokes` is also where a sign goes wrong on purpose: `garble` pushes the letters' corners away
from where they belong, smoothly, so that a word melts into shapes that are no letters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.animatic.canvas import Moment, Stage, ink, skia, stroke
from evals.animatic.palette import mix
from evals.animatic.places.brush import polygon, rough

__all__ = ["WORDS", "Sign", "letters_path", "neon_word", "paint_board", "sign_strokes", "word_for"]

WORDS = (
    "VELORN",
    "ORMIS",
    "LUNDRA",
    "KORIN",
    "SABEL",
    "ILMARE",
    "QUENDA",
    "ZARELO",
    "TAVEK",
    "MIROVE",
)
"""Invented names of places."""
_ADVANCE = 0.86
_ALPHABET = {
    "A": "062046 1434", "B": "0006 0030413303 33453606", "C": "4130100204163645",
    "D": "0006 002042442606", "E": "40000646 0333", "F": "400006 0333",
    "G": "41301002041636454323", "H": "0006 4046 0343", "I": "2026", "J": "4044361605",
    "K": "0006 400346", "L": "000646", "M": "0600234046", "N": "06004640",
    "O": "103042443616040210", "P": "06003041423303", "Q": "103042443616040210 3446",
    "R": "06003041423303 2346", "S": "413010010213334445361605", "T": "0040 2026",
    "U": "000416364440", "V": "002640", "W": "0016223640", "X": "0046 4006", "Y": "002340 2326",
    "Z": "00400646",
}  # fmt: skip
"""Strokes as digits: x 0-4 and y 0-6 of each corner, top left to bottom right."""


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A board with a word."""

    word: str
    at: tuple[float, float]
    """Its middle."""
    height: float
    """Of the letters, in metres."""
    board: str
    letters: str
    key: int = 0


def sign_strokes(
    word: str, garble: float, seed: int, *, phase: float = 0.0
) -> list[NDArray[np.float64]]:
    """Return a word as open lines; letters are 1 high, y runs from 0 down to 1, x from 0.

    `garble` 0-1 deforms them continuously (0: every letter is right), `seed` says how, and `phase`
    in radians lets the deformation wander over time. Letters outside A-Z are left blank.
    """
    rng, lines = np.random.default_rng((seed, 41)), []
    for place, letter in enumerate(word):
        turn, squeeze = rng.normal(0, 0.35), rng.normal(0, 0.3)
        for digits in _ALPHABET.get(letter, "").split():
            corners = np.array([int(c) for c in digits], float).reshape(-1, 2) / (6, 6)
            push, wander = rng.normal(0, 0.34, corners.shape), rng.uniform(0, 6.28, corners.shape)
            centred = corners - (0.33, 0.5)
            angle = garble * (turn + 0.25 * math.sin(phase + place))
            spin = np.array(
                [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
            )
            bent = centred @ spin.T * (1 + garble * squeeze, 1 - garble * squeeze * 0.6)
            drift = garble * (push + 0.16 * np.sin(phase + wander))
            lines.append(bent + drift + (0.33 + place * _ADVANCE, 0.5))
    return lines


def word_for(stage: Stage, key: int) -> str:
    """Return the invented word of a place's sign."""
    return WORDS[int(stage.rng(40, key).integers(len(WORDS)))]


def letters_path(stage: Stage, sign: Sign, moment: Moment) -> skia.Path:
    """Return a sign's letters in metres at a moment, deformed as much as the stage wants."""
    wide = sign.height * (_ADVANCE * (len(sign.word) - 1) + 0.67)
    path = skia.Path()
    phase = 2.6 * moment.seconds if stage.sign_garble > 0 else 0.0
    for line in sign_strokes(sign.word, stage.sign_garble, stage.seed + sign.key, phase=phase):
        placed = line * sign.height + (sign.at[0] - wide / 2, sign.at[1] - sign.height / 2)
        path.addPath(polygon(placed, is_closed=False))
    return path


def board_size(sign: Sign) -> tuple[float, float]:
    """Return width and height of a sign's board."""
    return sign.height * (_ADVANCE * (len(sign.word) - 1) + 1.55), sign.height * 1.75


def paint_board(canvas: skia.Canvas, stage: Stage, sign: Sign, *, moment: Moment) -> None:
    """Draw a painted board with its word."""
    wide, tall = board_size(sign)
    (x, y), rng = sign.at, stage.rng(42, sign.key)
    frame = [
        (x - wide / 2, y - tall / 2),
        (x + wide / 2, y - tall / 2),
        (x + wide / 2, y + tall / 2),
        (x - wide / 2, y + tall / 2),
    ]
    canvas.drawPath(polygon(rough(frame, rng, wobble_m=0.004)), ink(sign.board))
    canvas.drawPath(polygon(frame), stroke(mix(sign.board, sign.letters, 0.6), sign.height * 0.07))
    canvas.drawPath(letters_path(stage, sign, moment), stroke(sign.letters, sign.height * 0.16))


def neon_word(
    canvas: skia.Canvas, stage: Stage, sign: Sign, *, moment: Moment, power: float = 1.0
) -> None:
    """Draw a word in glowing tubes; `power` 0-1 is how well they burn."""
    path, h = letters_path(stage, sign, moment), sign.height
    for width, colour, alpha in (
        (0.55, sign.letters, 0.10),
        (0.34, sign.letters, 0.18),
        (0.18, sign.letters, 0.75),
        (0.07, "#ffffff", 0.9),
    ):
        canvas.drawPath(path, stroke(colour, h * width, alpha * power))
