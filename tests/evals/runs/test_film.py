"""A film's shots beside one another: the second pass of a run, and what people see of it."""

from __future__ import annotations

import json
import sys

import pytest

from evals.metrics.identity import FILM_METRICS
from evals.packs.manifest import find_pack
from evals.runs.alike import compare_cast
from tests.evals.runs.conftest import imported
from tests.evals.runs.test_faces import NELL, PIM, brief, film, score, scores
from tracker.actions.takes import import_takes
from tracker.cli.main import main
from tracker.domain.addresses import Address
from tracker.domain.likeness import Character, Exposure
from tracker.domain.stages import TakeStatus
from tracker.domain.takes import Take, speaking_take
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store import cast as table

A, B, C = "SQ010_SH0010", "SQ010_SH0020", "SQ010_SH0030"
(FILM,) = [fact.name for fact in FILM_METRICS]


@pytest.fixture(scope="module")
def reel(tmp_path_factory):
    """A film of three shots of Nell, the third of which shows somebody else, and its run."""
    folder = tmp_path_factory.mktemp("reel")
    for name, person, seed in (("a", NELL, 0), ("b", NELL, 3), ("c", PIM, 0), ("c2", NELL, 5)):
        film(folder / f"{name}.mp4", brief(person, seed=seed))
    shots = [f"F01,{code},24,A woman" for code in (A, B, C)]
    (folder / "shots.csv").write_text("\n".join(["Film,Shot,FPS,Prompt", *shots]) + "\n")
    takes = [f"F01,{code},1,{name}.mp4" for code, name in ((A, "a"), (B, "b"), (C, "c"))]
    (folder / "takes.csv").write_text("\n".join(["Film,Shot,Take,File", *takes]) + "\n")
    packs = (REPOSITORY_ROOT / "data" / "packs",)
    told = Settings(home=folder / "home", actor="Ines Calloway", packs=packs)
    settings = imported(told, folder)
    with Store.open(settings).write() as tx:
        table.add_character(tx, "REEL01", Character(code="NELL", name="Nell"))
        for shot in (A, B, C):
            address = Address("REEL01", "F01", shot)
            table.declare_exposure(tx, address, "NELL", exposure=Exposure.REVEALED)
    score(settings)
    return folder, settings


def test_the_shot_with_another_face_stands_out(reel):
    found = {place: rows[FILM] for place, rows in scores(reel[1]).items()}
    assert found[C, 1].value < 0.3
    assert f"least by {C}" in found[A, 1].reason
    assert found[A, 1].value > found[C, 1].value


def test_people_see_the_matrix_and_the_shot_that_stands_out(reel, monkeypatch, capsys):
    _, settings = reel
    monkeypatch.setenv("ROUNDTABLE_HOME", str(settings.home))

    def told(*arguments):
        command = ["roundtable", "evals", "cast", "REEL01/F01", "--pack", "demo", *arguments]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    (nell,) = json.loads(told("--json"))
    assert nell["shots"] == [A, B, C]
    assert nell["cosines"][0][1] == nell["cosines"][1][0] > 0.5 > nell["cosines"][0][2]
    stored = scores(settings)
    assert nell["alike"] == [round(stored[code, 1][FILM].value, 4) for code in (A, B, C)]
    assert f"Nell: {C} (v001) is least like the other shots" in told()


def test_a_retake_of_another_shot_makes_results_stale_without_a_decode(reel):
    folder, settings = reel
    assert score(settings).scored == 0
    (folder / "more.csv").write_text(f"Film,Shot,Take,File\nF01,{C},2,c2.mp4\n")
    assert not import_takes(settings, folder / "more.csv", "REEL01").problems
    again = score(settings)
    assert (again.decoded, again.scored, again.reused) == (1, 3, 1), (
        "the old take of the shot stays"
    )
    found = scores(settings)
    assert found[C, 2][FILM].value > found[C, 1][FILM].value + 0.3
    assert score(settings).reused == 4
    pack = find_pack("demo", settings.packs)
    (nell,) = compare_cast(settings, Address("REEL01", "F01"), pack)
    assert nell.takes[2] == (C, "v002")


def take(number, status):
    return number, Take(
        production="P",
        film="F",
        shot=A,
        number=number,
        path="",
        sha256="",
        size_bytes=0,
        status=status,
    )


def test_a_shot_speaks_by_what_was_approved_then_by_its_latest():
    pending, rejected = TakeStatus.PENDING_REVIEW, TakeStatus.REJECTED
    assert speaking_take([take(1, pending), take(2, pending)])[0] == 2
    assert speaking_take([take(1, TakeStatus.APPROVED), take(2, pending)])[0] == 1
    assert speaking_take([take(1, TakeStatus.APPROVED), take(2, rejected)])[0] == 1
    assert speaking_take([take(1, pending), take(2, rejected)])[0] == 2
    assert speaking_take([take(1, rejected), take(2, TakeStatus.NOT_APPLICABLE)])[0] == 1
    assert speaking_take([]) is None
