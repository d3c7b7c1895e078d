"""A studio with one short spot, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.studio.build import BuildSummary, build_demo, demo_studio
from tracker.settings import REPOSITORY_ROOT, Settings

PRODUCTION = """
code = "X01"
kind = "campaign"
title = "Trial"
logline = "A trial."
[people]
"Ada Quill" = ["director"]
"Bo Lind" = ["producer", "client"]
"""
FILM = """
code = "S01"
title = "Spot"
director = "Ada Quill"
release_on = 2027-01-02
logline = "Two shots."
frames = 12
fps = "25"
[characters.MAY]
name = "May"
subject = "woman"
seed = 3000001
life = "deceased"
mask = "white side"
wears = { garment = "coat", colour = "red" }
[[references]]
character = "MAY"
set = "Mother"
contributed_by = "Her mother"
picture = "may.png"
caption = "The summer before."
remembers = { jaw = 0.5 }
brief = { setting = "kitchen", layout = 4, time = "day" }
[[reveals]]
character = "MAY"
exposure = "masked"
[scenes.SQ010]
setting = "hills"
layout = 4
time = "dusk"
embraces = ["texture_boil"]
embrace_reason = "Memory."
[[shots]]
code = "SQ010_SH0010"
size = "close"
figures = [{ who = "MAY" }]
takes = [
  { generator = "Pelagia", flaws = ["flicker strong"] },
  { generator = "Tessera", is_cut_off = true },
  { generator = "Pelagia", flaws = ["texture_boil strong"] },
]
prompt = "Close on May in the hills at dusk, red coat, half a white mask, nothing to say for once."
[[shots]]
code = "SQ010_SH0020"
size = "wide"
hero = true
takes = [{ generator = "Loomlight" }]
prompt = "The hills at dusk without her; it takes a moment to see what is wrong with the picture."
"""


def write_studio(folder: Path) -> Path:
    """Write the spot's files and return the folder."""
    home = folder / "data" / "X01"
    home.mkdir(parents=True)
    (home / "production.toml").write_text(PRODUCTION)
    (home / "S01.toml").write_text(FILM)
    return home.parent


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path, BuildSummary]:
    """A workspace with the spot in it, its data, and what the build said."""
    home = tmp_path_factory.mktemp("studio")
    data = write_studio(home)
    settings = Settings(home=home / "home", packs=(REPOSITORY_ROOT / "data" / "packs",))
    return settings, data, build_demo(settings, studio=demo_studio(data=data))
