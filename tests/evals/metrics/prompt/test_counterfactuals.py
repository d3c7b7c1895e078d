from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.animatic.captions import phrases
from evals.animatic.sampler import Split, draw_brief
from evals.metrics.prompt import questions, questions_key
from evals.metrics.prompt.bank import COLOURS, NOUNS, PHRASES
from evals.metrics.prompt.wording import phrases_of
from tracker.domain.production import Brief


def brief_of(seed: int) -> Brief:
    return Brief(**phrases(draw_brief(np.random.default_rng((9, seed)), split=Split.EVALUATION)))


def asked(brief: Brief, *others: Brief):
    return {one.phrase.text: one for one in questions(brief, others)}


@given(st.integers(0, 400), st.lists(st.integers(0, 400), max_size=30))
def test_nothing_that_the_shot_asks_for_stands_against_it(seed, others):
    brief = brief_of(seed)
    own = {phrase.text.casefold() for phrase in phrases_of(brief)}
    for one in questions(brief, tuple(brief_of(other) for other in others)):
        texts = [text.casefold() for text in one.alternatives]
        assert len(set(texts)) == len(texts) <= 24
        assert not own & set(texts)
        assert one.distrust or len(texts) >= 3


def test_colours_and_kinds_are_exchanged_and_the_rest_of_the_words_stays():
    (coat,) = asked(Brief(wardrobe="a long red coat")).values()
    assert {"a long blue coat", "a long white coat", "a long red dress"} <= set(coat.alternatives)
    assert all(text.startswith("a long ") for text in coat.alternatives)


def test_an_article_fits_the_new_word():
    (coat,) = asked(Brief(wardrobe="an orange coat")).values()
    assert "a red coat" in coat.alternatives
    (coat,) = asked(Brief(wardrobe="a red coat")).values()
    assert "an orange coat" in coat.alternatives


@pytest.mark.parametrize(
    ("brief", "banned"),
    [
        (Brief(wardrobe="a crimson coat"), "a red coat"),
        (Brief(time="at sunset"), "at dusk"),
        (Brief(setting="on the quay"), "in a harbour"),
        (Brief(subject="a lady"), "a woman"),
        (Brief(light="lit by one candle"), "by candlelight"),
    ],
)
def test_a_synonym_is_no_counterfactual(brief, banned):
    (one,) = asked(brief).values()
    assert len(one.alternatives) >= 3
    assert banned not in one.alternatives


def test_a_colour_worn_by_somebody_else_is_no_counterfactual():
    one = asked(Brief(wardrobe="a red coat; a blue sweater"))["a red coat"]
    assert not any("blue" in text for text in one.alternatives)
    assert not any("sweater" in text for text in one.alternatives)


def test_other_shots_lend_what_says_something_else_of_the_same_kind():
    others = [Brief(setting="in a lunar greenhouse, in a downpour"), Brief(setting="at the port")]
    found = asked(Brief(setting="in a harbour, in fog"), *others)
    assert "in a lunar greenhouse" in found["in a harbour"].alternatives
    assert "at the port" not in found["in a harbour"].alternatives
    assert "in a downpour" in found["in fog"].alternatives
    assert "in a downpour" not in found["in a harbour"].alternatives


def test_a_negation_is_held_against_its_affirmative_twin():
    one = asked(Brief(setting="in a street, no people"))["no people"]
    assert one.alternatives[0] == "people"
    assert one.distrust == "negation"


@pytest.mark.parametrize(
    "brief", [Brief(setting="in a street, a carved door"), Brief(time="1944"), Brief(light="rim light")]
)  # fmt: skip
def test_a_phrase_without_known_alternatives_is_not_decided_on(brief):
    *_, one = questions(brief, (Brief(setting="a broken gate", time="1951", light="top light"),))
    assert one.distrust == "nothing to compare it with"


def test_a_large_film_lends_no_more_than_a_few():
    others = [Brief(setting=f"in the garden of Q{i}") for i in range(200)]
    (one,) = asked(Brief(setting="in a lunar greenhouse"), *others).values()
    assert len(one.alternatives) == 24


def test_the_key_changes_with_this_brief_and_with_the_others_and_not_with_their_order():
    brief, one, two = brief_of(1), brief_of(2), brief_of(3)
    key = questions_key(brief, (one, two))
    assert questions_key(brief, (two, one)) == key
    assert questions_key(replace(brief, light="in neon light"), (one, two)) != key
    assert questions_key(brief, (one, replace(two, wardrobe="a grey coat"))) != key
    assert questions_key(brief, (one,)) != key


def test_the_bank_names_each_thing_once():
    for name, kinds in {"colour": COLOURS, **PHRASES, **NOUNS}.items():
        first = [kind[0] for kind in kinds]
        assert len(set(first)) == len(first) >= 4, name
        assert all(word == word.casefold() for kind in kinds for word in kind), name
