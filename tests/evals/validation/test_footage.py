"""Clean clips are repeatable, move as named, and have been seen by no other test of the measures."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from evals.validation._footage import CAMERAS, DRAWN, FAST_PAN, PHOTOGRAPHS, Footage, film, footage
from tests.evals.metrics.artifacts.conftest import PHOTOGRAPHS as TUNED_ON


def shift_px(clip):
    """Median sideways and upright shift of neighbouring frames, by phase correlation."""
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float64) for frame in clip]
    found = [cv2.phaseCorrelate(a, b)[0] for a, b in pairwise(grey)]
    return np.median(np.abs(np.array(found)), axis=0)


@pytest.mark.parametrize("camera", [*CAMERAS, DRAWN])
def test_the_same_name_gives_the_same_bits(tiny, camera):
    clip = Footage(camera=camera, picture=0)
    first = film(clip, tiny, frames=3)
    assert first.shape == (3, 90, 160, 3)
    assert first.dtype == np.uint8
    assert (first == film(clip, tiny, frames=3)).all()
    assert (first != film(Footage(camera=camera, picture=0, take=1), tiny, frames=3)).any()


def test_a_pan_moves_and_a_static_camera_does_not(tiny):
    moved = {
        c: shift_px(film(Footage(camera=c, picture=0), tiny)) for c in ("static", "pan", FAST_PAN)
    }
    assert np.hypot(*moved["static"]) < 0.1
    assert np.hypot(*moved["pan"]) == pytest.approx(2.5, abs=0.3)
    assert moved[FAST_PAN][0] == pytest.approx(14 * 160 / 512, abs=0.3)


def test_a_fade_ends_at_a_quarter(tiny):
    light = film(Footage(camera="fade", picture=0), tiny).mean((1, 2, 3))
    assert light[-1] / light[0] == pytest.approx(0.25, abs=0.03)


def test_photographs_are_not_those_that_the_measures_were_tuned_on():
    assert not set(PHOTOGRAPHS) & set(TUNED_ON)


def test_every_photograph_is_seen_under_every_camera(tiny):
    clips = footage(tiny)
    assert [clip.camera for clip in clips] == list(CAMERAS)
    assert len(set(clips)) == len(clips)
