from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.animatic.captions import phrases
from evals.animatic.sampler import Split, draw_brief
from evals.metrics.prompt.wording import PHRASE_FIELDS, distrust, phrases_of, split_field
from tracker.domain.production import Brief

WORDS = (
    "a", "the", "red", "white", "coat", "woman", "dog", "with", "and", "then", "in", "no", "two",
    "left", "behind", "rain", "Nell", "3", "harbour",
)  # fmt: skip
TEXTS = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", " ", ", ", "; ", ". ", "\n", " and "])),
    max_size=14,
).map(lambda pairs: "".join(word + gap for word, gap in pairs))  # fmt: skip


@given(st.one_of(TEXTS, st.text(max_size=60)), st.booleans())
def test_phrases_are_stretches_of_the_text_in_order_and_lose_only_joints(text, is_action):
    found = split_field(text, is_action=is_action)
    assert all(phrase in text and re.search(r"\w", phrase) for phrase in found)

    def words(told: str) -> list[str]:
        each = re.findall(r"\w+", told)
        return [word for word in each if word.casefold() not in {"and", "then", "with"}]

    assert words(" ".join(found)) == words(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a red coat, a white scarf", ["a red coat", "a white scarf"]),
        ("a woman in black and white and a dog", ["a woman in black and white", "a dog"]),
        ("a woman with a blue umbrella", ["a woman", "a blue umbrella"]),
        ("among pots and pans", ["among pots and pans"]),
        ("a red coat and white gloves", ["a red coat", "white gloves"]),
        ("red and gold curtains", ["red and gold curtains"]),
        ("lit with neon", ["lit with neon"]),
        ("flat layers, 2.39:1", ["flat layers", "2.39:1"]),
        ("  ;, . ", []),
    ],
)
def test_a_field_is_cut_where_a_new_thing_begins(text, parts):
    assert list(split_field(text)) == parts


def test_actions_are_cut_at_and_but_not_within_a_fixed_pair():
    text = "sits and waves, then walks up and down"
    assert split_field(text, is_action=True) == ("sits", "waves", "walks up and down")


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("setting", "no people", "negation"),
        ("light", "without a lamp", "negation"),
        ("action", "she doesn't move", "negation"),
        ("wardrobe", "a scarf on her left arm", "left or right"),
        ("setting", "three boats", "a count"),
        ("setting", "12 boats", "a count"),
        ("setting", "a cat under the table", "a relation"),
        ("subject", "a dog next to a man", "a relation"),
        ("setting", "a sign that reads OPEN", "text to be read"),
        ("subject", "Nell Harrow", "a name"),
        ("action", "walks", "an action"),
        ("style", "film grain", "a style"),
        ("setting", "under the trees", ""),
        ("time", "6:30 in the morning", ""),
        ("wardrobe", "a three-piece suit", ""),
        ("subject", "Woman", ""),
        ("subject", "a woman", ""),
    ],
)
def test_what_models_are_weak_at_is_for_a_person(field, text, why):
    assert distrust(field, text) == why


def test_a_brief_gives_each_phrase_once_and_no_camera_words():
    brief = Brief(subject="a dog", setting="a dog, in a street", camera="pan left", time="At dawn")
    found = phrases_of(brief)
    assert [(p.field, p.text) for p in found] == [
        ("subject", "a dog"),
        ("setting", "in a street"),
        ("time", "At dawn"),
    ]


def test_the_free_prompt_alone_gives_no_phrases():
    assert phrases_of(Brief(prompt="A woman in a red coat walks along the quay.")) == ()


def test_drawn_briefs_are_asked_about_everything_that_they_show():
    for i in range(60):
        told = phrases(draw_brief(np.random.default_rng((8, i)), split=Split.EVALUATION))
        found = phrases_of(Brief(**told))
        assert {p.field for p in found} == {name for name in PHRASE_FIELDS if told[name]}
