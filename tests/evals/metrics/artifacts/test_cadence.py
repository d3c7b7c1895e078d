"""Freezes, leaps and beats, from plain numbers whose meaning is known."""

from __future__ import annotations

import numpy as np
import pytest

from evals.metrics.artifacts.cadence import (
    cadence_course,
    coarse_difference,
    dropped_course,
    frame_difference,
    freeze_course,
)

NO_CUT = np.zeros(48, np.bool_)


def _moving(count: int = 48, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(2.5, 3.5, count)


def _with_repeats(*held: tuple[int, int]) -> np.ndarray:
    differences = _moving()
    for start, end in held:
        differences[start:end] = 0.0
    return differences


@pytest.mark.parametrize("fps", [8.0, 12.0, 24.0, 60.0])
def test_freeze_is_measured_in_seconds(fps):
    course = freeze_course(_with_repeats((20, 26)), fps)
    assert course.value == pytest.approx(6 / fps)
    assert course.series[25] == course.value
    assert course.series[19] == course.series[26] == 0


def test_two_repeats_are_no_freeze():
    assert freeze_course(_with_repeats((20, 22)), 24).value == 0


@pytest.mark.parametrize("held", [(1, 9), (40, 48)])
def test_freeze_at_either_end_counts(held):
    assert freeze_course(_with_repeats(held), 24).value == pytest.approx(8 / 24)


def test_movement_that_comes_to_rest_is_no_freeze():
    slowing = np.concatenate([np.full(10, 4.0), np.geomspace(4, 0.3, 14), np.zeros(10)])
    course = freeze_course(np.concatenate([slowing, slowing[::-1]]), 24)
    assert course.value == 0


def test_still_shot_is_locked():
    course = freeze_course(np.zeros(48), 24)
    assert course.value == 0
    assert "locked" in course.remark


def test_noise_of_a_locked_camera_is_no_freeze():
    noise = np.random.default_rng(1).uniform(0.0, 0.08, 200)
    assert freeze_course(noise, 24).value == 0


TELECINE = np.where(np.arange(48) % 5 == 4, 0.0, 3.0)
TWOS = np.where(np.arange(48) % 2 == 1, 0.0, 3.0)
THREES = np.where(np.arange(48) % 3 == 0, 3.0, 0.0)


@pytest.mark.parametrize(
    ("beat", "share"), [(TELECINE, 9 / 48), (TWOS, 24 / 48), (THREES, 32 / 48)]
)
def test_regular_repeats_are_a_cadence_and_no_freeze(beat, share):
    assert cadence_course(beat).value == pytest.approx(share, abs=0.03)
    assert freeze_course(beat, 24).value == 0


def test_freeze_within_a_cadence_is_found():
    beat = TWOS.copy()
    beat[20:30] = 0.0
    course = freeze_course(beat, 24)
    assert course.value == pytest.approx(11 / 24, abs=0.05)


def test_lone_repeats_are_no_cadence():
    assert cadence_course(_with_repeats((10, 11), (13, 14), (31, 32), (46, 47))).value == 0
    assert cadence_course(_moving()).value == 0


@pytest.mark.parametrize("times", [2.0, 5.0])
def test_leap_reads_as_a_multiple_of_what_is_around(times):
    jumps = np.full(48, 2.0)
    jumps[30] *= times
    course = dropped_course(jumps, NO_CUT)
    assert course.value == pytest.approx(times)
    assert course.series.argmax() == 30


def test_whip_pan_and_flash_have_neighbours():
    whip = np.concatenate([np.full(16, 0.5), [2, 5, 9, 12, 12, 9, 5, 2], np.full(24, 0.5)])
    flash = np.full(48, 0.5)
    flash[20:22] = 30.0
    assert dropped_course(whip, NO_CUT).value < 2
    assert dropped_course(flash, NO_CUT).value < 2


def test_cut_is_no_dropped_frame():
    jumps = np.full(48, 2.0)
    jumps[30] = 60.0
    is_cut = NO_CUT.copy()
    is_cut[30] = True
    assert dropped_course(jumps, is_cut).value == pytest.approx(1.0)


def test_noise_on_a_locked_shot_is_no_leap():
    jumps = np.full(48, 0.01)
    jumps[30] = 0.2
    assert dropped_course(jumps, NO_CUT).value < 1


def test_frame_difference_is_the_mean_absolute_difference():
    one = np.random.default_rng(0).uniform(0, 255, (40, 60)).astype(np.float32)
    assert frame_difference(one, one + 3) == pytest.approx(3, abs=1e-4)


def test_coarse_difference_ignores_grain():
    rng = np.random.default_rng(0)
    one = rng.uniform(0, 200, (160, 320)).astype(np.float32)
    assert coarse_difference(one + 20, one) == pytest.approx(20, abs=1e-3)
    grain = rng.normal(0, 4, one.shape).astype(np.float32)
    assert coarse_difference(one + grain, one) < 0.1 * frame_difference(one + grain, one)
