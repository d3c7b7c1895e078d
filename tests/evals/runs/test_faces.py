"""Faces on their way through a run: a declared cast, its references, and takes of the drawn world."""

from __future__ import annotations

import hashlib
import shutil
from fractions import Fraction

import pytest
from PIL import Image

from evals.animatic.brief import (
    Action,
    Brief,
    CameraMove,
    Figure,
    Light,
    Mask,
    MaskKind,
    Setting,
    ShotSize,
    Subject,
    Time,
)
from evals.animatic.cast import Kind, draw_person
from evals.animatic.clips import write_clip
from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.media.frames import decodes_performed
from evals.metrics.builtin import FAMILIES, Family
from evals.packs import batching
from evals.packs._change_net import ChangeNet
from evals.packs._face_nets import FinderNet
from evals.packs.backend import torch
from evals.packs.devices import SCORE_TOLERANCE
from evals.packs.manifest import find_pack, read_pack
from evals.packs.perceptual import PerceptualSession
from evals.runs.execute import RunRequest, run
from tests.evals.runs.conftest import imported
from tracker.domain.addresses import Address
from tracker.domain.likeness import (
    Character,
    Exposure,
    ReferencePicture,
    ReferenceSet,
    RevealMoment,
)
from tracker.domain.scores import ScoreState
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store import cast as table
from tracker.store import evals as results

FIRST = Split.EVALUATION.cast_seeds.start
NELL, PIM = FIRST + 1, FIRST + 2
FRAMES = 48
SHOTS = "Film,Shot,FPS,Prompt\nF01,SQ010_SH0010,24,A woman\nF01,SQ010_SH0020,24,A masked woman\n"
TAKES = """Film,Shot,Take,File
F01,SQ010_SH0010,1,nell.mp4
F01,SQ010_SH0010,2,pim.mp4
F01,SQ010_SH0020,1,masked.mp4
F01,SQ010_SH0020,2,slipped.mp4
"""


def brief(person: int, *, mask: bool = False, seed: int = 0, light: Light = Light.NATURAL) -> Brief:
    figure = Figure(
        subject=Subject.WOMAN,
        person=draw_person(person, kind=Kind.WOMAN),
        beats=(Action.STAND,),
        mask=Mask(kind=MaskKind.LOWER) if mask else None,
    )
    return Brief(
        setting=Setting.KITCHEN,
        time=Time.DAY,
        light=light,
        size=ShotSize.CLOSE,
        camera=CameraMove.STATIC,
        figures=(figure,),
        layout=seed,
    )


def film(path, told: Brief, *, from_frame: Brief | None = None) -> None:
    """Shoot a clip; `from_frame` is shot from the middle on."""
    parts = [told] if from_frame is None else [told, from_frame]
    step = FRAMES // len(parts)
    shown = [
        one.picture
        for part, which in enumerate(parts)
        for one in shoot(
            which,
            frame_count=FRAMES,
            size=(480, 270),
            seed=1,
            frames=range(part * step, (part + 1) * step),
        )
    ]
    write_clip(path, shown, fps=Fraction(24))


@pytest.fixture(scope="module")
def set_up(tmp_path_factory):
    """A workspace whose film has a cast with references, and its run."""
    folder = tmp_path_factory.mktemp("faces")
    film(folder / "nell.mp4", brief(NELL))
    film(folder / "pim.mp4", brief(PIM))
    film(folder / "masked.mp4", brief(NELL, mask=True))
    film(folder / "slipped.mp4", brief(NELL, mask=True), from_frame=brief(NELL))
    (folder / "shots.csv").write_text(SHOTS)
    (folder / "takes.csv").write_text(TAKES)
    packs = (REPOSITORY_ROOT / "data" / "packs",)
    told = Settings(home=folder / "home", actor="Ines Calloway", packs=packs)
    settings = cast(imported(told, folder), folder)
    return folder, settings, score(settings)


def cast(settings, folder):
    """Enter the performers, their references and what each shot shows of them."""
    with Store.open(settings).write() as tx:
        for code, person in (("NELL", NELL), ("PIM", PIM)):
            table.add_character(tx, "REEL01", Character(code=code, name=code.title()))
            table.add_reference_set(tx, "REEL01", references(folder, code, person))
        for shot, exposure in (
            ("SQ010_SH0010", Exposure.REVEALED),
            ("SQ010_SH0020", Exposure.MASKED),
        ):
            address = Address("REEL01", "F01", shot)
            table.declare_exposure(tx, address, "NELL", exposure=exposure)
    return settings


def references(folder, code, person, *, count=3, name="casting"):
    pictures = []
    lights = [Light.NATURAL, Light.LAMP, Light.NATURAL]
    for i in range(count):
        path = folder / f"{code}_{name}_{i}.png"
        told = brief(person, seed=11 + i, light=lights[i])
        (shown,) = shoot(told, frame_count=24, size=(480, 270), seed=50 + i, frames=[5 * i])
        Image.fromarray(shown.picture).save(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        pictures.append(ReferencePicture(path=str(path), sha256=digest))
    return ReferenceSet(character=code, name=name, pictures=tuple(pictures))


def score(settings, pack=None, *, workers=1, device="cpu"):
    request = RunRequest(
        scopes=[Address.parse("REEL01")],
        pack=pack or find_pack("demo", settings.packs),
        device=device,
        workers=workers,
    )
    return run(settings, request)


def scores(settings):
    """Return (shot, take) -> metric -> score."""
    with Store.open(settings).read() as tx:
        found = results.read_scores(tx, Address("REEL01"), with_series=True)
        places = {
            key: (shot, number)
            for key, shot, number in tx.rows(
                "SELECT take_id, s.code, number FROM takes JOIN shots s USING (shot_id)"
            )
        }
    return {places[key]: {s.metric: s for _, _, s in rows} for key, rows in found.items()}


@pytest.fixture
def again(set_up, tmp_path):
    """Another workspace of the same takes and cast, nothing scored."""
    folder, settings, _ = set_up
    return cast(imported(Settings(home=tmp_path / "home", packs=settings.packs), folder), folder)


def test_four_workers_give_what_one_gives(set_up, again):
    score(again, workers=4)
    assert scores(again) == scores(set_up[1])  # of every model and meter, to the bit


def test_rows_one_by_one_give_what_batches_give(set_up, again, monkeypatch):
    singly = dict.fromkeys(batching.ROWS["cpu"], 1)
    monkeypatch.setitem(batching.ROWS, "cpu", singly)
    score(again)
    expected = scores(set_up[1])
    for place, found in scores(again).items():
        for metric, one in found.items():
            batched = expected[place][metric]
            assert one.state is batched.state
            assert one.value == pytest.approx(batched.value, abs=1e-4), (place, metric)
            assert one.series == pytest.approx(batched.series, abs=1e-3)


@pytest.mark.gpu
def test_a_run_on_cuda_agrees_with_one_on_the_cpu(cuda, set_up, again):
    assert score(again, device=cuda).device == "cuda (float16)"
    expected = scores(set_up[1])
    for place, found in scores(again).items():
        for metric, one in found.items():
            assert one.state is expected[place][metric].state
            wanted = pytest.approx(expected[place][metric].value, abs=SCORE_TOLERANCE)
            assert one.value == wanted, (place, metric)


def test_families_that_do_not_fit_are_missing_and_tried_again(set_up, again, monkeypatch):
    def refuse(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with monkeypatch.context() as patch:
        patch.setattr(ChangeNet, "forward", refuse)
        patch.setattr(FinderNet, "forward", refuse)
        patch.setattr(PerceptualSession, "_feed", refuse)
        summary = score(again)
    starved = (Family.IDENTITY, Family.MORPH, Family.PERCEPTUAL)
    missing = {facts.name for family in starved for facts in FAMILIES[family]}
    expected = scores(set_up[1])
    for place, found in scores(again).items():
        for metric, one in found.items():
            if metric in missing:
                assert one.state is ScoreState.NOT_ASSESSABLE
                assert "does not fit into the memory of 'cpu'" in one.reason
            elif metric == "identity_film":  # no faces were kept that could be compared
                assert one.reason == "No frame could be looked at for faces; score the take again."
            else:
                assert one == expected[place][metric]
    assert summary.scored == 4
    assert len([text for text in summary.remarks if "does not fit" in text]) == len(starved)
    assert score(again).decoded == 4
    assert scores(again) == expected


def test_the_right_performer_and_another(set_up):
    _, settings, _ = set_up
    found = scores(settings)
    right = found["SQ010_SH0010", 1]["identity_same"]
    wrong = found["SQ010_SH0010", 2]["identity_same"]
    assert right.value > 0.8
    assert wrong.value < 0.2
    assert wrong.evidence[0].kind == "not Nell"
    assert found["SQ010_SH0010", 2]["identity_others"].value < 0
    assert right.low <= right.value <= right.high <= 1
    assert len(right.series) == FRAMES


def test_a_mask_that_comes_off_is_seen_where_it_does(set_up):
    found = scores(set_up[1])
    kept = found["SQ010_SH0020", 1]["exposure_breach"]
    slipped = found["SQ010_SH0020", 2]["exposure_breach"]
    assert kept.value == 0
    assert slipped.value == pytest.approx(1.0, abs=0.15)
    (where,) = slipped.evidence
    assert abs(where.frames.start - FRAMES // 2) <= 3
    assert 0 < where.region.width < 0.9
    assert found["SQ010_SH0020", 1]["reveal_seconds"].value == 0
    assert found["SQ010_SH0020", 1]["face_seconds"].value > 1.5
    assert found["SQ010_SH0020", 1]["identity_same"].state is ScoreState.NOT_ASSESSABLE


def test_a_new_reference_needs_no_new_decode(set_up):
    folder, settings, first = set_up
    assert first.decoded == 4
    assert score(settings).decoded == 0
    with Store.open(settings).write() as tx:
        table.add_reference_set(
            tx, "REEL01", references(folder, "NELL", NELL, count=2, name="family")
        )
    before = decodes_performed()
    again = score(settings)
    assert (again.decoded, again.scored) == (0, 4)
    assert decodes_performed() == before
    sets = scores(settings)["SQ010_SH0010", 1]["identity_sets"]
    assert "family" in sets.reason
    assert "casting" in sets.reason


def test_the_reveal_plan_is_stricter_than_the_shot(set_up):
    _, settings, _ = set_up
    with Store.open(settings).write() as tx:
        moment = RevealMoment(film="F01", character="NELL", sequence=None, exposure=Exposure.MASKED)
        table.plan_reveal(tx, "REEL01", moment)
    assert score(settings).decoded == 0
    breach = scores(settings)["SQ010_SH0010", 1]["exposure_breach"]
    assert breach.value == pytest.approx(2.0, abs=0.3)


def test_a_reference_that_vanished_is_missing_and_stops_nothing(set_up):
    folder, settings, _ = set_up
    with Store.open(settings).write() as tx:
        gone = ReferencePicture(path=str(folder / "gone.png"), sha256="f" * 64)
        table.add_reference_set(
            tx, "REEL01", ReferenceSet(character="NELL", name="lost", pictures=(gone,))
        )
    assert score(settings).errored == 0
    same = scores(settings)["SQ010_SH0010", 1]["identity_same"]
    assert "5 references" in same.reason


def test_a_pack_without_figures_learns_them_from_a_cast_of_three(set_up, tmp_path):
    folder, settings, _ = set_up
    bare = shutil.copytree(find_pack("demo", settings.packs).folder, tmp_path / "unmeasured")
    manifest = (bare / "pack.toml").read_text().replace('name = "demo"', 'name = "unmeasured"')
    (bare / "pack.toml").write_text(manifest[: manifest.index("[identity.statistics]")])
    pack = read_pack(bare)
    assert score(settings, pack).decoded == 0
    same = scores(settings)["SQ010_SH0010", 1]["identity_same"]
    assert same.state is ScoreState.NOT_ASSESSABLE
    assert "before 3 characters have 3 usable pictures" in same.reason
    with Store.open(settings).write() as tx:
        table.add_character(tx, "REEL01", Character(code="ODA", name="Oda"))
        table.add_reference_set(tx, "REEL01", references(folder, "ODA", FIRST + 3))
    assert score(settings, pack).decoded == 0
    found = scores(settings)
    right, wrong = (found["SQ010_SH0010", number]["identity_same"] for number in (1, 2))
    assert right.value > 0.5 > wrong.value
    assert "by how alike the cast's own references are" in right.reason


def test_takes_that_show_nobody_are_not_looked_at(set_up, tmp_path):
    folder, _, _ = set_up
    (tmp_path / "shots.csv").write_text(SHOTS)
    (tmp_path / "takes.csv").write_text(
        f"Film,Shot,Take,File\nF01,SQ010_SH0010,1,{folder}/nell.mp4\n"
    )
    packs = (REPOSITORY_ROOT / "data" / "packs",)
    told = Settings(home=tmp_path / "home", actor="Ines Calloway", packs=packs)
    settings = imported(told, tmp_path)
    score(settings)
    same = scores(settings)["SQ010_SH0010", 1]["identity_same"]
    assert "cast exposures" in same.reason
