"""Other words say the same things, and not in the same words."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from evals.animatic.brief import Figure, Garment, Setting, Subject, Time, Wardrobe
from evals.animatic.captions import phrases
from evals.animatic.cast import Kind, draw_person
from evals.animatic.sampler import Split, draw_brief
from evals.validation._wording import reworded

ORDER = replace(
    draw_brief(np.random.default_rng(1), split=Split.EVALUATION, figure_count=0),
    setting=Setting.CAFE,
    time=Time.DAWN,
    props=(),
    figures=(
        Figure(
            subject=Subject.WOMAN,
            person=draw_person(2_000_001, kind=Kind.WOMAN),
            wardrobe=Wardrobe(garment=Garment.HOODIE),
        ),
    ),
)


def test_every_thing_is_told_by_another_word():
    told = reworded(ORDER)
    assert told["time"] == "at sunrise"
    assert told["setting"].startswith("at a table in a coffee house")
    assert "hooded sweatshirt" in told["wardrobe"]
    assert "hoodie" not in told["wardrobe"]


def test_colours_camera_and_fields_stay():
    plain, told = phrases(ORDER), reworded(ORDER)
    assert set(plain) == set(told)
    assert str(ORDER.figures[0].wardrobe.colour) in told["wardrobe"]
    for field in ("camera", "style", "action"):
        assert told[field] == plain[field]


def test_articles_suit_their_words():
    for seed in range(60):
        order = draw_brief(np.random.default_rng(seed), split=Split.EVALUATION)
        for text in reworded(order).values():
            words = text.replace(",", " ").replace(";", " ").split()
            for article, word in pairwise(words):
                if article in {"a", "an"}:
                    assert (article == "an") is (word[0] in "aeio"), text
