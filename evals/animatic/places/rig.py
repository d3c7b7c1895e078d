"""Where a set hangs its lights, and the dark that small lights leave."""

from __future__ import annotations

from dataclasses import dataclass

from evals.animatic.brief import ShotSize, Time
from evals.animatic.canvas import Layer, Stage, colour4f, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import still, wide_box

__all__ = ["Rig", "corners", "is_near", "strength_of"]


@dataclass(frozen=True, kw_only=True)
class Rig:
    """Where a set hangs its lights."""

    lamp_at: tuple[float, float]
    """The lamp's head."""
    is_hung: bool = False
    """From above, as indoors; else on a post."""
    candles_at: tuple[float, float] = (-0.62, 0.0)
    """Foot of the candles near the subject."""
    far_y: float = -1.75
    """Height of the lamps in the background, which closer shots see."""
    shelf_y: float = -0.86
    """Where candles stand in the background."""
    neon_at: tuple[float, float] = (-1.0, -1.95)
    floor_y: float = 0.1
    has_own_lamp: bool = False
    """The set draws the lamp itself; only its light is wanted."""


def strength_of(stage: Stage) -> float:
    """Return how much a lamp does against the light of the hour, 0-1."""
    return {Time.DAY: 0.5, Time.DAWN: 0.75, Time.DUSK: 0.9, Time.NIGHT: 1.0}[stage.brief.time]


def is_near(stage: Stage) -> bool:
    """The picture is too close for lamps that stand on the set."""
    return stage.brief.size in (ShotSize.MEDIUM, ShotSize.CLOSE)


def corners(stage: Stage, at: tuple[float, float], *, power: float) -> Layer:
    """Return the dark that a small light leaves in the corners of a room, or of a night."""
    radius = max(2.4, 1.15 * stage.picture_height_m)
    reach = {Time.DAY: 0.25, Time.DAWN: 0.5, Time.DUSK: 0.7, Time.NIGHT: 0.9}[
        stage.brief.time
    ] * power
    if not stage.brief.setting.is_interior:
        reach *= 0.45
    dark = mix(stage.palette.ink, stage.palette.sky[0], 0.6)
    shader = skia.GradientShader.MakeRadial(
        center=skia.Point(*at),
        radius=radius,
        colors=[colour4f(dark, reach * share).toColor() for share in (0.0, 0.12, 0.6, 1.0)],
        positions=[0.0, 0.35, 0.72, 1.0],
    )

    paint = skia.Paint(Shader=shader, Dither=True)
    return still(0.97, lambda canvas: canvas.drawRect(wide_box(-20, 9), paint))
