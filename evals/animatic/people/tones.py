"""Light on figures: every ink in two tones, a rim from sun or moon, warmth from the lamp.

Shapes are shaded as with a brush: the part of a shape that a copy of it, moved towards the light,
leaves uncovered lies in shadow; a copy moved away from the rim's light leaves the rim.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from evals.animatic.brief import Light
from evals.animatic.canvas import Set, Stage, ink, skia
from evals.animatic.palette import Palette, mix, scale

__all__ = ["Lighting", "Tones", "lighting_for", "px_per_m", "shape"]


@dataclass(frozen=True, kw_only=True)
class Tones:
    """One local colour in the light of a shot."""

    lit: str
    shade: str
    deep: str
    """Where no light comes: folds, under the chin."""
    rim: str


@dataclass(frozen=True)
class Lighting:
    """Where light comes from, seen from one figure."""

    palette: Palette
    key_side: float
    """-1 the key light stands on the left, 1 on the right."""
    key: str
    key_strength: float
    """How much of its own colour the key light lays on things, 0-1."""
    rim_side: float
    rim_strength: float = 1.0
    _known: dict[str, Tones] = field(default_factory=dict, repr=False)

    def tones(self, colour: str) -> Tones:
        """Return a local colour's two tones."""
        if colour not in self._known:
            self._known[colour] = self._mixed(colour)
        return self._known[colour]

    def _mixed(self, colour: str) -> Tones:
        palette = self.palette
        base = palette.lit(colour)
        warm = mix(scale(colour, self.key), self.key, 0.10)
        lit = mix(base, warm, self.key_strength)
        cool = mix(scale(base, palette.ambient), palette.ink, 0.15)
        shade = mix(cool, palette.haze, 0.05)
        return Tones(
            lit=lit,
            shade=shade,
            deep=mix(shade, palette.ink, 0.55),
            rim=mix(lit, palette.disc, 0.30 + 0.45 * self.rim_strength),
        )


_STRENGTHS = {Light.CANDLE: 0.60, Light.LAMP: 0.55, Light.NEON: 0.42, Light.SPOT: 0.75}


def lighting_for(stage: Stage, on: Set, x: float) -> Lighting:
    """Return the light that falls on a figure standing at x (metres)."""
    palette, light = stage.palette, stage.brief.light
    rim_side = 1.0 if palette.disc_at[0] > 0 else -1.0
    if light is Light.NATURAL:
        return Lighting(palette, rim_side, palette.disc, 0.28 * palette.key_share + 0.06, rim_side)
    key_side = 1.0 if on.lamp_at[0] > x else -1.0
    far = max(0.0, abs(on.lamp_at[0] - x) - 1.0)
    strength = _STRENGTHS[light] * (1.15 - 0.6 * palette.key_share) / (1 + 0.12 * far)
    return Lighting(palette, key_side, palette.light, strength, rim_side)


def px_per_m(canvas: skia.Canvas) -> float:
    """Return how many pixels the canvas's unit covers."""
    return abs(float(canvas.getTotalMatrix().getScaleX())) or 1.0


def shape(
    canvas: skia.Canvas,
    path: skia.Path,
    *,
    tones: Tones,
    light: Lighting,
    turn: float,
    rim: float = 0.0,
    drop: float = 0.35,
    core: float = 0.0,
) -> None:
    """Fill a shape in two tones; `turn` is how broad the shadow is, `rim` how broad the rim.

    `drop` lets the shadow fall, in shares of `turn`; `core` adds a third, darkest edge.
    """
    canvas.drawPath(path, ink(tones.lit))
    if not turn and not rim:
        return
    canvas.save()
    canvas.clipPath(path, doAntiAlias=True)
    if turn:
        _uncovered(canvas, path, (light.key_side * turn, -turn * drop), colour=tones.shade)
    if core:
        _uncovered(canvas, path, (light.key_side * core, -core * drop), colour=tones.deep)
    if rim:
        _uncovered(canvas, path, (-light.rim_side * rim, rim * 0.55), colour=tones.rim)
    canvas.restore()


def _uncovered(
    canvas: skia.Canvas, path: skia.Path, move: tuple[float, float], *, colour: str
) -> None:
    moved = skia.Path(path)
    moved.offset(*move)
    moved.setFillType(skia.PathFillType.kInverseWinding)
    canvas.drawPath(moved, ink(colour))
