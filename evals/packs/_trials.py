"""What a loaded model must get right before anything is scored with it: no photograph, a second at most.

Weights can have the right shapes and still be the wrong ones, or be fed wrongly. Every model must give
finite unit vectors that follow their input. A real pack must moreover know what any trained model knows:
which of four plain squares is the red one, and that a grey wall has no face. Demo packs only prove the
path, so that is not asked of them. LPIPS has a trial of its own (`_triple`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError

__all__ = ["COLOURS", "squares", "try_faces", "try_text_image"]

COLOURS = {
    "red": (220, 20, 30),
    "green": (20, 160, 40),
    "blue": (25, 50, 215),
    "yellow": (250, 220, 20),
}
_PICTURE_PX, _SQUARE_PX = 256, 144
_WALL = (180, 320)
_REMEDY = "its weights are not trained ones or are fed wrongly; pull the pack again"


class _SeesAndReads(Protocol):
    def encode_frames(self, frames: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]: ...

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class _FindsAndEmbeds(Protocol):
    crop_px: int

    def find(self, frames: NDArray[np.uint8]) -> Sequence[Sequence[object]]: ...

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]: ...


def squares() -> list[NDArray[np.uint8]]:
    """Return one picture per colour, (256, 256, 3): a square on white."""
    pictures = []
    start = (_PICTURE_PX - _SQUARE_PX) // 2
    for colour in COLOURS.values():
        picture = np.full((_PICTURE_PX, _PICTURE_PX, 3), 255, np.uint8)
        picture[start : start + _SQUARE_PX, start : start + _SQUARE_PX] = colour
        pictures.append(picture)
    return pictures


def try_text_image(model: _SeesAndReads, who: str, *, is_demo: bool) -> None:
    """Raise PackError unless vectors are sound and, for a real pack, squares and colours belong together.

    For every two colours i, j: cos(i, i) + cos(j, j) > cos(i, j) + cos(j, i), in which whatever a model
    prefers for no reason cancels. Random weights hold it for all six pairs about once in 24.
    """
    pictures = model.encode_frames(squares())
    texts = model.encode_texts([f"a {name} square on a white background" for name in COLOURS])
    _check_vectors(pictures, f"{who} embeds pictures as vectors that")
    _check_vectors(texts, f"{who} embeds texts as vectors that")
    if is_demo:
        return
    likeness = pictures.astype(np.float64) @ texts.T.astype(np.float64)
    own = np.diag(likeness)
    gains = own[:, None] + own[None, :] - likeness - likeness.T
    wrong = np.argwhere(np.triu(gains <= 0, 1))
    if len(wrong):
        first, second = (list(COLOURS)[i] for i in wrong[0])
        raise PackError(f"{who} cannot tell a {first} square from a {second} one: {_REMEDY}.")


def try_faces(model: _FindsAndEmbeds, who: str, *, is_demo: bool) -> None:
    """Raise PackError unless vectors are sound and, for a real pack, a grey wall has no face."""
    noise = np.random.default_rng(11).integers(0, 256, (model.crop_px, model.crop_px, 3), np.uint8)
    crops = np.stack([noise, 255 - noise, noise])
    vectors = model.embed(crops)
    _check_vectors(vectors[:2], f"{who} embeds faces as vectors that")
    if not np.array_equal(vectors[0], vectors[2]):
        raise PackError(f"{who} embeds the same face twice as different vectors: {_REMEDY}.")
    if is_demo:
        return
    wall = np.full((1, *_WALL, 3), 128, np.uint8)
    if model.find(wall)[0]:
        raise PackError(f"{who} finds a face on a grey wall: {_REMEDY}.")


def _check_vectors(vectors: NDArray[np.float32], which: str) -> None:
    if not np.isfinite(vectors).all():
        raise PackError(f"{which} are not finite: {_REMEDY}.")
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
        raise PackError(f"{which} are not of length one: {_REMEDY}.")
    if np.allclose(vectors, vectors[:1], atol=1e-6):
        raise PackError(f"{which} are all the same: {_REMEDY}.")
