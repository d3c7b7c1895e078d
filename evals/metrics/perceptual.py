"""LPIPS over time: how much each frame looks unlike the one before, beyond what motion explains.

| metric            | value                                                                       |
|-------------------|-----------------------------------------------------------------------------|
| lpips_raw         | mean distance of neighbouring frames; shown only, since motion raises it    |
| lpips_compensated | mean distance after the earlier frame is moved onto the later: boil, wobble |
| lpips_residual    | largest log ratio of a compensated distance to what its motion speed foretells |

What a speed foretells is a robust line through the take's own pairs: log(d + 0.002) over log(1 + speed),
slope by Theil-Sen (never negative), level by the median. A pair stands out at a robust z of 3.5 (residual
over 1.4826 * MAD, at least 0.05) and 1.5 times what was foretold; runs of such pairs are the evidence.
Only arrays here; `evals.packs.perceptual` measures the distances.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from evals.metrics.base import metric
from tracker.domain.scores import Axis, Direction, Evidence, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = ["PERCEPTUAL_METRICS", "missing_perceptual", "score_distances"]

_FEWEST_PAIRS = 8
_STILL = 1e-4
_SOFTENING = 0.002
"""Added before the logarithm: distances this small are codec noise, not to be blown up."""
_SMALLEST_SPREAD = 0.05
_OUTLIER_Z = 3.5
_OUTLIER_RATIO = float(np.log(1.5))
_SLOPE_POINTS = 400

_RAW = metric(
    "lpips_raw",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Frame-to-frame change",
    unit="LPIPS distance per frame",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
    decides=False,
)
_COMPENSATED = metric(
    "lpips_compensated",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Change beyond motion",
    unit="LPIPS distance per frame",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
)
_RESIDUAL = metric(
    "lpips_residual",
    version="1",
    axis=Axis.ARTIFACTS,
    title="Popping and morphing",
    unit="log ratio",
    direction=Direction.LOWER_IS_BETTER,
    low=0.0,
    high=None,
)

PERCEPTUAL_METRICS = (_RAW, _COMPENSATED, _RESIDUAL)
"""What `score_distances` scores, in its order."""

Numbers = NDArray[np.floating]


def missing_perceptual(reason: str) -> list[Score]:
    """Return every LPIPS metric as not assessable, for one reason."""
    return [Score.missing(facts.name, reason) for facts in PERCEPTUAL_METRICS]


def score_distances(
    raw: Numbers,
    compensated: Numbers,
    *,
    speed_px: Numbers,
    fps: Fraction,
    frame_count: int,
) -> list[Score]:
    """Score one take; one score per metric, in the order of `PERCEPTUAL_METRICS`.

    All three arrays are (frame_count - 1): entry i speaks of frames i and i + 1. `speed_px` is the median
    length of the flow between them, in pixels at analysis size. Series have one value per frame; the first
    frame has no predecessor and takes 0.
    Raises MisuseError when the lengths do not fit together or a distance is negative.
    """
    lengths = {len(raw), len(compensated), len(speed_px), frame_count - 1}
    if len(lengths) != 1 and frame_count > 0:
        raise MisuseError(
            f"{frame_count} frames need {frame_count - 1} distances, compensated distances and speeds;"
            f" got {len(raw)}, {len(compensated)}, {len(speed_px)}."
        )
    if len(raw) < _FEWEST_PAIRS:
        return missing_perceptual(
            f"The take has {frame_count} frames; LPIPS over time needs {_FEWEST_PAIRS + 1}."
        )
    if not all(np.isfinite(a).all() for a in (raw, compensated, speed_px)):
        return missing_perceptual("LPIPS distances are not finite; score the take on the CPU.")
    if min(raw.min(), compensated.min(), speed_px.min()) < 0:
        raise MisuseError("A distance or a speed is negative; give them as they were measured.")
    if raw.max() < _STILL:
        return missing_perceptual("The picture stands still, so there is no change to judge.")
    residual = _residuals(compensated.astype(np.float64), speed_px.astype(np.float64))
    evidence = _outliers(residual, float(fps))
    return [
        _score(_RAW.name, raw.mean(), raw),
        _score(_COMPENSATED.name, compensated.mean(), compensated, evidence=evidence),
        _score(_RESIDUAL.name, max(0.0, residual.max()), residual, evidence=evidence),
    ]


def _residuals(distance: NDArray[np.float64], speed_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log distance minus what the speed foretells; its median is 0."""
    x, y = np.log1p(speed_px), np.log(distance + _SOFTENING)
    left = y - max(0.0, _theil_sen(x, y)) * x
    residual: NDArray[np.float64] = left - np.median(left)
    return residual


def _theil_sen(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the median slope over all pairs of points; 0 where the speed hardly changes.

    Long takes are thinned to 400 evenly spaced points first.
    """
    chosen = np.unique(np.linspace(0, len(x) - 1, min(len(x), _SLOPE_POINTS)).round().astype(int))
    x, y = x[chosen], y[chosen]
    first, second = np.triu_indices(len(x), 1)
    run = x[second] - x[first]
    is_far = np.abs(run) > 0.1
    # A line through a few pairs only would follow whatever happened in those few frames.
    if is_far.mean() < 0.1:
        return 0.0
    return float(np.median((y[second] - y[first])[is_far] / run[is_far]))


def _outliers(residual: NDArray[np.float64], fps: float) -> tuple[Evidence, ...]:
    """Return runs of pairs that stand out; a run of pairs i..j is seen in frames i + 1..j + 1."""
    spread = max(1.4826 * float(np.median(np.abs(residual))), _SMALLEST_SPREAD)
    stands_out = residual > max(_OUTLIER_Z * spread, _OUTLIER_RATIO)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], stands_out.astype(int), [0]])))
    return tuple(
        Evidence(
            frames=FrameRange(int(start) + 1, int(end) + 1),
            kind=_kind(int(end - start), fps),
            severity=float(residual[start:end].max()),
        )
        for start, end in edges.reshape(-1, 2)
    )


def _kind(pairs: int, fps: float) -> str:
    """Name a run by its length: a jump and its return, a change of shape, a lasting unrest."""
    if pairs <= 2:
        return "popping"
    return "morph" if pairs <= fps else "boil"


def _score(
    name: str,
    value: float | np.floating,
    course: Numbers,
    *,
    evidence: tuple[Evidence, ...] = (),
) -> Score:
    series = (0.0, *(float(v) for v in course))
    return Score(
        metric=name, state=ScoreState.OK, value=float(value), evidence=evidence, series=series
    )
