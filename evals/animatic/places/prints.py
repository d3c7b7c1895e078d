"""Prints still layers once, when the camera only moves across them, and then lays the prints.

A layer's drawing is replayed for every frame at the price of all its paths. As long as the camera
keeps its distance a layer only slides, so it is drawn once into an image that is larger than the
picture, for each half of a pixel that it can be off by: laying an image between pixels costs as
much as drawing. Images lie on a fixed grid, so that a frame's bits depend on its own view only and
frames may be drawn in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from evals.animatic.brief import CameraMove
from evals.animatic.canvas import Layer, Moment, Set, Stage, skia

__all__ = ["printed"]

_ALL = skia.Rect.MakeLTRB(-60, -60, 60, 60)
_NEARER = frozenset({CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT, CameraMove.ZOOM_IN})
_KEPT = 8
"""Images kept per layer: a swaying camera may come back to any of the last few."""


def printed(place: Set, stage: Stage) -> Set:
    """Return a set whose still layers are printed, unless the camera of its brief comes nearer."""
    if stage.brief.camera in _NEARER:
        return place
    return replace(place, back=list(_printed(place.back)), front=list(_printed(place.front)))


def _printed(layers: Sequence[Layer]) -> Iterator[Layer]:
    for (depth, is_still, is_light), run in groupby(layers, key=_kind):
        if is_still:
            print_ = _Print(list(run), is_light=is_light)
            yield Layer(depth=depth, paint=print_.paint, is_still=False, is_light=is_light)
        else:
            yield from run


def _kind(layer: Layer) -> tuple[float, bool, bool]:
    return layer.depth, layer.is_still, layer.is_light


class _Print:
    """The images of neighbouring still layers of one depth."""

    def __init__(self, layers: Sequence[Layer], *, is_light: bool) -> None:
        recorder = skia.PictureRecorder()
        canvas = recorder.beginRecording(_ALL)
        for layer in layers:
            layer.paint(canvas, Moment(frame=0, seconds=0.0, progress=0.0))
        self._picture = recorder.finishRecordingAsPicture()
        mode = skia.BlendMode.kScreen if is_light else skia.BlendMode.kSrcOver
        self._paint = skia.Paint(BlendMode=mode)
        self._images: dict[tuple[float, ...], tuple[skia.Image, int, int] | None] = {}

    def paint(self, canvas: skia.Canvas, _moment: Moment) -> None:
        """Lay the image that this view needs."""
        matrix, size = canvas.getTotalMatrix(), canvas.getBaseLayerSize()
        steps = max(1, size.width() // 3), max(1, size.height() // 4)
        halves = [round(2 * at) for at in (matrix.getTranslateX(), matrix.getTranslateY())]
        whole, phase = [half // 2 for half in halves], [half % 2 / 2 for half in halves]
        cells = [-at // step for at, step in zip(whole, steps, strict=True)]
        key = (matrix.getScaleX(), *cells, *phase)
        if key not in self._images:
            while len(self._images) >= _KEPT:
                del self._images[next(iter(self._images))]
            box = (
                cells[0] * steps[0],
                cells[1] * steps[1],
                size.width() + steps[0],
                size.height() + steps[1],
            )
            self._images[key] = _image(self._picture, box, scale=key[0], phase=(phase[0], phase[1]))
        found = self._images[key]
        if found is None:
            return
        image, left, top = found
        canvas.save()
        canvas.resetMatrix()
        canvas.drawImage(
            image, left + whole[0], top + whole[1], skia.SamplingOptions(), self._paint
        )
        canvas.restore()


def _image(
    picture: skia.Picture,
    box: tuple[int, int, int, int],
    *,
    scale: float,
    phase: tuple[float, float],
) -> tuple[skia.Image, int, int] | None:
    """Return what of a drawing lies in a box (left, top, width, height), trimmed, and where."""
    left, top, width, height = box
    info = skia.ImageInfo.Make(
        width, height, skia.ColorType.kRGBA_8888_ColorType, skia.AlphaType.kPremul_AlphaType
    )
    surface = skia.Surface.MakeRaster(info)
    canvas = surface.getCanvas()
    canvas.translate(phase[0] - left, phase[1] - top)
    canvas.scale(scale, scale)
    canvas.drawPicture(picture)
    alpha = surface.toarray(colorType=skia.kRGBA_8888_ColorType)[..., 3]
    rows = np.flatnonzero(alpha.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(alpha.any(axis=0))
    a, b = int(rows[0]), int(rows[-1]) + 1
    c, d = int(columns[0]), int(columns[-1]) + 1
    trimmed = surface.makeImageSnapshot(skia.IRect.MakeLTRB(c, a, d, b))
    return trimmed, left + c, top + a
