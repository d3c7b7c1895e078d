from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from evals.metrics.perceptual import PERCEPTUAL_METRICS, missing_perceptual, score_distances
from tracker.domain.scores import ScoreState
from tracker.errors import MisuseError

PAIRS = 95


def take(*, seed: int = 0, pairs: int = PAIRS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (raw, compensated, speed) of a calm pan that speeds up, with 8 % noise."""
    rng = np.random.default_rng(seed)
    speed = np.linspace(0.5, 12, pairs)
    moved = 0.01 * (1 + speed) ** 0.6 * np.exp(0.08 * rng.standard_normal(pairs))
    return 4 * moved, moved, speed


def score(raw, compensated, speed, *, fps: Fraction = Fraction(24)):
    scores = score_distances(raw, compensated, speed_px=speed, fps=fps, frame_count=len(raw) + 1)
    return {s.metric: s for s in scores}


def kinds(found) -> list[tuple[str, int, int]]:
    return [(e.kind, e.frames.start, e.frames.end) for e in found.evidence]


def test_scores_come_in_the_order_of_the_metrics():
    assert list(score(*take())) == [facts.name for facts in PERCEPTUAL_METRICS]
    assert [f.decides for f in PERCEPTUAL_METRICS] == [False, True, True]


def test_raw_and_compensated_are_means():
    raw, moved, speed = take()
    scores = score(raw, moved, speed)
    assert scores["lpips_raw"].value == pytest.approx(sum(raw) / len(raw))
    assert scores["lpips_compensated"].value == pytest.approx(sum(moved) / len(moved))


def test_the_residual_is_what_speed_does_not_foretell():
    raw, moved, speed = take()
    x, y = np.log1p(speed), np.log(moved + 0.002)
    slope, *_ = theilslopes(y, x)
    left = y - slope * x
    expected = left - np.median(left)
    found = score(raw, moved, speed)["lpips_residual"]
    np.testing.assert_allclose(found.series[1:], expected, atol=0.02)
    assert found.value == pytest.approx(expected.max(), abs=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_a_clean_take_that_speeds_up_has_no_evidence(seed):
    scores = score(*take(seed=seed))
    assert scores["lpips_residual"].evidence == ()
    assert scores["lpips_residual"].value < 0.4


@pytest.mark.parametrize(
    ("length", "kind"), [(1, "popping"), (2, "popping"), (8, "morph"), (30, "boil")]
)
def test_a_jump_is_found_frame_exactly_and_named_by_its_length(length, kind):
    raw, moved, speed = take()
    moved[40 : 40 + length] *= 3
    found = score(raw, moved, speed)["lpips_residual"]
    assert kinds(found) == [(kind, 41, 41 + length)]
    assert found.value == pytest.approx(np.log(3), abs=0.35)


def test_a_whip_pan_is_no_jump():
    raw, moved, speed = take()
    speed[30:50] = 60
    moved[30:50] = 0.01 * 61**0.6
    assert score(raw, moved, speed)["lpips_residual"].evidence == ()


def test_a_lasting_second_is_counted_at_the_takes_own_rate():
    raw, moved, speed = take()
    moved[40:70] *= 3
    assert kinds(score(raw, moved, speed, fps=Fraction(60))["lpips_residual"])[0][0] == "morph"
    assert kinds(score(raw, moved, speed, fps=Fraction(24))["lpips_residual"])[0][0] == "boil"


def test_a_pop_at_constant_speed_is_found():
    raw, moved, _ = take()
    steady = np.full(PAIRS, 3.0)
    moved = np.full(PAIRS, 0.02)
    moved[10] = 0.08
    assert kinds(score(raw, moved, steady)["lpips_residual"]) == [("popping", 11, 12)]


def test_codec_noise_in_a_nearly_still_take_is_no_jump():
    rng = np.random.default_rng(1)
    tiny = rng.uniform(0.0001, 0.0008, PAIRS)
    assert score(tiny, tiny, np.zeros(PAIRS))["lpips_residual"].evidence == ()


def test_unrest_from_end_to_end_raises_the_compensated_distance():
    raw, moved, speed = take()
    calm, restless = score(raw, moved, speed), score(raw, moved + 0.05, speed)
    assert restless["lpips_compensated"].value > 1.5 * calm["lpips_compensated"].value


@given(st.integers(9, 60), st.integers(0, 1000))
def test_series_have_one_value_per_frame(frames, seed):
    rng = np.random.default_rng(seed)
    raw, moved, speed = rng.uniform(0, 0.5, (3, frames - 1))
    for found in score(raw, moved, speed).values():
        assert len(found.series) == frames
        assert found.value >= 0
        assert all(e.frames.end <= frames for e in found.evidence)


def test_long_takes_are_thinned_without_losing_the_jump():
    raw, moved, speed = take(pairs=3000)
    moved[1234] *= 4
    assert ("popping", 1235, 1236) in kinds(score(raw, moved, speed)["lpips_residual"])


def test_a_still_take_is_not_assessable():
    still = np.full(PAIRS, 1e-6)
    scores = score(still, still, np.zeros(PAIRS))
    assert {s.state for s in scores.values()} == {ScoreState.NOT_ASSESSABLE}
    assert "stands still" in scores["lpips_raw"].reason


@pytest.mark.parametrize("pairs", [0, 1, 7])
def test_a_take_that_is_too_short_is_not_assessable(pairs):
    scores = score(*(a[:pairs] for a in take()))
    assert {s.state for s in scores.values()} == {ScoreState.NOT_ASSESSABLE}
    assert f"{pairs + 1} frames" in scores["lpips_residual"].reason


def test_distances_that_are_not_numbers_are_not_assessable():
    raw, moved, speed = take()
    moved[3] = np.inf
    assert list(score(raw, moved, speed).values()) == missing_perceptual(
        "LPIPS distances are not finite; score the take on the CPU."
    )


def test_lengths_must_fit_and_distances_are_not_negative():
    raw, moved, speed = take()
    with pytest.raises(MisuseError, match="96 frames need 95"):
        score(raw, moved[:-1], speed)
    with pytest.raises(MisuseError, match="negative"):
        score(raw, -moved, speed)
