"""The demo's briefs say in prose what they say in fields, and are written, not filled in."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from evals.animatic.brief import Colour, PropKind, Setting, ShotSize, Time, Weather
from evals.studio.script import load_productions
from tracker.domain.likeness import Exposure, Life

PRODUCTIONS = {production.code: production for production in load_productions()}
SHOTS = [
    (production, film, shot)
    for production in PRODUCTIONS.values()
    for film in production.films
    for shot in film.shots
]
IDS = [f"{production.code}-{film.code}-{shot.code}" for production, film, shot in SHOTS]
COUNTED_FROM = {"suitcases"}

SETTING_WORDS = {
    Setting.CAFE: "cafe",
    Setting.CARRIAGE: "carriage",
    Setting.FOREST: "forest",
    Setting.HARBOUR: "harbour",
    Setting.HILLS: "hills?",
    Setting.KITCHEN: "kitchen",
    Setting.LIGHTHOUSE: "lighthouse",
    Setting.PLATFORM: "platform",
    Setting.ROOFTOP: "rooftop",
    Setting.STAGE: "stage",
    Setting.STREET: "street",
    Setting.WORKSHOP: "workshop",
}
TIME_WORDS = {
    Time.DAWN: "dawn|first light|early light|daybreak|sunrise",
    Time.DAY: "day|daylight|daytime|daylit|noon|sunny",
    Time.DUSK: "dusk|evening|sunset|twilight|twilit",
    Time.NIGHT: "night|midnight|two in the morning",
}
WEATHER_WORDS = {
    Weather.FOG: "fog|foggy",
    Weather.RAIN: "rain|wet",
    Weather.SNOW: "snow|snowy|snows",
}


def has(prompt: str, pattern: str) -> bool:
    return re.search(rf"\b(?:{pattern})\b", prompt, re.IGNORECASE) is not None


def things(shot):
    brief = shot.brief
    return [f.holds for f in brief.figures if f.holds] + list(brief.props)


def colours(shot) -> set[str]:
    found = {prop.colour for prop in things(shot)}
    for figure in shot.brief.figures:
        wears = figure.wardrobe
        found |= {wears.colour, wears.scarf} | ({wears.hat_colour} if wears.hat else set())
        found |= {figure.mask.colour} if figure.mask else set()
    return {str(colour) for colour in found if colour}


@pytest.mark.parametrize(("production", "film", "shot"), SHOTS, ids=IDS)
class TestProse:
    def test_it_has_20_to_45_words(self, production, film, shot):
        assert 20 <= len(shot.prompt.split()) <= 45

    def test_it_names_the_place_and_the_hour(self, production, film, shot):
        assert has(shot.prompt, SETTING_WORDS[shot.brief.setting])
        assert has(shot.prompt, TIME_WORDS[shot.brief.time])

    def test_it_names_the_weather_and_no_other(self, production, film, shot):
        for weather, words in WEATHER_WORDS.items():
            if shot.brief.weather is weather:
                assert has(shot.prompt, words)
            elif weather is not Weather.RAIN:  # a raincoat may drip
                assert not has(shot.prompt, words)

    def test_it_names_no_colour_that_nothing_has(self, production, film, shot):
        named = {str(colour) for colour in Colour if has(shot.prompt, colour)}
        assert named <= colours(shot)

    def test_it_names_every_figures_colour(self, production, film, shot):
        for figure in shot.brief.figures:
            wears = figure.wardrobe
            own = [c for c in (wears.colour, wears.scarf) if c]
            own += [figure.mask.colour] if figure.mask else []
            own += [wears.hat_colour] if wears.hat else []
            assert any(has(shot.prompt, colour) for colour in own)

    def test_it_names_the_things_that_can_be_seen(self, production, film, shot):
        if shot.brief.size is ShotSize.CLOSE:
            assert not things(shot)
        for prop in things(shot):
            assert has(shot.prompt, f"{prop.colour} {prop.kind}"), prop

    def test_it_names_no_coloured_thing_that_is_not_there(self, production, film, shot):
        named = re.findall(rf"({'|'.join(Colour)}) ({'|'.join(PropKind)})\b", shot.prompt)
        assert set(named) <= {(p.colour.value, p.kind.value) for p in things(shot)}


def test_there_are_five_films_three_spots_and_a_music_video():
    assert {code: len(p.films) for code, p in PRODUCTIONS.items()} == {
        "ANTH01": 5,
        "CAMP01": 3,
        "MUSV01": 1,
    }
    shots = {film.code: len(film.shots) for _, film, _ in SHOTS}
    assert shots["F02"] >= 60
    assert len(SHOTS) >= 120
    assert all(film.release_on.year >= 2027 for p in PRODUCTIONS.values() for film in p.films)


def test_spots_last_exactly_as_long_as_they_are_sold():
    for film in PRODUCTIONS["CAMP01"].films:
        seconds = sum(shot.frame_count for shot in film.shots) / film.fps
        assert seconds == film.spot.duration_s
        assert film.spot.territories
        assert film.spot.first_air_on == film.release_on < film.spot.last_air_on
    assert {film.fps for film in PRODUCTIONS["CAMP01"].films} == {24, 25}


def test_no_two_shots_have_the_same_words_or_begin_alike():
    assert len({shot.prompt for _, _, shot in SHOTS}) == len(SHOTS)
    openings = Counter(
        (film.code, " ".join(shot.prompt.split()[:3]))
        for _, film, shot in SHOTS
        if not shot.prompt.startswith("Close on")
    )
    repeated = {words: n for words, n in openings.items() if n > 1}
    assert set(repeated) <= {("SP06", "Two seconds of")}  # a refrain


def test_a_scene_is_one_place():
    for _, film, _ in SHOTS:
        places: dict[str, set] = {}
        for shot in film.shots:
            brief = shot.brief
            places.setdefault(shot.sequence, set()).add((brief.setting, brief.layout, brief.time))
        assert all(len(found) == 1 for found in places.values())


def test_sizes_and_moves_vary_like_a_real_shot_list():
    for production in PRODUCTIONS.values():
        sizes = Counter(s.brief.size for f in production.films for s in f.shots)
        moves = Counter(s.brief.camera for f in production.films for s in f.shots)
        assert len(sizes) == len(ShotSize)
        assert len(moves) >= 6


def test_the_singer_is_seen_whole_at_the_beginning_and_at_the_end_only():
    (film,) = PRODUCTIONS["MUSV01"].films
    singer = film.characters["CORVIN"]
    assert singer.life is Life.DECEASED
    shown = {}
    for shot in film.shots:
        shown.setdefault(shot.sequence, set()).add(shot.exposures["CORVIN"])
    whole = {Exposure.REVEALED}
    assert shown["SQ010"] == shown["SQ060"] == whole
    between = set.union(*(shown[s] for s in shown if s not in {"SQ010", "SQ060"}))
    assert between <= {Exposure.MASKED, Exposure.NONE}


def test_three_people_remember_the_singer_in_four_pictures_and_each_differently():
    (film,) = PRODUCTIONS["MUSV01"].films
    of_him = [r for r in film.references if r.character == "CORVIN"]
    assert len(of_him) == 4
    assert {r.set_name for r in of_him} == {"Sister", "Bandmate", "First label"}
    faces = {r.brief.figures[0].person for r in of_him}
    assert len(faces) == 4
    assert film.characters["CORVIN"].person not in faces


def test_everybody_else_whose_face_is_shown_has_three_casting_stills():
    for film in {film.code: film for _, film, _ in SHOTS}.values():
        shown = {
            code
            for shot in film.shots
            for code, exposure in shot.exposures.items()
            if exposure is Exposure.REVEALED and film.characters[code].person is not None
        }
        for code in shown - {"CORVIN"}:
            stills = [r for r in film.references if r.character == code]
            assert {r.set_name for r in stills} == {"Casting"}, (film.code, code)
            assert len({r.picture for r in stills}) == 3
            assert {r.brief.figures[0].person for r in stills} == {film.characters[code].person}


def test_exposures_follow_the_reveal_plans():
    for _, film, _ in SHOTS:
        plan = {(line.character, line.sequence): line.exposure for line in film.reveals}
        for shot in film.shots:
            for code, exposure in shot.exposures.items():
                planned = plan.get((code, shot.sequence), plan.get((code, "")))
                if planned is not None and exposure is not Exposure.NONE:
                    assert exposure is planned, (film.code, shot.code, code)
