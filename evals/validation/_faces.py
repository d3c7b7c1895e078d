"""Takes and references of the drawn cast, looked at by a pack's own finder and embedder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import Action, Brief, Facing, Figure, ShotSize, Subject
from evals.animatic.cast import Kind, Person, draw_person
from evals.animatic.sampler import Split, draw_brief, draw_figure
from evals.animatic.shoot import Casting, shoot
from evals.animatic.truth import FrameTruth
from evals.errors import PackError
from evals.media.types import Picture
from evals.metrics.artifacts.focus import log_sharpness
from evals.metrics.identity import SeenFaces, sample_step, see
from evals.packs.availability import Unavailable
from evals.packs.faces import Face, FaceState
from evals.packs.identity import IdentityModel, load_identity
from evals.packs.manifest import read_pack
from evals.validation._takes import FPS

__all__ = ["PX", "Watched", "brief_of", "look", "person", "portraits", "watch"]

PX = (640, 360)
TAKE_FRAMES = 60
"""Two and a half seconds: five half-second blocks."""
_SUBJECTS = {Kind.CHILD: Subject.CHILD, Kind.MAN: Subject.MAN, Kind.WOMAN: Subject.WOMAN}
_FIRST = Split.EVALUATION.cast_seeds.start + 500_000
"""Persons whom no other proof has met."""
_CALM = (Action.STAND, Action.LOOK_UP, Action.SIT)


def person(number: int) -> Person:
    """Return one of the validation's own cast."""
    return draw_person(_FIRST + number)


def brief_of(
    who: Person, rng: np.random.Generator, *, size: ShotSize = ShotSize.CLOSE, **told: object
) -> Brief:
    """Return a brief in which somebody faces the camera, unmasked; `told` changes the figure."""
    figure = draw_figure(rng, split=Split.EVALUATION, subject=_SUBJECTS[who.kind])
    facts: dict[str, object] = {
        "person": who,
        "subject": figure.subject,
        "wardrobe": figure.wardrobe,
        "facing": Facing.CAMERA,
        "beats": (_CALM[int(rng.integers(len(_CALM)))],),
        **told,
    }
    place = draw_brief(rng, split=Split.EVALUATION, figure_count=0, size=size)
    return Brief(**{**vars(place), "figures": (Figure(**facts),), "props": ()})  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What a pack found in one take, and what was there."""

    seen: SeenFaces
    truths: tuple[FrameTruth, ...]
    """Of the frames that were looked at."""
    found: tuple[tuple[Face, ...], ...]


def watch(brief: Brief, *, seed: int, pack: Path, casting: Casting | None = None) -> Watched:
    """Film a take and look for faces in every third frame, as a run does at 24 frames per second."""
    places = list(range(0, TAKE_FRAMES, sample_step(FPS)))
    shown = list(
        shoot(brief, frame_count=TAKE_FRAMES, size=PX, seed=seed, casting=casting, frames=places)
    )
    found, sharpness, vectors = look([one.picture for one in shown], pack)
    seen = see(
        list(zip(places, found, strict=True)),
        sharpness=sharpness,
        vectors=vectors,
        frame_count=TAKE_FRAMES,
        fps=FPS,
        size_px=PX,
    )
    return Watched(seen=seen, truths=tuple(one.truth for one in shown), found=tuple(found))


def look(
    pictures: Sequence[Picture], pack: Path
) -> tuple[list[tuple[Face, ...]], list[float], NDArray[np.float32]]:
    """Return the faces of pictures of one size, and sharpness and vector of every face, in order."""
    model = _model(pack)
    found = model.find(np.stack(pictures))
    crops = [
        model.align(picture, face.points)
        for picture, faces in zip(pictures, found, strict=True)
        for face in faces
    ]
    vectors = model.embed(np.stack(crops)) if crops else np.zeros((0, 1), np.float32)
    grey = [cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32) for crop in crops]
    return found, [log_sharpness(one) for one in grey], vectors


def portraits(
    who: Person, count: int, *, seed: int, pack: Path
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return vectors (n, d) and quality (n,) of stills of a person; those without a good face are left out.

    Each still is of another place, hour and performance, as scarce references are.
    """
    pictures = []
    for number in range(count):
        rng = np.random.default_rng((seed, 75, who.seed, number))
        brief = brief_of(who, rng)
        (one,) = shoot(brief, frame_count=36, size=PX, seed=int(rng.integers(2**31)), frames=[18])
        pictures.append(one.picture)
    found, sharpness, vectors = look(pictures, pack)
    seen = see(
        list(enumerate(found)),
        sharpness=sharpness,
        vectors=vectors,
        frame_count=count,
        fps=FPS,
        size_px=PX,
    )
    best: dict[int, int] = {}
    for i, row in enumerate(seen.row):
        is_good = seen.states[i] is not FaceState.MASKED and seen.quality[i] > 0
        if is_good and (row not in best or seen.boxes[i, 3] > seen.boxes[best[row], 3]):
            best[int(row)] = i
    kept = sorted(best.values())
    return seen.vectors[kept], seen.quality[kept]


@lru_cache(maxsize=1)
def _model(pack: Path) -> IdentityModel:
    model = load_identity(read_pack(pack), "cpu")
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    return model
