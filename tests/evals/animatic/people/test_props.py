"""Props: unmistakable kinds, their colours, and the light of lanterns."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from evals.animatic.brief import Brief, Colour, Prop, PropKind, Setting, Time
from evals.animatic.canvas import Stage, skia
from evals.animatic.palette import INKS, palette_for
from evals.animatic.people.props import paint_prop


def _drawn(kind: PropKind, colour: Colour, **options: object) -> NDArray[np.int64]:
    brief = Brief(setting=Setting.HILLS, time=Time.DAY)
    stage = Stage(
        brief=brief, palette=palette_for(brief), half_width_m=6.0, seed=1, picture_height_m=2.0
    )
    pixels = np.zeros((80, 120, 4), np.uint8)
    with skia.Surface(pixels, colorType=skia.kRGBA_8888_ColorType) as canvas:
        canvas.clear(skia.ColorBLACK)
        canvas.translate(60, 70)
        paint_prop(canvas, Prop(kind=kind, colour=colour), stage, (0, 0), height_m=40.0, **options)  # type: ignore[arg-type]
    return pixels[..., :3].astype(np.int64)


def test_forty_pixels_tell_the_kinds_apart() -> None:
    greys = {kind: _drawn(kind, Colour.RED).mean(-1) for kind in PropKind}
    for one, other in itertools.combinations(PropKind, 2):
        drawn = (greys[one] > 20) | (greys[other] > 20)
        apart = np.abs(greys[one] - greys[other])[drawn].mean()
        assert apart > 25, f"{one} looks like {other}"


@pytest.mark.parametrize("kind", list(PropKind))
def test_a_thing_has_its_colour(kind: PropKind) -> None:
    for colour in (Colour.RED, Colour.TEAL, Colour.PURPLE):
        wanted = np.asarray([int(INKS[colour][i : i + 2], 16) for i in (1, 3, 5)])
        near = np.abs(_drawn(kind, colour) - wanted).max(-1) < 40
        assert near.sum() > 15


def test_a_lantern_lights_its_surroundings() -> None:
    picture = _drawn(PropKind.LANTERN, Colour.BLACK)
    assert picture[50, 20].sum() > 0
    assert _drawn(PropKind.CUP, Colour.BLACK)[50, 20].sum() == 0


def test_a_held_thing_hangs_from_its_grip() -> None:
    standing = np.argwhere(_drawn(PropKind.SUITCASE, Colour.RED).max(-1) > 40)[:, 0]
    held = np.argwhere(_drawn(PropKind.SUITCASE, Colour.RED, is_held=True).max(-1) > 40)[:, 0]
    assert held.max() > standing.max()
