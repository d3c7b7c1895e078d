"""Keeps a set standing while many briefs are filmed on it; building it costs more than ten frames."""

from __future__ import annotations

from dataclasses import replace

from evals.animatic.canvas import Layer, Moment, Painter, Set, Stage, skia
from evals.animatic.places.sets import build_set

__all__ = ["KeptSet"]

_EVERYWHERE = skia.Rect.MakeLTRB(-40, -40, 40, 40)


class KeptSet:
    """Builds a set for the first stage of a place, and hands the same one to all that follow.

    Where a set makes room for figures or differs between takes, it does so for the first brief alone:
    good enough to learn from, not for frames that must equal those of `shoot` without it.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._set = Set(back=())

    def __call__(self, stage: Stage) -> Set:
        """Return the set of a stage."""
        brief = stage.brief
        facts = (brief.setting, brief.time, brief.weather, brief.light, brief.layout, brief.size)
        key = (*facts, stage.aspect, stage.picture_height_m)
        if key != self._key:
            built = build_set(stage)
            self._set = replace(
                built,
                back=[_recorded(layer) for layer in built.back],
                front=[_recorded(layer) for layer in built.front],
            )
            self._key = key
        return self._set


def _recorded(layer: Layer) -> Layer:
    return replace(layer, paint=_replay(layer)) if layer.is_still else layer


def _replay(layer: Layer) -> Painter:
    recorder = skia.PictureRecorder()
    first = Moment(frame=0, seconds=0.0, progress=0.0)
    layer.paint(recorder.beginRecording(_EVERYWHERE), first)
    picture = recorder.finishRecordingAsPicture()

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        canvas.drawPicture(picture)

    return paint
