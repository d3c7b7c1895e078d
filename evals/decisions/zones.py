"""Which takes may pass: zones of the score, tested from strict to loose.

A zone is all takes whose score is at least a threshold. Thresholds are fixed before anybody labels, as
quantiles of the takes to be decided. They are tested in order at the full `delta` and testing stops at the
first that fails: fixed-sequence testing (Maurer, Hothorn & Lehmacher 1995; for risk control Angelopoulos,
Bates, Candes, Jordan & Lei 2021, arXiv 2110.01052), which keeps the chance of any false pass under `delta`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evals.decisions.bounds import check_rates, labels_needed, stream_p_value, upper_bound
from tracker.errors import MisuseError

__all__ = [
    "DEFAULT_ZONES",
    "Zone",
    "ZoneTest",
    "first_zone",
    "fixed_sequence",
    "thresholds_of",
    "zones_of",
]

DEFAULT_ZONES = 20
"""How many thresholds are tried; each holds a twentieth more of the takes."""


@dataclass(frozen=True)
class Zone:
    """The takes whose score is at least a threshold, with the labels that they have."""

    threshold: float
    labelled: int
    rejected: int


@dataclass(frozen=True)
class ZoneTest:
    """What testing the zones of a stream found."""

    zone: Zone | None
    """The loosest certified zone; None when nothing passes."""
    p_values: tuple[float, ...]
    """Of the zones that were tested, in their order; the last may have failed."""
    upper: float
    """One-sided Clopper-Pearson bound of the certified zone's rejection rate; 1 without one."""


def thresholds_of(scores: Sequence[float], count: int = DEFAULT_ZONES) -> tuple[float, ...]:
    """Return thresholds from strict to loose: quantiles of the scores of takes without labels.

    The loosest is the lowest score. Equal scores share a threshold.
    """
    if not len(scores):
        return ()
    shares = np.linspace(1 - 1 / count, 0.0, count)
    found = np.quantile(np.asarray(scores, float), shares, method="higher")
    return tuple(float(t) for t in dict.fromkeys(found.tolist()))


def zones_of(
    thresholds: Sequence[float], scores: NDArray[np.float64], rejections: NDArray[np.bool_]
) -> list[Zone]:
    """Count the labels (scores (n,), rejections (n,)) in each zone."""
    return [
        Zone(t, int((scores >= t).sum()), int(rejections[scores >= t].sum())) for t in thresholds
    ]


def first_zone(
    thresholds: Sequence[float],
    scores: Sequence[float],
    *,
    labels: int,
    alpha: float,
    delta: float,
) -> int | None:
    """Return the index of the zone where testing starts, known before any label is.

    The strictest zone that is expected to hold the labels with which two rejections still certify; where
    none is, one; None where even that is too much to expect. `labels` is how many there will be,
    drawn at random; `scores` are those of all takes to be decided.
    """
    pool = np.asarray(scores, float)
    expected = [labels * float((pool >= t).mean()) for t in thresholds]
    for tolerated in (2, 1):
        needed = labels_needed(tolerated, alpha=alpha, delta=delta)
        if needed is None:
            continue
        found = next((i for i, n in enumerate(expected) if n >= needed), None)
        if found is not None:
            return found
    return None


def fixed_sequence(
    zones: Sequence[Zone], *, alpha: float, delta: float, start: int | None = 0
) -> ZoneTest:
    """Test zones from `start` on, strict to loose, each at `delta`; stop at the first that fails.

    Raises MisuseError where the zones are not nested from strict to loose.
    """
    check_rates(alpha, delta)
    if any(a.threshold < b.threshold or a.labelled > b.labelled for a, b in pairwise(zones)):
        raise MisuseError("Zones must come from the strictest to the loosest; sort the thresholds.")
    if start is None or start >= len(zones):
        return ZoneTest(None, (), 1.0)
    p_values: list[float] = []
    certified: Zone | None = None
    for zone in zones[start:]:
        p_values.append(stream_p_value(zone.rejected, zone.labelled, alpha))
        if p_values[-1] > delta:
            break
        certified = zone
    if certified is None:
        return ZoneTest(None, tuple(p_values), 1.0)
    upper = upper_bound(certified.rejected, certified.labelled, delta)
    return ZoneTest(certified, tuple(p_values), upper)
