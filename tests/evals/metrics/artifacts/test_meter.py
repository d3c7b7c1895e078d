"""All artifact metrics in one pass: what every score promises, whatever the clip."""

from __future__ import annotations

import gc
import itertools
import tracemalloc
from fractions import Fraction

import cv2
import numpy as np
import pytest

from evals.media.motion import MotionTracker, pull, rgb_luma
from evals.metrics.artifacts import (
    ARTIFACT_METRICS,
    ArtifactMeter,
    cadence,
    coding,
    cuts,
    focus,
    light,
    popping,
    texture,
)
from evals.metrics.artifacts import meter as meter_module
from evals.metrics.artifacts._pair import exposed, pair_up
from evals.metrics.base import registered
from tracker.domain.scores import Axis, Direction, ScoreState
from tracker.errors import MisuseError

NAMES = (
    "banding",
    "black_frames",
    "blocking",
    "blur_pulse",
    "dropped_frames",
    "duplicate_cadence",
    "exposure_pump",
    "flicker",
    "freeze",
    "hard_cut",
    "popping_patch",
    "texture_boil",
)
SMALL = (160, 90)


@pytest.fixture(scope="module")
def clip(windows) -> np.ndarray:
    return windows.clean("handheld", "coffee.png", frames=40, size=SMALL)


@pytest.fixture(scope="module")
def scores(windows, clip):
    return windows.scores(clip)


def test_all_twelve_metrics_are_registered_with_their_facts():
    assert sorted(f.name for f in ARTIFACT_METRICS) == list(NAMES)
    for facts in ARTIFACT_METRICS:
        assert registered()[facts.name] is facts
        assert facts.axis is Axis.ARTIFACTS
        assert facts.direction is Direction.LOWER_IS_BETTER
    assert {f.name for f in ARTIFACT_METRICS if f.fails_at is None} == {"duplicate_cadence"}


def test_each_metric_gets_one_score_with_a_course_of_every_frame(scores, clip):
    assert sorted(scores) == list(NAMES)
    for score in scores.values():
        assert score.state is ScoreState.OK
        assert len(score.series) == len(clip)


def test_frame_by_frame_equals_whole_arrays(clip, scores, windows):
    lumas = [rgb_luma(f) for f in clip]
    tracker = MotionTracker()
    motions = [tracker.update(f) for f in clip]
    pairs = [pair_up(lumas[i - 1], lumas[i], motions[i]) for i in range(1, len(clip))]
    relative = [texture.relative_residual(p) for p in pairs]
    boils = []
    for i in range(1, len(pairs)):
        flow = motions[i + 1].flow
        seen = pull(pairs[i - 1].valid.astype(np.float32), flow) * pairs[i].valid
        boils.append(texture.boil_blocks(relative[i], pull(relative[i - 1], flow), seen))
    gains = np.array([np.nan, *(p.gain for p in pairs)])
    steps = np.array([0, *(cadence.frame_difference(b, a) for a, b in itertools.pairwise(lumas))])
    leaps = np.array(
        [
            0,
            *(
                cadence.coarse_difference(p.luma, exposed(before, p.gain))
                for before, p in zip(lumas, pairs, strict=False)
            ),
        ]
    )
    shares = [cuts.color_histogram(f) for f in clip]
    coarse = [cv2.resize(y, (32, 18), interpolation=cv2.INTER_AREA) for y in lumas]
    lost = [
        cuts.cut_level(
            shares[i],
            shares[i - 1],
            coverage=motions[i].coverage,
            light=cuts.light_share(coarse[i], coarse[i - 1]),
        )
        for i in range(1, len(clip))
    ]
    native = [f.luma for f in windows.stream(clip)]
    sampled = range(0, len(clip), coding.EVERY_FRAMES)
    expected = {
        "flicker": light.flicker_course(gains),
        "exposure_pump": light.exposure_course(gains),
        "black_frames": light.black_course(np.array([light.brightness(y) for y in lumas])),
        "freeze": cadence.freeze_course(steps, 24),
        "duplicate_cadence": cadence.cadence_course(steps),
        "dropped_frames": cadence.dropped_course(leaps, np.zeros(len(clip), np.bool_)),
        "blur_pulse": focus.blur_course(np.array([focus.log_sharpness(y) for y in lumas])),
        "hard_cut": cuts.cut_course(np.array([0, *lost])),
        "texture_boil": texture.boil_course(np.stack(boils), len(clip)),
        "popping_patch": popping.pop_course(np.stack([popping.pop_blocks(r) for r in relative])),
        "blocking": coding.held_course(
            [(i, coding.grid_excess(native[i])) for i in sampled], len(clip)
        ),
        "banding": coding.held_course(
            [(i, coding.band_level(native[i])) for i in sampled], len(clip)
        ),
    }
    assert sorted(expected) == list(NAMES)
    for name, course in expected.items():
        assert scores[name].value == course.value, name
        assert scores[name].series == tuple(course.series.tolist()), name


def test_same_clip_gives_the_same_scores(windows, clip, scores):
    assert windows.scores(clip) == scores


FLOW_FREE = {
    "banding",
    "black_frames",
    "blocking",
    "blur_pulse",
    "duplicate_cadence",
    "freeze",
}


def test_mirrored_clip_scores_the_same(windows, clip, scores):
    mirrored = windows.scores(np.ascontiguousarray(clip[:, :, ::-1]))
    for name, score in scores.items():
        if name in FLOW_FREE:
            assert mirrored[name].value == pytest.approx(score.value, rel=1e-4), name
            continue
        # The motion search sweeps from left to right, so its last digits change in a mirror.
        fails_at = registered()[name].fails_at
        assert mirrored[name].value == pytest.approx(score.value, abs=0.1 * fails_at), name


@pytest.mark.parametrize("count", [1, 2])
def test_still_and_two_frames_have_reasons_instead_of_numbers(windows, clip, count):
    scores = windows.scores(clip[:count])
    assert sorted(scores) == list(NAMES)
    for name, score in scores.items():
        if name in {"banding", "blocking", "black_frames"}:
            assert score.state is ScoreState.OK
        else:
            assert score.state is ScoreState.NOT_ASSESSABLE
            assert "needs at least" in score.reason
            assert ("still" in score.reason) == (count == 1)


def test_take_without_frames_is_missing_throughout(windows):
    meter = ArtifactMeter()
    scores = meter.finish(windows.facts(np.zeros((0, 9, 16, 3), np.uint8)))
    assert {s.state for s in scores} == {ScoreState.NOT_ASSESSABLE}


@pytest.mark.parametrize("size", [(8, 8), (17, 9), (64, 36), (36, 64)])
def test_tiny_pictures_are_scored_or_explained(windows, size):
    clip = windows.clean("pan", "coffee.png", frames=16, size=size)
    for score in windows.scores(clip, fps=Fraction(8)).values():
        assert score.state is ScoreState.OK or "32 px" in score.reason


def test_fully_still_shot_is_locked_and_clean(windows, clip):
    scores = windows.scores(np.repeat(clip[:1], 40, axis=0))
    assert scores["freeze"].value == 0
    assert "locked" in scores["freeze"].reason
    assert scores["duplicate_cadence"].value == 0
    for facts in ARTIFACT_METRICS:
        assert not facts.is_failure(scores[facts.name].value), facts.name


def test_whatever_fails_shows_its_frames():
    for plan in meter_module._PLANS:
        assert plan.shows_at <= (plan.facts.fails_at or plan.shows_at), plan.facts.name


def test_evidence_points_at_the_frozen_frames(windows, clip):
    frozen = clip.copy()
    frozen[20:30] = frozen[19]
    (evidence,) = windows.scores(frozen)["freeze"].evidence
    assert (evidence.frames.start, evidence.frames.end) == (20, 30)
    assert evidence.kind == "freeze"
    assert evidence.severity == pytest.approx(10 / 24)


def test_cut_is_reported_once_and_by_its_own_metric(windows, clip):
    other = windows.clean("pan", "rocket.jpg", frames=20, size=SMALL)
    scores = windows.scores(np.concatenate([clip[:20], other]))
    (evidence,) = scores["hard_cut"].evidence
    assert (evidence.frames.start, evidence.frames.end) == (20, 21)
    failing = {f.name for f in ARTIFACT_METRICS if f.is_failure(scores[f.name].value)}
    assert failing == {"hard_cut"}


def test_evidence_is_merged_and_at_most_eight_ranges(windows):
    clip = np.repeat(windows.clean("pan", "coffee.png", frames=60, size=SMALL), 2, axis=0)[:120]
    clip[np.arange(4, 116, 7)] = 0
    evidence = windows.scores(clip)["black_frames"].evidence
    assert len(evidence) == 8
    starts = [e.frames.start for e in evidence]
    assert starts == sorted(starts)


def test_memory_does_not_grow_with_pictures(windows):
    frames = windows.clean("handheld", "coffee.png", frames=24, size=(48, 27))
    stream = list(windows.stream(frames))
    tracker, meter = MotionTracker(), ArtifactMeter()
    held: list[int] = []
    tracemalloc.start()
    try:
        for i in range(1, 601):
            frame = stream[i % 24]
            meter.feed(frame, tracker.update(frame.rgb))
            if i % 200 == 0:
                gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    per_frame_bytes = (held[2] - held[1]) / 200
    assert per_frame_bytes < 600, "one small picture alone takes 3,888 bytes"


def test_meter_refuses_a_motion_that_is_not_its_own(windows, clip):
    first, second = list(windows.stream(clip[:2]))
    tracker = MotionTracker()
    tracker.update(first.rgb)
    motion = tracker.update(second.rgb)
    with pytest.raises(MisuseError, match="fresh meter"):
        ArtifactMeter().feed(second, motion)
    meter = ArtifactMeter()
    meter.feed(first, None)
    with pytest.raises(MisuseError, match="without motion"):
        meter.feed(second, None)
