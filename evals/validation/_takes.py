"""Scores a clip as a run does: written as a file, decoded once, every measure fed from that pass.

VBench's temporal_flickering is taken of the same decoded frames.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evals.decisions.excuses import judged
from evals.media.change import change_step
from evals.media.types import Picture
from evals.metrics.artifacts import score_morph
from evals.metrics.builtin import BUILTIN
from evals.metrics.perceptual import score_distances
from evals.packs.availability import Unavailable
from evals.packs.manifest import read_pack
from evals.runs.job import ChangeMaps, Chunk, Finished, Job, Unreadable
from evals.runs.reader import read_take
from evals.validation.rates import temporal_flickering
from tracker.domain.effects import ShotEffect
from tracker.domain.scores import Direction, MetricFacts, Score
from tracker.errors import MediaError
from tracker.media.encode import ClipWriter, Encoding

if TYPE_CHECKING:
    from evals.packs.morph import MorphDetector
    from evals.packs.perceptual import PerceptualModel

__all__ = [
    "CRF",
    "FPS",
    "LOSSLESS",
    "VBENCH",
    "Badness",
    "badness",
    "failing",
    "morph_detector",
    "read",
    "score",
    "write",
]

FPS = Fraction(24)
FACTS: dict[str, MetricFacts] = {facts.name: facts for facts in BUILTIN}
VBENCH = "vbench"
CRF = 18
"""Of the H.264 that clips are written as: hardly visible."""
LOSSLESS = 0

Badness = dict[str, float]
"""Metric -> how bad, higher is worse; minus infinity where the measure said nothing."""


def write(path: Path, frames: Picture, *, fps: Fraction = FPS, crf: int = CRF) -> Path:
    """Write frames (n, h, w, 3) as H.264, the same bits every time; crf 0 loses nothing but chroma."""
    with ClipWriter(path, fps, Encoding(crf=crf, is_single_threaded=True)) as writer:
        for picture in frames:
            writer.add(picture)
    return path


def score(
    frames: Picture,
    *,
    fps: Fraction = FPS,
    crf: int = CRF,
    pack: Path | None = None,
    with_morph: bool = False,
) -> Badness:
    """Write frames to a file, read it in one pass, and return what every measure says; see `read`."""
    with tempfile.TemporaryDirectory(prefix="roundtable-validate-") as folder:
        path = write(Path(folder) / "clip.mp4", frames, fps=fps, crf=crf)
        return badness(read(path, pack=pack, with_morph=with_morph))


@dataclass(frozen=True)
class Read:
    """What one pass over a file gave."""

    scores: Mapping[str, Score]
    flickering: float
    """VBench's, higher is better."""


def read(path: Path, *, pack: Path | None = None, with_morph: bool = False) -> Read:
    """Decode a clip once for all measures; with a pack for LPIPS, too, and for morphing on request.

    Without its detector on this machine morphing has no score. Raises MediaError for a file that cannot be
    read.
    """
    session = None if pack is None else _perceptual(pack).session()
    detector = morph_detector() if with_morph else None
    rgb: list[Picture] = []
    morphing: list[tuple[int, NDArray[np.float32]]] = []
    for answer in read_take(_job(path, has_changes=detector is not None)):
        if isinstance(answer, Chunk):
            rgb.append(answer.rgb)
            if session is not None:
                session.feed(answer.rgb, answer.compensated)
        elif isinstance(answer, ChangeMaps) and detector is not None:
            morphing += zip(answer.indices, detector.chances(answer.maps), strict=True)
        elif isinstance(answer, Unreadable):
            raise MediaError(answer.reason)
        elif isinstance(answer, Finished):
            last = answer
    scores = list(last.scores)
    if session is not None:
        raw, compensated = session.distances()
        scores += score_distances(
            raw,
            compensated,
            speed_px=last.speed_px,
            fps=last.clip.fps,
            frame_count=last.clip.frame_count,
        )
    if morphing:
        places, chances = zip(*morphing, strict=True)
        scores += score_morph(
            np.stack(chances), frame_indices=places, frame_count=last.clip.frame_count
        )
    frames = np.concatenate(rgb)
    return Read({one.metric: one for one in scores}, temporal_flickering(frames))


def badness(found: Read) -> Badness:
    """Turn scores so that higher is worse; VBench's stands among them."""
    turned = {name: _bad(FACTS[name], one.value) for name, one in found.scores.items()}
    return {**turned, VBENCH: -found.flickering}


def _bad(facts: MetricFacts, value: float | None) -> float:
    if value is None:
        return -math.inf
    return value if facts.direction is Direction.LOWER_IS_BETTER else -value


def failing(found: Read, *, effects: Sequence[ShotEffect] = ()) -> tuple[str, ...]:
    """Name the measures whose limit a clip reaches, outside of the effects that its shot declares."""
    counted = {
        name: judged(FACTS[name], one, effects=effects).score for name, one in found.scores.items()
    }
    return tuple(
        name
        for name, one in sorted(counted.items())
        if one is not None and one.value is not None and FACTS[name].is_failure(one.value)
    )


@lru_cache(maxsize=1)
def _perceptual(folder: Path) -> PerceptualModel:
    from evals.packs.perceptual import load_perceptual

    model = load_perceptual(read_pack(folder), "cpu")
    if isinstance(model, Unavailable):
        raise MediaError(model.reason)
    return model


@lru_cache(maxsize=1)
def morph_detector() -> MorphDetector | None:
    """Load the product's own detector of morphing; None where it is not on this machine."""
    from evals.packs.morph import load_morph

    model = load_morph("cpu")
    return None if isinstance(model, Unavailable) else model


def _job(path: Path, *, has_changes: bool) -> Job:
    return Job(
        take_id=1,
        path=str(path),
        frame_count=0,
        is_still=False,
        sequence_fps=FPS,
        wants_artifacts=True,
        wants_samples=False,
        wants_chunks=True,
        change_step=change_step(float(FPS)) if has_changes else 0,
    )
