"""A take that begins as asked and drifts off is as good as its worst fifth.

The take is cut into five equal windows of time; value = min over the windows of the mean of `prompt_own`'s
probability over the window's sampled frames. The 90 % interval comes from a bootstrap within the windows;
where one holds a single frame there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evals.metrics.base import metric
from evals.metrics.prompt._sampled import NOT_FINITE, Vectors, estimate
from evals.metrics.sampled import course
from tracker.domain.scores import Axis, Direction, Evidence, Score
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = ["WINDOW", "WINDOWS", "score_windows"]

WINDOWS = 5
_RESAMPLES = 1000

WINDOW = metric(
    "prompt_window",
    version="1",
    axis=Axis.PROMPT,
    title="Own prompt in its weakest fifth",
    unit="probability",
    direction=Direction.HIGHER_IS_BETTER,
    low=0.0,
    high=1.0,
)


def score_windows(own: Vectors, *, frame_indices: Sequence[int], frame_count: int) -> Score:
    """Score the weakest of five windows; `own` (k,) is the own prompt's probability in sampled frames.

    Raises MisuseError when the frame indices (k) do not fit `own` or the take.
    """
    places = np.asarray(frame_indices)
    if own.shape != places.shape or not len(own) or places.min() < 0 or places.max() >= frame_count:
        raise MisuseError(
            f"{own.shape} probabilities do not fit {places.shape} frames of {frame_count}."
        )
    if not np.isfinite(own).all():
        return Score.missing(WINDOW.name, NOT_FINITE)
    window = places * WINDOWS // frame_count
    members = [np.flatnonzero(window == i) for i in range(WINDOWS)]
    fewest = min(len(inside) for inside in members)
    if fewest == 0:
        return Score.missing(
            WINDOW.name,
            f"Five windows of time need a sampled frame each and the take gave {len(own)}; "
            "give a longer take.",
        )
    means = np.array([own[inside].mean() for inside in members])
    rng = np.random.default_rng(0)
    drawn = [own[inside][rng.integers(len(inside), size=(_RESAMPLES, len(inside)))].mean(1)
             for inside in members]  # fmt: skip
    worst = int(means.argmin())
    borders = [-(-i * frame_count // WINDOWS) for i in range(WINDOWS + 1)]
    weakest = Evidence(
        frames=FrameRange(borders[worst], borders[worst + 1]),
        kind="off prompt",
        severity=float(1 - means[worst]),
    )
    return estimate(
        WINDOW.name,
        means[worst],
        np.min(drawn, axis=0) if fewest > 1 else np.zeros(0),
        evidence=(weakest,),
        series=course(own, frame_indices, frame_count),
    )
