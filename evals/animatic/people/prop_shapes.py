"""The brush that things are drawn with: y up is negative, the foot is (0, 0), the height 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.animatic.canvas import colour4f, ink, skia, stroke
from evals.animatic.people.shapes import polygon, smooth, thread
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["Brush"]

Dots = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Brush:
    """A canvas, the light and the thing's own colour."""

    canvas: skia.Canvas
    light: Lighting
    colour: str
    """In white light."""
    seconds: float

    @property
    def own(self) -> Tones:
        """Return the tones of the thing's colour."""
        return self.light.tones(self.colour)

    def tones(self, colour: str) -> Tones:
        """Return the tones of another colour."""
        return self.light.tones(colour)

    def body(
        self, path: skia.Path, tones: Tones, *, turn: float = 0.06, rim: float = 0.018
    ) -> None:
        """Fill an outline in two tones with a rim."""
        shape(self.canvas, path, tones=tones, light=self.light, turn=turn, rim=rim, drop=0.15)

    def curve(self, dots: Dots, tones: Tones, *, turn: float = 0.06, rim: float = 0.018) -> None:
        """Fill a smooth outline in two tones."""
        self.body(smooth(dots), tones, turn=turn, rim=rim)

    def plate(
        self,
        box: tuple[float, float, float, float],
        tones: Tones,
        *,
        round_: float = 0.03,
        turn: float = 0.06,
    ) -> None:
        """Fill a rounded box (left, top, right, bottom) in two tones."""
        path = skia.Path()
        path.addRoundRect(skia.Rect.MakeLTRB(*box), round_, round_)
        self.body(path, tones, turn=turn)

    def flat(self, dots: Dots, colour: str, alpha: float = 1.0) -> None:
        """Fill a polygon."""
        self.canvas.drawPath(polygon(dots), ink(colour, alpha))

    def line(self, dots: Dots, colour: str, width: float, *, alpha: float = 1.0) -> None:
        """Draw a smooth line."""
        path = thread(dots) if len(dots) > 2 else polygon(dots, is_closed=False)
        self.canvas.drawPath(path, stroke(colour, width, alpha))

    def ring(self, at: tuple[float, float], radius: float, colour: str, *, width: float) -> None:
        """Draw a circle's line."""
        self.canvas.drawCircle(*at, radius, stroke(colour, width))

    def disc(
        self, at: tuple[float, float], radius: float, colour: str, *, alpha: float = 1.0
    ) -> None:
        """Fill a circle."""
        self.canvas.drawCircle(*at, radius, ink(colour, alpha))

    def glow(self, at: tuple[float, float], radius: float, *, strength: float = 0.8) -> None:
        """Shed light of the palette's lamps, screened onto what lies behind."""
        flicker = 1 + 0.05 * float(np.sin(11.0 * self.seconds) + np.sin(17.3 * self.seconds + 1))
        steps = (strength * flicker, 0.42 * strength, 0.12 * strength, 0.0)
        colors = [colour4f(self.light.palette.light, min(1.0, a)).toColor() for a in steps]
        shader = skia.GradientShader.MakeRadial(
            center=at, radius=radius, colors=colors, positions=[0.0, 0.22, 0.55, 1.0]
        )
        paint = skia.Paint(Shader=shader, BlendMode=skia.BlendMode.kScreen)
        self.canvas.drawCircle(*at, radius, paint)
