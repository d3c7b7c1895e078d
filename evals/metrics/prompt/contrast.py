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
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction, Evidence, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = [
    "BANK",
    "NO_PROMPT",
    "PROMPT_METRICS",
    "missing_prompt",
    "score_prompt",
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

_DISTRACTORS = 16
_DUPLICATE = 0.95
_Z_LIMIT = 10.0
_SMALLEST_DEVIATION = 1e-3
_RESAMPLES = 1000
_FEWEST_FOR_INTERVAL = 3

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

PROMPT_METRICS = (_RAW, _Z, _PERCENTILE, _OWN)
"""What `score_prompt` scores, in its order."""

Vectors = NDArray[np.floating]


def missing_prompt(reason: str) -> list[Score]:
    """Return every prompt metric as not assessable, for one reason."""
    return [Score.missing(facts.name, reason) for facts in PROMPT_METRICS]


def score_prompt(
    frames: Vectors,
    own: Vectors | None,
    *,
    others: Vectors,
    bank: Vectors,
    logit_scale: float,
    frame_indices: Sequence[int],
    frame_count: int,
) -> list[Score]:
    """Score one take; one score per metric, in the order of `PROMPT_METRICS`.

    `frames` (k, d) are the sampled frames' vectors and `frame_indices` (k) their places, increasing, within
    `frame_count`; `own` (d) is the shot's prompt, None where it has none; `others` (m, d) the other shots'
    prompts, m may be 0; `bank` (b, d) the vectors of `BANK`. Vectors need not have unit length.
    Raises MisuseError when the shapes do not fit together.
    """
    if own is None:
        return missing_prompt(NO_PROMPT)
    texts = np.concatenate([own[None], others.reshape(-1, own.size), bank])
    _check(frames, own, frame_indices=frame_indices, frame_count=frame_count)
    if not (np.isfinite(frames).all() and np.isfinite(texts).all()):
        return missing_prompt("The model's vectors are not finite; score the take on the CPU.")
    kept = _contrast(_unit(texts), len(others))
    if len(kept) < 3:
        return missing_prompt(
            "There are no other prompts to compare with; write the other shots' prompts."
        )
    cosines = _unit(frames) @ kept.T
    return _scores(cosines, logit_scale, frame_indices=frame_indices, frame_count=frame_count)


def _scores(
    cosines: Vectors, logit_scale: float, *, frame_indices: Sequence[int], frame_count: int
) -> list[Score]:
    probabilities = _softmax(logit_scale * cosines)
    draws = _bootstrap(len(cosines))
    means, resampled = cosines.mean(0, keepdims=True), draws @ cosines
    own = probabilities[:, 0]
    raw = 2.5 * np.maximum(cosines[:, 0], 0)
    evidence = _beaten(probabilities, frame_indices, frame_count)
    series = tuple(float(p) for p in np.interp(np.arange(frame_count), frame_indices, own))
    return [
        _score(_RAW.name, raw.mean(), draws @ raw),
        _score(_Z.name, _z(means)[0], _z(resampled), evidence=evidence),
        _score(_PERCENTILE.name, _share(means)[0], _share(resampled), evidence=evidence),
        _score(_OWN.name, own.mean(), draws @ own, evidence=evidence, series=series),
    ]


def _contrast(texts: Vectors, others: int) -> Vectors:
    """Keep the prompt (row 0), all distinct others, then distinct bank texts up to 16 in D."""
    kept = [texts[0]]
    for place, text in enumerate(texts[1:], start=1):
        is_bank = place > others
        if is_bank and len(kept) > _DISTRACTORS:
            break
        if max(float(text @ k) for k in kept) <= _DUPLICATE:
            kept.append(text)
    return np.array(kept)


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


def _softmax(logits: Vectors) -> Vectors:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    share: Vectors = powers / powers.sum(1, keepdims=True)
    return share


def _bootstrap(frames: int) -> Vectors:
    """Return resampling weights (1000, frames), each row summing to 1; the same on every call.

    None for fewer than three frames: resampling one frame would call it certain.
    """
    if frames < _FEWEST_FOR_INTERVAL:
        return np.zeros((0, frames))
    drawn = np.random.default_rng(0).multinomial(frames, np.full(frames, 1 / frames), _RESAMPLES)
    return drawn / frames


def _score(
    name: str,
    value: np.floating,
    resampled: Vectors,
    *,
    evidence: tuple[Evidence, ...] = (),
    series: tuple[float, ...] = (),
) -> Score:
    low, high = None, None
    if len(resampled):
        ends = np.quantile(resampled, (0.05, 0.95))
        low, high = min(float(ends[0]), float(value)), max(float(ends[1]), float(value))
    return Score(
        metric=name,
        state=ScoreState.OK,
        value=float(value),
        low=low,
        high=high,
        evidence=evidence,
        series=series,
    )


def _beaten(
    probabilities: Vectors, frame_indices: Sequence[int], frame_count: int
) -> tuple[Evidence, ...]:
    """Return the ranges around sampled frames where another prompt fits better, else the weakest frame."""
    own = probabilities[:, 0]
    is_beaten = own < probabilities[:, 1:].max(1)
    kind = "off prompt" if is_beaten.any() else "weakest"
    if not is_beaten.any():
        is_beaten = np.arange(len(own)) == own.argmin()
    middles = [(a + b + 1) // 2 for a, b in pairwise(frame_indices)]
    edges = [0, *middles, frame_count]
    found = []
    start = 0
    for i in range(len(own) + 1):
        if i < len(own) and is_beaten[i]:
            continue
        if start < i:
            frames = FrameRange(edges[start], edges[i])
            found.append(Evidence(frames=frames, kind=kind, severity=float(own[start:i].mean())))
        start = i + 1
    return tuple(found)


def _unit(vectors: Vectors) -> NDArray[np.float64]:
    wide = vectors.astype(np.float64)
    unit: NDArray[np.float64] = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    return unit


def _check(
    frames: Vectors, own: Vectors, *, frame_indices: Sequence[int], frame_count: int
) -> None:
    if frames.ndim != 2 or own.ndim != 1 or frames.shape[1] != own.size or len(frames) == 0:
        raise MisuseError(f"Frames {frames.shape} and prompt {own.shape} are not (k, d) and (d).")
    steps = np.diff([-1, *frame_indices, frame_count])
    if len(frame_indices) != len(frames) or steps.min() < 1:
        raise MisuseError(
            f"Frame indices {tuple(frame_indices)} must be {len(frames)} increasing places"
            f" within {frame_count} frames."
        )
