"""How a metric registers, and what a streaming measure looks like.

A metric is a pure function plus its facts. Facts are registered where the function is defined:

    FLICKER = metric("flicker", version="1", axis=Axis.ARTIFACTS, low=0.0, high=None, ...)

and the list of built-ins is the explicit import in `evals.metrics.builtin`.
"""

from __future__ import annotations

from typing import Protocol

from evals.media.types import ClipFacts, Frame, Motion
from tracker.domain.scores import Axis, Direction, MetricFacts, Score
from tracker.errors import MisuseError

__all__ = ["Meter", "metric", "registered"]

_REGISTRY: dict[str, MetricFacts] = {}


def metric(
    name: str,
    *,
    version: str,
    axis: Axis,
    title: str,
    unit: str,
    direction: Direction,
    low: float,
    high: float | None,
    fails_at: float | None = None,
    decides: bool = True,
) -> MetricFacts:
    """Register a metric's facts under its name and return them; a name is taken only once."""
    if name in _REGISTRY:
        raise MisuseError(f"Metric '{name}' is registered twice; choose another name.")
    facts = MetricFacts(
        name=name,
        version=version,
        axis=axis,
        title=title,
        unit=unit,
        direction=direction,
        low=low,
        high=high,
        fails_at=fails_at,
        decides=decides,
    )
    _REGISTRY[name] = facts
    return facts


def registered() -> dict[str, MetricFacts]:
    """Return a copy of all facts registered so far, by name."""
    return dict(_REGISTRY)


class Meter(Protocol):
    """A streaming measure that serves one or several metrics in one pass."""

    @property
    def metrics(self) -> tuple[MetricFacts, ...]:
        """What this meter scores."""
        ...

    def feed(self, frame: Frame, motion: Motion | None) -> None:
        """Take one frame; `motion` is None for the first frame of the clip."""
        ...

    def finish(self, clip: ClipFacts) -> list[Score]:
        """Return exactly one score per metric, a missing one with its reason."""
        ...
