"""Boil and popping patches on block maps and pictures whose residual is known."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from evals.metrics.artifacts._pair import Pair, block_means
from evals.metrics.artifacts.popping import pop_course, pop_level
from evals.metrics.artifacts.texture import (
    boil_blocks,
    boil_course,
    boil_level,
    relative_residual,
)

CALM = np.full((6, 9), 0.2, np.float32)


def _pair(luma: np.ndarray, before: np.ndarray, gain: float | None = 0.0) -> Pair:
    return Pair(
        luma=luma.astype(np.float32),
        before=before.astype(np.float32),
        valid=np.ones(luma.shape, np.bool_),
        speed=np.zeros(luma.shape, np.float32),
        gain=gain,
    )


def _soft_noise(rng: np.random.Generator, levels: float) -> np.ndarray:
    noise = cv2.GaussianBlur(rng.standard_normal((96, 160)), (0, 0), 2.5)
    return (levels * noise / noise.std()).astype(np.float32)


def _boil_of(pictures: list[np.ndarray]) -> float:
    relative = [relative_residual(_pair(b, a)) for a, b in itertools.pairwise(pictures)]
    whole = np.ones((96, 160), np.float32)
    maps = [boil_blocks(b, a, whole) for a, b in itertools.pairwise(relative)]
    return boil_level(np.stack(maps))


def test_pattern_redrawn_on_every_frame_boils():
    rng = np.random.default_rng(0)
    levels = [_boil_of([100 + _soft_noise(rng, s) for _ in range(24)]) for s in (2, 4, 8)]
    assert levels[0] > 0.3
    assert levels == sorted(levels)


def test_change_that_goes_on_does_not_boil():
    rng = np.random.default_rng(0)
    growing = _soft_noise(rng, 6)
    assert _boil_of([100 + growing * i for i in range(24)]) == 0


def test_grain_boils_far_less_than_a_pattern_of_its_strength():
    rng = np.random.default_rng(0)
    grain = _boil_of([100 + rng.normal(0, 4, (96, 160)) for _ in range(24)])
    pattern = _boil_of([100 + _soft_noise(rng, 4) for _ in range(24)])
    assert grain < 0.4 * pattern


def test_residual_is_zero_when_nothing_could_be_followed():
    luma = np.full((32, 32), 90.0)
    assert not relative_residual(_pair(luma, luma - 50, gain=None)).any()


def test_residual_on_a_flat_picture_is_half_its_difference():
    luma = np.full((32, 32), 90.0)
    assert relative_residual(_pair(luma, luma - 6)) == pytest.approx(np.full((32, 32), 3.0))


def test_steep_edges_are_forgiven():
    edge = np.where(np.arange(64) < 32, 20.0, 220.0) * np.ones((64, 1))
    residual = relative_residual(_pair(edge, edge + 6))
    assert abs(residual[32, 31]) < 0.2 * abs(residual[32, 5])


def test_one_window_of_boil_counts_in_a_long_take():
    maps = np.zeros((95, 3, 4), np.float32)
    maps[48:72] = 1.0
    course = boil_course(maps, 97)
    assert course.value == pytest.approx(1.0)
    assert len(course.series) == 97
    assert course.series[52:72].min() == pytest.approx(1.0)
    assert course.series[:30].max() == 0


def test_block_that_flashes_up_stands_out():
    maps = np.stack([CALM] * 20)
    maps[10, 3, 4] = 5.0
    course = pop_course(maps)
    assert course.series.argmax() == 11, "the first map belongs to the second frame"
    assert course.value == pytest.approx((5.0 - 0.2) / (0.3 + 0.2), rel=0.01)


def test_patch_that_comes_and_goes_is_seen_twice():
    maps = np.stack([CALM] * 20)
    maps[8, 3, 4] = maps[11, 3, 4] = 5.0
    series = pop_course(maps).series
    assert series[9] > 8
    assert series[12] > 8


def test_patch_that_stays_uneasy_after_it_popped_is_new_to_what_was_before():
    maps = np.stack([CALM] * 20)
    maps[8:14, 3, 4] = [5.0, 4.0, 4.0, 4.0, 4.0, 4.0]
    series = pop_course(maps).series
    assert series[9] > 2.5, "the side before it is quiet"
    assert series[11] < 1, "in the middle neither side is"


def test_thing_that_passes_through_does_not_pop():
    maps = np.stack([CALM] * 9)
    for i in range(9):
        maps[i, 3, i] = 5.0
    assert pop_course(maps).series[2:-1].max() < 1
    assert pop_course(maps).value <= 2, "it enters and leaves at the border"


def test_event_of_the_whole_frame_does_not_pop():
    maps = np.stack([CALM] * 20)
    maps[10] = 5.0
    assert pop_course(maps).value < 1


def test_thing_that_enters_at_the_border_does_not_pop():
    entering = CALM.copy()
    entering[4:, 3] = 5.0
    inside = CALM.copy()
    inside[2:4, 3] = 5.0
    around = [CALM] * 4
    assert pop_level(entering, around, around) <= 2.0
    assert pop_level(inside, around, around) > 8
    hazy = inside.copy()
    hazy[4:, 3] = 1.5
    assert pop_level(hazy, around, around) == pop_level(inside, around, around)


def test_block_means_are_centred_and_flip_with_the_picture():
    picture = np.random.default_rng(0).uniform(0, 9, (50, 70)).astype(np.float32)
    means = block_means(picture, 16)
    assert means.shape == (3, 4)
    assert means[0, 0] == pytest.approx(picture[1:17, 3:19].mean(), rel=1e-5)
    assert np.allclose(block_means(np.ascontiguousarray(picture[:, ::-1]), 16), means[:, ::-1])
    assert block_means(picture[:5, :6], 16).shape == (1, 1)
