from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pytest

from evals.animatic._shapes import FAMILIES
from evals.animatic.brief import Brief, Light, ShotSize, Weather
from evals.animatic.captions import caption, phrases, shows_held, shows_standing
from evals.animatic.sampler import Split, draw_brief
from evals.animatic.swaps import Swap, swapped, swaps_of
from evals.animatic.vocabulary import COLOURS, PLACES, PROPS, SETTINGS
from tracker.errors import MisuseError

FIELDS = ("subject", "wardrobe", "action", "setting", "time", "light", "camera", "style")


def briefs(count: int, split: Split = Split.EVALUATION) -> Iterable[Brief]:
    return (draw_brief(np.random.default_rng((3, i)), split=split) for i in range(count))


@pytest.mark.parametrize("split", list(Split))
def test_a_caption_is_one_line_of_whole_sentences(split):
    for i, brief in enumerate(briefs(300, split)):
        text = caption(brief, np.random.default_rng(i), split=split)
        assert re.fullmatch(r"[A-Z0-9].*\.", text), text
        assert not re.search(r"  | [,.;]|[,;][,;.]|\.\.|[{}]", text), text
        assert len(text.split()) <= 95


def test_the_same_generator_tells_the_same_caption():
    brief = next(iter(briefs(1)))
    told = {caption(brief, np.random.default_rng(8), split=Split.TRAINING) for _ in range(3)}
    assert len(told) == 1


def test_splits_share_no_shape_no_clothing_phrase_no_name_and_no_aside():
    for field in ("wearing", "worn", "holding", "animals", "robots", "names", "asides"):
        said = [set(getattr(family, field)) for family in FAMILIES.values()]
        assert not said[0] & said[1]
        assert not said[0] & said[2]
        assert not said[1] & said[2]
    shapes = [{s for kind in family.shapes for s in kind} for family in FAMILIES.values()]
    assert sum(map(len, shapes)) == len(set.union(*shapes))


def test_evaluation_captions_tell_place_and_clothes_and_things_that_stand_there():
    for i, brief in enumerate(briefs(200)):
        text = caption(brief, np.random.default_rng(i), split=Split.EVALUATION).lower()
        places = (*SETTINGS[brief.setting], *PLACES[brief.setting])
        assert any(words in text for words in places), (text, brief.setting)
        for figure in brief.figures:
            assert any(c in text for c in COLOURS[figure.wardrobe.colour]), text
        if shows_standing(brief) and brief.props and not brief.figures:
            assert any(words in text for words in PROPS[brief.props[0].kind]), text


def test_a_counterfactual_caption_differs_in_the_exchanged_thing_alone():
    for i, brief in enumerate(briefs(120)):
        for swap in swaps_of(brief):
            other = swapped(brief, swap, np.random.default_rng(i))
            assert other != brief
            own, wrong = (
                caption(b, np.random.default_rng(i), split=Split.EVALUATION) for b in (brief, other)
            )
            if swap in (Swap.COLOUR, Swap.TIME, Swap.SETTING) and not brief.setting.is_interior:
                gap = abs(len(own.split()) - len(wrong.split()))
                assert own != wrong or swap is not Swap.SETTING
                assert gap <= 12, (own, wrong)


def test_a_swap_of_what_cannot_be_seen_is_refused():
    brief = next(b for b in briefs(200) if b.setting.is_interior)
    with pytest.raises(MisuseError, match="shows no weather"):
        swapped(brief, Swap.WEATHER, np.random.default_rng(0))


def test_a_binding_swap_keeps_both_colours_in_the_picture():
    pairs = [b for b in briefs(400) if len(b.figures) == 2 and Swap.BINDING in swaps_of(b)]
    for brief in pairs:
        other = swapped(brief, Swap.BINDING, np.random.default_rng(0))
        worn = [f.wardrobe.colour for f in brief.figures]
        assert [f.wardrobe.colour for f in other.figures] == worn[::-1]
    assert pairs


def test_phrases_have_the_fields_of_the_shot_table():
    for brief in briefs(50):
        told = phrases(brief)
        assert tuple(told) == FIELDS
        assert all(len(text) < 140 for text in told.values())
        assert bool(told["subject"]) == bool(brief.figures)


def test_phrases_tell_only_of_props_in_the_picture():
    for brief in briefs(200):
        told = phrases(brief)
        is_told = [f"{prop.colour} " in told["setting"] for prop in brief.props]
        assert all(is_told) if shows_standing(brief) else not any(is_told)
        held = [f.holds for f in brief.figures if f.holds and f.subject.has_face]
        named = [f"{prop.colour} {PROPS[prop.kind][0]}" in told["wardrobe"] for prop in held]
        assert all(named) if shows_held(brief) else not any(named)


def test_no_clear_air_and_no_daylight_lamp_is_asked_for_in_most_captions():
    quiet = [b for b in briefs(300) if b.weather is Weather.CLEAR and b.light is Light.NATURAL]
    texts = [
        caption(b, np.random.default_rng(i), split=Split.EVALUATION) for i, b in enumerate(quiet)
    ]
    assert np.mean(["clear" in text or "no lamp" in text for text in texts]) < 0.5


def test_drawn_briefs_of_two_splits_share_no_face_and_no_street():
    drawn = {split: list(briefs(200, split)) for split in Split}
    for split, found in drawn.items():
        seeds = {f.person.seed for b in found for f in b.figures if f.person}
        assert seeds
        assert all(seed in split.cast_seeds for seed in seeds)
        assert all(brief.layout in split.layouts for brief in found)
    ranges = [split.cast_seeds for split in Split]
    assert all(a.stop <= b.start or b.stop <= a.start for a in ranges for b in ranges if a is not b)


def test_drawn_briefs_repeat_and_keep_what_is_asked_for():
    one, two = (
        draw_brief(np.random.default_rng(4), split=Split.TRAINING, size=ShotSize.FULL)
        for _ in range(2)
    )
    assert one == two
    assert one.size is ShotSize.FULL


def test_figures_and_things_of_a_drawn_brief_have_colours_of_their_own():
    for brief in briefs(300, Split.TRAINING):
        worn = [f.wardrobe.colour for f in brief.figures]
        held = [f.holds.colour for f in brief.figures if f.holds]
        colours = [*worn, *held, *(prop.colour for prop in brief.props)]
        assert len(colours) == len(set(colours))
