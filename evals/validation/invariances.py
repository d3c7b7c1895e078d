"""What must not move a score: another encode, another size, another rate, a mirror, the way it was computed.

A change is stated as a share of the measure's flaw gap: how far a visible flaw of its own kind moves the
score of the same clips, by the median. Of a change that may move a little the median clip counts, of one
that must move nothing the worst clip. What cannot be read off a gap (bits of vectors, of values) is stated as
it is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.flaws import FlawKind, plant
from evals.errors import PackError
from evals.media.motion import MotionTracker
from evals.media.types import ClipFacts, Frame, Picture
from evals.metrics.artifacts import ArtifactMeter
from evals.packs.availability import Unavailable
from evals.packs.manifest import read_pack
from evals.validation._footage import CAMERAS, Footage, film
from evals.validation._pool import Bench
from evals.validation._takes import FPS, Badness, score
from evals.validation.figures import Figure
from evals.validation.flaws import MOTION_ONLY, named
from evals.validation.scale import Scale

if TYPE_CHECKING:
    from evals.packs.text_image import TextImageModel

__all__ = ["TITLE", "measure", "says"]

TITLE = "What must not move a score"
_TAKE = 90
_ALIKE = 1e-4
_SMALL = 0.10
_STILL_GAP = 1e-9
_PICTURES = 8
"""Frames of every clip that are embedded."""

Changes = dict[str, Badness]


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"{scale.steady} clean clips; the change of a measure, as a share of what a visible flaw of its kind "
        "does to the same clips. The worst measure counts and is named; of another encode, size or rate the "
        "median clip counts, of a mirror and another decoder the worst."
    )


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return one figure for each harmless change."""
    clips = [
        Footage(camera=CAMERAS[i % len(CAMERAS)], picture=i, take=_TAKE + i)
        for i in range(scale.steady)
    ]
    take = partial(_changes, scale=scale)
    found = bench.spread(take, clips, TITLE)
    gaps = _gaps([one["base"] for one in found], [one["flawed"] for one in found])
    rows = [_moved(name, goal, found, gaps=gaps) for name, goal in _ROWS.items()]
    return (
        *rows,
        _processes(found, clips, scale=scale, bench=bench),
        _batches([one for clip in clips for one in film(clip, scale)[-_PICTURES:]], bench),
    )


_ROWS: dict[str, float] = {
    "re-encoded at crf 18": _SMALL,
    "re-encoded at crf 23": _SMALL,
    "three quarters of the size": _SMALL,
    "played at 30 instead of 24 frames per second": _SMALL,
    "mirrored": 0.0,
    "decoded by OpenCV instead of PyAV": _ALIKE,
}
"""Change -> how much it may move a score, as a share of the gap."""


def _changes(clip: Footage, *, scale: Scale) -> Changes:
    """Return the scores of a clip as it is, flawed, and changed in every way."""
    frames = film(clip, scale)
    told = {
        "base": score(frames, crf=0),
        "flawed": _flawed(frames, clip, seed=clip.take),
        "re-encoded at crf 18": score(frames, crf=18),
        "re-encoded at crf 23": score(frames, crf=23),
        "three quarters of the size": score(_shrunk(frames), crf=0),
        "played at 30 instead of 24 frames per second": score(frames, crf=0, fps=Fraction(30)),
    }
    plain, mirrored = _meter(frames), _meter(np.ascontiguousarray(frames[:, :, ::-1]))
    told |= {"plain": plain, "mirrored": mirrored}
    told |= _decoded_twice(frames)
    return told


def _flawed(frames: Picture, clip: Footage, *, seed: int) -> Badness:
    """Return what every measure says of a visible flaw of its own kind."""
    told = {}
    for kind in FlawKind:
        if kind in MOTION_ONLY and clip.camera == "static":
            continue
        planted, _ = plant(frames, kind, severity=named(kind)["visible"], seed=seed)
        told[str(kind)] = score(planted, crf=0)[kind]
    return told


def _shrunk(frames: Picture) -> Picture:
    height, width = (side * 3 // 4 // 2 * 2 for side in frames.shape[1:3])
    small = [cv2.resize(one, (width, height), interpolation=cv2.INTER_AREA) for one in frames]
    return np.asarray(np.stack(small), np.uint8)


def _meter(frames: Sequence[Picture] | Picture) -> Badness:
    """Score pictures as they are, without a file."""
    tracker, meter = MotionTracker(), ArtifactMeter()
    for index, rgb in enumerate(frames):
        luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        frame = Frame(
            index=index, pts_s=index / 24, luma=luma, rgb=rgb, full_rgb=partial(_same, rgb)
        )
        meter.feed(frame, tracker.update(rgb))
    height, width = frames[0].shape[:2]
    facts = ClipFacts(frame_count=len(frames), fps=FPS, width=width, height=height)
    return {one.metric: one.value for one in meter.finish(facts) if one.value is not None}


def _same(picture: Picture) -> Picture:
    return picture


def _decoded_twice(frames: Picture) -> Changes:
    """Score one lossless RGB file through PyAV's decoder and through OpenCV's."""
    with tempfile.TemporaryDirectory(prefix="roundtable-validate-") as folder:
        path = Path(folder) / "clip.mkv"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("ffv1", rate=FPS)
            stream.width, stream.height = frames.shape[2], frames.shape[1]
            stream.pix_fmt = "bgr0"
            for picture in frames:
                coded = av.VideoFrame.from_ndarray(picture, format="rgb24")
                container.mux(stream.encode(coded.reformat(format="bgr0")))
            container.mux(stream.encode(None))
        with av.open(str(path)) as container:
            ours = [
                np.asarray(one.to_ndarray(format="rgb24"), np.uint8)
                for one in container.decode(video=0)
            ]
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        theirs = []
        while True:
            is_there, picture = capture.read()
            if not is_there:
                break
            theirs.append(np.ascontiguousarray(picture[..., ::-1], np.uint8))
        capture.release()
    return {"by PyAV": _meter(ours), "decoded by OpenCV instead of PyAV": _meter(theirs)}


@dataclass(frozen=True)
class _Gap:
    """How far a flaw moves a measure."""

    metric: str
    size: float


def _gaps(clean: Sequence[Badness], flawed: Sequence[Badness]) -> list[_Gap]:
    found = []
    for kind in FlawKind:
        steps = [
            bad[kind] - good[kind]
            for good, bad in zip(clean, flawed, strict=True)
            if np.isfinite(good.get(kind, np.inf)) and np.isfinite(bad.get(kind, np.inf))
        ]
        size = float(np.median(steps)) if steps else 0.0
        if size > _STILL_GAP:
            found.append(_Gap(kind, size))
    return found


_BASES = {"mirrored": "plain", "decoded by OpenCV instead of PyAV": "by PyAV"}


def _moved(row: str, goal: float, found: Sequence[Changes], *, gaps: Sequence[_Gap]) -> Figure:
    """Return the change of the measure that moves most."""
    base = _BASES.get(row, "base")
    of_clips = np.median if goal > _ALIKE else np.max
    shares = {
        gap.metric: float(of_clips([_change(one[row], one[base], gap.metric) for one in found]))
        / gap.size
        for gap in gaps
    }
    empty = Figure(row=row, measure="share of the gap", value=None, goal=goal, at_most=True)
    if not shares:
        return replace(empty, note="no flaw moved a score")
    worst = max(shares, key=shares.__getitem__)
    if not np.isfinite(shares[worst]):
        return replace(empty, note=f"{worst} has a value only before the change or only after it")
    within = sum(share <= goal for share in shares.values())
    return Figure(
        row=row,
        measure="share of the gap",
        value=round(shares[worst], 6),
        count=len(found),
        goal=goal,
        at_most=True,
        note=f"{worst}; {within} of {len(shares)} measures within the goal",
    )


def _change(one: Mapping[str, float], other: Mapping[str, float], metric: str) -> float:
    """Return how far a measure moved: not at all where neither says anything, endlessly where one does."""
    a, b = one.get(metric, -np.inf), other.get(metric, -np.inf)
    return 0.0 if a == b else abs(a - b)


def _processes(
    found: Sequence[Changes], clips: Sequence[Footage], *, scale: Scale, bench: Bench
) -> Figure:
    """Score the first and the last clip again, in one process where there were several, and the other way."""
    chosen = (0, len(clips) - 1)
    again = bench.spread(
        partial(_base, scale=scale),
        [clips[i] for i in chosen],
        TITLE,
        workers=2 if bench.workers == 1 else 1,
    )
    return Figure(
        row="scored in one process or in several",
        measure="equal to the bit",
        value=float(
            np.mean([found[i]["base"] == one for i, one in zip(chosen, again, strict=True)])
        ),
        count=len(set(chosen)),
        goal=1.0,
    )


def _base(clip: Footage, *, scale: Scale) -> Badness:
    return score(film(clip, scale), crf=0)


def _batches(pictures: Sequence[Picture], bench: Bench) -> Figure:
    """Compare vectors of pictures that were embedded one by one with those of one batch."""
    model = _text_image(bench.pack.folder)
    together = model.encode_frames(list(pictures))
    singly: NDArray[np.float32] = np.concatenate([model.encode_frames([one]) for one in pictures])
    return Figure(
        row="frames embedded one by one or in one batch",
        measure="largest difference of a vector",
        value=float(np.abs(together - singly).max()),
        count=len(pictures),
        goal=0.0,
        at_most=True,
    )


@lru_cache(maxsize=1)
def _text_image(pack: Path) -> TextImageModel:
    from evals.packs.text_image import load_text_image

    model = load_text_image(read_pack(pack), "cpu")
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    return model
