"""Is each thing that the brief asks for in the picture, and from which frame on is it not?

With c the cosine of a frame and a text, s the model's logit scale, p a phrase and q_1..q_m what it could have
been instead (`evals.metrics.prompt.counterfactuals`), a frame's log odds are those of a softmax over {p} + q,

    z = s * c(p) - log(sum_j exp(s * c(q_j))),     P = 1 / (1 + exp(-(slope * z + offset + log(.8 / .2))))

and P is calibrated with a slope and an offset for each group of phrases (Platt 1999). A phrase's value is
the mean of P over the frames; a take's value is that of its worst trusted phrase, and the frames where that
phrase is missing are those with P below one half.

The calibration was fitted on scenes of the drawn world with the demo pack, true and false phrases weighing
alike, by `python -m evals.training.phrases`; .8 is the share of phrases that takes are taken to show. For
other models and real films both are a starting point until a studio's own decisions replace them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.metrics.base import metric
from evals.metrics.prompt._sampled import (
    NOT_FINITE,
    Vectors,
    bootstrap,
    check_places,
    estimate,
    unit,
)
from evals.metrics.prompt.counterfactuals import Question
from evals.metrics.sampled import course, ranges
from tracker.domain.scores import Axis, Direction, Evidence, Score
from tracker.errors import MisuseError

__all__ = [
    "CALIBRATION",
    "CALIBRATION_VERSION",
    "NO_PHRASES",
    "PHRASE",
    "PRIOR",
    "Asked",
    "log_odds",
    "probabilities",
    "score_phrases",
]

PHRASE = metric(
    "prompt_phrase",
    version="1",
    axis=Axis.PROMPT,
    title="Worst phrase",
    unit="probability",
    direction=Direction.HIGHER_IS_BETTER,
    low=0.0,
    high=1.0,
)

NO_PHRASES = (
    "The brief has no fields that a picture can show; fill in subject, setting, time or light."
)

PRIOR = 0.8
"""Share of its phrases that a take is expected to show before anybody has looked."""

CALIBRATION: Mapping[str, tuple[float, float]] = {
    "accessory": (0.57, 2.2),
    "clothing": (1.9, 6.8),
    "light": (1.1, 1.3),
    "person": (0.92, 2.2),
    "place": (2.1, 8.0),
    "thing": (0.87, 2.9),
    "time": (2.6, 2.6),
    "weather": (0.93, 0.24),
}
"""Slope and offset by group of phrases, as fitted; groups that are not here are never decided on."""

_SHOWN_ONLY = {"accessory": "a small thing"}
"""Groups that the fitted model told from false ones too seldom (area under the curve .78 for accessories)."""

CALIBRATION_VERSION = "2"
"""Changes with any number above."""

_MISSING_BELOW = 0.5
_SHOWN = 8
"""Phrases that a remark lists at most, of each sort; the rest is counted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """A question with the vectors of its texts."""

    question: Question
    vectors: Vectors
    """(1 + m, d): the phrase, then its alternatives; without any nothing can be said of it."""

    def __post_init__(self) -> None:
        """Check that every text has its vector."""
        texts = 1 + len(self.question.alternatives)
        if self.vectors.ndim != 2 or len(self.vectors) != texts:
            raise MisuseError(
                f"'{self.question.phrase.text}' has {texts - 1} alternatives and vectors of shape "
                f"{self.vectors.shape}; give one vector for each text."
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Answer:
    text: str
    distrust: str
    shares: Vectors
    """P for each sampled frame, shape (k,); empty where none can be given."""

    @property
    def value(self) -> float:
        return float(self.shares.mean()) if len(self.shares) else 0.5

    @property
    def told(self) -> str:
        level = f" {self.value:.2f}" if len(self.shares) else ""
        return f'"{self.text}"{level}' + (f" ({self.distrust})" if self.distrust else "")


def log_odds(frames: Vectors, texts: Vectors, *, logit_scale: float) -> Vectors:
    """Return z (k,) of the first text against the others; frames (k, d), texts (1 + m, d) of any length.

    exp(z) / (1 + exp(z)) is the softmax over all texts, at the first one.
    """
    logits = logit_scale * unit(frames) @ unit(texts).T
    top = logits[:, 1:].max(1)
    rest = top + np.log(np.exp(logits[:, 1:] - top[:, None]).sum(1))
    odds: Vectors = logits[:, 0] - rest
    return odds


def probabilities(odds: Vectors, group: str) -> Vectors:
    """Return the calibrated P of log odds (k,); of a group without a calibration the softmax's own."""
    slope, offset = 1.0, 0.0
    if group in CALIBRATION:
        slope, offset = CALIBRATION[group]
        offset += math.log(PRIOR / (1 - PRIOR))
    chance: Vectors = 1 / (1 + np.exp(-np.clip(slope * odds + offset, -50, 50)))
    return chance


def score_phrases(
    frames: Vectors,
    asked: Sequence[Asked],
    *,
    logit_scale: float,
    frame_indices: Sequence[int],
    frame_count: int,
) -> Score:
    """Score the worst trusted phrase of one take; what is for a person to judge stands in the remark.

    `frames` (k, d) are the sampled frames' vectors, `frame_indices` (k) their places, increasing, within
    `frame_count`. Raises MisuseError when shapes do not fit together.
    """
    check_places(frames, frame_indices=frame_indices, frame_count=frame_count)
    if not asked:
        return Score.missing(PHRASE.name, NO_PHRASES)
    if not all(np.isfinite(v).all() for v in (frames, *(one.vectors for one in asked))):
        return Score.missing(PHRASE.name, NOT_FINITE)
    answers = sorted((_answer(frames, one, logit_scale) for one in asked), key=lambda a: a.value)
    trusted = [answer for answer in answers if not answer.distrust]
    remark = _remark(answers)
    if not trusted:
        reason = f"No phrase of this brief can be decided by a model; a person must look. {remark}"
        return Score.missing(PHRASE.name, reason)
    worst = trusted[0]
    return estimate(
        PHRASE.name,
        worst.value,
        bootstrap(len(frames)) @ worst.shares,
        reason=remark,
        evidence=_where(worst, frame_indices, frame_count),
        series=course(worst.shares, frame_indices, frame_count),
    )


def _answer(frames: Vectors, asked: Asked, logit_scale: float) -> _Answer:
    question = asked.question
    shares: Vectors = np.zeros(0)
    distrust = question.distrust or _SHOWN_ONLY.get(question.group, "")
    if not distrust and question.group not in CALIBRATION:
        distrust = "not calibrated"
    if question.alternatives and question.group in CALIBRATION:
        odds = log_odds(frames, asked.vectors, logit_scale=logit_scale)
        shares = probabilities(odds, question.group)
    return _Answer(text=question.phrase.text, distrust=distrust, shares=shares)


def _where(answer: _Answer, frame_indices: Sequence[int], frame_count: int) -> tuple[Evidence, ...]:
    """Return where the phrase is missing, in the order of time, else its weakest frame."""
    is_missing = answer.shares < _MISSING_BELOW
    if not is_missing.any():
        is_missing = np.arange(len(answer.shares)) == answer.shares.argmin()
    return tuple(
        Evidence(frames=frames, kind=answer.text, severity=float(1 - answer.shares[places].mean()))
        for frames, places in ranges(is_missing, frame_indices, frame_count)
    )


def _remark(answers: Sequence[_Answer]) -> str:
    sure = [answer.told for answer in answers if not answer.distrust]
    unsure = [answer.told for answer in answers if answer.distrust]
    told = {"Phrases": sure, "For a person to judge": unsure}
    return " ".join(f"{who}: {_listed(texts)}." for who, texts in told.items() if texts)


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
