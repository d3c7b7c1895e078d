"""Rendered scenes: the same bits again, a moving world, and a picture worth looking at."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from evals.animatic.film import render
from evals.animatic.scene import Camera, Figure, Hour, Mask, Place, Scene, Weather
from tracker.errors import MisuseError
from tracker.settings import REPOSITORY_ROOT

SIZE = (160, 90)
RED = Figure(coat="#e01010", umbrella="#e0a526", height=0.4)
STREET = Scene(place=Place.STREET, hour=Hour.NIGHT, weather=Weather.RAIN, figure=RED)


def film(scene: Scene, *, frame_count: int = 4, size: tuple[int, int] = SIZE, seed: int = 1):
    return np.stack(list(render(scene, frame_count=frame_count, size=size, seed=seed)))


def change(frames: np.ndarray) -> float:
    return float(np.abs(np.diff(frames.astype(np.int16), axis=0)).mean())


@pytest.mark.parametrize("place", list(Place))
def test_every_place_renders_at_the_size_that_was_asked_for(place):
    frames = film(Scene(place=place, hour=Hour.DUSK, figure=RED), frame_count=2)
    assert frames.shape == (2, 90, 160, 3)
    assert frames.dtype == np.uint8
    assert frames.std() > 20


@pytest.mark.parametrize("weather", list(Weather))
def test_same_seed_gives_the_same_bits(weather):
    scene = replace(STREET, weather=weather, camera=Camera.HANDHELD)
    assert np.array_equal(film(scene), film(scene))


def test_another_process_renders_the_same_bits():
    code = (
        "import hashlib\nfrom evals.animatic.film import render\nfrom evals.animatic.scene import *\n"
        "red = Figure(coat='#e01010', umbrella='#e0a526', height=0.4)\n"
        "scene = Scene(place=Place.STREET, hour=Hour.NIGHT, weather=Weather.RAIN, figure=red)\n"
        "frames = render(scene, frame_count=4, size=(160, 90), seed=1)\n"
        "print(hashlib.sha256(b''.join(f.tobytes() for f in frames)).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY_ROOT,
    )
    assert done.stdout.strip() == hashlib.sha256(film(STREET).tobytes()).hexdigest()


def test_another_seed_is_another_performance_of_the_same_place():
    scene = Scene(place=Place.HILLS, hour=Hour.WINTER)
    one, two = film(scene, seed=1), film(scene, seed=2)
    assert not np.array_equal(one, two)
    assert np.abs(one.astype(np.int16) - two).mean() < 4  # the grain differs, the hills do not


def test_another_layout_is_another_place():
    one, two = (film(Scene(place=Place.STREET, hour=Hour.DUSK, layout=n)) for n in (1, 2))
    assert np.abs(one.astype(np.int16) - two).mean() > 8


def test_only_a_moving_camera_moves_an_empty_place():
    still, panned, pushed = (
        change(film(Scene(place=Place.HILLS, hour=Hour.DAWN, camera=camera)))
        for camera in (Camera.STATIC, Camera.PAN, Camera.DOLLY)
    )
    assert panned > 1.2 * still
    assert pushed > 1.05 * still


def test_a_figure_walks_to_the_right_in_its_coat():
    scene = Scene(place=Place.HILLS, hour=Hour.WINTER, figure=replace(RED, umbrella="", speed=0.5))
    frames = film(scene, frame_count=24, size=(320, 180)).astype(np.int16)
    red = (frames[..., 0] > 110) & (frames[..., 1] < 60) & (frames[..., 2] < 60)
    first, last = (np.nonzero(mask)[1].mean() for mask in (red[0], red[-1]))
    assert last - first == pytest.approx(0.5 * 23 / 24 * 180, abs=8)


def test_a_lowered_mask_leaves_the_face():
    scene = Scene(place=Place.PORTRAIT, hour=Hour.NIGHT, figure=RED, mask=Mask.LOWERED)
    frames = film(scene, frame_count=12).astype(np.int16)
    face = np.s_[32:50, 58:82]
    assert np.abs(frames[-1][face] - frames[0][face]).mean() > 12
    worn = film(replace(scene, mask=Mask.WORN), frame_count=12).astype(np.int16)
    assert np.abs(worn[-1][face] - worn[0][face]).mean() < 12


def test_a_wide_print_has_black_bars_and_a_lit_picture():
    frame = film(Scene(place=Place.SEA, hour=Hour.DUSK, is_letterboxed=True), frame_count=1)[0]
    assert frame[:5].max() == frame[-5:].max() == 0
    assert frame[5:-5].mean() > 40


@pytest.mark.parametrize(
    ("frame_count", "size", "fps"),
    [(0, SIZE, 24), (2, (161, 90), 24), (2, (16, 16), 24), (2, SIZE, 0)],
)
def test_an_unusable_request_is_refused_at_once(frame_count, size, fps):
    with pytest.raises(MisuseError, match="Cannot render"):
        render(STREET, frame_count=frame_count, size=size, fps=fps)


def test_a_portrait_of_nobody_is_refused():
    with pytest.raises(MisuseError, match="give the scene a figure"):
        Scene(place=Place.PORTRAIT, hour=Hour.NIGHT)
