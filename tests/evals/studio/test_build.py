"""Building the demo: through the doors that a user has, repeatable, and nothing but demo."""

from __future__ import annotations

import fcntl
import json
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from evals.studio import build
from evals.studio.build import build_demo, demo_folder, demo_studio, is_complete
from evals.studio.contact import write_contact_sheet
from evals.studio.performance import Performance, perform, read_note
from evals.studio.rendering import Renderer
from evals.studio.status import BuildState, BuildStatus, StatusWriter, read_status, write_status
from tracker.actions.report import SilentProgress
from tracker.domain.addresses import Address
from tracker.domain.likeness import Exposure, Life
from tracker.domain.production import Production, ProductionKind, Role
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.stages import ShotStatus
from tracker.errors import ConflictError, MisuseError, NotFoundError, RoundtableError
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store.board import productions, rows
from tracker.store.cast import characters, exposures, reference_sets, reveal_plan
from tracker.store.productions import add_production, get_film
from tracker.store.reviews import decisions
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

SHOT = Address("X01", "S01", "SQ010_SH0010")


def read(settings):
    return Store.open(settings).read()


def test_the_production_is_marked_as_a_demo(built):
    settings, _, summary = built
    with read(settings) as tx:
        (row,) = productions(tx)
    assert (row.code, row.is_demo, row.films, row.shots) == ("X01", True, 1, 2)
    (film,) = summary.films
    assert (film.rendered, film.run.errored) == (row.takes, 1)
    assert film.run.scored == row.takes - 1


def test_only_the_demo_build_writes_the_mark():
    doors = [
        path.relative_to(REPOSITORY_ROOT).as_posix()
        for room in ("tracker", "evals")
        for path in (REPOSITORY_ROOT / room).rglob("*.py")
        if re.search(r"Production\([^)]*is_demo=(?!is_demo)", path.read_text())
    ]
    assert doors == ["evals/studio/build.py"]


def test_takes_tell_what_was_planted_and_where(built):
    settings, _, _ = built
    with read(settings) as tx:
        first, cut, *_ = [take for _, take in list_takes(tx, SHOT)]
    assert first.provenance.parameters["planted"] == "flicker strong 1001-1012"
    assert (first.provenance.generator, str(first.provenance.cost_eur)) == ("Pelagia", "0.3800")
    assert first.probe.fps == Fraction(25)
    assert cut.provenance.parameters["planted"] == "cut off"


def test_verdicts_follow_the_scores_and_the_dead_go_to_a_human(built):
    settings, _, _ = built
    with read(settings) as tx:
        takes = dict(list_takes(tx, SHOT))
        given = current_verdicts(tx, takes)
    by_number = {take.number: given[key] for key, take in takes.items()}
    assert by_number[1].metric == "flicker"
    assert "Ada Quill must look" in by_number[1].reason
    assert by_number[2].axis == "error"


def test_decisions_are_the_directors_and_say_that_they_are_simulated(built):
    settings, _, _ = built
    with read(settings) as tx:
        first = decisions(tx, Address("X01", "S01", "SQ010_SH0010", "v001"))
        embraced = decisions(tx, Address("X01", "S01", "SQ010_SH0010", "v003"))
    ((_, rejected),) = first
    assert (rejected.by, rejected.role) == ("Ada Quill", Role.DIRECTOR)
    assert rejected.outcome is DecisionOutcome.REGENERATE
    assert rejected.frames.shown() == (1001, 1012)
    assert rejected.note.startswith("Simulated director: ")
    assert rejected.minutes > 0
    for _, decision in embraced:  # the last take may still wait
        assert (decision.outcome, decision.kind) == (DecisionOutcome.EMBRACE, "texture_boil")


def test_people_faces_and_plans_are_on_record(built):
    settings, _, _ = built
    with read(settings) as tx:
        assert get_film(tx, "X01", "S01").director == "Ada Quill"
        (may,) = characters(tx, "X01")
        assert (may.name, may.life) == ("May", Life.DECEASED)
        (references,) = reference_sets(tx, "X01", "MAY")
        assert (references.name, references.contributed_by) == ("Mother", "Her mother")
        assert len(references.pictures) == 1
        assert exposures(tx, SHOT) == {"MAY": Exposure.MASKED}
        assert [moment.exposure for moment in reveal_plan(tx, "X01", "S01")] == [Exposure.MASKED]
        shots = {shot.code: shot for _, shot in list_shots(tx, Address("X01"))}
    close = shots["SQ010_SH0010"]
    assert [trace.kind for trace in close.embraced] == ["texture_boil"]
    assert "red coat" in close.brief.wardrobe
    assert close.brief.prompt.startswith("Close on May")
    assert {shot.status for shot in shots.values()} <= {
        ShotStatus.APPROVED, ShotStatus.NEEDS_DIRECTION, ShotStatus.PENDING_REVIEW,
    }  # fmt: skip


def test_a_second_build_finds_everything_there(built):
    settings, data, _ = built
    studio = demo_studio(data=data)
    assert is_complete(settings, studio)
    (film,) = build_demo(settings, studio=studio).films
    assert (film.rendered, film.run) == (0, None)


def test_a_build_that_was_killed_goes_on_where_it_stopped(built):
    settings, data, first = built
    studio = demo_studio(data=data)
    (demo_folder(settings) / "X01" / "S01" / "done.json").unlink()
    assert not is_complete(settings, studio)
    with read(settings) as tx:
        before = tx.rows("SELECT count(*) FROM decisions")
    (film,) = build_demo(settings, studio=studio).films
    assert (film.rendered, film.run.decoded) == (0, 0)
    assert film.run.reused == first.films[0].takes
    with read(settings) as tx:
        assert tx.rows("SELECT count(*) FROM decisions") == before


def test_two_builds_never_work_side_by_side(built):
    settings, data, _ = built
    with (demo_folder(settings) / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ConflictError, match="roundtable demo status"):
            build_demo(settings, studio=demo_studio(data=data))


def test_a_real_production_of_the_same_code_is_left_alone(built, tmp_path):
    _, data, _ = built
    settings = Settings(home=tmp_path, packs=(REPOSITORY_ROOT / "data" / "packs",))
    with Store.create(settings).write() as tx:
        add_production(tx, Production(code="X01", kind=ProductionKind.CAMPAIGN))
    with pytest.raises(ConflictError, match="not the demo"):
        build_demo(settings, studio=demo_studio(data=data))
    with read(settings) as tx:
        assert rows(tx, Address("X01")) == []


def test_a_performance_gives_the_same_bytes_and_a_note_of_its_flaws(built, tmp_path):
    settings, data, _ = built
    clip = demo_folder(settings) / "X01" / "S01" / "X01_S01_SQ010_SH0010_v001.mp4"
    (film,) = demo_studio(data=data)
    shot, take = film.shots[0], film.shots[0].takes[0]
    again = Performance(
        address=str(shot.address(take)),
        brief=shot.script.brief,
        frame_count=12,
        fps=film.script.fps,
        seed=take.seed,
        flaws=take.flaws,
        is_cut_off=False,
        target=tmp_path / clip.name,
    )
    perform(again)
    assert again.target.read_bytes() == clip.read_bytes()
    (flaw,) = read_note(clip)["planted"]
    assert (flaw["kind"], flaw["step"], flaw["frames"]) == ("flicker", "strong", [1001, 1012])
    with pytest.raises(MisuseError, match="build the demo again"):
        read_note(tmp_path / "none.mp4")
    again.remove_stale()
    assert again.target.exists()
    replace(again, seed=again.seed + 1).remove_stale()
    assert not again.target.exists()


def test_a_take_that_cannot_be_rendered_is_named(built, tmp_path):
    _, data, _ = built
    (film,) = demo_studio(data=data)
    shot, take = film.shots[0], film.shots[0].takes[0]
    (tmp_path / "file").write_text("")
    impossible = Performance(
        address="X01/S01/SQ010_SH0010/v001",
        brief=shot.script.brief,
        frame_count=12,
        fps=film.script.fps,
        seed=take.seed,
        flaws=(),
        is_cut_off=False,
        target=tmp_path / "file" / "clip.mp4",
    )
    with (
        Renderer([impossible]) as renderer,
        pytest.raises(RoundtableError, match="X01/S01/SQ010_SH0010/v001 cannot be rendered"),
    ):
        renderer.finish([impossible], SilentProgress())


def test_a_contact_sheet_shows_every_take_and_says_demo(built, tmp_path):
    settings, _, _ = built
    target = tmp_path / "sheet.png"
    write_contact_sheet(settings, target)
    with Image.open(target) as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    assert pixels.shape[1] > 1900
    assert pixels[10:50, 5:400].max() > 150  # the heading
    assert pixels[60:230, 20:960].std() > 15  # the first take's three frames
    with pytest.raises(NotFoundError):
        write_contact_sheet(settings, target, scopes=[Address("X02")])


def test_the_status_tells_how_far_it_is(built, tmp_path):
    settings, _, _ = built
    status = read_status(demo_folder(settings) / "status.json")
    assert status.state is BuildState.COMPLETE
    assert (status.films_done, status.takes_done) == (1, status.takes)
    assert "complete: 1 of 1 films" in status.sentence()
    path = tmp_path / "status.json"
    assert read_status(path).state is BuildState.NOT_STARTED
    assert "roundtable demo build" in read_status(path).sentence()
    write_status(path, replace(status, state=BuildState.BUILDING, pid=2**22 + 1))
    assert read_status(path).state is BuildState.STOPPED
    assert "go on" in read_status(path).sentence()


def test_progress_has_an_eta_for_the_step_and_for_everything(tmp_path):
    path = tmp_path / "status.json"
    writer = StatusWriter(path, SilentProgress(), films=2, takes=10)
    writer.begin("X01/S01")
    writer.start("Rendering clips", 100)
    writer.finish(5, was_there=False)
    writer.begin("X01/S02")
    writer.start("Scoring takes", 5)
    status = read_status(path)
    assert (status.film, status.step, status.total) == ("X01/S02", "Scoring takes", 5)
    assert status.eta_s is not None
    assert "1 of 2 films" in status.sentence()
    assert json.loads(path.read_text())["state"] == "building"
    assert (
        BuildStatus(state=BuildState.BUILDING, film="A", step="B", eta_s=61)
        .sentence()
        .endswith("about 1 min 01 s left for everything.")
    )


def test_the_build_takes_the_demo_pack_where_there_is_one(tmp_path):
    pack = tmp_path / "demo"
    pack.mkdir()
    (pack / "pack.toml").write_text(
        'name = "demo"\nversion = "1"\nis_demo = true\ndescription = "None."\nuses_morph = false\n'
    )
    chosen = build._demo_pack(Settings(home=tmp_path, packs=(tmp_path,)))
    assert (chosen.name, chosen.is_demo) == ("demo", True)
