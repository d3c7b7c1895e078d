"""The demo's story: two invented short films, shot by shot, and what went wrong in their takes.

Every name is invented. A take is a performance of its shot's staging; where it carries a flaw, the
flaw is planted on purpose and its place is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from evals.animatic.flaws import FlawKind
from evals.animatic.scene import Camera, Figure, Hour, Mask, Place, Scene, Weather

__all__ = ["CAST", "FILMS", "PEOPLE", "STORY", "DemoShot", "DemoTake", "small_story"]


@dataclass(frozen=True, kw_only=True)
class DemoTake:
    """One take: its performance, its flaw, and where it pretends to come from."""

    number: int
    seed: int
    generator: str
    version: str
    cost_eur: Decimal
    frame_count: int = 48
    """Frames of the file."""
    flaw: FlawKind | None = None
    severity: float = 0.0
    """In the flaw's own unit, see `evals.animatic.flaws`."""
    is_cut_off: bool = False
    """The file ends in the middle, as after a broken transfer."""


@dataclass(frozen=True, kw_only=True)
class DemoShot:
    """One shot with its brief, its staging and its takes."""

    film: str
    code: str
    method: str = "ai"
    is_hero: bool = False
    exposure: str = "none"
    """How much of the cast character's face it shows."""
    character: str = ""
    brief: dict[str, str] = field(hash=False)
    """Columns of the shot table: Prompt and the structured fields."""
    scene: Scene
    takes: tuple[DemoTake, ...]


FILMS = (
    {"Film": "F01", "Title": "The Tide Clerk", "Director": "Odile Marrens"},
    {"Film": "F02", "Title": "What the Fox Kept", "Director": "Kasimir Vael"},
)
PEOPLE = (
    {"Name": "Odile Marrens", "Roles": "director"},
    {"Name": "Kasimir Vael", "Roles": "director"},
    {"Name": "Runa Tessaly", "Roles": "producer"},
    {"Name": "Imre Castellow", "Roles": "ai_artist"},
    {"Name": "Wren Ottoline", "Roles": "technologist; ai_artist"},
)
CAST = (
    {"Character": "NELL", "Name": "Nell Harrow", "Life": "fictional", "Film": "F01"},
    {"Character": "YSOLDE", "Name": "Ysolde of the lamps", "Life": "fictional", "Film": "F02"},
)

_STYLE = "graphic-novel animatic, flat inks, film grain"
_NELL = Figure(coat="#c8352c", umbrella="#20242f", x=0.22, height=0.34, speed=0.21)
_YSOLDE = Figure(coat="#2f6f73", has_lantern=True, x=0.36, height=0.30, speed=0.14)


_HARBOUR = DemoShot(
    film="F01",
    code="SQ010_SH0010",
    character="NELL",
    brief={
        "Prompt": "First light over a small harbour, in the rain. Nell walks the pier in her red coat, "
        "under a black umbrella, counting the lamps that nobody has put out.",
        "Subject": "a tide clerk, about thirty",
        "Wardrobe": "red coat, cream scarf, black umbrella",
        "Action": "walks the pier from left to right, in no hurry",
        "Setting": "small harbour, three moored boats, a town across the water",
        "Time": "dawn",
        "Light": "low sun behind the rain, two pier lamps still lit",
        "Camera": "wide, slow pan to the right, with her",
        "Style": _STYLE,
    },
    scene=Scene(
        place=Place.HARBOUR, hour=Hour.DAWN, weather=Weather.RAIN, camera=Camera.PAN, figure=_NELL, layout=3
    ),
    takes=(
        DemoTake(
            number=1, seed=4107, generator="Pelagia", version="2.0", cost_eur=Decimal("0.38"),
            flaw=FlawKind.FLICKER, severity=8, frame_count=36,
        ),
        DemoTake(
            number=2, seed=4108, generator="Pelagia", version="2.1", cost_eur=Decimal("0.41"), frame_count=36
        ),
    ),
)  # fmt: skip
_SAIL = DemoShot(
    film="F01",
    code="SQ010_SH0020",
    brief={
        "Prompt": "A red sail stands off the lighthouse at dusk and waits for water that is late. "
        "Nothing moves but the light on the swell.",
        "Subject": "a small boat with a red sail",
        "Action": "rides at anchor, hardly moving",
        "Setting": "open sea, a lighthouse on a rock, a low coast",
        "Time": "dusk",
        "Light": "sun on the horizon, magenta sky, the lighthouse lit",
        "Camera": "wide, slow push in",
        "Style": _STYLE,
    },
    scene=Scene(place=Place.SEA, hour=Hour.DUSK, camera=Camera.DOLLY, layout=5),
    takes=(
        DemoTake(
            number=1, seed=77, generator="Tessera", version="0.9", cost_eur=Decimal("0.22"),
            flaw=FlawKind.FREEZE, severity=14, frame_count=36,
        ),
        DemoTake(
            number=2, seed=78, generator="Tessera", version="0.9", cost_eur=Decimal("0.22"),
            is_cut_off=True, frame_count=36,
        ),
    ),
)  # fmt: skip
_STREET = DemoShot(
    film="F01",
    code="SQ020_SH0010",
    character="NELL",
    brief={
        "Prompt": "Past midnight, Nell crosses the wet square under a borrowed yellow umbrella. Every "
        "window she passes is lit; none of them is hers.",
        "Subject": "a tide clerk on her way home",
        "Wardrobe": "red coat, cream scarf, yellow umbrella",
        "Action": "crosses the square from left to right",
        "Setting": "old town, gabled houses, tram wires, wet cobbles",
        "Time": "night",
        "Light": "full moon, warm windows, three street lamps",
        "Camera": "wide, locked off",
        "Style": _STYLE,
    },
    scene=Scene(
        place=Place.STREET, hour=Hour.NIGHT, weather=Weather.RAIN, layout=9,
        figure=Figure(coat="#c8352c", umbrella="#e0a526", x=0.30, height=0.34, speed=0.25),
    ),
    takes=(
        DemoTake(
            number=1, seed=912, generator="Pelagia", version="2.1", cost_eur=Decimal("0.41"),
            flaw=FlawKind.HARD_CUT, severity=1,
        ),
    ),
)  # fmt: skip
_ROOFS = DemoShot(
    film="F01",
    code="SQ020_SH0020",
    method="hybrid",
    brief={
        "Prompt": "The town before anybody is up: wet roofs, the first sun behind them, a few windows "
        "left on all night for somebody who did not come.",
        "Setting": "old town, gabled roofs, tram wires, empty square",
        "Time": "dawn",
        "Light": "low sun behind the roofs, thin haze",
        "Camera": "wide, slow pan to the right",
        "Style": _STYLE,
    },
    scene=Scene(place=Place.STREET, hour=Hour.DAWN, weather=Weather.FOG, camera=Camera.PAN, layout=21),
    takes=(
        DemoTake(
            number=1, seed=5, generator="Tessera", version="0.9", cost_eur=Decimal("0.19"),
            flaw=FlawKind.BLOCKING, severity=90, frame_count=36,
        ),
        DemoTake(
            number=2, seed=6, generator="Loomlight", version="3", cost_eur=Decimal("0.55"), frame_count=36
        ),
    ),
)  # fmt: skip
_FOREST = DemoShot(
    film="F02",
    code="SQ010_SH0010",
    character="YSOLDE",
    brief={
        "Prompt": "Snow in a winter forest, under the moon. Ysolde carries the last lantern through the "
        "trees, and the snow remembers where she walked.",
        "Subject": "a lamplighter",
        "Wardrobe": "teal coat, cream scarf, a lantern in her hand",
        "Action": "walks slowly to the right",
        "Setting": "clearing in a pine forest, deep snow",
        "Time": "night",
        "Light": "moonlight, one warm lantern",
        "Camera": "wide, handheld",
        "Style": _STYLE,
    },
    scene=Scene(
        place=Place.FOREST, hour=Hour.NIGHT, weather=Weather.SNOW, camera=Camera.HANDHELD, figure=_YSOLDE,
        layout=4, is_letterboxed=True,
    ),
    takes=(
        DemoTake(
            number=1, seed=301, generator="Loomlight", version="3", cost_eur=Decimal("0.55"),
            flaw=FlawKind.POPPING_PATCH, severity=125,
        ),
        DemoTake(number=2, seed=302, generator="Loomlight", version="3", cost_eur=Decimal("0.55")),
    ),
)  # fmt: skip
_HILLS = DemoShot(
    film="F02",
    code="SQ010_SH0020",
    brief={
        "Prompt": "Fog lies in the valleys on a white winter morning. A postman in an ochre coat "
        "crosses the near hill towards the one house with a light on.",
        "Subject": "a postman, very small in the frame",
        "Wardrobe": "ochre coat, cream scarf, a lantern in her hand",
        "Action": "crosses the near hill from left to right",
        "Setting": "hills in fog, scattered pines, one house",
        "Time": "winter morning",
        "Light": "pale sun through fog, one lit window",
        "Camera": "very wide, slow push in",
        "Style": _STYLE,
    },
    scene=Scene(
        place=Place.HILLS, hour=Hour.WINTER, weather=Weather.FOG, camera=Camera.DOLLY, layout=6,
        is_letterboxed=True,
        figure=Figure(coat="#d08a1f", has_lantern=True, x=0.24, height=0.17, speed=0.11),
    ),
    takes=(
        DemoTake(
            number=1, seed=64, generator="Tessera", version="0.9", cost_eur=Decimal("0.22"),
            flaw=FlawKind.DROPPED_FRAMES, severity=12,
        ),
    ),
)  # fmt: skip
_MASKED = DemoShot(
    film="F02",
    code="SQ020_SH0010",
    character="YSOLDE",
    exposure="masked",
    brief={
        "Prompt": "Close on a hooded stranger in the falling snow. A painted fox looks back at us and "
        "does not blink.",
        "Subject": "a hooded figure in a fox mask",
        "Wardrobe": "green hood, rust and cream fox mask of papier-mache",
        "Action": "stands still and breathes",
        "Setting": "forest edge, lanterns out of focus",
        "Time": "dusk",
        "Light": "lantern from below left, magenta sky behind",
        "Camera": "close, handheld",
        "Style": _STYLE,
    },
    scene=Scene(
        place=Place.PORTRAIT, hour=Hour.DUSK, weather=Weather.SNOW, camera=Camera.HANDHELD, layout=7,
        is_letterboxed=True, figure=Figure(coat="#2f6f53", x=0.60),
    ),
    takes=(DemoTake(number=1, seed=118, generator="Loomlight", version="3", cost_eur=Decimal("0.55")),),
)  # fmt: skip
_REVEAL = DemoShot(
    film="F02",
    code="SQ030_SH0010",
    method="hybrid",
    is_hero=True,
    character="YSOLDE",
    exposure="revealed",
    brief={
        "Prompt": "The fox comes down, and behind it there is only Ysolde, tired, looking straight at "
        "us. The snow goes on falling.",
        "Subject": "a hooded woman who lowers a fox mask",
        "Wardrobe": "green hood, fox mask in her hands",
        "Action": "lowers the mask and looks into the lens",
        "Setting": "forest edge, lanterns out of focus",
        "Time": "night",
        "Light": "lantern from below left, cold rim from behind",
        "Camera": "close, slow push in",
        "Style": _STYLE,
    },
    scene=Scene(
        place=Place.PORTRAIT, hour=Hour.NIGHT, weather=Weather.SNOW, camera=Camera.DOLLY, layout=7,
        is_letterboxed=True, figure=Figure(coat="#2f6f53", x=0.46), mask=Mask.LOWERED,
    ),
    takes=(
        DemoTake(
            number=1, seed=119, generator="Loomlight", version="3", cost_eur=Decimal("0.55"),
            flaw=FlawKind.FLICKER, severity=8,
        ),
        DemoTake(number=2, seed=120, generator="Loomlight", version="3", cost_eur=Decimal("0.55")),
    ),
)  # fmt: skip

STORY = (_HARBOUR, _SAIL, _STREET, _ROOFS, _FOREST, _HILLS, _MASKED, _REVEAL)


def small_story() -> tuple[DemoShot, ...]:
    """Return three shots of the first film; the third has no take yet."""
    return (_HARBOUR, _SAIL, replace(_STREET, takes=()))
