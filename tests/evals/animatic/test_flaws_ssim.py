"""Likeness to the clean twin, against scikit-image."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import structural_similarity

from evals.animatic.ssim import around, mean_ssim, ssim, touched
from tracker.errors import MisuseError


def _pair(seed: int, *, noise: float, level: float = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    one = cv2.GaussianBlur(rng.integers(0, 256, (48, 64, 3)).astype(np.uint8), (0, 0), 2)
    return one, np.clip(one + rng.normal(level, noise, one.shape), 0, 255).astype(np.uint8)


@given(
    seed=st.integers(0, 1000),
    noise=st.floats(0, 90),
    level=st.sampled_from([-80, 0, 80]),
)
@settings(max_examples=30)
def test_ssim_is_that_of_scikit_image(seed, noise, level):
    one, two = _pair(seed, noise=noise, level=level)
    luma = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (one, two)]
    assert ssim(one, two) == pytest.approx(structural_similarity(*luma), abs=1e-9)


def test_equal_pictures_are_wholly_alike():
    one, _ = _pair(1, noise=0)
    assert ssim(one, one) == 1


def test_box_holds_what_differs_and_its_likeness_is_that_of_the_crop():
    one, _ = _pair(2, noise=0)
    two = one.copy()
    two[10:30, 20:50] = 255 - two[10:30, 20:50]
    box = touched(one, two)
    left, top, wide, tall = box
    assert abs(left - 20) <= 2
    assert abs(top - 10) <= 2
    assert abs(left + wide - 50) <= 2
    assert abs(top + tall - 30) <= 2
    inside = (slice(top, top + tall), slice(left, left + wide))
    assert mean_ssim([one], [two], boxes=[box]) == ssim(one[inside], two[inside])
    assert mean_ssim([one], [two]) > mean_ssim([one], [two], boxes=[box])


def test_no_box_where_nothing_or_nearly_everything_differs():
    one, two = _pair(3, noise=90)
    assert touched(one, one) is None
    assert touched(one, two) is None


def test_edge_that_moves_a_little_is_outside_the_box():
    one = np.full((48, 64, 3), 90, np.uint8)
    two = one.copy()
    two[:, 5] += 30
    two[30:40, 30:40] = 255
    assert touched(one, two)[0] >= 28


@pytest.mark.parametrize("at", [(slice(0, 2), slice(0, 2)), (slice(46, 48), slice(62, 64))])
def test_smallest_box_has_room_for_a_window(at):
    one = np.full((48, 64, 3), 90, np.uint8)
    two = one.copy()
    two[at] = 255
    left, top, wide, tall = touched(one, two)
    assert min(wide, tall) >= 8
    assert left + wide <= 64
    assert top + tall <= 48


def test_box_around_boxes_holds_them_all():
    assert around([(5, 6, 10, 10), None, (1, 9, 4, 20)]) == (1, 6, 14, 23)
    assert around([None]) is None


def test_unlike_pictures_are_refused():
    with pytest.raises(MisuseError, match="give two alike"):
        ssim(np.zeros((9, 9, 3), np.uint8), np.zeros((9, 8, 3), np.uint8))
