"""From scores of clean and of flawed clips to figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evals.training.proofs import auroc
from evals.validation._takes import VBENCH, Badness
from evals.validation.figures import Figure
from evals.validation.rates import auroc_interval, rank_correlation

__all__ = ["GOALS", "Pairing", "area_of", "order_figure", "parted", "share_better"]

GOALS = {"mild": 0.80, "visible": 0.95, "strong": 0.95}
ORDER_GOAL = 0.9


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """Clean clips and the same clips with a flaw, by the same keys; a key begins with its camera."""

    clean: Mapping[tuple[str, int], Badness]
    flawed: Mapping[tuple[str, int], Badness]


def parted(row: str, metric: str, pairing: Pairing, *, goal: float | None) -> Figure:
    """Return the area under the curve of one measure, flawed against clean, beside VBench's.

    A flawed clip of which the measure says nothing counts as the cleanest of all.
    """
    keys = sorted(pairing.flawed)
    if not keys:
        return Figure(
            row=row,
            measure="AUROC",
            value=None,
            goal=goal,
            note="no clip could be planted with it",
        )
    clean = [pairing.clean[key].get(metric, -math.inf) for key in keys]
    flawed = {key: pairing.flawed[key].get(metric, -math.inf) for key in keys}
    beside = auroc(
        [pairing.flawed[key][VBENCH] for key in keys], [pairing.clean[key][VBENCH] for key in keys]
    )
    found = area_of(row, list(flawed.values()), clean, goal=goal, note=_worst_camera(flawed, clean))
    return replace(found, beside=round(beside, 4))


def area_of(
    row: str,
    higher: Sequence[float] | NDArray[np.float64],
    lower: Sequence[float] | NDArray[np.float64],
    *,
    goal: float | None,
    note: str = "",
) -> Figure:
    """Return the area under the curve of what should score higher against what should score lower."""
    if not len(higher) or not len(lower):
        note = note or "nothing to compare"
        return Figure(row=row, measure="AUROC", value=None, goal=goal, note=note)
    area = auroc(higher, lower)
    low, high = auroc_interval(area, higher=len(higher), lower=len(lower))
    return Figure(
        row=row,
        measure="AUROC",
        value=round(area, 4),
        low=round(low, 4),
        high=round(high, 4),
        count=min(len(higher), len(lower)),
        goal=goal,
        note=note,
    )


def _worst_camera(flawed: Mapping[tuple[str, int], float], clean: Sequence[float]) -> str:
    """Name the camera whose flawed clips are told from all clean ones worst, and what was not measured."""
    areas = {
        camera: auroc([v for key, v in flawed.items() if key[0] == camera], clean)
        for camera in sorted({key[0] for key in flawed})
    }
    told = []
    if len(areas) > 1:
        worst = min(areas, key=areas.__getitem__)
        if areas[worst] < 1:
            told.append(f"worst camera {worst} {areas[worst]:.2f}")
    silent = sum(value == -math.inf for value in flawed.values())
    if silent:
        told.append(f"{silent} not assessable")
    return ", ".join(told)


def order_figure(row: str, metric: str, courses: Iterable[Sequence[Badness]]) -> Figure:
    """Return the mean over clips of Spearman's correlation of severity and score.

    A course is one clip from clean to worst.
    """
    found = [
        rank_correlation(range(len(course)), [one.get(metric, -math.inf) for one in course])
        for course in courses
        if len(course) > 2
    ]
    if not found:
        return Figure(
            row=row, measure="Spearman", value=None, note="the kind has no degrees to compare"
        )
    return Figure(
        row=row,
        measure="Spearman",
        value=round(float(np.mean(found)), 4),
        count=len(found),
        goal=ORDER_GOAL,
        note=f"worst clip {min(found):.2f}",
    )


def share_better(figures: Sequence[Figure]) -> Figure:
    """Return the share of rows in which ours is above VBench's temporal_flickering."""
    compared = [f for f in figures if f.is_better is not None]
    behind = [f.row for f in compared if not f.is_better]
    return Figure(
        row="ours above VBench's, or both perfect",
        measure="share of rows",
        value=round(1 - len(behind) / len(compared), 4) if compared else None,
        count=len(compared),
        goal=1.0,
        note=f"not in: {'; '.join(behind)}" if behind else "",
    )
