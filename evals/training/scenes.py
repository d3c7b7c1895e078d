"""Random scenes of the drawn world, filmed small: what the text-image model learns from.

Briefs come in families that play in one place, at one time, in one weather and shot size, so that the
place is built once (`evals.training.kept`); figures, clothes, props and camera are drawn anew for each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import Brief
from evals.animatic.sampler import Split, draw_brief
from evals.animatic.shoot import shoot
from evals.training.filming import new_array, open_array, spread
from evals.training.kept import KeptSet
from tracker.actions.report import Progress

__all__ = ["SIDE_PX", "Scenes", "film_scenes", "scene_brief", "squashed"]

SIDE_PX = 96
"""Side of the square that a picture is squashed to: the model's input."""
_VERSION = 1
"""Of the world as it is filmed; change it when the same seed gives other pictures."""
_SHOT_FRAMES = 36
_FILMED_PX = (320, 180)
"""Larger than the input, for a small rendering is no shrunken large one: lines are never thinner
than a pixel, and grain has the size of pixels."""


@dataclass(frozen=True, kw_only=True)
class Scenes:
    """Filmed briefs and one picture of each."""

    briefs: tuple[Brief, ...]
    pictures: NDArray[np.uint8]
    """(n, 96, 96, 3)."""


def scene_brief(index: int, *, seed: int, split: Split, family: int = 1) -> Brief:
    """Return the brief of a scene; `family` neighbours share a place."""
    place = draw_brief(np.random.default_rng((seed, 41, index // family)), split=split)
    if index % family == 0:
        return place
    rng = np.random.default_rng((seed, 42, index))
    return replace(
        draw_brief(rng, split=split, size=place.size),
        setting=place.setting,
        time=place.time,
        weather=place.weather,
        light=place.light,
        layout=place.layout,
    )


def film_scenes(
    folder: Path,
    *,
    count: int,
    family: int,
    seed: int,
    split: Split,
    workers: int,
    progress: Progress,
) -> Scenes:
    """Film random briefs of a split into a file in a folder; what lies there whole is not filmed again."""
    path = folder / f"scenes-{_VERSION}-{split}.npy"
    if path.is_file():
        known = [scene_brief(i, seed=seed, split=split, family=family) for i in range(count)]
        return Scenes(briefs=tuple(known), pictures=open_array(path))
    growing = new_array(path.with_suffix(".part"), (count, SIDE_PX, SIDE_PX, 3))
    make = partial(_film, path=growing, family=family, seed=seed, split=split)
    briefs = spread(
        make, count, workers=workers, progress=progress, title=f"Filming {split} scenes"
    )
    growing.rename(path)
    return Scenes(briefs=tuple(briefs), pictures=open_array(path))


def squashed(picture: NDArray[np.uint8], side_px: int = SIDE_PX) -> NDArray[np.uint8]:
    """Shrink a picture to a square, each pixel the mean of what it covers."""
    return np.asarray(
        cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA), np.uint8
    )


def _film(chunk: range, *, path: Path, family: int, seed: int, split: Split) -> list[Brief]:
    cv2.setNumThreads(1)
    pictures, kept, briefs = open_array(path, writable=True), KeptSet(), []
    for scene in chunk:
        brief = scene_brief(scene, seed=seed, split=split, family=family)
        frame = int(np.random.default_rng((seed, 40, scene)).integers(_SHOT_FRAMES))
        (shown,) = shoot(
            brief,
            frame_count=_SHOT_FRAMES,
            size=_FILMED_PX,
            seed=scene,
            frames=[frame],
            build=kept,
        )
        pictures[scene] = squashed(shown.picture)
        briefs.append(brief)
    return briefs
