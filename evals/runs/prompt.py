"""A take's sampled frames against its brief: which texts are wanted, and every score that they give.

All texts of a take are asked for at once; each distinct text is embedded once and kept (`evals.runs.cache`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.metrics.prompt import (
    BANK,
    NOTHING_TO_COMPARE,
    WINDOW,
    Asked,
    find_beats,
    own_probabilities,
    questions,
    score_beats,
    score_contrast,
    score_phrases,
    score_windows,
)
from evals.runs.plan import Briefs, distractors, other_briefs
from tracker.domain.production import Shot
from tracker.domain.scores import Score

__all__ = ["Encode", "SampledTake", "score_prompt"]

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors (n, d)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SampledTake:
    """What the text-image model saw of a take."""

    vectors: NDArray[np.float32]
    """(k, d)."""
    indices: tuple[int, ...]
    """Places of the k frames, increasing."""
    frame_count: int


def score_prompt(
    take: SampledTake, shot: Shot, briefs: Briefs, *, encode: Encode, logit_scale: float
) -> list[Score]:
    """Return every prompt score of a take that a text-image model gives, in the order of `PROMPT_METRICS`.

    `briefs` are the production's, this shot's own among them or not; the shot's brief is not empty.
    """
    asked = questions(shot.brief, other_briefs(briefs, shot))
    beats = find_beats(shot.brief)
    texts = _Texts(encode)
    texts.want([shot.brief.text], distractors(briefs, shot), BANK, beats)
    texts.want(*((one.phrase.text, *one.alternatives) for one in asked))
    own = texts.vectors([shot.brief.text])[0]
    others, bank = texts.vectors(distractors(briefs, shot)), texts.vectors(BANK)
    questioned = [
        Asked(question=one, vectors=texts.vectors([one.phrase.text, *one.alternatives]))
        for one in asked
    ]
    return [
        *score_contrast(
            take.vectors,
            own,
            others=others,
            bank=bank,
            logit_scale=logit_scale,
            frame_indices=take.indices,
            frame_count=take.frame_count,
        ),
        _window(take, own, others=others, bank=bank, logit_scale=logit_scale),
        score_phrases(
            take.vectors,
            questioned,
            logit_scale=logit_scale,
            frame_indices=take.indices,
            frame_count=take.frame_count,
        ),
        score_beats(
            take.vectors,
            beats,
            texts.vectors(beats),
            logit_scale=logit_scale,
            frame_indices=take.indices,
            frame_count=take.frame_count,
        ),
    ]


def _window(
    take: SampledTake,
    own: NDArray[np.float32],
    *,
    others: NDArray[np.float32],
    bank: NDArray[np.float32],
    logit_scale: float,
) -> Score:
    shares = own_probabilities(take.vectors, own, others=others, bank=bank, logit_scale=logit_scale)
    if shares is None:
        return Score.missing(WINDOW.name, NOTHING_TO_COMPARE)
    return score_windows(shares[:, 0], frame_indices=take.indices, frame_count=take.frame_count)


class _Texts:
    """Texts and their vectors, so that all are encoded in one go."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._wanted: dict[str, None] = {}
        self._places: dict[str, int] = {}
        self._table = np.zeros((0, 1), np.float32)

    def want(self, *groups: Sequence[str]) -> None:
        """Name texts that `vectors` will be asked for."""
        self._wanted.update(dict.fromkeys(text for group in groups for text in group))

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors (n, d) of texts that were wanted; n may be 0."""
        if not self._places:
            self._table = self._encode(list(self._wanted))
            self._places = {text: place for place, text in enumerate(self._wanted)}
        return self._table[[self._places[text] for text in texts]]
