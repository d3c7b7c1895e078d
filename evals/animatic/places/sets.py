"""The door to the settings: `build_set` returns the place that a stage's brief names."""

from __future__ import annotations

from collections.abc import Callable

from evals.animatic.brief import Setting
from evals.animatic.canvas import Set, Stage
from evals.animatic.places.cafe import cafe
from evals.animatic.places.carriage import carriage
from evals.animatic.places.forest import forest
from evals.animatic.places.harbour import harbour
from evals.animatic.places.hills import hills
from evals.animatic.places.kitchen import kitchen
from evals.animatic.places.lighthouse import lighthouse
from evals.animatic.places.platform import platform
from evals.animatic.places.prints import printed
from evals.animatic.places.rooftop import rooftop
from evals.animatic.places.street import street
from evals.animatic.places.theatre import theatre
from evals.animatic.places.workshop import workshop

__all__ = ["build_set"]

_BUILDERS: dict[Setting, Callable[[Stage], Set]] = {
    Setting.CAFE: cafe,
    Setting.CARRIAGE: carriage,
    Setting.FOREST: forest,
    Setting.HARBOUR: harbour,
    Setting.HILLS: hills,
    Setting.KITCHEN: kitchen,
    Setting.LIGHTHOUSE: lighthouse,
    Setting.PLATFORM: platform,
    Setting.ROOFTOP: rooftop,
    Setting.STAGE: theatre,
    Setting.STREET: street,
    Setting.WORKSHOP: workshop,
}


def build_set(stage: Stage) -> Set:
    """Return the set of a stage: the same layout is always the same place."""
    return printed(_BUILDERS[stage.brief.setting](stage), stage)
