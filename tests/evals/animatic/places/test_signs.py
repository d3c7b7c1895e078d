"""Signs are written with strokes, and go wrong smoothly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.animatic.places.signs import WORDS, sign_strokes


@pytest.mark.parametrize("word", WORDS)
def test_every_letter_of_every_word_is_drawn_inside_its_line(word: str) -> None:
    strokes = np.vstack(sign_strokes(word, 0.0, 1))
    assert strokes[:, 1].min() == pytest.approx(0.0)
    assert strokes[:, 1].max() == pytest.approx(1.0)
    for place in range(len(word)):
        inside = (strokes[:, 0] > place * 0.86 - 0.01) & (strokes[:, 0] < place * 0.86 + 0.68)
        assert inside.any()


def test_a_right_sign_does_not_depend_on_the_seed() -> None:
    right, again = sign_strokes("KORIN", 0.0, 1), sign_strokes("KORIN", 0.0, 2, phase=1.0)
    assert all(np.array_equal(a, b) for a, b in zip(right, again, strict=True))


@given(garble=st.floats(0, 0.98), seed=st.integers(0, 10_000))
def test_letters_melt_without_jumps(garble: float, seed: int) -> None:
    before, after = (
        sign_strokes("VELORN", garble, seed),
        sign_strokes("VELORN", garble + 0.01, seed),
    )
    steps = [np.abs(a - b).max() for a, b in zip(before, after, strict=True)]
    assert max(steps) < 0.05


@given(seed=st.integers(0, 10_000))
def test_a_garbled_word_is_far_from_the_right_one(seed: int) -> None:
    right, wrong = sign_strokes("LUNDRA", 0.0, seed), sign_strokes("LUNDRA", 1.0, seed)
    assert np.mean([np.abs(a - b).mean() for a, b in zip(right, wrong, strict=True)]) > 0.12


def test_what_is_no_letter_is_left_blank() -> None:
    assert sign_strokes("7 ?", 0.0, 1) == []
