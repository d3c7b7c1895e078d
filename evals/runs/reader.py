"""One take, one decode: the frames go to every meter in turn and then are gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.media.change import ChangeMaker
from evals.media.frames import open_frames, sample_indices
from evals.media.motion import MotionTracker
from evals.media.types import Frame, Motion
from evals.metrics.artifacts import ArtifactMeter
from evals.metrics.base import Meter
from evals.metrics.prompt import CameraMeter
from evals.runs.job import (
    Alive,
    Answer,
    ChangeMaps,
    Chunk,
    FaceFrames,
    Finished,
    Job,
    Unreadable,
)
from tracker.errors import MediaError

__all__ = ["CHUNK_FRAMES", "SAMPLES", "SAMPLE_SHORT_SIDE_PX", "read_take"]

SAMPLES = 16
"""Frames per take that the text-image model sees, first and last included."""
SAMPLE_SHORT_SIDE_PX = 720
"""Samples are area-averaged down to this, which no model here exceeds."""
CHUNK_FRAMES = 16
_FACE_FRAMES = 8
"""Whole frames are large: so many at once."""
_CHANGE_MAPS = 8
_ALIVE_EVERY_S = 5.0


def read_take(job: Job) -> Iterator[Alive | Answer]:
    """Read a take and yield its answers; a take that cannot be read is an answer, too."""
    try:
        yield from _Pass(job).answers()
    except MediaError as error:
        yield Unreadable(str(error), is_absent=not _exists(job.path))


def _exists(path: str) -> bool:
    named = Path(path)
    return named.parent.exists() if "#" in named.name or "%" in named.name else named.exists()


class _Pass:
    """The state of one decode."""

    def __init__(self, job: Job) -> None:
        self._job = job
        needs_motion = (job.wants_artifacts or job.wants_chunks or job.camera) and not job.is_still
        self._motion = MotionTracker() if needs_motion else None
        self._meters: list[Meter] = [ArtifactMeter()] if job.wants_artifacts else []
        if job.camera:
            self._meters.append(CameraMeter(job.camera))
        places = sample_indices(max(1, job.frame_count), SAMPLES) if job.wants_samples else ()
        self._places = frozenset(int(i) for i in places)
        self._indices: list[int] = []
        self._samples: list[NDArray[np.uint8]] = []
        self._speed_px: list[float] = []
        self._rgb: list[NDArray[np.uint8]] = []
        self._compensated: list[NDArray[np.uint8]] = []
        self._faces: list[tuple[int, NDArray[np.uint8]]] = []
        self._change = ChangeMaker() if job.change_step and not job.is_still else None
        self._changes: list[tuple[int, NDArray[np.float16]]] = []

    def answers(self) -> Iterator[Alive | Answer]:
        path, fps = Path(self._job.path), self._job.sequence_fps
        said_s = time.monotonic()
        with open_frames(path, thread_count=1, sequence_fps=fps) as stream:
            for frame in stream:
                self._take_in(frame)
                ready = self._ready()
                yield from ready
                if not ready and time.monotonic() - said_s > _ALIVE_EVERY_S:
                    yield Alive()
                    said_s = time.monotonic()
            clip = stream.facts
        yield from self._ready(is_last=True)
        scores = [score for meter in self._meters for score in meter.finish(clip)]
        speed = np.asarray(self._speed_px, dtype=np.float32)
        yield Finished(clip, tuple(scores), tuple(self._indices), tuple(self._samples), speed)

    def _ready(self, *, is_last: bool = False) -> list[Answer]:
        """Return what is gathered and full; at the end, what is left."""
        answers: list[Answer] = []
        for gathered, limit, make in (
            (self._faces, _FACE_FRAMES, self._face_frames),
            (self._changes, _CHANGE_MAPS, self._change_maps),
            (self._rgb, CHUNK_FRAMES, self._chunk),
        ):
            if len(gathered) >= (1 if is_last else limit):
                answers.append(make())
        return answers

    def _take_in(self, frame: Frame) -> None:
        motion = None if self._motion is None else self._motion.update(frame.rgb)
        for meter in self._meters:
            meter.feed(frame, motion)
        if frame.index in self._places:
            self._indices.append(frame.index)
            self._samples.append(_shrunk(frame.full_rgb()))
        if self._job.face_step and frame.index % self._job.face_step == 0:
            self._faces.append((frame.index, _shrunk(frame.full_rgb())))
        if self._change is not None and frame.index % self._job.change_step == 0:
            maps = self._change.add(frame.rgb)
            if maps is not None:
                self._changes.append((frame.index, maps.astype(np.float16)))
        if motion is not None:
            self._speed_px.append(motion.speed_px)
        if self._job.wants_chunks:
            self._keep(frame, motion)

    def _keep(self, frame: Frame, motion: Motion | None) -> None:
        self._rgb.append(frame.rgb)
        self._compensated.append(frame.rgb if motion is None else motion.compensated)

    def _face_frames(self) -> FaceFrames:
        indices, pictures = zip(*self._faces, strict=True)
        self._faces.clear()
        return FaceFrames(indices, pictures)

    def _change_maps(self) -> ChangeMaps:
        indices, maps = zip(*self._changes, strict=True)
        self._changes.clear()
        return ChangeMaps(indices, np.stack(maps))

    def _chunk(self) -> Chunk:
        chunk = Chunk(np.stack(self._rgb), np.stack(self._compensated))
        self._rgb.clear()
        self._compensated.clear()
        return chunk


def _shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = SAMPLE_SHORT_SIDE_PX / min(height, width)
    if scale >= 1:
        return np.ascontiguousarray(picture)
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
