"""The built-in metrics, named one by one."""

from __future__ import annotations

from enum import StrEnum

from evals.metrics.artifacts import ARTIFACT_METRICS, MORPH
from evals.metrics.identity import FILM_METRICS, IDENTITY_METRICS
from evals.metrics.perceptual import PERCEPTUAL_METRICS
from evals.metrics.prompt import CAMERA_METRICS, PROMPT_METRICS
from tracker.domain.scores import MetricFacts

__all__ = ["BUILTIN", "FAMILIES", "Family"]


class Family(StrEnum):
    """Metrics that are computed together, from the same pass and the same model."""

    ARTIFACTS = "artifacts"
    CAMERA = "camera"
    """Needs motion and no model."""
    FILM = "film"
    """Needs the faces of the film's other shots, so it comes after all reading."""
    IDENTITY = "identity"
    MORPH = "morph"
    """The detector that comes with the product."""
    PROMPT = "prompt"
    PERCEPTUAL = "perceptual"


FAMILIES: dict[Family, tuple[MetricFacts, ...]] = {
    Family.ARTIFACTS: tuple(ARTIFACT_METRICS),
    Family.CAMERA: tuple(CAMERA_METRICS),
    Family.FILM: tuple(FILM_METRICS),
    Family.IDENTITY: tuple(IDENTITY_METRICS),
    Family.MORPH: (MORPH,),
    Family.PROMPT: tuple(PROMPT_METRICS),
    Family.PERCEPTUAL: tuple(PERCEPTUAL_METRICS),
}

BUILTIN: tuple[MetricFacts, ...] = tuple(fact for facts in FAMILIES.values() for fact in facts)
