"""Who is there: a small figure that walks, and a hooded bust with a fox mask.

Outlines are written down as text, one shape after the other: two inks and the share (per cent) of
the second, then points in thousandths. A figure's points are measured up from its feet in shares of
its height, a bust's down from the picture's top left corner in shares of the picture's height.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from evals.animatic._ink import Layer, Sheet, mix, rgb, smooth
from evals.animatic.scene import Figure, Palette

__all__ = ["bust", "figure_layer", "fox_mask"]

Points = NDArray[np.float64]
Place = Callable[[Points], Points]
Inks = Mapping[str, NDArray[np.float32]]

_COAT = """
coat dark 0: -40,830 60,830 120,780 120,550 170,310 20,285 -200,300 -130,560 -110,770;
coat dark 45: -40,820 -10,550 -60,300 -190,305 -125,560 -105,760;
coat dark 18: 20,780 100,770 200,600 270,500 220,460 90,570;
dark dark 0: -20,990 70,985 95,900 60,840 -20,840 -70,910;
skin dark 25: 30,945 85,930 90,875 50,850 20,880;
wool dark 15: -70,855 80,850 85,800 -75,800;
wool dark 15: -50,840 -160,800 -270,810 -260,760 -140,750 -50,800"""

_LANTERN = """
dark dark 0: 240,470 260,470 260,390 240,390;
dark dark 0: 200,390 300,390 290,250 210,250;
flame flame 0: 225,370 275,370 270,270 230,270"""

_BUST = """
coat dark 35: -660,1300 -600,980 -360,840 -100,760 140,770 400,860 620,1000 680,1300;
coat dark 68: 40,1300 50,800 160,780 420,870 630,1000 680,1300;
coat dark 22: 0,60 200,130 310,360 290,660 200,840 -20,920 -240,830 -320,620 -310,340 -190,130;
coat dark 62: 60,70 220,150 320,370 300,660 200,840 100,800 220,500 170,220;
dark coat 5: 0,150 150,220 220,420 190,660 100,800 -40,820 -170,740 -235,550 -220,340 -140,200;
skin dark 60: -80,680 80,680 100,860 -100,860;
skin warm 25: -10,220 100,250 150,380 142,520 105,650 45,745 -40,750 -115,670 -160,530 -165,380 -110,250;
skin dark 58: 30,220 100,250 150,380 142,520 105,650 45,745 0,740 35,660 25,585 62,555 22,440 45,360;
dark hair 55: -20,190 50,250 -60,290 -135,400 -165,560 -190,420 -150,250;
dark hair 25: -20,190 100,220 165,360 160,500 125,360 50,260;
skin cream 70: -117,456 -89,432 -57,433 -33,454 -61,466 -93,467;
skin dark 40: 26,456 54,432 86,433 110,454 82,466 50,467;
dark hair 30: -130,404 -75,382 -20,396 -23,406 -75,396 -125,412;
dark hair 30: 123,404 68,382 13,396 16,406 68,396 118,412;
skin dark 75: -28,565 2,552 40,568 12,582 -12,580;
lips dark 35: -62,643 -22,630 0,636 22,631 58,645 20,650 -20,650;
lips warm 12: -50,651 0,655 48,651 18,676 -22,676"""

_EYELIDS = """
dark dark 0: -48,2 -16,-26 20,-26 46,-4 18,-16 -16,-16"""

_MASK_WHOLE = """
rust dark 0: 0,240 130,270 205,400 215,500 120,600 50,720 0,765 -50,720 -120,600 -215,500 -205,400 -130,270;
rust dark 40: 0,240 130,270 205,400 215,500 120,600 50,720 0,765 -2,500"""

_MASK_HALF = """
rust dark 4: -185,380 -215,100 -170,70 -30,270 -60,360;
dark rust 20: -165,320 -185,145 -75,280"""

_MASK_PAINT = """
cream dark 4: -12,755 -16,620 -75,540 -205,475 -190,530 -115,600 -50,715;
dark dark 0: -35,485 -85,425 -155,415 -130,455 -85,480;
cream dark 4: -22,300 -45,285 -85,365 -45,400"""


def figure_layer(
    figure: Figure, palette: Palette, *, feet: tuple[float, float], px: int, walked: float
) -> tuple[Layer, tuple[int, int]]:
    """Draw a figure standing at `feet`, `walked` picture heights into its way.

    Returns its layer and the pixel (column, row) of the layer's top left corner.
    """
    tall, (x, y) = figure.height, feet
    left, top = math.floor((x - tall) * px), math.floor((y - 1.62 * tall) * px)
    width, height = math.ceil(2.1 * tall * px), math.ceil(1.72 * tall * px)
    sheet = Sheet((left / px, top / px, (left + width) / px, (top + height) / px), px)
    phase = 2 * math.pi * walked / (0.62 * tall)
    bob, sway = 0.012 * abs(math.sin(phase)), 0.03 * math.sin(phase)

    def at(points: Points) -> Points:
        flown = np.clip(-points[:, 0] - 0.05, 0, 1) + np.clip(0.4 - points[:, 1], 0, 1)
        leaning = points[:, 0] + sway * flown
        return np.stack([x + leaning * tall, y - (points[:, 1] + bob) * tall], 1)

    inks = _inks(palette, figure.coat)
    _legs(sheet, at, phase, inks=inks)
    _trace(sheet, _COAT, inks, at=at)
    if figure.umbrella:
        _umbrella(sheet, at, mix(rgb(figure.umbrella), rgb(palette.ink), 0.1), inks=inks)
    if figure.has_lantern:
        _trace(sheet, _LANTERN, inks, at=at)
    return sheet.layer(1.0), (left, top)


def bust(figure: Figure, palette: Palette, sheet: Sheet, *, x: float) -> Layer:
    """Draw a hooded person who looks into the lens, `x` picture heights from the left."""
    inks = _inks(palette, figure.coat)
    _trace(sheet, _BUST, inks, at=_moved(x))
    for eye in (-0.075, 0.068):
        place = (x + eye + 0.004, 0.450)
        sheet.disc(place, 0.0175, mix(inks["dark"], rgb("#3d5a4a"), 0.55))
        sheet.disc(place, 0.0085, inks["dark"])
        sheet.disc((place[0] - 0.007, place[1] - 0.006), 0.0042, inks["cream"])
        _trace(sheet, _EYELIDS, inks, at=_moved(x + eye, 0.452))
    return sheet.layer(0.8)


def fox_mask(palette: Palette, sheet: Sheet, *, x: float) -> Layer:
    """Draw a papier-mâché fox, one half in the light."""
    inks = _inks(palette, "#000000")
    for side in (-1.0, 1.0):
        _trace(sheet, _MASK_HALF, inks, at=_moved(x, turned=-side))
    _trace(sheet, _MASK_WHOLE, inks, at=_moved(x))
    for side in (-1.0, 1.0):
        shaded = inks | {"cream": mix(inks["cream"], inks["dark"], 0.0 if side < 0 else 0.38)}
        _trace(sheet, _MASK_PAINT, shaded, at=_moved(x, turned=-side))
        for row in (0.61, 0.63, 0.65):
            sheet.disc((x + side * (0.05 + (0.65 - row) * 0.5), row), 0.0045, inks["dark"])
    sheet.shape([(-0.03, 0.715), (0.03, 0.715), (0.0, 0.77)], inks["dark"], at=(x, 0.0))
    return sheet.layer(0.8)


def _moved(x: float, y: float = 0.0, *, turned: float = 1.0) -> Place:
    """Return what brings an outline to its place; `turned` is -1 for its mirror image."""
    return lambda points: points * np.asarray((turned, 1.0)) + np.asarray((x, y))


def _inks(palette: Palette, coat: str) -> dict[str, NDArray[np.float32]]:
    named = {
        "coat": coat, "cream": "#f3e6ca", "flame": "#fff0c0", "hair": "#5a2d1c", "lips": "#9a4c42",
        "rust": "#c2542d", "skin": "#cf9471", "warm": "#ffd9a0", "wool": "#e8dcc0",
    }  # fmt: skip
    dark = mix(rgb(palette.ink), rgb(palette.haze), 0.06)
    return {"dark": dark} | {name: rgb(colour) for name, colour in named.items()}


def _trace(sheet: Sheet, text: str, inks: Inks, *, at: Place) -> None:
    """Draw the shapes of a text, rounded."""
    for line in text.split(";"):
        colour, points = line.split(":")
        first, second, share = colour.split()
        outline = np.asarray([p.split(",") for p in points.split()], np.float64) / 1000
        sheet.shape(at(smooth(outline)), mix(inks[first], inks[second], int(share) / 100))


def _legs(sheet: Sheet, at: Place, phase: float, *, inks: Inks) -> None:
    for side in (0.0, math.pi):
        swing, lift = 0.13 * math.sin(phase + side), 0.05 * max(0.0, math.cos(phase + side))
        knee, ankle = (swing * 0.55 + 0.025, 0.25), (swing, 0.03 + lift)
        leg = [(-0.05, 0.46), (0.06, 0.46), (knee[0] + 0.04, 0.25), (ankle[0] + 0.026, ankle[1]),
               (ankle[0] - 0.03, ankle[1]), (knee[0] - 0.045, 0.25)]  # fmt: skip
        sheet.shape(at(np.asarray(leg)), inks["dark"])
        shoe = np.asarray([(-0.04, 0.02), (0.03, 0.025), (0.10, -0.03), (-0.045, -0.035)])
        sheet.shape(at(smooth(shoe + ankle)), inks["dark"])


def _umbrella(sheet: Sheet, at: Place, colour: NDArray[np.float32], *, inks: Inks) -> None:
    """Draw four panels with scalloped hems; each panel lies between two ribs."""
    hem, wide, tall = np.asarray([0.10, 1.09]), 0.44, 0.27
    rod = np.asarray([(0.214, 0.48), (0.226, 0.48), (0.111, 1.40), (0.099, 1.40)])
    sheet.shape(at(rod), inks["dark"])
    rise = np.linspace(0, math.pi / 2, 14)
    rib = np.stack([np.cos(rise) * wide, np.sin(rise) * tall], 1)
    for left, right, shade in (
        (-1.0, -0.5, 0.5),
        (-0.5, 0.0, 0.22),
        (0.0, 0.5, 0.0),
        (0.5, 1.0, 0.32),
    ):
        bow = np.linspace(left, right, 9)
        scallop = np.stack([bow * wide, 0.045 * np.sin(np.linspace(0, math.pi, 9))], 1)
        outline = [*scallop, *(rib * (right, 1)), *(rib * (left, 1))[::-1]]
        sheet.shape(at(np.asarray(outline) + hem), mix(colour, inks["dark"], shade))
