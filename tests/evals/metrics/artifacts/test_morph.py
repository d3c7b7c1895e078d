"""From a network's answers to a score with frames and a place."""

from __future__ import annotations

import numpy as np
import pytest

from evals.metrics.artifacts.morph import MORPH, score_morph
from tracker.domain.scores import ScoreState


def score(chances, *, step=3):
    indices = [step * (i + 2) for i in range(len(chances))]
    (found,) = score_morph(chances, frame_indices=indices, frame_count=indices[-1] + 1)
    return found


def quiet(count=12):
    return np.full((count, 18, 32), 0.02)


def test_a_quiet_take_is_quiet():
    found = score(quiet())
    assert found.value == pytest.approx(0.02)
    assert found.evidence == ()
    assert not MORPH.fails(found)
    assert len(found.series) == 40


def test_a_morph_is_told_with_its_frames_and_its_place():
    chances = quiet()
    chances[2:10, 5:8, 10:14] = 0.99
    found = score(chances)
    assert found.value > 0.95
    assert MORPH.fails(found)
    (where,) = found.evidence
    assert where.kind == "morph"
    assert (where.frames.start, where.frames.end) == (10, 34)
    assert where.region.left == pytest.approx(10 / 32)
    assert where.region.top == pytest.approx(5 / 18)
    assert where.region.width == pytest.approx(4 / 32)
    assert where.region.height == pytest.approx(3 / 18)


def test_a_single_sample_is_calmed_by_its_neighbours():
    chances = quiet()
    chances[5, 5:8, 10:14] = 0.9
    assert max(score(chances).series) == pytest.approx((0.9 + 2 * 0.02) / 3)


def test_a_moment_counts_less_than_a_take_that_morphs_on_and_on():
    once, always = quiet(), quiet()
    once[4:7, 5:8, 10:14] = 0.9
    always[:, 5:8, 10:14] = 0.9
    assert 0.1 < score(once).value < 0.6 < score(always).value


def test_a_cut_is_no_morph():
    chances = quiet()
    chances[5] = 0.99
    assert score(chances).value <= 0.02


def test_a_take_that_is_too_short_says_so():
    (found,) = score_morph(quiet(1), frame_indices=[6], frame_count=7)
    assert found.state is ScoreState.NOT_ASSESSABLE
    assert "half a second" in found.reason


def test_only_the_eight_worst_ranges_are_told():
    chances = quiet(60)
    for i in range(0, 60, 6):
        chances[i : i + 3, 3, 3:9] = 0.8 + i / 1000
    found = score(chances)
    assert len(found.evidence) == 8
    assert [e.frames.start for e in found.evidence] == sorted(
        e.frames.start for e in found.evidence
    )
