"""Do the beats of an action come in the order in which the brief tells them?

The take is cut into one run of sampled frames for each beat, in whatever order explains the frames best.
With c(f, b) the cosine of frame f and beat b, and m(b) its mean over the frames (every beat comes somewhere),
the runs and their order maximise the sum over frames of log softmax_b(logit_scale * (c(f, b) - m(b)));
dynamic programming over sets of beats finds them exactly. The value is Kendall's tau-a between that order and
the told one: 1 as told, -1 reversed. The interval of 90 % resamples the frames' weights.

Single frames show many actions badly, and two beats give two values only: this is shown to people and never
decided on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

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
from evals.metrics.prompt.wording import has_words
from evals.metrics.sampled import edges
from tracker.domain.production import Brief
from tracker.domain.scores import Axis, Direction, Evidence, Score
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = ["BEATS", "MOST_BEATS", "NO_BEATS", "best_order", "find_beats", "kendall", "score_beats"]

MOST_BEATS = 5
"""Beats after these are not looked for, and the remark says so: sixteen frames cannot hold more apart."""

NO_BEATS = "The brief tells no order of two beats; write the action as 'first ..., then ...'."

BEATS = metric(
    "prompt_beats",
    version="1",
    axis=Axis.PROMPT,
    title="Order of the beats",
    unit="Kendall's tau",
    direction=Direction.HIGHER_IS_BETTER,
    low=-1.0,
    high=1.0,
    decides=False,
)

_DRAWS = 200
_THEN = re.compile(
    r"[\s,;.]*\b(?:and then|then|afterwards|after that|next|finally)\b[\s,]*", re.IGNORECASE
)
_FIRST = re.compile(
    r"^\s*(?:(?:(?:at )?first(?:ly)?|finally|next)\b[\s,:]*|\(?\d+[.):]\s*)", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:^|\s)\(?[1-9][.):]\s+")
_AND = re.compile(r"\s+and\s+(?:an?|the|her|his|their|another|two|three)\s", re.IGNORECASE)


def find_beats(brief: Brief) -> tuple[str, ...]:
    """Return the beats of a brief in their order, in the director's words; empty where no order is told.

    Looked for in the action, else in the prompt: numbered beats; beats joined by `then`; in an action also
    beats divided by semicolons, unless there are as many as subjects: then each is a figure's own. Of several
    figures' actions the one with the most beats is followed.

    >>> find_beats(Brief(action="First she sits, then looks up; finally leaves."))
    ('she sits', 'looks up', 'leaves')
    """
    parts = [part for part in brief.action.split(";") if has_words(part)]
    subjects = 1 + len(_AND.findall(f"{brief.subject} ")) if brief.subject else 1
    if len(parts) > 1 and len(parts) == subjects:
        told = max((_ordered(part) for part in parts), key=len)
    elif len(parts) > 1 and not _NUMBERED.search(brief.action):
        told = tuple(beat for part in parts for beat in (_ordered(part) or (_tidy(part),)))
    else:
        told = _ordered(brief.action)
    if len(told) < 2:
        told = max((_ordered(text) for text in re.split(r"\n\s*\n", brief.prompt)), key=len)
    return tuple(beat for beat in told if beat) if len(told) > 1 else ()


def _ordered(text: str) -> tuple[str, ...]:
    numbered = [part for part in _NUMBERED.split(text) if has_words(part)]
    starts = _NUMBERED.findall(text)
    parts = numbered[-len(starts) :] if len(starts) > 1 else _THEN.split(text)
    beats = tuple(_tidy(part) for part in parts if has_words(part))
    return beats if len(beats) > 1 else ()


def _tidy(part: str) -> str:
    return _FIRST.sub("", part).strip(" \t\n,;.:")


def kendall(order: Sequence[int]) -> float:
    """Return Kendall's tau-a of an order of 0..n-1 against 0, 1, .., n-1; n is 2 or more.

    tau = (pairs in order - pairs out of order) / (n * (n - 1) / 2)   (Kendall 1938)
    """
    signs = [1 if a < b else -1 for a, b in combinations(order, 2)]
    return sum(signs) / len(signs)


def best_order(gains: Vectors) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return (order of the beats, where each run begins) with the largest sum of gains (k, b).

    Every beat has one run of at least one frame, so k is b or more, else MisuseError. Exact, in
    k * 2^b * b steps; of several that are best always the same one.
    """
    orders, starts = _best_orders(np.asarray(gains, np.float64)[None])
    return tuple(orders[0].tolist()), tuple(starts[0].tolist())


def _best_orders(gains: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of n tables of gains (n, k, b): the best order (n, b) and its starts (n, b)."""
    draws, frames, beats = gains.shape
    if frames < beats or beats < 1:
        raise MisuseError(f"{frames} frames cannot hold {beats} beats; sample more frames.")
    full = 1 << beats
    # best[s, b]: the largest sum from here to the end, when the beats of s are done or running and b runs.
    best = np.full((draws, full, beats), -np.inf)
    best[:, full - 1, :] = gains[:, -1, :]
    chosen = np.full((frames, draws, full, beats), -1, np.int8)
    for frame in range(frames - 2, -1, -1):
        after = best.copy()
        for mask in range(full):
            for follower in (b for b in range(beats) if not mask >> b & 1):
                value = best[:, mask | 1 << follower, follower, None]
                is_better = value > after[:, mask]
                after[:, mask] = np.where(is_better, value, after[:, mask])
                chosen[frame, :, mask] = np.where(is_better, follower, chosen[frame, :, mask])
        best = after + gains[:, frame, None, :]
    return _read_back(best, chosen)


def _read_back(
    best: NDArray[np.float64], chosen: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    frames, draws, _, beats = chosen.shape
    first = np.array([best[:, 1 << b, b] for b in range(beats)]).argmax(0)
    rows = np.arange(draws)
    running, mask = first.copy(), 1 << first
    orders, starts = np.zeros((draws, beats), np.int64), np.zeros((draws, beats), np.int64)
    count = np.ones(draws, np.int64)
    orders[:, 0] = first
    for frame in range(frames - 1):
        follower = chosen[frame, rows, mask, running].astype(np.int64)
        moves = follower >= 0
        orders[rows[moves], count[moves]] = follower[moves]
        starts[rows[moves], count[moves]] = frame + 1
        count += moves
        running = np.where(moves, follower, running)
        mask = np.where(moves, mask | 1 << np.maximum(follower, 0), mask)
    return orders, starts


def score_beats(
    frames: Vectors,
    beats: Sequence[str],
    vectors: Vectors,
    *,
    logit_scale: float,
    frame_indices: Sequence[int],
    frame_count: int,
) -> Score:
    """Score the order of a take's beats.

    `frames` (k, d) are the sampled frames' vectors, `frame_indices` (k) their places; `vectors` (b, d) belong
    to the texts `beats`; the first `MOST_BEATS` are looked for. Raises MisuseError when shapes do not fit
    together.
    """
    check_places(frames, frame_indices=frame_indices, frame_count=frame_count)
    if len(beats) < 2:
        return Score.missing(BEATS.name, NO_BEATS)
    if vectors.shape != (len(beats), frames.shape[1]):
        raise MisuseError(f"{len(beats)} beats do not fit vectors of shape {vectors.shape}.")
    left_out = beats[MOST_BEATS:]
    beats, vectors = beats[:MOST_BEATS], vectors[:MOST_BEATS]
    if len(frames) < len(beats):
        return Score.missing(
            BEATS.name,
            f"{len(beats)} beats need as many frames and the take has {len(frames)}; "
            "give a longer take.",
        )
    if not (np.isfinite(frames).all() and np.isfinite(vectors).all()):
        return Score.missing(BEATS.name, NOT_FINITE)
    cosines = unit(frames) @ unit(vectors).T
    shares = softmax(logit_scale * (cosines - cosines.mean(0)))
    gains = np.log(np.maximum(shares, 1e-12)).astype(np.float64)
    order, starts = best_order(gains)
    weights = bootstrap(len(frames))[:_DRAWS] * len(frames)
    drawn = _best_orders(weights[:, :, None] * gains)[0].tolist() if len(weights) else []
    return estimate(
        BEATS.name,
        kendall(order),
        np.array([kendall(one) for one in drawn]),
        reason=_remark([beats[i] for i in order], left_out),
        evidence=_runs(beats, order, starts=starts, places=edges(frame_indices, frame_count)),
    )


def _remark(seen: Sequence[str], left_out: Sequence[str]) -> str:
    remark = f"The frames fit best as {_quoted(seen)}."
    if left_out:
        remark += f" Not looked for, since {MOST_BEATS} beats are the most: {_quoted(left_out)}."
    return remark


def _quoted(beats: Sequence[str]) -> str:
    return ", ".join(f'"{beat}"' for beat in beats)


def _runs(
    beats: Sequence[str], order: Sequence[int], *, starts: Sequence[int], places: Sequence[int]
) -> tuple[Evidence, ...]:
    """Return where each beat is found; a beat out of its place is the worse."""
    ends = [*starts[1:], len(places) - 1]
    return tuple(
        Evidence(
            frames=FrameRange(places[start], places[end]),
            kind=beats[beat],
            severity=float(beat != place),
        )
        for place, (beat, start, end) in enumerate(zip(order, starts, ends, strict=True))
    )
