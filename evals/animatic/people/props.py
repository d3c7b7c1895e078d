"""Things in a hand or on the set: twelve kinds, each told apart by its outline alone."""

from __future__ import annotations

from collections.abc import Callable

from evals.animatic.brief import Light, Prop, PropKind
from evals.animatic.canvas import Stage, colour4f, skia
from evals.animatic.palette import INKS
from evals.animatic.people.prop_shapes import Brush
from evals.animatic.people.props_carried import (
    draw_book,
    draw_cup,
    draw_flowers,
    draw_lantern,
    draw_letter,
    draw_umbrella,
    draw_umbrella_at_rest,
)
from evals.animatic.people.props_large import (
    draw_balloon,
    draw_bicycle,
    draw_birdcage,
    draw_guitar,
    draw_radio,
    draw_suitcase,
)
from evals.animatic.people.tones import Lighting

__all__ = ["GRIPS", "HEIGHTS_M", "paint_prop"]

HEIGHTS_M = {
    PropKind.BALLOON: 0.92,
    PropKind.BICYCLE: 1.02,
    PropKind.BIRDCAGE: 0.62,
    PropKind.BOOK: 0.27,
    PropKind.CUP: 0.16,
    PropKind.FLOWERS: 0.46,
    PropKind.GUITAR: 1.02,
    PropKind.LANTERN: 0.42,
    PropKind.LETTER: 0.20,
    PropKind.RADIO: 0.34,
    PropKind.SUITCASE: 0.44,
    PropKind.UMBRELLA: 1.12,
}
"""How tall each kind is; small things are drawn larger than life, to be seen from afar."""
GRIPS = {
    PropKind.BALLOON: (0.0, 0.0),
    PropKind.BICYCLE: (-0.30, -0.98),
    PropKind.BIRDCAGE: (0.0, -1.0),
    PropKind.BOOK: (0.0, -0.12),
    PropKind.CUP: (0.30, -0.42),
    PropKind.FLOWERS: (0.0, -0.24),
    PropKind.GUITAR: (0.0, -0.30),
    PropKind.LANTERN: (0.0, -0.98),
    PropKind.LETTER: (0.0, -0.15),
    PropKind.RADIO: (0.0, -0.98),
    PropKind.SUITCASE: (0.0, -0.98),
    PropKind.UMBRELLA: (0.0, -0.11),
}
"""Where a hand takes hold, from the foot, in shares of the height."""

_DRAW: dict[PropKind, Callable[[Brush], None]] = {
    PropKind.BALLOON: draw_balloon,
    PropKind.BICYCLE: draw_bicycle,
    PropKind.BIRDCAGE: draw_birdcage,
    PropKind.BOOK: draw_book,
    PropKind.CUP: draw_cup,
    PropKind.FLOWERS: draw_flowers,
    PropKind.GUITAR: draw_guitar,
    PropKind.LANTERN: draw_lantern,
    PropKind.LETTER: draw_letter,
    PropKind.RADIO: draw_radio,
    PropKind.SUITCASE: draw_suitcase,
    PropKind.UMBRELLA: draw_umbrella,
}


def paint_prop(
    canvas: skia.Canvas,
    prop: Prop,
    stage: Stage,
    at: tuple[float, float],
    *,
    height_m: float | None = None,
    seconds: float = 0.0,
    is_held: bool = False,
    tilt_deg: float = 0.0,
) -> None:
    """Draw a thing standing at `at`, or with its grip there if `is_held`.

    `height_m` replaces its usual height; `seconds` moves what sways or flickers; `tilt_deg` turns
    it around `at`, clockwise.
    """
    tall = height_m or HEIGHTS_M[prop.kind]
    side = 1.0 if stage.palette.disc_at[0] > 0 else -1.0
    share = 0.28 * stage.palette.key_share
    key = stage.palette.disc
    if stage.brief.light is not Light.NATURAL:
        key, share = stage.palette.light, 0.30
    light = Lighting(stage.palette, side, key, share, side)
    grip = GRIPS[prop.kind] if is_held else (0.0, 0.0)
    canvas.save()
    canvas.translate(*at)
    canvas.rotate(tilt_deg)
    canvas.scale(tall, tall)
    canvas.translate(-grip[0], -grip[1])
    brush = Brush(canvas, light, INKS[prop.colour], seconds)
    if not is_held:
        _contact(canvas, stage, prop.kind)
    if prop.kind is PropKind.UMBRELLA and not is_held:
        draw_umbrella_at_rest(brush)
    else:
        _DRAW[prop.kind](brush)
    canvas.restore()


_FOOTPRINTS = {
    PropKind.BICYCLE: 0.85,
    PropKind.SUITCASE: 0.72,
    PropKind.RADIO: 0.75,
    PropKind.UMBRELLA: 0.45,
    PropKind.GUITAR: 0.22,
}


def _contact(canvas: skia.Canvas, stage: Stage, kind: PropKind) -> None:
    """Anchor it to what it stands on."""
    wide = _FOOTPRINTS.get(kind, 0.34 if kind is not PropKind.BALLOON else 0.08)
    shader = skia.GradientShader.MakeRadial(
        center=(0, 0), radius=1.0,
        colors=[colour4f(stage.palette.ink, a).toColor() for a in (0.5, 0.3, 0.0)],
    )  # fmt: skip
    canvas.save()
    canvas.scale(wide, 0.055)
    canvas.drawCircle(0, 0, 1.0, skia.Paint(Shader=shader, AntiAlias=True))
    canvas.restore()
