"""Planted flaws against their own truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.animatic.flaws import STEPS, FlawKind, place, plant, source_frames
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

ALL_STEPS = [(kind, step) for kind in FlawKind for step in STEPS[kind]]
LOCAL = (
    FlawKind.BLACK_FRAMES,
    FlawKind.BLUR_PULSE,
    FlawKind.FREEZE,
    FlawKind.POPPING_PATCH,
)


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    rng = np.random.default_rng(4)
    wide = rng.integers(20, 236, (72, 330, 3)).astype(np.uint8)
    return np.stack([wide[:, 3 * i : 3 * i + 256] for i in range(24)])


@pytest.mark.parametrize(("kind", "step"), ALL_STEPS)
def test_every_step_changes_the_clip_and_keeps_its_form(frames, kind, step):
    planted, where = plant(frames, kind, severity=step, seed=1)
    assert planted.dtype == np.uint8
    assert planted.shape[1:] == frames.shape[1:]
    assert where.end <= len(planted)
    assert planted.shape != frames.shape or not np.array_equal(planted, frames)


@pytest.mark.parametrize("kind", LOCAL)
def test_frames_outside_the_range_are_untouched(frames, kind):
    planted, where = plant(frames, kind, severity=STEPS[kind][-1], seed=3)
    outside = [i for i in range(len(frames)) if not where.start <= i < where.end]
    assert np.array_equal(planted[outside], frames[outside])
    assert not np.array_equal(planted[where.start], frames[where.start])


@given(seed=st.integers(0, 10_000), kind=st.sampled_from(list(FlawKind)))
@settings(max_examples=25)
def test_same_seed_plants_the_same_flaw(seed, kind):
    clip = np.random.default_rng(0).integers(0, 255, (16, 24, 40, 3)).astype(np.uint8)
    one, two = (plant(clip, kind, severity=STEPS[kind][0], seed=seed) for _ in range(2))
    assert np.array_equal(one[0], two[0])
    assert one[1] == two[1]


def test_input_stays_as_it_was(frames):
    before = frames.copy()
    for kind in FlawKind:
        plant(frames, kind, severity=STEPS[kind][-1])
    assert np.array_equal(frames, before)


def test_flicker_stays_within_its_percentage(frames):
    planted, _ = plant(np.full_like(frames, 200), FlawKind.FLICKER, severity=4, seed=2)
    means = planted.mean(axis=(1, 2, 3)) / 200
    assert np.abs(means - 1).max() <= 0.04 + 0.5 / 200
    assert np.ptp(means) > 0.04


def test_pump_swings_by_its_percentage(frames):
    planted, _ = plant(np.full_like(frames, 200), FlawKind.EXPOSURE_PUMP, severity=12, seed=2)
    means = planted.mean(axis=(1, 2, 3)) / 200
    assert np.ptp(means) == pytest.approx(0.24, abs=0.02)


def test_boil_has_its_strength_where_it_is_full(frames):
    planted, _ = plant(np.full_like(frames, 128), FlawKind.TEXTURE_BOIL, severity=8, seed=2)
    assert planted.astype(float).std(axis=0).max() == pytest.approx(8, rel=0.7)
    assert planted[:, 0, 0].std() == 0


def test_freeze_repeats_the_frame_before(frames):
    planted, where = plant(frames, FlawKind.FREEZE, severity=6, seed=5)
    assert where.duration_frames == 6
    for i in range(where.start, where.end):
        assert np.array_equal(planted[i], frames[where.start - 1])


def test_dropped_frames_are_gone(frames):
    planted, where = plant(frames, FlawKind.DROPPED_FRAMES, severity=4, seed=5)
    assert len(planted) == len(frames) - 4
    assert np.array_equal(planted[where.start], frames[where.start + 4])
    assert np.array_equal(planted[where.start - 1], frames[where.start - 1])


def test_banding_leaves_the_levels_it_says(frames):
    ramp = np.broadcast_to(np.arange(256, dtype=np.uint8)[:, None], (24, 72, 256, 3)).copy()
    for step in STEPS[FlawKind.BANDING]:
        planted, _ = plant(ramp, FlawKind.BANDING, severity=step)
        assert len(np.unique(planted)) == 256 / step


def test_patch_is_as_large_as_it_says(frames):
    planted, where = plant(frames, FlawKind.POPPING_PATCH, severity=125, seed=7)
    changed = (planted[where.start] != frames[where.start]).any(axis=-1)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 32
    assert min(np.ptp(rows), np.ptp(columns)) + 1 >= 24


@pytest.mark.parametrize(
    ("shape", "dtype", "severity", "message"),
    [
        ((24, 8, 8), np.uint8, 1, "uint8"),
        ((24, 8, 8, 3), np.float32, 1, "uint8"),
        ((5, 8, 8, 3), np.uint8, 1, "needs 8 frames"),
        ((24, 8, 8, 3), np.uint8, 0, "plants nothing"),
        ((24, 8, 8, 3), np.uint8, 21, "do not fit"),
    ],
)
def test_what_cannot_be_planted_is_refused(shape, dtype, severity, message):
    with pytest.raises(MisuseError, match=message):
        plant(np.zeros(shape, dtype), FlawKind.FREEZE, severity=severity)


def test_patch_larger_than_the_picture_is_refused(frames):
    with pytest.raises(MisuseError, match="does not fit"):
        plant(frames, FlawKind.POPPING_PATCH, severity=900)


SHORT = (FlawKind.BLUR_PULSE, FlawKind.HARD_CUT, FlawKind.POPPING_PATCH)
COUNTED = (FlawKind.BLACK_FRAMES, FlawKind.DROPPED_FRAMES, FlawKind.FREEZE)


@pytest.mark.parametrize("kind", list(FlawKind))
def test_flaw_lies_where_it_was_asked_for(frames, kind):
    severity = 3 if kind in COUNTED else STEPS[kind][-1]
    planted, where = plant(frames, kind, severity=severity, seed=8, at=FrameRange(9, 12))
    assert where == FrameRange(9, 10 if kind is FlawKind.DROPPED_FRAMES else 12)
    assert np.array_equal(planted[:9], frames[:9])
    if kind not in {FlawKind.DROPPED_FRAMES, FlawKind.HARD_CUT}:
        assert np.array_equal(planted[12:], frames[12:])


@given(seed=st.integers(0, 1000), kind=st.sampled_from(list(FlawKind)))
@settings(max_examples=25)
def test_chosen_place_can_be_asked_for_again(seed, kind):
    clip = np.random.default_rng(1).integers(0, 255, (16, 24, 40, 3)).astype(np.uint8)
    severity = STEPS[kind][0]
    where = place(kind, frame_count=16, severity=severity, seed=seed)
    chosen, asked = (plant(clip, kind, severity=severity, seed=seed, at=at) for at in (None, where))
    assert np.array_equal(chosen[0], asked[0])


@pytest.mark.parametrize("kind", COUNTED)
def test_source_frames_say_what_is_shown(frames, kind):
    planted, _ = plant(frames, kind, severity=4, seed=2)
    where = place(kind, frame_count=len(frames), severity=4, seed=2)
    order = source_frames(kind, where, frame_count=len(frames), severity=4)
    assert len(order) == len(planted)
    if kind is not FlawKind.BLACK_FRAMES:
        assert np.array_equal(planted, frames[list(order)])


@pytest.mark.parametrize("kind", [*SHORT, *COUNTED])
def test_range_outside_the_clip_is_refused(frames, kind):
    for start in (0, 24):
        with pytest.raises(MisuseError, match="does not fit into 24 frames"):
            plant(frames, kind, severity=STEPS[kind][0], at=FrameRange(start, start + 1))


def test_last_frames_cannot_be_dropped_unnoticed(frames):
    with pytest.raises(MisuseError, match="keep it within 1 to 22"):
        plant(frames, FlawKind.DROPPED_FRAMES, severity=2, at=FrameRange(22, 23))


def test_cut_goes_to_the_other_shot(frames):
    other = 255 - frames
    cut, where = plant(frames, FlawKind.HARD_CUT, severity=1, seed=3, elsewhere=other)
    assert np.array_equal(cut[: where.start], frames[: where.start])
    assert np.array_equal(cut[where.start :], other[where.start :])
    with pytest.raises(MisuseError, match="shoot it alike"):
        plant(frames, FlawKind.HARD_CUT, severity=1, elsewhere=other[1:])


def test_cut_without_another_shot_keeps_the_sky_above(frames):
    ramp = np.broadcast_to(np.arange(72, dtype=np.uint8)[:, None, None], frames.shape[1:])
    clip = np.stack([ramp] * 24)
    cut, where = plant(clip, FlawKind.HARD_CUT, severity=1, seed=3)
    rows = cut[where.start].astype(int).mean(axis=(1, 2))
    assert (np.diff(rows) >= 0).all()
