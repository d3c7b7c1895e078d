"""The demo's story holds together before anything is rendered."""

from __future__ import annotations

import pytest

from evals.animatic.flaws import FlawKind
from evals.animatic.story import CAST, FILMS, STORY, small_story
from tracker.domain.addresses import HOUSE_NAMING

TAKES = [take for shot in STORY for take in shot.takes]


@pytest.mark.parametrize("shot", STORY, ids=lambda shot: f"{shot.film}-{shot.code}")
def test_every_shot_has_a_code_a_prompt_and_fields(shot):
    assert HOUSE_NAMING.check(shot.code) == shot.code
    assert len(shot.brief["Prompt"].split()) >= 15
    assert {"Setting", "Time", "Light", "Camera", "Style"} <= set(shot.brief)
    assert [take.number for take in shot.takes] == list(range(1, len(shot.takes) + 1))


def test_prompts_and_shots_are_told_apart():
    assert len({shot.brief["Prompt"] for shot in STORY}) == len(STORY)
    assert len({(shot.film, shot.code) for shot in STORY}) == len(STORY)


def test_films_have_directors_and_shots_have_films():
    assert all(film["Director"] for film in FILMS)
    assert {shot.film for shot in STORY} == {film["Film"] for film in FILMS}


def test_all_characters_are_fictional_and_cast_in_their_films():
    known = {(row["Character"], row["Film"]) for row in CAST}
    assert {(s.character, s.film) for s in STORY if s.character} == known
    assert {row["Life"] for row in CAST} == {"fictional"}


def test_the_reveal_is_a_hero_shot_and_the_mask_is_declared():
    assert {shot.exposure for shot in STORY} == {"none", "masked", "revealed"}
    assert all(shot.is_hero for shot in STORY if shot.exposure == "revealed")


def test_takes_carry_flaws_a_cut_off_file_and_repairs():
    planted = {take.flaw for take in TAKES if take.flaw}
    assert {
        FlawKind.FLICKER,
        FlawKind.FREEZE,
        FlawKind.HARD_CUT,
        FlawKind.POPPING_PATCH,
        FlawKind.BLOCKING,
        FlawKind.DROPPED_FRAMES,
    } <= planted
    assert sum(take.is_cut_off for take in TAKES) == 1
    repaired = [s for s in STORY if s.takes[0].flaw and len(s.takes) > 1 and not s.takes[-1].flaw]
    assert len(repaired) >= 3


def test_the_small_story_is_three_shots_with_four_takes_of_one_film():
    small = small_story()
    assert len(small) == 3
    assert sum(len(shot.takes) for shot in small) == 4
    assert {shot.film for shot in small} == {"F01"}
