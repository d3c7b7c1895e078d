"""Films a brief: set, players and weather through the camera, then the finish of a print.

A shot is a generator of frames with their truth. Every frame depends only on the brief, the seed,
the size and its own number, so frames can be drawn in any order and always have the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evals.animatic._finish import Finish
from evals.animatic.air import air_layers
from evals.animatic.brief import Brief, ShotSize
from evals.animatic.camera import HEIGHTS_M, Camera, View
from evals.animatic.canvas import Layer, Moment, Set, Stage, colour4f, recorded, skia
from evals.animatic.cast import Person
from evals.animatic.palette import palette_for
from evals.animatic.people.glitches import Glitch
from evals.animatic.people.performer import Performer, Seen
from evals.animatic.people.props import paint_prop
from evals.animatic.places.sets import build_set
from evals.animatic.truth import FaceTruth, FrameTruth, Point
from evals.media.types import Picture
from tracker.errors import MisuseError

__all__ = ["Casting", "Shown", "shoot"]

_MIN_PX = 32
_FOLLOWED = {ShotSize.FULL: 0.6, ShotSize.MEDIUM: 1.0, ShotSize.CLOSE: 1.0}
"""How much of a subject's way the camera goes along, by shot size; wide shots let it walk."""
_UNFOLLOWED_M = 0.12
"""How far a head may rise or sink before the camera goes with it."""
_MIN_VISIBLE_SHARE = 0.35
"""A face of which less is left in the picture is not listed."""
_PROP_X = (-0.52, 0.58)
"""Where props stand on the set, in half picture widths."""


@dataclass(frozen=True, kw_only=True)
class Casting:
    """What goes wrong on purpose, by the figure's place in the brief; see `evals.animatic.flaws`."""

    glitches: Mapping[int, Glitch] = field(default_factory=dict)
    person_at: Mapping[int, Callable[[Moment], Person]] = field(default_factory=dict)
    """Whose face a figure wears at a moment, instead of the brief's."""
    sign_garble: float = 0.0


@dataclass(frozen=True)
class Shown:
    """One frame."""

    picture: Picture
    """sRGB uint8, shape (height, width, 3)."""
    truth: FrameTruth


def shoot(
    brief: Brief,
    *,
    frame_count: int,
    size: tuple[int, int] = (640, 360),
    fps: float = 24.0,
    seed: int = 0,
    casting: Casting | None = None,
    frames: Sequence[int] | None = None,
    build: Callable[[Stage], Set] = build_set,
) -> Iterator[Shown]:
    """Yield the frames of a brief with their truth; `size` is (width, height) in pixels.

    The same arguments give the same bits; another seed gives another performance in the same place.
    `frames` names the frames to draw, in that order, instead of all.
    `build` makes the set; who films many briefs in one place keeps it there (`evals.training.kept`).
    Raises MisuseError for an unusable size, rate or length.
    """
    if min(size) < _MIN_PX or size[0] % 2 or size[1] % 2 or frame_count < 1 or fps <= 0:
        raise MisuseError(
            f"Cannot render {frame_count} frames of {size[0]}x{size[1]} at {fps} fps; give even sides "
            f"of at least {_MIN_PX} pixels, a frame or more, and a rate above 0."
        )
    shot = _Shot(brief, size, seed=seed, casting=casting or Casting(), build=build)
    return (
        shot.frame(Moment(frame=i, seconds=i / fps, progress=i / max(1, frame_count - 1)))
        for i in (range(frame_count) if frames is None else frames)
    )


class _Shot:
    """One performance of a brief."""

    def __init__(
        self,
        brief: Brief,
        size: tuple[int, int],
        *,
        seed: int,
        casting: Casting,
        build: Callable[[Stage], Set],
    ) -> None:
        self._brief, self._size, self._casting = brief, size, casting
        self._finish = Finish(size, seed=seed, is_letterboxed=brief.is_letterboxed)
        top, bottom = self._finish.bars
        shown_share = (bottom - top) / size[1]
        height_m = HEIGHTS_M[brief.size] / shown_share
        aspect = size[0] / size[1]
        self._stage = Stage(
            brief=brief,
            palette=palette_for(brief),
            half_width_m=max(6.5, height_m * aspect * 0.5 + 2.4),
            seed=seed,
            picture_height_m=height_m,
            aspect=aspect,
            sign_garble=casting.sign_garble,
        )
        on = build(self._stage)
        self._players = [
            Performer(
                figure,
                self._stage,
                on,
                glitch=casting.glitches.get(i),
                person_at=casting.person_at.get(i),
            )
            for i, figure in enumerate(brief.figures)
        ]
        first = Moment(frame=0, seconds=0.0, progress=0.0)
        focus = self._players[0].head_at(first) if self._players else None
        self._focus = focus or (0.0, 0.0)
        self._camera = Camera(
            brief.size, brief.camera, focus=focus, seed=seed, shown_share=shown_share
        )
        self._back = [recorded(layer) for layer in (*on.back, self._things(on))]
        self._front = [recorded(layer) for layer in (*on.front, *air_layers(self._stage))]
        self._pixels = np.zeros((size[1], size[0], 4), np.uint8)
        # Premultiplied: laying images over one another then needs no division.
        info = skia.ImageInfo.Make(*size, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        self._surface = skia.Surface.MakeRasterDirect(info, self._pixels)

    def frame(self, moment: Moment) -> Shown:
        """Draw one frame."""
        view = self._camera.view(moment, self._follow(moment))
        lens = _Lens(view, self._size)
        with self._surface as canvas:
            canvas.clear(colour4f(self._stage.palette.haze))
            self._paint(canvas, self._back, moment, lens=lens)
            seen = self._play(canvas, moment, view)
            self._paint(canvas, self._front, moment, lens=lens)
        self._surface.flushAndSubmit()
        picture = self._finish.develop(self._pixels, moment.frame)
        return Shown(picture, self._truth(moment, view, seen))

    def _paint(
        self, canvas: skia.Canvas, layers: Sequence[Layer], moment: Moment, *, lens: _Lens
    ) -> None:
        for layer in layers:
            canvas.save()
            lens.look(canvas, layer.depth)
            layer.paint(canvas, moment)
            canvas.restore()

    def _follow(self, moment: Moment) -> tuple[float, float]:
        share = _FOLLOWED.get(self._brief.size, 0.0)
        if not share or not self._players:
            return 0.0, 0.0
        x, y = self._players[0].travelled(moment)
        sunk = self._players[0].head_at(moment)[1] - self._focus[1]
        y += math.copysign(max(0.0, abs(sunk) - _UNFOLLOWED_M), sunk)  # sits down, stands up
        return x * share, y * share

    def _things(self, on: Set) -> Layer:
        """Props of the brief that stand on the set."""

        def paint(canvas: skia.Canvas, moment: Moment) -> None:
            for prop, x in zip(self._brief.props, _PROP_X, strict=False):
                at = (x * min(self._stage.half_picture_m, 1.9), 0.0)
                if on.table is not None:
                    at = (on.table[0] + x * 0.6, on.table[1])
                paint_prop(canvas, prop, self._stage, at, seconds=moment.seconds)

        return Layer(depth=1.0, paint=paint)

    def _play(self, canvas: skia.Canvas, moment: Moment, view: View) -> list[tuple[int, Seen]]:
        canvas.save()
        _Lens(view, self._size).look(canvas, 1.0)
        seen = []
        for i in reversed(range(len(self._players))):
            face = self._players[i].paint(canvas, moment)
            if face is not None:
                seen.append((i, face))
        canvas.restore()
        return seen

    def _owner(self, player: int, moment: Moment) -> Person:
        """Return whose face a player wears."""
        if player in self._casting.person_at:
            return self._casting.person_at[player](moment)
        person = self._brief.figures[player].person
        assert person is not None  # noqa: S101  # only people have a face to be seen
        return person

    def _truth(self, moment: Moment, view: View, seen: Sequence[tuple[int, Seen]]) -> FrameTruth:
        lens = _Lens(view, self._size)
        top, bottom = self._finish.bars
        faces = []
        for player, face in seen:
            left, upper = lens.pixel(face.box[:2])
            scale = lens.pixels_per_metre
            box = (left, upper, face.box[2] * scale, face.box[3] * scale)
            share = _inside(box, (0.0, top, float(self._size[0]), bottom))
            if share >= _MIN_VISIBLE_SHARE:
                points = tuple(lens.pixel(point) for point in face.points)
                faces.append(
                    FaceTruth(
                        person=self._owner(player, moment).seed,
                        state=face.state,
                        box=box,
                        points=points,  # type: ignore[arg-type]
                        yaw_deg=face.yaw_deg,
                        visible_share=share,
                    )
                )
        beats = tuple(player.action(moment) for player in self._players)
        return FrameTruth(frame=moment.frame, faces=tuple(faces), beats=beats)


class _Lens:
    """A view on a picture of a size in pixels."""

    def __init__(self, view: View, size: tuple[int, int]) -> None:
        self._view, self._size = view, size
        self.pixels_per_metre = self.place(1.0)[0]

    def place(self, depth: float) -> tuple[float, float, float]:
        """Return a layer's pixels per metre and its shift, in pixels."""
        return self._view.layer(depth, self._size[1])

    def look(self, canvas: skia.Canvas, depth: float) -> None:
        """Put a layer's metres where they lie in the picture."""
        scale, x, y = self.place(depth)
        canvas.translate(x + self._size[0] / 2, y + self._size[1] / 2)
        canvas.scale(scale, scale)

    def pixel(self, point: Point | tuple[float, ...]) -> Point:
        """Return where a point of the subject's plane lies, in pixels."""
        scale, x, y = self.place(1.0)
        return point[0] * scale + x + self._size[0] / 2, point[1] * scale + y + self._size[1] / 2


def _inside(box: tuple[float, float, float, float], frame: tuple[float, ...]) -> float:
    """Share of a box (left, top, width, height) inside a frame (left, top, right, bottom)."""
    width = min(box[0] + box[2], frame[2]) - max(box[0], frame[0])
    height = min(box[1] + box[3], frame[3]) - max(box[1], frame[1])
    return max(0.0, width) * max(0.0, height) / max(1e-9, box[2] * box[3])
