"""The whole training, at a scale that proves the path and nothing else."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from evals.animatic.sampler import Split
from evals.packs.availability import Unavailable
from evals.packs.identity import load_identity
from evals.packs.manifest import read_pack
from evals.packs.text_image import load_text_image
from evals.training.__main__ import main
from evals.training.faces import film_faces
from evals.training.scenes import film_scenes, scene_brief
from evals.training.train import TrainingRequest, run
from tracker.actions.report import SilentProgress


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A pack of the tiny scale, and its figures."""
    folder = tmp_path_factory.mktemp("packs") / "demo"
    folder.mkdir()
    return folder, run(TrainingRequest(out=folder, scale="tiny"))


def test_the_tiny_training_writes_a_pack_that_loads(trained):
    folder, _ = trained
    pack = read_pack(folder)
    assert pack.is_demo
    model = load_text_image(pack, "cpu")
    picture = np.full((90, 160, 3), 90, np.uint8)
    assert model.encode_frames([picture]).shape == (1, 256)
    texts = ["A red coat on a pier, first light.", "Zwölf Boxkämpfer! \N{SNOWMAN} " * 60]
    vectors = model.encode_texts(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert not isinstance(load_identity(pack, "cpu"), Unavailable)


def weights(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.rglob("*.safetensors"))}


def test_the_same_seed_gives_the_same_bits_whoever_films(trained, tmp_path):
    again = tmp_path / "demo"
    again.mkdir()
    figures = run(TrainingRequest(out=again, scale="tiny", workers=2))
    assert weights(again) == weights(trained[0])
    for part in ("text_image", "identity"):
        assert figures[part] == trained[1][part]


def test_a_stopped_training_goes_on_to_the_same_bits(trained, tmp_path, monkeypatch):
    pack, scratch = tmp_path / "demo", tmp_path / "scratch"
    pack.mkdir()
    request = TrainingRequest(out=pack, scale="tiny", only=("text_image",), scratch=scratch)
    with monkeypatch.context() as patch:
        patch.setattr("evals.training.text_image.features_of", stop)
        with pytest.raises(KeyboardInterrupt):
            run(request)
    for model in ("identity", "perceptual"):
        shutil.copytree(trained[0] / model, pack / model)
    with monkeypatch.context() as patch:
        patch.setattr("evals.training.text_image.learn_values", stop)
        run(request)
    assert weights(pack) == weights(trained[0])


def stop(*_args, **_rest):
    raise KeyboardInterrupt


@pytest.mark.proof
def test_the_small_training_repeats_to_the_bit(tmp_path):
    folders = [tmp_path / name / "demo" for name in ("one", "two")]
    for folder in folders:
        folder.mkdir(parents=True)
        run(TrainingRequest(out=folder, scale="small", workers=2))
    assert weights(folders[0]) == weights(folders[1])


def test_texts_are_read_to_their_end_whatever_follows(trained):
    model = load_text_image(read_pack(trained[0]), "cpu")
    ends = ["A red coat.", "A red coat. Night."]
    vectors = model.encode_texts(ends)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-4)
    assert np.array_equal(model.encode_texts(ends[:1])[0], vectors[0])


def test_figures_are_written_beside_the_pack(trained):
    folder, figures = trained
    assert json.loads((folder / "figures.json").read_text()) == figures
    assert set(figures["text_image"]) >= {"colour", "setting", "time"}
    assert "faces_found" in figures["identity"]


def test_training_one_model_keeps_the_others(trained):
    folder, _ = trained
    before = read_pack(folder)
    assert main(["--scale", "tiny", "--out", str(folder), "--only", "identity", "--seed", "2"]) == 0
    after = read_pack(folder)
    assert after.text_image.sha256 == before.text_image.sha256
    assert after.identity.finder.sha256 != before.identity.finder.sha256


def test_a_pack_with_a_model_missing_is_not_written(tmp_path, capsys):
    arguments = ["--scale", "tiny", "--out", str(tmp_path / "demo"), "--only", "perceptual"]
    assert main(arguments) == 2
    assert "is missing" in capsys.readouterr().err


def test_scenes_are_the_same_whoever_films_them(tmp_path):
    def film(name: str, workers: int):
        (tmp_path / name).mkdir()
        return film_scenes(
            tmp_path / name,
            count=4,
            family=2,
            seed=5,
            split=Split.TRAINING,
            workers=workers,
            progress=SilentProgress(),
        )

    one, two = film("one", 1), film("two", 1)
    assert one.briefs == two.briefs
    assert np.array_equal(one.pictures, two.pictures)
    assert one.pictures.std() > 10


def test_families_share_a_place_and_nothing_else_repeats():
    briefs = [scene_brief(i, seed=1, split=Split.TRAINING, family=4) for i in range(8)]
    places = [(b.setting, b.time, b.weather, b.light, b.layout, b.size) for b in briefs]
    assert len(set(places[:4])) == len(set(places[4:])) == 1
    assert places[0] != places[4]
    assert len({b.figures for b in briefs}) > 4


def test_filmed_faces_lie_where_the_crops_look(tmp_path):
    start = Split.TRAINING.cast_seeds.start
    filmed = film_faces(
        tmp_path,
        shot_count=3,
        frames_per_shot=1,
        persons=range(start, start + 3),
        seed=2,
        split=Split.TRAINING,
        workers=1,
        progress=SilentProgress(),
    )
    assert filmed.frames.shape == (3, 192, 320, 3)
    assert not filmed.frames[:, 180:].any()
    for face in filmed.faces:
        assert face.crop == -1 or filmed.crops[face.crop].std() > 5
