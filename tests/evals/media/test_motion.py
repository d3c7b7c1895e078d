"""Flow between frames against moves that are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from evals.media.motion import MotionTracker, lengths, pull, rgb_luma
from tracker.errors import MisuseError


def _texture(height: int, width: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((height, width, 3))
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.clip(128 + 40 * soft / soft.std(), 0, 255).astype(np.uint8)


def _follow(previous: np.ndarray, current: np.ndarray):
    tracker = MotionTracker()
    assert tracker.update(previous) is None
    return tracker.update(current)


@pytest.mark.parametrize("shift", [(3, 0), (0, -2), (-9, 4)])
def test_flow_points_to_where_the_picture_came_from(shift):
    field = _texture(180, 300)
    dx, dy = shift
    previous, current = field[20:164, 20:276], field[20 - dy : 164 - dy, 20 - dx : 276 - dx]
    motion = _follow(previous, current)
    inner = motion.flow[20:-20, 20:-20]
    assert np.median(inner[..., 0]) == pytest.approx(-dx, abs=0.2)
    assert np.median(inner[..., 1]) == pytest.approx(-dy, abs=0.2)
    assert motion.speed_px == pytest.approx(np.hypot(dx, dy), abs=0.2)
    assert motion.coverage > 0.85


def test_compensated_frame_matches_this_frame():
    field = _texture(180, 300)
    previous, current = field[20:164, 20:276], field[20:164, 14:270]
    motion = _follow(previous, current)
    left = np.abs(current.astype(float) - motion.compensated).mean()
    moved = np.abs(current.astype(float) - previous).mean()
    assert left < 0.1 * moved


def test_untrusted_pixels_repeat_this_frame():
    field = _texture(96, 200)
    previous, current = field[:, 20:180], field[:, 11:171]
    motion = _follow(previous, current)
    assert not motion.valid[20:-20, :6].any(), "what came in from outside was trusted"
    assert np.array_equal(motion.compensated[~motion.valid], current[~motion.valid])


def test_change_of_exposure_is_not_motion():
    previous = _texture(144, 256)
    motion = _follow(previous, np.clip(previous * 0.7, 0, 255).astype(np.uint8))
    assert motion.speed_px < 0.05
    assert motion.coverage > 0.99


def test_another_picture_cannot_be_followed():
    assert _follow(_texture(144, 256), _texture(144, 256, seed=5)).coverage < 0.3


def test_identical_and_flat_frames_do_not_move():
    flat = np.full((40, 64, 3), 90, np.uint8)
    for previous, current in ((_texture(40, 64), _texture(40, 64)), (flat, flat + 20)):
        motion = _follow(previous, current)
        assert motion.speed_px == 0.0
        assert motion.coverage == 1.0


@pytest.mark.parametrize(
    "size",
    [
        (1, 1),
        (2, 7),
        (8, 8),
        (12, 200),
        (9, 500),
        (500, 9),
        (16, 64),
        (36, 64),
        (33, 511),
        (17, 31),
    ],
)
def test_any_size_is_followed(size):
    height, width = size
    field = _texture(height + 4, width + 4)
    motion = _follow(field[2:-2, 2:-2], field[2:-2, 1:-3])
    assert motion.flow.shape == (height, width, 2)
    assert motion.flow.dtype == np.float32
    assert motion.valid.shape == (height, width)
    assert motion.compensated.shape == (height, width, 3)
    assert np.isfinite(motion.flow).all()


def test_small_pictures_are_followed_rightly():
    field = _texture(40, 70)
    motion = _follow(field[2:38, 4:68], field[2:38, 2:66])
    assert np.median(motion.flow[6:-6, 6:-6, 0]) == pytest.approx(-2, abs=0.15)


def test_same_frames_give_the_same_bits():
    first, second = _texture(90, 160), _texture(90, 160, seed=2)
    one, two = _follow(first, second), _follow(first, second)
    assert np.array_equal(one.flow, two.flow)
    assert np.array_equal(one.compensated, two.compensated)


def test_tracker_does_not_hold_on_to_the_callers_memory():
    tracker = MotionTracker()
    frame = _texture(60, 100)
    tracker.update(frame)
    before = frame.copy()
    frame[:] = 0
    assert tracker.update(before).speed_px == 0.0


def test_change_of_size_is_refused():
    tracker = MotionTracker()
    tracker.update(_texture(40, 64))
    with pytest.raises(MisuseError, match="one size"):
        tracker.update(_texture(40, 80))


@pytest.mark.parametrize("frame", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_other_pictures_are_refused(frame):
    with pytest.raises(MisuseError, match="uint8"):
        MotionTracker().update(frame)


def test_pull_reads_where_the_flow_points():
    picture = np.arange(20, dtype=np.float32).reshape(4, 5)
    flow = np.zeros((4, 5, 2), np.float32)
    flow[..., 0] = 1
    assert np.array_equal(pull(picture, flow)[:, :-1], picture[:, 1:])


def test_luma_weighs_green_most():
    primaries = np.eye(3, dtype=np.uint8)[None] * 255
    assert rgb_luma(primaries)[0] == pytest.approx([76, 150, 29], abs=1)


def test_lengths_do_not_depend_on_where_arrays_lie_in_memory():
    room = np.random.default_rng(0).normal(0, 3, (90, 170, 2)).astype(np.float32)
    expected = lengths(*np.moveaxis(np.ascontiguousarray(room), -1, 0))
    for shift in range(1, 9):
        moved = np.empty(room.size + shift, np.float32)[shift:].reshape(room.shape)
        moved[:] = room
        assert np.array_equal(lengths(moved[..., 0], moved[..., 1]), expected)
    assert lengths(np.float32([3]), np.float32([4])) == pytest.approx([5])
