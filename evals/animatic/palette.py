"""The few colours that a shot is drawn with: the hour sets them, weather and lamps bend them.

Colours are `#rrggbb`; the pictures are sRGB and all mixing is done in it, as with poster inks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from evals.animatic.brief import Brief, Colour, Light, Time, Weather

__all__ = ["INKS", "Palette", "mix", "palette_for", "scale"]

INKS: dict[Colour, str] = {
    Colour.BLACK: "#23242b",
    Colour.BLUE: "#2f62c4",
    Colour.GREEN: "#3f8f4a",
    Colour.ORANGE: "#ee7a22",
    Colour.PINK: "#ee86ae",
    Colour.PURPLE: "#7b47ad",
    Colour.RED: "#cf2f2b",
    Colour.TEAL: "#1f9a98",
    Colour.WHITE: "#efe9dc",
    Colour.YELLOW: "#edc02f",
}
"""Named colours as they look in white light."""


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours of one shot, far to near."""

    sky: tuple[str, str, str, str]
    """From the zenith down to the horizon."""
    haze: str
    """What distance fades into."""
    ink: str
    """What stands nearest, against the light."""
    ground: str
    light: str
    """Windows, lamps, lanterns, candles."""
    disc: str
    """The sun or the moon, and the rim it draws on things."""
    disc_at: tuple[float, float]
    """Its place: half picture widths from the middle, picture heights from the top."""
    disc_radius: float
    """In picture heights."""
    ambient: str
    """Colour of the light that everything stands in."""
    key_share: float
    """How strongly local colours survive that light, 0-1: night keeps the least."""
    fog_share: float = 0.0
    """How much thicker than usual the haze is, 0-1."""

    def lit(self, colour: str, *, depth: float = 1.0) -> str:
        """Return a local colour as it looks in this light, `depth` 1 at the subject, 0 far away."""
        kept = mix(scale(colour, self.ambient), colour, self.key_share)
        return mix(kept, self.haze, min(1.0, (1 - depth) * (0.75 + 0.25 * self.fog_share)))


@lru_cache(maxsize=8192)
def mix(a: str, b: str, share_of_b: float) -> str:
    """Mix two colours."""
    pairs = zip(_levels(a), _levels(b), strict=True)
    return _text(x * (1 - share_of_b) + y * share_of_b for x, y in pairs)


@lru_cache(maxsize=8192)
def scale(colour: str, light: str) -> str:
    """Return a colour seen in coloured light: multiplied channel by channel."""
    return _text(x * y / 255 for x, y in zip(_levels(colour), _levels(light), strict=True))


def palette_for(brief: Brief) -> Palette:
    """Return the colours of a brief's hour, weather and light."""
    palette = _HOURS[brief.time]
    if brief.weather is not Weather.CLEAR:
        grey, share = _AIR[brief.weather]
        tinted = mix(scale(grey, palette.ambient), palette.haze, _KEPT_HAZE[brief.time])
        palette = replace(
            palette,
            sky=tuple(mix(c, tinted, share) for c in palette.sky),  # type: ignore[arg-type]
            haze=mix(palette.haze, tinted, share),
            ambient=mix(palette.ambient, tinted, share * 0.25),
            fog_share=1.0 if brief.weather is Weather.FOG else 0.35,
        )
    if brief.light in _LAMPS:
        palette = replace(palette, light=_LAMPS[brief.light])
    return palette


def _levels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _text(levels: object) -> str:
    return "#" + "".join(f"{min(255, max(0, round(v))):02x}" for v in levels)  # type: ignore[attr-defined]


_LAMPS = {
    Light.CANDLE: "#ffae55",
    Light.LAMP: "#ffc873",
    Light.NEON: "#ff4fa0",
    Light.SPOT: "#fff1d6",
}
_KEPT_HAZE = {Time.DAWN: 0.35, Time.DAY: 0.10, Time.DUSK: 0.35, Time.NIGHT: 0.50}
"""How much of the hour's own haze bad weather leaves."""
_AIR = {
    Weather.FOG: ("#c2cacc", 0.62),
    Weather.RAIN: ("#5a6d80", 0.66),
    Weather.SNOW: ("#d2d8de", 0.66),
}
_HOURS = {
    Time.DAWN: Palette(
        sky=("#1d2c49", "#54688a", "#c9908c", "#f6cf9f"), haze="#d59d92", ink="#171d2f",
        ground="#3a3a4c", light="#ffdf9e", disc="#fff0c9", disc_at=(0.34, 0.50), disc_radius=0.055,
        ambient="#d9b3ac", key_share=0.55,
    ),
    Time.DAY: Palette(
        sky=("#4f8fc7", "#86b9dc", "#bcdbe6", "#eef1df"), haze="#c5dbe0", ink="#24364a",
        ground="#8b8f7c", light="#ffe9b0", disc="#fffbe6", disc_at=(-0.42, 0.16), disc_radius=0.045,
        ambient="#f4f1e6", key_share=0.85,
    ),
    Time.DUSK: Palette(
        sky=("#171738", "#46295c", "#a83f5c", "#f2915a"), haze="#9a4a66", ink="#120d20",
        ground="#2c1c34", light="#ffbe6b", disc="#ffd7a0", disc_at=(-0.40, 0.52), disc_radius=0.075,
        ambient="#c98088", key_share=0.50,
    ),
    Time.NIGHT: Palette(
        sky=("#050813", "#0d1a37", "#1f3a5f", "#3f6482"), haze="#2a4a6d", ink="#04060d",
        ground="#101c30", light="#ffc873", disc="#e9effb", disc_at=(0.44, 0.20), disc_radius=0.060,
        ambient="#6f8fc0", key_share=0.40,
    ),
}  # fmt: skip
