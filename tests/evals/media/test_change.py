"""Maps of what motion does not explain."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from evals.media.change import CHANNELS, ChangeMaker, change_step


def texture(seed=1, size=(340, 200)):
    rng = np.random.default_rng(seed)
    rough = rng.integers(0, 256, (size[1] // 4, size[0] // 4, 3)).astype(np.uint8)
    return cv2.resize(rough, size, interpolation=cv2.INTER_CUBIC)


def panned(step_px, count=3, seed=1):
    wide = texture(seed)
    return [wide[20:164, 20 + step_px * i : 276 + step_px * i].copy() for i in range(count)]


def maps_of(frames):
    maker = ChangeMaker()
    return [maker.add(frame) for frame in frames]


def test_the_first_two_frames_have_no_maps():
    first, second, third = maps_of(panned(2))
    assert first is None
    assert second is None
    assert third.shape == (CHANNELS, 144, 256)
    assert third.dtype == np.float32


def test_a_pan_is_explained_by_motion_and_a_change_is_not():
    clean = maps_of(panned(3))[-1]
    frames = panned(3)
    other = panned(3, seed=2)
    changed = [f.copy() for f in frames]
    for i, share in enumerate((0.0, 0.3, 0.7)):
        patch = np.s_[50:90, 100:160]
        mixed = (1 - share) * frames[i][patch] + share * other[i][patch]
        changed[i][patch] = mixed.astype(np.uint8)
    morphed = maps_of(changed)[-1]
    inside, outside = np.s_[1, 55:85, 105:155], np.s_[1, 100:140, 20:90]
    assert np.abs(morphed[inside]).mean() > 3 * np.abs(clean[inside]).mean()
    assert np.abs(morphed[outside]).mean() == pytest.approx(np.abs(clean[outside]).mean(), rel=0.3)


def test_light_that_changes_as_a_whole_is_explained():
    frames = panned(2)
    darker = [
        np.clip(f * g, 0, 255).astype(np.uint8) for f, g in zip(frames, (1, 0.9, 0.8), strict=True)
    ]
    assert np.abs(maps_of(darker)[-1][1]).mean() < 2 * np.abs(maps_of(frames)[-1][1]).mean() + 0.05


def test_an_older_frame_changes_more():
    frames = panned(2)
    grown = [f.copy() for f in frames]
    for i, level in enumerate((0, 40, 80)):
        cv2.circle(grown[i], (120, 70), 18, (level, level, level), -1)
    maps = maps_of(grown)[-1]
    spot = np.s_[60:80, 110:130]
    assert np.abs(maps[2][spot]).mean() > np.abs(maps[1][spot]).mean()


@pytest.mark.parametrize("size", [(512, 288), (96, 64), (300, 720), (33, 17)])
def test_any_size_gives_maps_whose_sides_a_network_can_halve(size):
    frames = [cv2.resize(f, size) for f in panned(1)]
    maps = maps_of(frames)[-1]
    assert maps.shape[1] % 16 == 0
    assert maps.shape[2] % 16 == 0
    assert maps.shape[1] <= 144
    assert maps.shape[2] <= 256
    assert np.isfinite(maps).all()
    assert np.abs(maps).max() <= 4


def test_the_same_frames_give_the_same_bits():
    frames = panned(3)
    assert np.array_equal(maps_of(frames)[-1], maps_of(frames)[-1])


def test_a_step_is_an_eighth_of_a_second():
    assert [change_step(fps) for fps in (6, 24, 25, 30, 60, 120)] == [1, 3, 3, 4, 8, 15]
