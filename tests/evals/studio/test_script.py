"""Reading the demo's TOML: what a slip of the pen is told."""

from __future__ import annotations

import shutil

import pytest

from evals.animatic.brief import Action, Colour, Garment, Light, Setting, Time
from evals.studio.script import DEMO_DATA, load_productions
from tracker.domain.likeness import Exposure
from tracker.errors import MisuseError

PRODUCTION = """
code = "X01"
kind = "campaign"
title = "Trial"
logline = "A trial."
[people]
"Ada Quill" = ["director"]
"""
FILM = """
code = "S01"
title = "Spot"
director = "Ada Quill"
release_on = 2027-01-02
logline = "One shot."
[characters.MAY]
name = "May"
subject = "woman"
seed = 3000001
wears = { garment = "coat", colour = "red" }
[scenes.SQ010]
setting = "harbour"
layout = 4
time = "dusk"
light = "lamp"
[[shots]]
code = "SQ010_SH0010"
size = "medium"
camera = "pan_left"
figures = [{ who = "MAY", beats = ["stand", "wave"], holds = "blue cup", wears = { hat = "cap" } }]
props = ["yellow lantern"]
takes = [{ generator = "Pelagia", flaws = ["freeze strong"] }]
prompt = "May waves."
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with one production of one film of one shot."""
    home = tmp_path / "X01"
    home.mkdir()
    (home / "production.toml").write_text(PRODUCTION)
    (home / "S01.toml").write_text(FILM)
    return tmp_path


def broken(folder, old, new, file="S01.toml") -> str:
    """Return what is said when a file has a word replaced."""
    path = folder / "X01" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(MisuseError) as caught:
        load_productions(folder)
    return str(caught.value)


def test_a_shot_takes_its_place_from_its_scene_and_its_clothes_from_its_character(folder):
    (production,) = load_productions(folder)
    (shot,) = production.films[0].shots
    brief = shot.brief
    place = (brief.setting, brief.layout, brief.time, brief.light)
    assert place == (Setting.HARBOUR, 4, Time.DUSK, Light.LAMP)
    (figure,) = brief.figures
    assert (figure.wardrobe.garment, figure.wardrobe.colour) == (Garment.COAT, Colour.RED)
    assert figure.wardrobe.hat is not None
    assert figure.beats == (Action.STAND, Action.WAVE)
    assert shot.exposures == {"MAY": Exposure.REVEALED}
    assert shot.frame_count == 48


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'camera = "pan_left"',
            'camera = "pan"',
            ("SQ010_SH0010", "'camera' is 'pan'", "pan_left"),
        ),
        ("camera =", "kamera =", ("no key 'kamera'", "'camera'")),
        ('setting = "harbour"', 'setting = "port"', ("scene SQ010", "'setting'", "harbour")),
        ('"blue cup"', '"blue mug"', ("figure 1", "'holds'", "cup")),
        ('who = "MAY"', 'who = "MEI"', ("figure 1", "'who'", "MAY")),
        ('"wave"]', '"waves"]', ("'beats'", "wave")),
        ("seed = 3000001", "seed = 7", ("character MAY", "'seed'", "3000000")),
        ('code = "SQ010_SH0010"', 'code = "SQ020_SH0010"', ("[scenes.SQ020]",)),
        ("freeze strong", "freeze hard", ("take 1", "'flaws'", "strong")),
        ("2027-01-02", '"soon"', ("'release_on'", "2027-03-31")),
        ('director = "Ada Quill"', 'director = "Bo Quill"', ("S01.toml", "[people]")),
        ('code = "S01"', 'code = "S02"', ("S01.toml", "'S01'")),
        ("[[shots]]", "[[shots", ("S01.toml", "TOML")),
    ],
)
def test_a_slip_is_told_with_its_place_and_its_remedy(folder, old, new, words):
    said = broken(folder, old, new)
    assert all(word in said for word in words), said
    assert said.count("\n") <= 1


def test_a_folder_without_productions_is_refused(tmp_path):
    with pytest.raises(MisuseError, match=r"production\.toml"):
        load_productions(tmp_path)


def test_a_role_that_does_not_exist_is_refused(folder):
    said = broken(folder, '["director"]', '["boss"]', file="production.toml")
    assert "Ada Quill" in said
    assert "director" in said


def test_reading_twice_gives_the_same(tmp_path):
    shutil.copytree(DEMO_DATA, tmp_path / "demo")
    assert repr(load_productions()) == repr(load_productions(tmp_path / "demo"))
