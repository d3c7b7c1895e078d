"""What can be staged: a place, an hour, the weather, a camera move, and who is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.errors import MisuseError

__all__ = ["PALETTES", "Camera", "Figure", "Hour", "Mask", "Palette", "Place", "Scene", "Weather"]


class Place(StrEnum):
    """Where a shot plays."""

    FOREST = "forest"
    HARBOUR = "harbour"
    HILLS = "hills"
    PORTRAIT = "portrait"
    SEA = "sea"
    STREET = "street"


class Hour(StrEnum):
    """When a shot plays; it sets every colour."""

    DAWN = "dawn"
    DUSK = "dusk"
    NIGHT = "night"
    WINTER = "winter"


class Weather(StrEnum):
    """What is in the air."""

    CLEAR = "clear"
    FOG = "fog"
    RAIN = "rain"
    SNOW = "snow"


class Camera(StrEnum):
    """How the camera moves."""

    DOLLY = "dolly"
    HANDHELD = "handheld"
    PAN = "pan"
    STATIC = "static"


class Mask(StrEnum):
    """What a portrait does with its mask."""

    WORN = "worn"
    LOWERED = "lowered"
    """It comes down in the middle of the shot."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Somebody seen from afar; in a portrait, the owner of the coat."""

    coat: str
    """Colour as `#rrggbb`."""
    umbrella: str = ""
    """Colour as `#rrggbb`; empty for none."""
    has_lantern: bool = False
    x: float = 0.4
    """Where the feet are on the first frame, as a share of the picture's width."""
    height: float = 0.4
    """Height of the figure, as a share of the picture's."""
    speed: float = 0.1
    """Picture heights walked in a second, to the right."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One staging; the same layout always gives the same place."""

    place: Place
    hour: Hour
    weather: Weather = Weather.CLEAR
    camera: Camera = Camera.STATIC
    figure: Figure | None = None
    mask: Mask = Mask.WORN
    layout: int = 1
    is_letterboxed: bool = False

    def __post_init__(self) -> None:
        """A portrait needs somebody to show."""
        if self.place is Place.PORTRAIT and self.figure is None:
            raise MisuseError("A portrait shows nobody; give the scene a figure.")


@dataclass(frozen=True)
class Palette:
    """The few colours that a shot is drawn with."""

    sky: tuple[str, ...]
    """From the top down to the horizon."""
    haze: str
    """What distance fades into."""
    ink: str
    """What stands nearest."""
    light: str
    """Windows, lamps and lanterns."""
    disc: str
    """The sun or the moon."""
    disc_at: tuple[float, float]
    """Its place, as shares of the picture's width and height."""
    disc_radius: float
    """As a share of the picture's height."""


PALETTES = {
    Hour.DAWN: Palette(
        ("#1d2c49", "#54688a", "#c9908c", "#f6cf9f"),
        "#d59d92", "#171d2f", "#ffdf9e", "#fff0c9", (0.66, 0.50), 0.055,
    ),
    Hour.DUSK: Palette(
        ("#171738", "#46295c", "#a83f5c", "#f2915a"),
        "#9a4a66", "#120d20", "#ffbe6b", "#ffd7a0", (0.30, 0.52), 0.075,
    ),
    Hour.NIGHT: Palette(
        ("#050813", "#0d1a37", "#1f3a5f", "#3f6482"),
        "#2a4a6d", "#04060d", "#ffc873", "#e9effb", (0.72, 0.20), 0.060,
    ),
    Hour.WINTER: Palette(
        ("#33475f", "#64798f", "#a3b2bd", "#dcd9d2"),
        "#a9b7c1", "#141d28", "#ffb04f", "#fdf6e6", (0.74, 0.30), 0.045,
    ),
}  # fmt: skip
