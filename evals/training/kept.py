"""Keeps a set standing while many briefs are filmed on it; building it costs more than ten frames."""

from __future__ import annotations

from dataclasses import replace

from evals.animatic.canvas import Set, Stage, recorded
from evals.animatic.places.sets import build_set

__all__ = ["KeptSet"]


class KeptSet:
    """Builds a set for the first stage of a place, and hands the same one to all that follow.

    Where a set makes room for figures or differs between takes, it does so for the first brief alone:
    good enough to learn from, not for frames that must equal those of `shoot` without it.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._set = Set(back=())

    def __call__(self, stage: Stage) -> Set:
        """Return the set of a stage."""
        brief = stage.brief
        facts = (brief.setting, brief.time, brief.weather, brief.light, brief.layout, brief.size)
        key = (*facts, stage.aspect, stage.picture_height_m)
        if key != self._key:
            built = build_set(stage)
            self._set = replace(
                built,
                back=[recorded(layer) for layer in built.back],
                front=[recorded(layer) for layer in built.front],
            )
            self._key = key
        return self._set
