from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.media.frames import sample_indices
from evals.metrics.prompt import score_windows
from tracker.domain.scores import ScoreState
from tracker.errors import MisuseError


@given(st.integers(16, 3000), st.integers(0, 999))
def test_the_value_is_the_smallest_mean_of_five_equal_windows(frame_count, seed):
    places = sample_indices(frame_count, 16)
    own = np.random.default_rng(seed).random(16)
    found = score_windows(own, frame_indices=list(places), frame_count=frame_count)
    means = []
    for i in range(5):
        inside = [p for place, p in zip(places, own, strict=True)
                  if i * frame_count <= 5 * place < (i + 1) * frame_count]  # fmt: skip
        means.append(sum(inside) / len(inside))
    assert found.value == pytest.approx(min(means))
    (where,) = found.evidence
    worst = int(np.argmin(means))
    assert where.frames.start * 5 >= worst * frame_count > (where.frames.start - 1) * 5
    assert where.frames.end * 5 >= (worst + 1) * frame_count > (where.frames.end - 1) * 5
    assert found.low <= found.value <= found.high


def test_a_drift_at_the_end_counts_in_full():
    own = np.array([0.9] * 13 + [0.1] * 3)
    found = score_windows(own, frame_indices=sample_indices(160, 16), frame_count=160)
    assert found.value == pytest.approx(0.1)
    assert found.evidence[0].frames.end == 160


@pytest.mark.parametrize("count", [1, 4])
def test_too_short_a_take_is_not_assessable(count):
    found = score_windows(np.full(count, 0.5), frame_indices=range(count), frame_count=count)
    assert found.state is ScoreState.NOT_ASSESSABLE
    assert "longer take" in found.reason


def test_one_frame_in_a_window_claims_no_interval():
    found = score_windows(np.linspace(0.2, 0.8, 5), frame_indices=range(5), frame_count=5)
    assert (found.value, found.low, found.high) == (0.2, None, None)


def test_frames_must_fit_the_take():
    with pytest.raises(MisuseError, match="do not fit"):
        score_windows(np.zeros(3), frame_indices=(0, 1, 9), frame_count=9)
