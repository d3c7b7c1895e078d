"""FFmpeg's flaws are where they should be, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from evals.animatic.flaws import FlawKind
from evals.validation._footage import Footage, film
from evals.validation.remade import filtered, spoilt

K = FlawKind
SOME_FRAMES = {K.BLACK_FRAMES: 2, K.BLUR_PULSE: 5, K.POPPING_PATCH: 6}
ALL_FRAMES = [K.BANDING, K.BLOCKING, K.TEXTURE_BOIL]


@pytest.fixture(scope="module")
def clips(tiny):
    pan, other = Footage(camera="pan", picture=0), Footage(camera="static", picture=1)
    return film(pan, tiny), film(other, tiny)


@pytest.fixture(scope="module")
def plain(clips):
    """The clip after the same conversions, without a flaw."""
    return filtered(clips[0], ["null"]).astype(int)


def changed(plain, flawed):
    return np.abs(flawed.astype(int) - plain[: len(flawed)]).max((1, 2, 3)) > 3


@pytest.mark.parametrize("kind", SOME_FRAMES)
def test_a_short_flaw_touches_so_many_neighbouring_frames(clips, plain, kind):
    touched = np.flatnonzero(changed(plain, spoilt(clips[0], kind, seed=3, other=clips[1])))
    assert len(touched) == SOME_FRAMES[kind]
    assert touched[-1] - touched[0] == SOME_FRAMES[kind] - 1


@pytest.mark.parametrize("kind", ALL_FRAMES)
def test_a_lasting_flaw_touches_every_frame(clips, plain, kind):
    assert changed(plain, spoilt(clips[0], kind, seed=3, other=clips[1])).all()


def test_a_patch_bends_more_and_more_and_the_rest_stays(clips, plain):
    bent = spoilt(clips[0], "morph", seed=3, other=clips[1]).astype(int)
    moved = np.abs(bent - plain).max(3)
    assert moved[0].max() <= 3
    assert moved[12].max() > 12
    rows, columns = np.nonzero(moved.max(0) > 3)
    assert np.ptp(rows) <= plain.shape[1] // 2
    assert np.ptp(columns) <= plain.shape[2] // 4


def test_a_freeze_holds_one_frame_and_goes_on(clips, plain):
    frozen = spoilt(clips[0], K.FREEZE, seed=3, other=clips[1]).astype(int)
    assert len(frozen) == len(plain) + 6
    still = np.flatnonzero(np.abs(np.diff(frozen, axis=0)).max((1, 2, 3)) == 0)
    assert len(still) == 6
    assert (frozen[-1] == plain[-1]).all()


def test_dropped_frames_are_missing(clips, plain):
    left = spoilt(clips[0], K.DROPPED_FRAMES, seed=3, other=clips[1]).astype(int)
    assert len(left) == len(plain) - 4
    assert (left[0] == plain[0]).all()
    assert (left[-1] == plain[-1]).all()


def test_a_cut_goes_over_to_the_other_clip(clips, plain):
    cut = spoilt(clips[0], K.HARD_CUT, seed=3, other=clips[1]).astype(int)
    other = filtered(clips[1], ["null"]).astype(int)
    of_first = (cut == plain).all((1, 2, 3))
    assert len(cut) == len(plain)
    assert 0 < of_first.sum() < len(cut)
    assert (of_first | (cut == other).all((1, 2, 3))).all()


@pytest.mark.parametrize("kind", [K.FLICKER, K.EXPOSURE_PUMP])
def test_light_changes_from_frame_to_frame(clips, plain, kind):
    lit = spoilt(clips[0], kind, seed=3, other=clips[1]).astype(int)
    gains = (lit - plain).mean((1, 2, 3))
    assert gains.std() > 1
    assert np.abs(gains).max() < 12
