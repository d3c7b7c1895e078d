"""The door to the 2D renderer (Skia), and what places, people and weather are handed to draw with.

Space is flat and layered, like a paper theatre. Every layer is drawn in **metres at the subject's
plane**: x runs right from the middle of the set, y runs DOWN, the ground under the subject's feet
is y = 0, so a head is near y = -1.7. The frame of a wide shot is 5 m high and shows y from -3.7 to
1.3 (see `evals.animatic.camera`). A layer's `depth` says how it follows the camera: 1 is the
subject's plane, 0 is infinitely far (the sky), more than 1 passes between subject and lens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from evals.animatic.brief import Brief
from evals.animatic.palette import Palette
from tracker.errors import MisuseError

try:
    import skia
except ModuleNotFoundError:
    raise  # the command line names the missing extra
except ImportError as error:  # a library of the system is missing
    raise MisuseError(
        f"The animatic's renderer, skia-python, cannot be loaded ({error}); on Debian or Ubuntu "
        "install its system libraries: apt-get install libgl1 libegl1."
    ) from error

__all__ = [
    "Layer",
    "Moment",
    "Painter",
    "Set",
    "Stage",
    "colour4f",
    "ink",
    "recorded",
    "skia",
    "stroke",
]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a frame is taken."""

    frame: int
    seconds: float
    progress: float
    """0 on the first frame, 1 on the last."""


Painter = Callable[[skia.Canvas, Moment], None]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One plane of the set."""

    depth: float
    paint: Painter
    is_still: bool = True
    """It does not change during the shot, so it is drawn once and then replayed; `paint` is then
    called once, with the first moment."""
    is_light: bool = False
    """It is light: drawn with the screen blend onto what lies behind."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What everything on the set is drawn for."""

    brief: Brief
    palette: Palette
    half_width_m: float
    """Layers must be painted at least this far left and right of the middle, pans included."""
    seed: int
    """Of this performance: flickering lamps, gait, gusts; not of the place."""
    picture_height_m: float
    """Height of the picture at the subject's plane at the start of the shot."""
    aspect: float = 16 / 9
    sign_garble: float = 0.0
    """How far the letters of signs fall apart, 0-1: a flaw planted on purpose."""

    @property
    def half_picture_m(self) -> float:
        """Half the picture's width at the subject's plane: the unit of `Figure.x`."""
        return self.picture_height_m * self.aspect / 2

    def rng(self, *keys: int) -> np.random.Generator:
        """Return a generator that belongs to the place: the same for every take of a layout."""
        return np.random.default_rng((self.brief.layout, *keys))

    def take_rng(self, *keys: int) -> np.random.Generator:
        """Return a generator that belongs to this performance."""
        return np.random.default_rng((self.seed, self.brief.layout, *keys))


@dataclass(frozen=True, kw_only=True)
class Set:
    """A place, ready to be lit and played on; layers in painting order."""

    back: Sequence[Layer]
    """Behind the figures."""
    front: Sequence[Layer] = ()
    """Before them."""
    seat_y: float = -0.45
    """Where somebody who sits has the seat."""
    lamp_at: tuple[float, float] = (-1.2, -2.2)
    """The practical lamp nearest the subject, in metres: it lights faces and coats from there."""
    table: tuple[float, float] | None = None
    """Middle of a surface where props stand, in metres; None: they stand on the ground."""
    bounce: str | None = field(default=None)
    """Colour that the ground throws up on figures; None: the palette's ground."""


_EVERYWHERE = skia.Rect.MakeLTRB(-40, -40, 40, 40)


def recorded(layer: Layer) -> Layer:
    """Return a layer that, if it is still, was drawn once and is replayed from then on."""
    if not layer.is_still:
        return layer
    recorder = skia.PictureRecorder()
    layer.paint(recorder.beginRecording(_EVERYWHERE), Moment(frame=0, seconds=0.0, progress=0.0))
    picture = recorder.finishRecordingAsPicture()
    return replace(layer, paint=lambda canvas, _moment: canvas.drawPicture(picture))


@lru_cache(maxsize=8192)
def colour4f(colour: str, alpha: float = 1.0) -> skia.Color4f:
    """Turn `#rrggbb` into Skia's colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return skia.Color4f(red, green, blue, alpha)


def ink(colour: str, alpha: float = 1.0, **options: object) -> skia.Paint:
    """Return an anti-aliased fill."""
    return skia.Paint(Color4f=colour4f(colour, alpha), AntiAlias=True, **options)


def stroke(colour: str, width_m: float, alpha: float = 1.0, **options: object) -> skia.Paint:
    """Return an anti-aliased stroke with round ends."""
    return skia.Paint(
        Color4f=colour4f(colour, alpha),
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width_m,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
        **options,
    )
