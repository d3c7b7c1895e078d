from __future__ import annotations

import numpy as np
import pytest

from evals.training.distortions import HELD_OUT, TRAINED
from evals.training.perceptual import (
    HELD_OUT_PHOTOGRAPHS,
    PHOTOGRAPHS,
    draw_pair,
    photographs,
)
from evals.training.proofs import auroc

KINDS = {**TRAINED, **HELD_OUT}


@pytest.fixture(scope="module")
def picture():
    return photographs(["coffee.png"])[0][100:196, 200:296].astype(np.float32)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_more_severe_is_farther_from_the_picture(kind, picture):
    errors = []
    for severity in (0.5, 2.0, 5.0):
        made = KINDS[kind](picture, severity, np.random.default_rng(3))
        assert made.shape == picture.shape
        assert made.min() >= 0
        assert made.max() <= 255
        errors.append(float(np.abs(made - picture).mean()))
    assert errors == sorted(errors)
    assert errors[0] < errors[2]


def test_proofs_use_kinds_and_photographs_of_their_own():
    assert not set(TRAINED) & set(HELD_OUT)
    assert not set(PHOTOGRAPHS) & set(HELD_OUT_PHOTOGRAPHS)


def test_pairs_repeat_from_a_seed():
    stills = photographs(PHOTOGRAPHS)
    one, two = (draw_pair(stills, np.random.default_rng(1), kinds=TRAINED) for _ in range(2))
    assert np.array_equal(one.far, two.far)
    assert one.severities[1] > one.severities[0]


def test_the_area_counts_wins_and_half_of_ties():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 9, 40), rng.integers(2, 11, 50)
    wins = (a[:, None] > b).mean() + (a[:, None] == b).mean() / 2
    assert auroc(a, b) == pytest.approx(wins)
