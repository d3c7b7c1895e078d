"""Flicker, exposure pumping and black frames against light that is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from evals.metrics.artifacts._courses import evidence_over
from evals.metrics.artifacts._pair import frame_gain
from evals.metrics.artifacts.light import (
    black_course,
    brightness,
    exposure_course,
    flicker_course,
)

EVERYWHERE = np.ones((32, 32), np.bool_)


def _picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(10, 200, (32, 32)).astype(np.float32)


def test_gain_is_the_median_log_ratio_over_a_toe_of_16():
    before, after = _picture(), _picture(1)
    expected = np.median(np.log((after + 16) / (before + 16)))
    assert frame_gain(after, before, EVERYWHERE) == pytest.approx(expected, abs=1e-3)


def test_gain_reads_a_change_of_light_wherever_it_is_trusted():
    before = _picture()
    after = (before + 16) * 1.1 - 16
    after[:10] = 250
    trusted = EVERYWHERE.copy()
    trusted[:10] = False
    assert frame_gain(after, before, trusted) == pytest.approx(np.log(1.1), abs=1e-5)


def test_gain_is_unknown_when_little_is_followed():
    trusted = np.zeros((32, 32), np.bool_)
    trusted[:6] = True
    assert frame_gain(_picture(), _picture(), trusted) is None


def test_steady_ramp_of_light_does_not_flicker():
    gains = np.array([np.nan, *np.full(23, 0.03)])
    assert flicker_course(gains).value == pytest.approx(0)


def test_alternating_light_flickers_by_twice_its_step():
    levels = 0.02 * (np.arange(24) % 2)
    gains = np.array([np.nan, *np.diff(levels)])
    course = flicker_course(gains)
    assert course.value == pytest.approx(0.04)
    assert course.series == pytest.approx(np.full(24, 0.04))


def test_flicker_in_one_second_of_ten_counts_in_full():
    levels = np.zeros(240)
    levels[96:120] = 0.05 * (np.arange(24) % 2)
    course = flicker_course(np.array([np.nan, *np.diff(levels)]))
    assert course.value == pytest.approx(0.1)
    assert course.series[96:120].min() == pytest.approx(0.1)
    assert course.series[:80].max() == 0


def test_unknown_gains_leave_a_gap():
    gains = np.full(24, np.nan)
    assert flicker_course(gains).value == 0
    assert exposure_course(gains).value == pytest.approx(0)


@pytest.mark.parametrize("percent", [3, 6, 12])
def test_pump_reads_most_of_its_swing(percent):
    turns = np.linspace(0, 1.5, 24)
    light = 1 + percent / 100 * np.sin(2 * np.pi * turns)
    course = exposure_course(np.array([np.nan, *np.diff(np.log(light))]))
    assert 0.6 * 2 * percent / 100 < course.value < 2.2 * percent / 100


@pytest.mark.parametrize("end", [0.25, 0.05, 3.0])
def test_fade_is_not_a_pump(end):
    light = np.linspace(1, end, 24)
    assert exposure_course(np.array([np.nan, *np.diff(np.log(light))])).value < 0.01


@pytest.mark.parametrize("leap", [0.5, -0.5])
def test_lightning_and_switches_are_no_pump(leap):
    gains = np.zeros(24)
    gains[10] = leap
    assert exposure_course(gains).value == pytest.approx(0)
    gains[11] = -leap
    assert exposure_course(gains).value == pytest.approx(0)


def test_brightness_ignores_one_pixel_in_a_thousand():
    luma = np.full((100, 100), 12, np.float32)
    luma[0, :5] = 255
    assert brightness(luma) == 12
    luma[0, :15] = 255
    assert brightness(luma) == 255


def test_black_between_bright_frames_counts():
    light = np.array([120.0, 118, 2, 2, 119, 120])
    course = black_course(light)
    assert course.value == 2
    assert course.series.tolist() == [0, 0, 1, 1, 0, 0]


def test_fade_to_black_and_back_does_not_count():
    light = np.array([120.0, 80, 45, 20, 5, 0, 0, 10, 40, 90])
    assert black_course(light).value == 0


def test_take_that_is_all_black_counts_and_says_so():
    course = black_course(np.zeros(12))
    assert course.value == 12
    assert "whole take" in course.remark


def test_flicker_is_evidence_only_where_the_light_jumps():
    gains = np.array([np.nan, *np.zeros(29), *(0.05 * (-1.0) ** np.arange(30)), *np.zeros(36)])
    (evidence,) = evidence_over(flicker_course(gains), 0.03, kind="flicker")
    assert (evidence.frames.start, evidence.frames.end) == (30, 61)
    assert evidence.severity == pytest.approx(0.1)


def test_a_pump_is_evidence_only_where_the_light_changes():
    gains = np.array([np.nan, *np.zeros(29), *np.full(6, 0.04), *np.full(6, -0.04), *np.zeros(30)])
    (evidence,) = evidence_over(exposure_course(gains), 0.08, kind="exposure_pump")
    assert (evidence.frames.start, evidence.frames.end) == (30, 42)
