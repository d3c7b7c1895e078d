"""Colours of things on a set: how distance, hour and snow change them."""

from __future__ import annotations

from evals.animatic.brief import Time, Weather
from evals.animatic.canvas import Stage
from evals.animatic.palette import mix

__all__ = ["ground_tone", "is_dark", "painted", "room_tone", "snowy", "tone"]

_EXPOSURE = {Time.DAY: 1.0, Time.DAWN: 0.74, Time.DUSK: 0.56, Time.NIGHT: 0.30}
"""How much of the daylight reaches the inside of a room."""


def is_dark(stage: Stage) -> bool:
    """Lamps and windows are lit at this hour."""
    return stage.brief.time is not Time.DAY


def tone(stage: Stage, far: float, local: str | None = None) -> str:
    """Return the colour of a silhouette, `far` 0 against the lens to 1 lost in the haze."""
    palette = stage.palette
    near = palette.ink
    if local is not None:
        share = 0.62 if stage.brief.time is Time.DAY else 0.34
        near = mix(near, palette.lit(local), share)
    thick = min(1.0, far + 0.30 * palette.fog_share * (0.25 + far) * (1 - far) * 2)
    return mix(near, palette.haze, thick)


def painted(stage: Stage, colour: str, shade: float = 1.0) -> str:
    """Return a local colour out of doors in the light of the hour; `shade` below 1 darkens it."""
    return mix(stage.palette.ink, stage.palette.lit(colour), shade)


def room_tone(stage: Stage, colour: str, shade: float = 1.0) -> str:
    """Return a local colour inside a room by the light that its windows let in."""
    palette = stage.palette
    exposure = _EXPOSURE[stage.brief.time]
    if stage.brief.weather in (Weather.RAIN, Weather.FOG):
        exposure *= 0.88
    lit = palette.lit(colour)
    return mix(mix(palette.ink, "#0b0a12", 0.35), lit, min(1.0, exposure * shade))


def snowy(stage: Stage, colour: str, share: float = 0.85) -> str:
    """Return the colour under the snow, if it snows."""
    if stage.brief.weather is not Weather.SNOW:
        return colour
    white = mix(stage.palette.lit("#f4f7fb"), stage.palette.sky[2], 0.18)
    return mix(colour, white, share)


def ground_tone(stage: Stage, local: str, *, shade: float = 0.7) -> str:
    """Return the ground's colour: its own in this light, white under snow, darker when wet."""
    colour = painted(stage, local, shade)
    if stage.brief.weather is Weather.RAIN:
        colour = mix(colour, stage.palette.ink, 0.25)
    return snowy(stage, colour, 0.8)
