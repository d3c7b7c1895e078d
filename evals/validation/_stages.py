"""What each stage of a take's way takes within the whole pass, and by itself.

| stage | work |
|---|---|
| decode | luma and a picture at analysis size of every frame, whole frames where a model wants them |
| flow | motion between neighbouring frames, there and back |
| meters | every artifact metric |
| encode | the text-image model on 16 frames |
| LPIPS | every frame beside the one before, raw and compensated |
| faces | finder and embedder, eight frames per second |
| morphing | maps of change and their detector, eight per second |

By itself a stage gets what it needs from memory; the decoder, from the file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.media.change import ChangeMaker, change_step
from evals.media.frames import open_frames, sample_indices
from evals.media.motion import MotionTracker
from evals.media.types import ClipFacts, Frame, Motion, Picture
from evals.metrics.artifacts import ArtifactMeter
from evals.metrics.identity import sample_step
from evals.runs.reader import CHUNK_FRAMES, SAMPLES
from evals.validation._clips import FPS
from evals.validation._models import StageModels

__all__ = ["STAGES", "Gathered", "alone", "gather", "in_pass"]

STAGES = ("decode", "flow", "meters", "encode", "LPIPS", "faces", "morphing")


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.spent_s = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def at(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.spent_s[stage] += time.perf_counter() - begun


@dataclass
class Gathered:
    """What the stages of one take feed on, all of it in memory."""

    frames: list[Frame] = field(default_factory=list)
    motions: list[Motion | None] = field(default_factory=list)
    samples: list[Picture] = field(default_factory=list)
    looked_at: list[Picture] = field(default_factory=list)
    """Whole frames in which faces are looked for."""
    facts: ClipFacts | None = None

    @property
    def rgb(self) -> Picture:
        """Frames at analysis size, (n, h, w, 3)."""
        return np.stack([frame.rgb for frame in self.frames])

    @property
    def moved(self) -> Picture:
        """Each frame's predecessor moved onto it, (n, h, w, 3)."""
        pairs = zip(self.frames, self.motions, strict=True)
        return np.stack([f.rgb if m is None else m.compensated for f, m in pairs])


def gather(path: Path, *, frames: int) -> Gathered:
    """Read a short take into memory."""
    found, tracker = Gathered(), MotionTracker()
    for frame, samples, looks in _read(path, frames=frames, facts=found):
        found.frames.append(frame)
        found.motions.append(tracker.update(frame.rgb))
        found.samples += samples
        found.looked_at += looks
    return found


def in_pass(path: Path, models: StageModels, *, frames: int) -> dict[str, float]:
    """Return seconds by stage of one pass over a take, stage after stage for every frame."""
    clock, tracker, meter, maker = _Clock(), MotionTracker(), ArtifactMeter(), ChangeMaker()
    kept, session = Gathered(), models.perceptual.session()
    maps: list[NDArray[np.float32]] = []
    reading = _read(path, frames=frames, facts=kept)
    while True:
        with clock.at("decode"):
            step = next(reading, None)
        if step is None:
            break
        frame, samples, looks = step
        with clock.at("flow"):
            motion = tracker.update(frame.rgb)
        with clock.at("meters"):
            meter.feed(frame, motion)
        kept.frames.append(frame)
        kept.motions.append(motion)
        kept.samples += samples
        kept.looked_at += looks
        if len(kept.frames) == CHUNK_FRAMES:
            with clock.at("LPIPS"):
                session.feed(kept.rgb, kept.moved)
            kept.frames.clear()
            kept.motions.clear()
        with clock.at("morphing"):
            maps += _maps(maker, frame)
    with clock.at("LPIPS"):
        if kept.frames:
            session.feed(kept.rgb, kept.moved)
    _finish(clock, models, kept, maps=maps, meter=meter)
    return clock.spent_s


def _finish(
    clock: _Clock,
    models: StageModels,
    kept: Gathered,
    *,
    maps: list[NDArray[np.float32]],
    meter: ArtifactMeter,
) -> None:
    with clock.at("meters"):
        assert kept.facts is not None  # noqa: S101  # the take was read to its end
        meter.finish(kept.facts)
    with clock.at("encode"):
        models.encode(kept.samples)
    with clock.at("faces"):
        models.look(kept.looked_at)
    with clock.at("morphing"):
        if maps:
            models.judge(np.stack(maps))


def alone(path: Path, models: StageModels, found: Gathered) -> dict[str, Callable[[], None]]:
    """Return stage -> what does that stage's work of a take, and nothing else's."""
    rgb, moved = found.rgb, found.moved

    def decode() -> None:
        for _ in _read(path, frames=len(rgb), facts=Gathered()):
            pass

    def flow() -> None:
        tracker = MotionTracker()
        for frame in found.frames:
            tracker.update(frame.rgb)

    def meters() -> None:
        meter = ArtifactMeter()
        for frame, motion in zip(found.frames, found.motions, strict=True):
            meter.feed(frame, motion)
        assert found.facts is not None  # noqa: S101  # the take was read to its end
        meter.finish(found.facts)

    def morphing() -> None:
        maker = ChangeMaker()
        maps = [one for frame in found.frames for one in _maps(maker, frame)]
        if maps:
            models.judge(np.stack(maps))

    return {
        "decode": decode,
        "flow": flow,
        "meters": meters,
        "encode": lambda: models.encode(found.samples),
        "LPIPS": lambda: models.compare(rgb, moved),
        "faces": lambda: models.look(found.looked_at),
        "morphing": morphing,
    }


def _read(
    path: Path, *, frames: int, facts: Gathered
) -> Iterator[tuple[Frame, list[Picture], list[Picture]]]:
    """Yield (frame, what the text-image model gets of it, what the finder gets); at the end, the facts."""
    places = {int(i) for i in sample_indices(frames, SAMPLES)}
    step = sample_step(FPS)
    with open_frames(path, thread_count=1) as stream:
        for frame in stream:
            samples = [frame.full_rgb()] if frame.index in places else []
            looks = [frame.full_rgb()] if frame.index % step == 0 else []
            yield frame, samples, looks
        facts.facts = stream.facts


def _maps(maker: ChangeMaker, frame: Frame) -> list[NDArray[np.float32]]:
    if frame.index % change_step(float(FPS)):
        return []
    made = maker.add(frame.rgb)
    return [] if made is None else [made]
