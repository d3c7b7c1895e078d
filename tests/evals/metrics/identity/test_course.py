"""Drift and swaps inside a shot."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evals.metrics.identity.course import drift_of, swap_of
from evals.metrics.identity.seen import tracks
from evals.packs.faces import FaceState
from tests.evals.metrics.identity.conftest import seen


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def steady(world, samples=24):
    return unit(world.person() + world.noise(0.15, samples))


def turning(world, samples=24):
    a, b = world.person(), world.person()
    share = np.linspace(0, 1, samples)[:, None]
    return unit((1 - share) * a + share * b + world.noise(0.15, samples))


def swapped(world, samples=24, at=12):
    a, b = world.person(), world.person()
    rows = np.where(np.arange(samples)[:, None] < at, a, b)
    return unit(rows + world.noise(0.15, samples))


def test_a_steady_face_neither_drifts_nor_jumps(world):
    faces = seen(steady(world))
    (track,) = tracks(faces)
    assert drift_of(faces, track).per_s < 0.03
    assert swap_of(faces, track).gap < 0.05


def test_a_face_that_turns_into_another_drifts(world):
    faces = seen(turning(world))
    (track,) = tracks(faces)
    drift = drift_of(faces, track)
    assert drift.per_s > 0.2
    at = dict(drift.at_lags)
    assert at[0.25] > at[1.0]
    assert 4.0 not in at, "the take is three seconds long"
    assert drift.cosines[0] > 0.9 > 0.5 > drift.cosines[-1]


def test_a_swap_is_found_where_it_happens(world):
    faces = seen(swapped(world, at=9))
    (track,) = tracks(faces)
    swap = swap_of(faces, track)
    assert swap.gap > 0.5
    assert (swap.before, swap.after) == (8, 9)


def test_a_slow_change_is_a_smaller_swap_than_a_sudden_one(world):
    slow, sudden = seen(turning(world)), seen(swapped(world))
    (a,), (b,) = tracks(slow), tracks(sudden)
    assert swap_of(slow, a).gap < 0.6 * swap_of(sudden, b).gap


def test_what_is_badly_seen_says_nothing(world):
    faces = seen(swapped(world), quality=0.1)
    (track,) = tracks(faces)
    assert drift_of(faces, track) is None
    assert swap_of(faces, track) is None


def test_a_mask_that_comes_off_is_no_other_face(world):
    states = [FaceState.MASKED] * 12 + [FaceState.REVEALED] * 12
    faces = seen(swapped(world, at=12), states=states)
    (track,) = tracks(faces)
    assert swap_of(faces, track).gap < 0.05
    assert drift_of(faces, track).per_s < 0.05
    masked = seen(swapped(world), states=FaceState.MASKED)
    assert swap_of(masked, tracks(masked)[0]) is None
    unsure = seen(swapped(world), states=FaceState.UNSURE)
    assert swap_of(unsure, tracks(unsure)[0]).gap > 0.5


def test_a_short_track_has_no_drift(world):
    faces = seen(steady(world, samples=6))
    (track,) = tracks(faces)
    assert drift_of(faces, track) is None


def test_the_slope_is_theil_sens(world):
    vectors = turning(world)
    faces = seen(vectors)
    (track,) = tracks(faces)
    lags = np.arange(1, 24) * 3 / 24
    rounded = np.round(lags / 0.25)
    cosines = vectors @ vectors.T
    x = np.unique(rounded[rounded > 0])
    y = [
        np.mean(
            [
                cosines[i, j]
                for i in range(24)
                for j in range(i + 1, 24)
                if np.round((j - i) * 3 / 24 / 0.25) == n
            ]
        )
        for n in x
    ]
    # Unweighted; lags are about equally well supported until the last ones.
    assert drift_of(faces, track).per_s == pytest.approx(
        -stats.theilslopes(y, x * 0.25).slope, rel=0.15
    )


def test_tracks_follow_places_not_likeness(world):
    vectors = swapped(world, samples=16, at=8)
    left = [[100.0 + 4 * i, 80, 60, 80] for i in range(16)]
    faces = seen(vectors, boxes=left)
    assert [len(track) for track in tracks(faces)] == [16]
    both = seen(
        np.repeat(vectors, 2, 0),
        rows=np.repeat(np.arange(16), 2),
        boxes=[box for b in left for box in (b, [500.0, 80, 60, 80])],
    )
    assert sorted(len(track) for track in tracks(both)) == [16, 16]


def test_one_miss_of_the_finder_breaks_no_track(world):
    rows = [0, 1, 2, 4, 5, 6]
    assert [len(t) for t in tracks(seen(steady(world, 6), rows=rows))] == [6]
    gone = [0, 1, 2, 6, 7, 8]
    assert [len(t) for t in tracks(seen(steady(world, 6), rows=gone))] == [3, 3]
