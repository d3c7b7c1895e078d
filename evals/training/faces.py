"""Filmed faces with their truth: frames for the finder, loose crops for the embedder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import (
    Action,
    Brief,
    Colour,
    Facing,
    Figure,
    Mask,
    MaskKind,
    ShotSize,
    Subject,
)
from evals.animatic.cast import Kind, draw_person
from evals.animatic.sampler import Split, draw_brief, draw_figure
from evals.animatic.shoot import shoot
from evals.animatic.truth import FaceTruth
from evals.packs import _face_nets as nets
from evals.packs.identity import aligned
from evals.training.filming import new_array, open_array, spread
from evals.training.kept import KeptSet
from tracker.actions.report import Progress

__all__ = [
    "FILMED_PX",
    "FRAME_PX",
    "LOOSE_PX",
    "FilmedFaces",
    "KnownFace",
    "face_brief",
    "film_faces",
]

FRAME_PX = (320, 192)
"""Width and height of the finder's frames: 320 x 180 and an empty strip below."""
FAMILY = 8
LOOSE_PX = 96
"""Side of a loose crop: the embedder's 64 pixels and a margin of 16 for shifts and turns."""
FILMED_PX = (480, 270)
"""Sharp enough for crops of close-ups, and a third cheaper to draw than a take's 640 x 360."""
_SHOT_FRAMES = 36
_SMALLEST_CROP_PX = 11
"""Faces lower than this teach an embedder nothing."""
_SIZES = {
    ShotSize.CLOSE: 0.30,
    ShotSize.MEDIUM: 0.38,
    ShotSize.FULL: 0.18,
    ShotSize.WIDE: 0.12,
    ShotSize.EXTREME_WIDE: 0.02,
}
_LOOSE_TEMPLATE = tuple(
    (x + (LOOSE_PX - nets.CROP_PX) / 2, y + (LOOSE_PX - nets.CROP_PX) / 2) for x, y in nets.TEMPLATE
)


@dataclass(frozen=True, kw_only=True)
class KnownFace:
    """One face in one filmed frame."""

    frame: int
    """Index of the frame in the set."""
    crop: int
    """Index of its loose crop, -1 where the face is too small for one."""
    shot: int
    truth: FaceTruth
    """In pixels of the filmed frame, see `FILMED_PX`."""


@dataclass(frozen=True, kw_only=True)
class FilmedFaces:
    """Frames and crops."""

    frames: NDArray[np.uint8]
    """(n, 192, 320, 3)."""
    crops: NDArray[np.uint8]
    """(m, 96, 96, 3), m at least twice n; unused ones are black."""
    faces: tuple[KnownFace, ...]


def face_brief(shot: int, *, seed: int, split: Split, persons: Sequence[int]) -> Brief:
    """Return a brief about person `shot % len(persons)`; persons are seeds of the split's cast.

    `FAMILY` neighbouring shots share a place, built once. About a third of the figures are masked, a third
    of the shots hold a second person, and a twelfth holds an animal, a robot or nobody, so that the finder
    learns what is no face.
    """
    common = np.random.default_rng((seed, 43, shot // FAMILY))
    size = list(_SIZES)[int(common.choice(len(_SIZES), p=list(_SIZES.values())))]
    brief = draw_brief(common, split=split, figure_count=0, size=size)
    rng = np.random.default_rng((seed, 45, shot))
    if shot % 12 == 11:
        creatures = [s for s in Subject if not s.has_face]
        who = creatures[int(rng.integers(len(creatures)))]
        figures = (draw_figure(rng, split=split, subject=who),)[: int(rng.integers(2))]
        return replace(brief, figures=figures)
    places = [float(rng.uniform(-0.3, 0.3))]
    count = 1
    if size is not ShotSize.CLOSE and rng.random() < 0.35:
        count, places = 2, [float(rng.uniform(-0.5, -0.25)), float(rng.uniform(0.25, 0.5))]
    owners = [persons[shot % len(persons)], persons[int(rng.integers(len(persons)))]]
    figures = tuple(_figure(owners[i], places[i], rng, split=split) for i in range(count))
    return replace(brief, figures=figures)


def film_faces(
    folder: Path,
    *,
    shot_count: int,
    frames_per_shot: int,
    persons: Sequence[int],
    seed: int,
    split: Split,
    workers: int,
    progress: Progress,
) -> FilmedFaces:
    """Film shots of faces into files in a folder."""
    count = shot_count * frames_per_shot
    frames = new_array(folder / f"faces-{split}.npy", (count, FRAME_PX[1], FRAME_PX[0], 3))
    crops = new_array(folder / f"crops-{split}.npy", (2 * count, LOOSE_PX, LOOSE_PX, 3))
    make = partial(
        _film,
        paths=(frames, crops),
        frames_per_shot=frames_per_shot,
        persons=tuple(persons),
        seed=seed,
        split=split,
    )
    found = spread(
        make, shot_count, workers=workers, progress=progress, title=f"Filming {split} faces"
    )
    return FilmedFaces(
        frames=open_array(frames),
        crops=open_array(crops),
        faces=tuple(face for shot in found for face in shot),
    )


def _figure(owner: int, x: float, rng: np.random.Generator, *, split: Split) -> Figure:
    person = draw_person(owner)
    subject = {Kind.CHILD: Subject.CHILD, Kind.MAN: Subject.MAN, Kind.WOMAN: Subject.WOMAN}[
        person.kind
    ]
    figure = draw_figure(rng, split=split, subject=subject, x=round(x, 3))
    mask = None
    if rng.random() < 0.36:
        kinds, colours = list(MaskKind), list(Colour)
        mask = Mask(
            kind=kinds[int(rng.integers(len(kinds)))],
            colour=colours[int(rng.integers(len(colours)))],
        )
    draws = (
        Action.STAND,
        Action.SIT,
        Action.LOOK_UP,
        Action.TURN_BACK,
        Action.TURN_AWAY,
        Action.BOW,
    )
    beats = (draws[int(rng.choice(len(draws), p=[0.5, 0.1, 0.1, 0.15, 0.1, 0.05]))],)
    if mask is not None and rng.random() < 0.3:
        beats = (Action.UNMASK,) if rng.random() < 0.5 else (Action.MASK,)
    facings = (Facing.CAMERA, Facing.LEFT, Facing.RIGHT)
    facing = facings[int(rng.choice(3, p=[0.7, 0.15, 0.15]))]
    return replace(figure, person=person, mask=mask, beats=beats, facing=facing)


def _film(
    chunk: range,
    *,
    paths: tuple[Path, Path],
    frames_per_shot: int,
    persons: tuple[int, ...],
    seed: int,
    split: Split,
) -> list[list[KnownFace]]:
    frames, crops = (open_array(path, writable=True) for path in paths)
    cv2.setNumThreads(1)
    kept, found = KeptSet(), []
    for shot in chunk:
        brief = face_brief(shot, seed=seed, split=split, persons=persons)
        rng = np.random.default_rng((seed, 44, shot))
        parts = (np.arange(frames_per_shot) + rng.uniform(0, 1, frames_per_shot)) / frames_per_shot
        shown = shoot(
            brief,
            frame_count=_SHOT_FRAMES,
            size=FILMED_PX,
            seed=int(rng.integers(2**31)),
            frames=[int(part * _SHOT_FRAMES) for part in parts],
            build=kept,
        )
        known = []
        for i, one in enumerate(shown):
            at = shot * frames_per_shot + i
            small = cv2.resize(one.picture, (320, 180), interpolation=cv2.INTER_AREA)
            frames[at, :180] = small
            for k, truth in enumerate(one.truth.faces[:2]):
                crop = -1
                if truth.box[3] >= _SMALLEST_CROP_PX:
                    crop = 2 * at + k
                    crops[crop] = aligned(
                        one.picture, truth.points, template=_LOOSE_TEMPLATE, side_px=LOOSE_PX
                    )
                known.append(KnownFace(frame=at, crop=crop, shot=shot, truth=truth))
        found.append(known)
    return found
