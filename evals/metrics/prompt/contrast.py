"""Prompt fidelity: does the picture show what this shot's prompt says, and not what another's says?

A raw cosine depends on how the prompt is worded, so it is shown and never decided on. What decides is the
contrast against D, the other shots' prompts: near-duplicates of this prompt or of each other (cosine above
0.95) are dropped, and D is filled up to 16 from a fixed bank. With c the cosine of a frame and a text:

| metric            | value                                                                         |
|-------------------|-------------------------------------------------------------------------------|
| prompt_raw        | mean over frames of 2.5 * max(c, 0)   (CLIPScore, Hessel et al. 2021)         |
| prompt_z          | (mean c of the prompt - mean over D) / deviation over D, limited to -10..10   |
| prompt_percentile | share of D whose mean c is lower, ties by half                                |
| prompt_own        | mean over frames of the softmax over {prompt} + D of logit_scale * c          |

Intervals of 90 % come from a bootstrap over the frames (three or more). Only arrays here; `evals.packs`
makes them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evals.metrics.base import metric
from evals.metrics.prompt._sampled import (
    NOT_FINITE,
    Vectors,
    bootstrap,
    check_places,
    estimate,
    softmax,
    unit,
)
from evals.metrics.sampled import course, ranges
from tracker.domain.scores import Axis, Direction, Evidence, Score
from tracker.errors import MisuseError

__all__ = [
    "BANK",
    "CONTRAST_METRICS",
    "NOTHING_TO_COMPARE",
    "NO_PROMPT",
    "own_probabilities",
    "score_contrast",
]

BANK = (
    "An empty highway at noon, seen from above.",
    "A close-up of two hands kneading dough on a wooden table.",
    "Waves breaking against black rocks under a grey sky.",
    "A crowded night market lit by paper lanterns.",
    "A man in a dark suit waits alone in a hotel corridor.",
    "Snow falling on a small wooden church at dusk.",
    "A white cat asleep on a windowsill in the morning sun.",
    "A yellow taxi crossing a bridge in heavy rain.",
    "Children running through a wheat field in summer.",
    "A red sports car drifting around a corner of a race track.",
    "An astronaut floating outside a space station above the Earth.",
    "A woman playing the cello on an empty stage, one spotlight.",
    "A glass bottle turning slowly in front of a white background.",
    "A herd of horses galloping through a shallow river.",
    "An old library with tall shelves and dust in the light.",
    "A chef tossing vegetables in a pan over a high flame.",
    "Two people talking at a kitchen table, handheld camera.",
    "A dense green jungle with fog between the trees.",
    "A city skyline at sunrise, time lapse of moving clouds.",
    "A runner tying her shoes at the start of a stadium track.",
    "A small fishing boat on a calm lake, wide shot.",
    "A robot arm welding a car body in a factory, sparks flying.",
    "A crowd with raised arms at an open-air concert at night.",
    "A desert road with a lone motorcycle, low sun, long shadows.",
)
"""Shots that any film might hold; they stand in where a film has fewer than 16 other prompts."""

NO_PROMPT = "The shot has no prompt; write one in its brief."
NOTHING_TO_COMPARE = "There are no other prompts to compare with; write the other shots' prompts."

_DISTRACTORS = 16
_DUPLICATE = 0.95
_Z_LIMIT = 10.0
_SMALLEST_DEVIATION = 1e-3

_RAW = metric(
    "prompt_raw",
    version="1",
    axis=Axis.PROMPT,
    title="Prompt similarity",
    unit="2.5 x cosine",
    direction=Direction.HIGHER_IS_BETTER,
    low=0.0,
    high=2.5,
    decides=False,
)
_Z = metric(
    "prompt_z",
    version="1",
    axis=Axis.PROMPT,
    title="Prompt against other shots",
    unit="standard deviations",
    direction=Direction.HIGHER_IS_BETTER,
    low=-_Z_LIMIT,
    high=_Z_LIMIT,
)
_PERCENTILE = metric(
    "prompt_percentile",
    version="1",
    axis=Axis.PROMPT,
    title="Other prompts beaten",
    unit="share",
    direction=Direction.HIGHER_IS_BETTER,
    low=0.0,
    high=1.0,
)
_OWN = metric(
    "prompt_own",
    version="1",
    axis=Axis.PROMPT,
    title="Own prompt recognised",
    unit="probability",
    direction=Direction.HIGHER_IS_BETTER,
    low=0.0,
    high=1.0,
)

CONTRAST_METRICS = (_RAW, _Z, _PERCENTILE, _OWN)
"""What `score_contrast` scores, in its order."""


def own_probabilities(
    frames: Vectors, own: Vectors, *, others: Vectors, bank: Vectors, logit_scale: float
) -> Vectors | None:
    """Return each frame's softmax over {prompt} + D, the prompt in column 0; None where D is too small.

    Shapes as for `score_contrast`; the result has shape (k, 1 + size of D). Where any vector is not finite
    nothing in it is.
    """
    if not _are_finite(frames, own, others, bank):
        return np.full((len(frames), 1), np.nan)
    cosines = _cosines(frames, own, others=others, bank=bank)
    return None if cosines is None else softmax(logit_scale * cosines)


def score_contrast(
    frames: Vectors,
    own: Vectors,
    *,
    others: Vectors,
    bank: Vectors,
    logit_scale: float,
    frame_indices: Sequence[int],
    frame_count: int,
) -> list[Score]:
    """Score one take; one score per metric, in the order of `CONTRAST_METRICS`.

    `frames` (k, d) are the sampled frames' vectors and `frame_indices` (k) their places, increasing, within
    `frame_count`; `own` (d) is the shot's prompt; `others` (m, d) the other shots' prompts, m may be 0;
    `bank` (b, d) the vectors of `BANK`. Vectors need not have unit length.
    Raises MisuseError when the shapes do not fit together.
    """
    _check(frames, own, frame_indices=frame_indices, frame_count=frame_count)
    if not _are_finite(frames, own, others, bank):
        return [Score.missing(facts.name, NOT_FINITE) for facts in CONTRAST_METRICS]
    cosines = _cosines(frames, own, others=others, bank=bank)
    if cosines is None:
        return [Score.missing(facts.name, NOTHING_TO_COMPARE) for facts in CONTRAST_METRICS]
    return _scores(cosines, logit_scale, frame_indices=frame_indices, frame_count=frame_count)


def _are_finite(*tables: Vectors) -> bool:
    return all(bool(np.isfinite(vectors).all()) for vectors in tables)


def _cosines(frames: Vectors, own: Vectors, *, others: Vectors, bank: Vectors) -> Vectors | None:
    texts = np.concatenate([own[None], others.reshape(-1, own.size), bank])
    kept = _contrast(unit(texts), len(others))
    return None if len(kept) < 3 else unit(frames) @ kept.T


def _scores(
    cosines: Vectors, logit_scale: float, *, frame_indices: Sequence[int], frame_count: int
) -> list[Score]:
    probabilities = softmax(logit_scale * cosines)
    draws = bootstrap(len(cosines))
    means, resampled = cosines.mean(0, keepdims=True), draws @ cosines
    own = probabilities[:, 0]
    raw = 2.5 * np.maximum(cosines[:, 0], 0)
    evidence = _beaten(probabilities, frame_indices, frame_count)
    series = course(own, frame_indices, frame_count)
    return [
        estimate(_RAW.name, raw.mean(), draws @ raw),
        estimate(_Z.name, _z(means)[0], _z(resampled), evidence=evidence),
        estimate(_PERCENTILE.name, _share(means)[0], _share(resampled), evidence=evidence),
        estimate(_OWN.name, own.mean(), draws @ own, evidence=evidence, series=series),
    ]


def _contrast(texts: Vectors, others: int) -> Vectors:
    """Keep the prompt (row 0), all distinct others, then distinct bank texts up to 16 in D."""
    alike = texts @ texts.T
    kept = [0]
    for place in range(1, len(texts)):
        is_bank = place > others
        if is_bank and len(kept) > _DISTRACTORS:
            break
        if alike[place, kept].max() <= _DUPLICATE:
            kept.append(place)
    return texts[kept]


def _z(means: Vectors) -> Vectors:
    """Return the z of column 0 against the others, for rows of mean cosines (n, 1 + m)."""
    spread = np.maximum(means[:, 1:].std(1), _SMALLEST_DEVIATION)
    z: Vectors = np.clip((means[:, 0] - means[:, 1:].mean(1)) / spread, -_Z_LIMIT, _Z_LIMIT)
    return z


def _share(means: Vectors) -> Vectors:
    """Return the share of columns 1.. below column 0, ties by half."""
    own, rest = means[:, :1], means[:, 1:]
    share: Vectors = ((rest < own).mean(1) + (rest <= own).mean(1)) / 2
    return share


def _beaten(
    probabilities: Vectors, frame_indices: Sequence[int], frame_count: int
) -> tuple[Evidence, ...]:
    """Return the ranges around sampled frames where another prompt fits better, else the weakest frame."""
    own = probabilities[:, 0]
    is_beaten = own < probabilities[:, 1:].max(1)
    kind = "off prompt" if is_beaten.any() else "weakest"
    if not is_beaten.any():
        is_beaten = np.arange(len(own)) == own.argmin()
    return tuple(
        Evidence(frames=frames, kind=kind, severity=float(1 - own[places].mean()))
        for frames, places in ranges(is_beaten, frame_indices, frame_count)
    )


def _check(
    frames: Vectors, own: Vectors, *, frame_indices: Sequence[int], frame_count: int
) -> None:
    if frames.ndim != 2 or own.ndim != 1 or frames.shape[1] != own.size or len(frames) == 0:
        raise MisuseError(f"Frames {frames.shape} and prompt {own.shape} are not (k, d) and (d).")
    check_places(frames, frame_indices=frame_indices, frame_count=frame_count)
