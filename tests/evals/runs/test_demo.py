"""Building the demo, with a story of half a second per take."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from evals.animatic.story import STORY
from evals.runs import demo
from tracker.domain.addresses import Address
from tracker.domain.likeness import Exposure
from tracker.domain.production import Production, ProductionKind
from tracker.domain.verdicts import Outcome
from tracker.errors import ConflictError
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store.board import productions
from tracker.store.cast import exposures, reveal_plan
from tracker.store.productions import add_production, get_film
from tracker.store.shots import find_shot
from tracker.store.takes import list_takes

HARBOUR, REVEAL = STORY[0], STORY[-1]
FLICKERS = "DEMO01/F01/SQ010_SH0010/v001"


@pytest.fixture(scope="module")
def brief_story():
    def short(shot, count):
        return replace(
            shot, takes=tuple(replace(take, frame_count=12) for take in shot.takes[:count])
        )

    cut_off = replace(STORY[1].takes[1], number=1)
    sail = replace(STORY[1], takes=(replace(cut_off, frame_count=24),))
    return (short(HARBOUR, 1), sail, short(REVEAL, 1))


@pytest.fixture(scope="module")
def built(tmp_path_factory, brief_story):
    """A workspace with the demo in it, and the summary of the build."""
    home = tmp_path_factory.mktemp("demo") / "home"
    settings = Settings(home=home, packs=(REPOSITORY_ROOT / "data" / "packs",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "STORY", brief_story)
        patch.setattr(demo, "_SIZE", (320, 180))
        first = demo.build_demo(settings)
        again = demo.build_demo(settings)
    return settings, first, again


def test_the_production_is_marked_as_a_demo(built):
    with Store.open(built[0]).read() as tx:
        (row,) = productions(tx)
    assert (row.code, row.is_demo, row.films, row.shots, row.takes) == ("DEMO01", True, 2, 3, 3)


def test_a_second_build_renders_and_decodes_nothing(built):
    _, first, again = built
    assert (first.rendered, first.run.scored, first.run.errored) == (3, 2, 1)
    assert (again.rendered, again.run.decoded, again.run.reused) == (0, 0, 3)
    assert again.takes == first.takes


def test_a_planted_flaw_is_found_where_it_lies(built):
    (found,) = (take for take in built[1].takes if take.address == FLICKERS)
    assert (found.planted, found.frames) == ("flicker", (1001, 1012))
    assert found.verdict.metric == "flicker"
    assert (found.verdict.outcome, found.verdict.is_proposed) == (Outcome.REGENERATE, True)


def test_a_cut_off_file_is_an_error_that_says_so(built):
    (found,) = (take for take in built[1].takes if take.planted == "cut off")
    assert found.verdict.axis == "error"
    assert "cut off" in found.verdict.reason


def test_a_reveal_goes_to_its_director_even_with_a_flaw(built):
    (found,) = (take for take in built[1].takes if "SQ030" in take.address)
    assert found.planted == "flicker"
    assert found.verdict.outcome is Outcome.DIRECT
    assert "Kasimir Vael must look" in found.verdict.reason


def test_briefs_people_and_faces_are_on_record(built):
    with Store.open(built[0]).read() as tx:
        shot = find_shot(tx, "DEMO01", "F01", code="SQ010_SH0010")
        assert shot.brief.prompt == HARBOUR.brief["Prompt"]
        assert shot.brief.wardrobe == "red coat, cream scarf, black umbrella"
        assert get_film(tx, "DEMO01", "F01").director == "Odile Marrens"
        address = Address("DEMO01", "F02", "SQ030_SH0010")
        assert exposures(tx, address) == {"YSOLDE": Exposure.REVEALED}
        plan = [
            (moment.sequence, moment.exposure.value) for moment in reveal_plan(tx, "DEMO01", "F02")
        ]
        assert plan == [(None, "masked"), ("SQ030", "revealed")]


def test_takes_say_where_they_come_from_and_what_was_planted(built):
    with Store.open(built[0]).read() as tx:
        takes = [take for _, take in list_takes(tx, Address("DEMO01", "F01"))]
    made = takes[0].provenance
    assert (made.generator, made.generator_version, made.seed) == ("Pelagia", "2.0", 4107)
    assert made.parameters["planted"] == "flicker 8"
    assert made.cost_eur == Decimal("0.38")


def test_the_tables_are_left_for_the_user(built):
    folder = built[0].home / "demo"
    with (folder / "takes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all((folder / row["File"]).is_file() for row in rows)
    planted = json.loads((folder / "planted.json").read_text())
    assert planted[FLICKERS] == {"planted": "flicker", "frames": [1001, 1012]}


def test_a_production_of_the_same_code_is_left_alone(tmp_path):
    settings = Settings(home=tmp_path, packs=(REPOSITORY_ROOT / "data" / "packs",))
    with Store.create(settings).write() as tx:
        add_production(tx, Production(code="DEMO01", kind=ProductionKind.CAMPAIGN))
    with pytest.raises(ConflictError, match="not the demo"):
        demo.build_demo(settings)
    assert not (tmp_path / "demo").exists()
