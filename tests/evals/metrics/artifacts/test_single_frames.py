"""Focus, cuts and coding: measures of single frames, on pictures drawn for the purpose."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from evals.metrics.artifacts.coding import (
    band_level,
    band_share,
    grid_excess,
    held_course,
    tone_gaps,
)
from evals.metrics.artifacts.cuts import color_histogram, cut_course, cut_level, light_share
from evals.metrics.artifacts.focus import blur_course, log_sharpness


def _grained(seed: int = 0, size=(180, 320)) -> np.ndarray:
    soft = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal(size), (0, 0), 2)
    return np.clip(128 + 45 * soft / soft.std(), 0, 255).astype(np.uint8)


def test_sharpness_is_the_log_variance_of_the_laplacian():
    luma = _grained().astype(np.float32)
    inner = (
        luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * luma[1:-1, 1:-1]
    )
    assert log_sharpness(luma) == pytest.approx(np.log(inner.var() + 1), abs=0.02)


def test_short_blur_drops_below_the_frames_around():
    sharpness = np.full(48, 6.0)
    sharpness[20:25] -= [0.5, 1.5, 2.0, 1.5, 0.5]
    course = blur_course(sharpness)
    assert course.value == pytest.approx(2.0)
    assert course.series.argmax() == 22


@pytest.mark.parametrize("end", [0.0, 9.0])
def test_slow_change_of_focus_is_no_pulse(end):
    assert blur_course(np.linspace(6, end, 48)).value == pytest.approx(0)


def test_sharp_flash_is_no_blur():
    sharpness = np.full(48, 4.0)
    sharpness[20] = 8.0
    assert blur_course(sharpness).value == 0


def test_histogram_shares_sum_to_one_per_channel():
    rgb = np.random.default_rng(0).integers(0, 256, (36, 64, 3)).astype(np.uint8)
    assert color_histogram(rgb).sum(axis=1) == pytest.approx([1, 1, 1])


def test_cut_needs_other_colours_and_lost_motion():
    dark = color_histogram(np.full((8, 8, 3), 20, np.uint8))
    light = color_histogram(np.full((8, 8, 3), 220, np.uint8))
    assert cut_level(light, dark, coverage=0.0) == pytest.approx(1.0)
    assert cut_level(light, dark, coverage=1.0) == 0, "a light was switched on"
    assert cut_level(dark, dark, coverage=0.0) == 0, "a whip pan over the same colours"
    assert cut_level(light, dark, coverage=0.0, light=1.0) == 0, "a strobe"
    assert cut_course(np.array([0, 0.1, 0.6, 0.0])).value == pytest.approx(0.6)


@pytest.mark.parametrize(
    "lit",
    [
        lambda y: 0.3 * y,
        lambda y: 0.5 * y + 90,
        lambda y: np.minimum(4 * y, 255),
        lambda y: 255 * (y / 255) ** 2.2,
    ],
    ids=["strobe", "haze", "lightning", "gamma"],
)
def test_light_keeps_the_order_of_tones_both_ways(lit):
    picture = np.random.default_rng(3).uniform(0, 255, (18, 32)).astype(np.float32)
    changed = lit(picture).astype(np.float32)
    assert light_share(changed, picture) == pytest.approx(1, abs=1e-6)
    assert light_share(picture, changed) == pytest.approx(1, abs=1e-6)


def test_no_light_makes_one_picture_of_another():
    first, second = np.random.default_rng(4).uniform(0, 255, (2, 18, 32)).astype(np.float32)
    assert light_share(first, second) < 0.1
    assert light_share(255 - first, first) < 0.01, "a negative is not light"
    halves = np.where(np.arange(32) < 16, 0, 255).astype(np.float32)[None].repeat(18, 0)
    assert light_share(first, halves) < 0.1, "equal tones are not told apart by what they should be"


@pytest.mark.parametrize("shift", [0, 3, 7])
def test_jpeg_grid_is_found_wherever_it_lies(shift):
    clean = _grained(size=(200, 340))
    _, packed = cv2.imencode(".jpg", clean, [cv2.IMWRITE_JPEG_QUALITY, 10])
    coded = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)[shift : shift + 180, shift : shift + 320]
    assert grid_excess(coded) > 0.25
    assert grid_excess(clean) < 0.1


def test_grid_grows_with_coarser_coding():
    ratios = []
    for quality in (90, 40, 20, 10):
        _, packed = cv2.imencode(".jpg", _grained(), [cv2.IMWRITE_JPEG_QUALITY, quality])
        ratios.append(grid_excess(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)))
    assert ratios == sorted(ratios)


def test_posterised_slope_is_banded_and_a_clean_one_is_not():
    slope = np.broadcast_to(np.linspace(40, 120, 320), (180, 320))
    clean = np.rint(slope).astype(np.uint8)
    for step in (4, 8, 16):
        banded = (np.floor(slope / step) * step).astype(np.uint8)
        assert band_share(banded) > 0.9
    assert band_share(clean) == 0


def test_bands_that_an_encoder_smoothed_leave_gaps_between_tones():
    rows, columns = np.mgrid[:180, :320]
    slope = 60 + 0.3 * columns + 0.2 * rows
    noise = np.random.default_rng(0).normal(0, 0.8, slope.shape)
    banded = np.floor((slope + noise) / 8) * 8 + 4
    smoothed = cv2.GaussianBlur(banded, (0, 0), 1.5) + noise / 2

    def levels(y: np.ndarray) -> np.ndarray:
        return np.clip(np.rint(y), 0, 255).astype(np.uint8)

    assert band_share(levels(smoothed)) < 0.01, "no step is left"
    assert tone_gaps(levels(smoothed)) > 3 * tone_gaps(levels(slope + noise))
    assert band_level(levels(smoothed)) == tone_gaps(levels(smoothed))


def test_luma_of_limited_range_has_no_gaps_where_no_level_can_be():
    stored = np.random.default_rng(1).normal(100, 25, (180, 320))
    smooth = cv2.GaussianBlur(stored, (0, 0), 12)
    smooth = 100 + 25 * (smooth - smooth.mean()) / smooth.std()
    noisy = smooth + np.random.default_rng(2).normal(0, 1, smooth.shape)
    expanded = np.rint(np.rint(noisy) / 219 * 255).astype(np.uint8)
    full = np.rint(noisy / 219 * 255).astype(np.uint8)
    assert len(np.unique(expanded)) < np.ptp(expanded), "levels are left out"
    assert tone_gaps(expanded) == pytest.approx(tone_gaps(full), abs=0.01)


def test_flat_wall_and_noise_are_not_banded():
    rng = np.random.default_rng(0)
    assert band_share(np.full((90, 160), 77, np.uint8)) == 0
    noisy = np.rint(100 + rng.normal(0, 2, (90, 160))).astype(np.uint8)
    assert band_share(noisy) < 0.01


@pytest.mark.parametrize("measure", [grid_excess, band_share, tone_gaps, band_level])
def test_flip_changes_nothing(measure):
    luma = _grained(size=(181, 323))
    assert measure(np.ascontiguousarray(luma[:, ::-1])) == measure(luma)
    assert measure(np.ascontiguousarray(luma[::-1])) == measure(luma)


@pytest.mark.parametrize("measure", [grid_excess, band_share])
def test_tiny_picture_has_no_grid_to_judge(measure):
    assert measure(np.zeros((31, 200), np.uint8)) is None


def test_samples_hold_until_the_next_one():
    course = held_course([(0, 1.0), (6, 3.0), (12, 2.0)], 15)
    assert course.value == 2.0
    assert course.series.tolist() == [1.0] * 6 + [3.0] * 6 + [2.0] * 3
