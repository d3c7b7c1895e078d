"""Colours of things on a set: how distance, hour and snow change them."""

from __future__ import annotations

from evals.animatic.brief import Light, Time, Weather
from evals.animatic.canvas import Stage
from evals.animatic.palette import mix, scale

__all__ = ["ground_tone", "is_dark", "painted", "room_tone", "snowy", "tone"]

_EXPOSURE = {Time.DAY: 1.0, Time.DAWN: 0.78, Time.DUSK: 0.60, Time.NIGHT: 0.46}
"""How much light the windows of a room let in."""
_LAMPLIGHT = {
    Light.LAMP: (0.80, "#ffdcaa"),
    Light.CANDLE: (0.56, "#ffb878"),
    Light.NEON: (0.56, "#d98ae6"),
    Light.SPOT: (0.30, "#c8c8e0"),
}
"""How much light a room's lamps give, and of which colour."""


def is_dark(stage: Stage) -> bool:
    """Lamps and windows are lit at this hour."""
    return stage.brief.time is not Time.DAY


def tone(stage: Stage, far: float, local: str | None = None) -> str:
    """Return the colour of a silhouette, `far` 0 against the lens to 1 lost in the haze."""
    palette = stage.palette
    near = palette.ink
    if local is not None:
        share = 0.78 if stage.brief.time is Time.DAY else 0.42
        near = mix(near, palette.lit(local), share)
    thick = min(1.0, far + 0.30 * palette.fog_share * (0.25 + far) * (1 - far) * 2)
    return mix(near, palette.haze, thick)


def painted(stage: Stage, colour: str, shade: float = 1.0) -> str:
    """Return a local colour out of doors in the light of the hour; `shade` below 1 darkens it."""
    kept = shade**0.55 if stage.brief.time is Time.DAY else shade**0.85
    return mix(stage.palette.ink, stage.palette.lit(colour), kept)


def room_tone(stage: Stage, colour: str, shade: float = 1.0) -> str:
    """Return a local colour inside a room, by the light of its windows and of its lamps."""
    palette, brief = stage.palette, stage.brief
    exposure = _EXPOSURE[brief.time]
    if brief.weather in (Weather.RAIN, Weather.FOG):
        exposure *= 0.88
    lit = palette.lit(colour)
    if brief.time is Time.NIGHT:
        lit = mix(scale(colour, "#86a8f0"), lit, 0.25)
    if brief.light in _LAMPLIGHT:
        power, tint = _LAMPLIGHT[brief.light]
        lit = mix(scale(colour, tint), lit, exposure**2 * 0.7)
        exposure = min(exposure, 0.45) if brief.light is Light.SPOT else max(exposure * 0.9, power)
    dark = mix(palette.ink, palette.sky[1], 0.30)
    if brief.time is not Time.NIGHT or brief.light in (Light.LAMP, Light.CANDLE):
        dark = mix(dark, "#21140f", 0.6)
    return mix(dark, lit, min(1.0, exposure * shade))


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
