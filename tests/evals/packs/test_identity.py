from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest
from safetensors.torch import save_file

from evals.errors import PackError
from evals.packs import _face_nets as nets
from evals.packs.availability import Unavailable
from evals.packs.backend import torch
from evals.packs.faces import Face, FaceState, most_exposing
from evals.packs.identity import aligned, load_identity
from evals.packs.manifest import read_pack
from evals.packs.presence import missing_weights
from tracker.errors import MisuseError

MANIFEST = """
name = "trial"
version = "1"
is_demo = true
description = "Random faces."
[identity]
detect_at = {detect_at}
unsure = {unsure}
smallest_px = 20
[identity.finder]
library = "roundtable"
weights = "finder.safetensors"
sha256 = "{finder}"
licence = "CC0-1.0"
[identity.embedder]
library = "roundtable"
weights = "embedder.safetensors"
sha256 = "{embedder}"
licence = "CC0-1.0"
"""


@pytest.fixture
def write_faces(tmp_path):
    """Write a pack with randomly initialised face networks."""

    def write(*, detect_at=0.0, unsure=(0.3, 0.7), **digests):
        folder = tmp_path / "trial"
        folder.mkdir(exist_ok=True)
        torch.manual_seed(1)
        found = {}
        for name, net in (("finder", nets.FinderNet()), ("embedder", nets.EmbedderNet())):
            path = folder / f"{name}.safetensors"
            save_file({k: v.contiguous() for k, v in net.state_dict().items()}, path)
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        text = MANIFEST.format(detect_at=detect_at, unsure=list(unsure), **{**found, **digests})
        (folder / "pack.toml").write_text(text)
        return read_pack(folder)

    return write


def a_face(state: FaceState) -> Face:
    points = ((1.0, 1.0), (3.0, 1.0), (2.0, 2.0), (1.5, 3.0), (2.5, 3.0))
    return Face(box=(0, 0, 4, 4), points=points, score=1.0, revealed_0_1=0.5, state=state)


def test_faces_are_inside_bounds_and_sorted_by_score(write_faces):
    model = load_identity(write_faces(), "cpu")
    frames = np.random.default_rng(0).integers(0, 256, (3, 90, 160, 3), dtype=np.uint8)
    found = model.find(frames)
    assert len(found) == 3
    assert all(found)
    for faces in found:
        assert all(0 <= face.revealed_0_1 <= 1 for face in faces)
        assert [f.score for f in faces] == sorted((f.score for f in faces), reverse=True)


def test_a_frame_has_the_same_faces_in_any_company(write_faces):
    model = load_identity(write_faces(), "cpu")
    frames = np.random.default_rng(0).integers(0, 256, (3, 90, 160, 3), dtype=np.uint8)
    together = model.find(frames)
    assert all(together)
    assert [model.find(frame[None])[0] for frame in frames] == together


def test_vectors_have_unit_length_and_do_not_depend_on_company(write_faces):
    model = load_identity(write_faces(), "cpu")
    crops = np.random.default_rng(0).integers(0, 256, (11, 64, 64, 3), dtype=np.uint8)
    vectors = model.embed(crops)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(model.embed(crops[4:5])[0], vectors[4])


def test_a_wide_unsure_band_makes_every_face_unsure(write_faces):
    model = load_identity(write_faces(unsure=(0.0, 1.0)), "cpu")
    frames = np.random.default_rng(0).integers(0, 256, (2, 90, 160, 3), dtype=np.uint8)
    states = {face.state for faces in model.find(frames) for face in faces}
    assert states == {FaceState.UNSURE}


def test_a_pack_may_do_without_the_embedders_word_on_masks(write_faces):
    path = write_faces(detect_at=0.0).folder / "pack.toml"
    lines = [x for x in path.read_text().splitlines() if not x.startswith(("unsure", "smallest"))]
    told = load_identity(write_faces(detect_at=0.0), "cpu")
    path.write_text("\n".join(lines).replace("[identity]", '[identity]\nstate = "none"', 1))
    model = load_identity(read_pack(path.parent), "cpu")
    frames = np.random.default_rng(0).integers(0, 256, (2, 90, 160, 3), dtype=np.uint8)
    found = model.find(frames)
    assert {(f.state, f.revealed_0_1) for some in found for f in some} == {(FaceState.UNSURE, 0.5)}
    assert [[f.box for f in some] for some in found] == [
        [f.box for f in some] for some in told.find(frames)
    ]
    assert model.key != told.key


@pytest.mark.parametrize("turn_deg", [-25.0, 0.0, 40.0])
@pytest.mark.parametrize("size", [0.4, 1.0, 3.0])
def test_alignment_undoes_turns_and_sizes(turn_deg, size):
    side = 64
    picture = np.zeros((side, side, 3), np.uint8)
    for x, y in nets.TEMPLATE:
        cv2.circle(picture, (round(x), round(y)), 3, (255, 255, 255), -1)
    matrix = cv2.getRotationMatrix2D((32, 32), turn_deg, size)
    matrix[:, 2] += 120
    moved = cv2.warpAffine(picture, matrix, (300, 300), flags=cv2.INTER_LINEAR)
    points = tuple(map(tuple, np.array(nets.TEMPLATE) @ matrix[:, :2].T + matrix[:, 2]))
    crop = aligned(moved, points, template=nets.TEMPLATE, side_px=side)
    difference = np.abs(crop.astype(float) - picture).mean()
    assert difference < (6 if size < 1 else 3.5)


def test_points_that_coincide_are_refused():
    with pytest.raises(MisuseError, match="coincide"):
        aligned(
            np.zeros((9, 9, 3), np.uint8), ((1.0, 1.0),) * 5, template=nets.TEMPLATE, side_px=64
        )


def test_one_revealed_face_reveals_a_frame():
    masked, revealed, unsure = FaceState.MASKED, FaceState.REVEALED, FaceState.UNSURE
    assert most_exposing([]) is FaceState.NONE
    assert most_exposing([masked]) is masked
    assert most_exposing([masked, unsure]) is unsure
    assert most_exposing([masked, revealed, unsure]) is revealed


def test_crops_of_another_size_are_refused(write_faces):
    model = load_identity(write_faces(), "cpu")
    with pytest.raises(MisuseError, match="64"):
        model.embed(np.zeros((1, 32, 32, 3), np.uint8))
    with pytest.raises(MisuseError, match="red first"):
        model.find(np.zeros((1, 32, 32), np.uint8))


def test_another_digest_is_not_loaded(write_faces):
    model = load_identity(write_faces(finder="0" * 64), "cpu")
    assert isinstance(model, Unavailable)
    assert "SHA-256" in model.reason


def test_missing_weights_are_named(write_faces):
    pack = write_faces()
    pack.identity.embedder.weights.unlink()
    assert "embedder.safetensors" in load_identity(pack, "cpu").reason
    assert any("embedder.safetensors" in sentence for sentence in missing_weights(pack))


def test_weights_of_another_network_are_not_loaded(write_faces, tmp_path):
    pack = write_faces()
    path = pack.identity.finder.weights
    save_file({"a": torch.zeros(1)}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    text = (pack.folder / "pack.toml").read_text().replace(pack.identity.finder.sha256, digest)
    (pack.folder / "pack.toml").write_text(text)
    assert "do not fit" in load_identity(read_pack(pack.folder), "cpu").reason


FIGURES = """
[identity.masked_statistics]
same = [0.2, 0.15]
other = [0.0, 0.08]
reference_spread = 0.09
block_spread = 0.03
"""


def test_figures_of_masked_faces_stand_beside_those_of_revealed_ones(write_faces):
    pack = write_faces()
    assert pack.identity.masked_statistics is None
    path = pack.folder / "pack.toml"
    told = path.read_text()
    path.write_text(told + FIGURES)
    spec = read_pack(pack.folder).identity
    assert spec.statistics is None
    assert spec.masked_statistics.same == (0.2, 0.15)
    path.write_text(told + FIGURES.replace("0.2,", "0.0,"))
    with pytest.raises(PackError, match=r"\[identity.masked_statistics\]"):
        read_pack(pack.folder)


def test_a_pack_without_identity_says_so(write_pack):
    assert "no [identity]" in load_identity(write_pack(), "cpu").reason


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("detect_at = 0.0", "detect_at = 2", "0 to 1"),
        ("unsure = [0.3, 0.7]", "unsure = [0.7, 0.3]", "smaller one first"),
        ("unsure = [0.3, 0.7]", "unsure = [0.7]", "2 numbers"),
        ('library = "roundtable"', 'library = "dlib"', "one of 'roundtable', 'yunet'"),
        ("detect_at = 0.0", 'detect_at = 0.0\nstate = "finder"', "one of 'embedder', 'none'"),
        ("[identity.embedder]", "[identity.embeder]", "embeder"),
    ],
)
def test_manifest_mistakes_are_named(write_faces, old, new, said):
    pack = write_faces()
    path = pack.folder / "pack.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(PackError, match=said):
        read_pack(pack.folder)
