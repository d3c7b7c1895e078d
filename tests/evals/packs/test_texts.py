from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.packs._texts import split_text
from tracker.errors import MisuseError

WORDS = st.text(alphabet="abc.,;:!? \n—-。é", min_size=1, max_size=200).filter(str.strip)


@given(WORDS, st.integers(1, 40))
def test_every_piece_fits_and_no_letter_is_lost(text, limit):
    pieces = split_text(text, lambda part: len(part) <= limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(WORDS)
def test_a_text_that_fits_stays_whole(text):
    assert split_text(text, lambda _: True) == (text.strip(),)


def test_sentences_are_cut_before_clauses_and_clauses_before_words():
    def fits(part: str) -> bool:
        return len(part) <= 30

    text = "Rain, a lot of it. She waits under the old stone bridge, alone."
    assert split_text(text, fits) == (
        "Rain, a lot of it.",
        "She waits under the",
        "old stone bridge,",
        "alone.",
    )


def test_a_word_longer_than_the_context_is_halved():
    assert split_text("abcdefgh", lambda part: len(part) <= 2) == ("ab", "cd", "ef", "gh")


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_refused(text):
    with pytest.raises(MisuseError, match="empty"):
        split_text(text, lambda _: True)


def test_a_context_too_short_for_anything_is_refused():
    with pytest.raises(MisuseError, match="choose another pack"):
        split_text("ab", lambda _: False)
