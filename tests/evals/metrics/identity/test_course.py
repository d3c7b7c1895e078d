"""Drift and swaps inside a shot."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evals.metrics.identity.course import swap_of
from evals.metrics.identity.drift import drift_of
from evals.metrics.identity.seen import tracks
from evals.packs.faces import FaceState
from tests.evals.metrics.identity.conftest import World, seen


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
    assert drift_of(faces, track).per_s < 0.05
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


def test_the_gap_is_cosine_within_less_cosine_across(world):
    vectors = swapped(world, samples=8, at=4)
    faces = seen(vectors)
    pairs = [(i, j) for i in range(8) for j in range(i + 1, 8)]
    cosines = {pair: vectors[pair[0]] @ vectors[pair[1]] for pair in pairs}
    within = [c for (i, j), c in cosines.items() if (i < 4) == (j < 4)]
    across = [c for (i, j), c in cosines.items() if (i < 4) != (j < 4)]
    expected = np.mean(within) - np.mean(across)
    assert swap_of(faces, tracks(faces)[0]).gap == pytest.approx(expected, rel=1e-9)


def test_a_nod_is_no_swap(world):
    nod = np.where(np.arange(24)[:, None] < 12, 0.0, [0.0, -0.5, -0.5])
    faces = posed(world, nod, steady(world))
    (track,) = tracks(faces)
    assert swap_of(faces, track).gap < 0.5 * swap_of(seen(faces.vectors), track).gap


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
    states = [FaceState.MASKED] * 12 + [FaceState.REVEALED] * 24
    faces = seen(swapped(world, samples=36, at=12), states=states)
    (track,) = tracks(faces)
    assert swap_of(faces, track).gap < 0.05
    assert drift_of(faces, track).per_s < 0.05
    masked = seen(swapped(world), states=FaceState.MASKED)
    assert swap_of(masked, tracks(masked)[0]) is None
    unsure = seen(swapped(world), states=FaceState.UNSURE)
    assert swap_of(unsure, tracks(unsure)[0]).gap > 0.5


def test_a_short_track_has_no_drift(world):
    for samples in (9, 12):
        faces = seen(steady(world, samples=samples))
        (track,) = tracks(faces)
        assert drift_of(faces, track) is None
    slow = seen(steady(world, samples=9), step=12)
    assert drift_of(slow, tracks(slow)[0]) is None, "nine faces cannot tell pose from time"


def posed(world, poses, vectors):
    """Bend a face's vectors by its pose, along directions of the pack's own."""
    bends = 0.8 * world.rng.normal(size=(3, vectors.shape[1])) / np.sqrt(vectors.shape[1])
    return seen(unit(vectors + poses @ bends + (poses**2) @ bends[::-1]), poses=poses)


def looks_up(samples=24):
    """The nose rises by half a distance of the eyes in the first half and stays there."""
    rise = np.clip(np.arange(samples) / (samples / 2), 0, 1)
    return np.column_stack([0 * rise, -0.5 * rise, -0.6 * rise])


def turns_and_comes_back(samples=24):
    yaw = 0.4 * np.sin(np.linspace(0, np.pi, samples))
    return np.column_stack([yaw, 0 * yaw, 0 * yaw])


@pytest.mark.parametrize("poses", [looks_up(), turns_and_comes_back()])
def test_a_turned_head_is_no_drift(world, poses):
    faces = posed(world, poses, steady(world))
    assert drift_of(faces, tracks(faces)[0]).per_s < 0.06


def test_what_pose_explains_would_be_a_drift_without_it(world):
    faces = posed(world, looks_up(), steady(world))
    (track,) = tracks(faces)
    assert drift_of(seen(faces.vectors), track).low > 2 * drift_of(faces, track).per_s


@pytest.mark.parametrize("poses", [looks_up(), turns_and_comes_back()])
def test_a_drift_shows_through_a_turned_head(world, poses):
    faces = posed(world, poses, turning(world))
    (track,) = tracks(faces)
    assert drift_of(faces, track).low > 0.1


def test_a_head_that_moves_all_through_the_shot_leaves_little_to_judge(world):
    poses = np.column_stack([np.linspace(-0.4, 0.4, 24), np.zeros((24, 2))])
    free, tied = seen(turning(world)), seen(turning(world), poses=poses)
    (track,) = tracks(free)
    assert drift_of(tied, track).per_s < 0.3 * drift_of(free, track).per_s


def test_without_turns_the_change_is_that_of_plain_regression(world):
    faces = seen(turning(world))
    (track,) = tracks(faces)
    fits = [stats.linregress(faces.seconds, column) for column in faces.vectors.T]
    squares = sum(fit.slope**2 for fit in fits)
    noise = sum(fit.stderr**2 for fit in fits) * (24 - 2) / (24 - 8)
    assert drift_of(faces, track).per_s == pytest.approx(np.sqrt(squares - noise), rel=1e-9)


def test_the_interval_covers_the_true_change():
    hits = []
    for number in range(200):
        world = World(number)
        start = world.person()
        step = 0.1 * world.person() / 0.85
        times = np.arange(24)[:, None] * 3 / 24
        faces = seen(start + times * step + world.noise(0.15, 24))
        found = drift_of(faces, tracks(faces)[0])
        assert found.low <= found.per_s <= found.high
        hits.append(found.low <= 0.1 <= found.high)
    assert 0.85 <= np.mean(hits) <= 1


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
