"""OpenCV's face models, driven by real ONNX files that are small enough to write by hand.

The finder below is YuNet's interface with one rule: a cell of 8 x 8 pixels whose red stands out is a face. So
whoever feeds it blue first, in another size, or reads its points in another order finds something else.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import cv2
import numpy as np
import pytest

from evals.errors import PackError
from evals.packs._faces_opencv import ARCFACE_TEMPLATE
from evals.packs.availability import Unavailable
from evals.packs.faces import FaceState, most_exposing
from evals.packs.identity import aligned, load_identity
from evals.packs.manifest import StateSource, read_pack
from evals.packs.presence import missing_weights
from tracker.errors import MisuseError

CELL = 8
BOX_CELLS = np.array([0.5, 0.5, np.log(4.0), np.log(6.0)], np.float32)
"""Middle of the box from the cell's corner, and log of its size, in cells of 8 pixels."""
POINT_CELLS = np.array([-0.5, 0, 1.5, 0.1, 0.5, 1, -0.25, 2, 1.25, 2.1], np.float32)
"""Person's right eye, left eye, nose, right and left corner of the mouth, from the cell's corner."""


# ONNX is protobuf: a field is a key (number << 3 | kind), then a varint, or a length and bytes.


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(field(1, int(d)) for d in values.shape)
    return dims + field(2, 1) + field(8, name) + field(9, values.astype("<f4").tobytes())


def value_info(name: str, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(field(1, field(1, d)) for d in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


def node(kind: str, inputs: list[str], output: str, **ints: list[int]) -> bytes:
    body = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind)
    for key, values in ints.items():
        packed = b"".join(field(8, v) for v in values)
        body += field(5, field(1, key) + packed + field(20, 7))
    return body


def model(nodes, weights, *, given, answers) -> bytes:
    graph = b"".join(field(1, n) for n in nodes) + field(2, "g")
    graph += b"".join(field(5, tensor(k, v)) for k, v in weights.items())
    graph += field(11, value_info(*given))
    graph += b"".join(field(12, value_info(*answer)) for answer in answers)
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))


def yunet_bytes() -> bytes:
    """Twelve outputs like YuNet's; only cells of 8 pixels ever answer."""
    nodes, weights, answers = [], {}, []
    for step in (8, 16, 32):
        for head, count in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            kernel = np.zeros((count, 3, step, step), np.float32)
            bias = np.zeros(count, np.float32)
            if step == CELL and count == 1:  # blue, green, red
                kernel[0] = np.array([-1, -1, 1], np.float32)[:, None, None] / (255 * step**2)
            if step == CELL and count == 4:
                bias = BOX_CELLS
            if step == CELL and count == 10:
                bias = POINT_CELLS
            name = f"{head}_{step}"
            weights |= {f"{name}.w": kernel, f"{name}.b": bias}
            conv = node(
                "Conv",
                ["input", f"{name}.w", f"{name}.b"],
                f"{name}.map",
                kernel_shape=[step, step],
                strides=[step, step],
            )
            nodes += [conv, node("Transpose", [f"{name}.map"], name, perm=[0, 2, 3, 1])]
            answers.append((name, (1, 64 // step, 64 // step, count)))
    return model(nodes, weights, given=("input", (1, 3, 64, 64)), answers=answers)


def halves() -> np.ndarray:
    """Six pictures of weights: the mean of each channel over the left, and over the right half."""
    kernel = np.zeros((6, 3, 112, 112), np.float32)
    for channel in range(3):
        kernel[channel, channel, :, :56] = 1 / (112 * 56)
        kernel[3 + channel, channel, :, 56:] = 1 / (112 * 56)
    return kernel


def embedder_bytes(kernel: np.ndarray) -> bytes:
    """A linear embedder with the input of SFace and of ArcFace networks."""
    conv = node("Conv", ["data", "w"], "map", kernel_shape=[112, 112], strides=[1, 1])
    return model(
        [conv, node("Flatten", ["map"], "fc1")],
        {"w": kernel},
        given=("data", (1, 3, 112, 112)),
        answers=[("fc1", (1, len(kernel)))],
    )


MANIFEST = """
name = "faces"
version = "1"
is_demo = {is_demo}
description = "Small faces."
[identity]
state = "none"
detect_at = 0.5
search_px = {search_px}
[identity.finder]
library = "yunet"
weights = "finder.onnx"
sha256 = "{finder}"
licence = "CC0-1.0"
[identity.embedder]
library = "{library}"
weights = "embedder.onnx"
sha256 = "{embedder}"
licence = "CC0-1.0"
"""


@pytest.fixture
def write_pack(tmp_path):
    """Write a pack with a finder and an embedder in ONNX files."""

    def write(*, library="sface", search_px=960, finder=None, kernel=None, is_demo="false"):
        folder = tmp_path / "faces"
        folder.mkdir(exist_ok=True)
        found = {}
        files = {
            "finder": yunet_bytes() if finder is None else finder,
            "embedder": embedder_bytes(halves() if kernel is None else kernel),
        }
        for name, data in files.items():
            (folder / f"{name}.onnx").write_bytes(data)
            found[name] = hashlib.sha256(data).hexdigest()
        text = MANIFEST.format(library=library, search_px=search_px, is_demo=is_demo, **found)
        (folder / "pack.toml").write_text(text)
        return read_pack(folder)

    return write


def loaded(pack):
    answer = load_identity(pack, "cpu")
    assert not isinstance(answer, Unavailable), answer.reason
    return answer


def a_frame(*cells: tuple[int, int], height=96, width=160, colour=(255, 0, 0), cell_px=CELL):
    frame = np.zeros((height, width, 3), np.uint8)
    for column, row in cells:
        frame[row * cell_px : (row + 1) * cell_px, column * cell_px : (column + 1) * cell_px] = (
            colour
        )
    return frame


def test_a_face_lies_where_the_red_cell_is(write_pack):
    frame = a_frame((7, 4))
    ((face,),) = loaded(write_pack()).find(frame[None])
    corner = np.array([7, 4]) * CELL
    middle = corner + BOX_CELLS[:2] * CELL
    size = np.array([4, 6]) * CELL
    assert np.allclose(face.box, [*(middle - size / 2), *size], atol=0.01)
    assert np.allclose(face.points, corner + POINT_CELLS.reshape(5, 2) * CELL, atol=0.01)
    assert face.score == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("colour", [(0, 0, 255), (0, 255, 0), (255, 255, 255)])
def test_frames_reach_the_finder_blue_first(write_pack, colour):
    assert loaded(write_pack()).find(a_frame((7, 4), colour=colour)[None]) == [()]


def test_the_left_eye_in_the_picture_comes_first(write_pack):
    ((face,),) = loaded(write_pack()).find(a_frame((7, 4))[None])
    eyes, nose, mouth = face.points[:2], face.points[2], face.points[3:]
    assert eyes[0][0] < nose[0] < eyes[1][0]
    assert mouth[0][0] < mouth[1][0]
    assert max(y for _, y in eyes) < nose[1] < min(y for _, y in mouth)


def test_faces_of_a_large_frame_come_back_in_its_own_pixels(write_pack):
    # 333 does not divide: 500 x 333 becomes 96 x 64, and the two axes have scales of their own.
    frame = np.zeros((333, 500, 3), np.uint8)
    across, down = 500 / 96, 333 / 64
    frame[
        round(2 * 8 * down) : round(3 * 8 * down), round(5 * 8 * across) : round(6 * 8 * across)
    ] = (
        255,
        0,
        0,
    )
    ((face,),) = loaded(write_pack(search_px=96)).find(frame[None])
    scales = np.array([across, down])
    expected = (np.array([5, 2]) * CELL + POINT_CELLS.reshape(5, 2) * CELL) * scales
    assert np.allclose(face.points, expected, atol=0.01)
    assert np.allclose(face.box[2:], np.array([4, 6]) * CELL * scales, atol=0.01)


def test_faces_are_sorted_and_do_not_depend_on_company(write_pack):
    frame = a_frame((3, 3))
    frame += a_frame((14, 6), colour=(160, 0, 0))
    other = a_frame((9, 9))
    found = loaded(write_pack()).find(np.stack([other, frame]))
    assert [round(f.score, 2) for f in found[1]] == [1.0, round(160 / 255, 2)]
    assert loaded(write_pack()).find(frame[None])[0] == found[1]


def test_without_a_model_of_states_every_face_is_unsure(write_pack):
    pack = write_pack()
    assert pack.identity.state is StateSource.NONE
    (faces,) = loaded(pack).find(a_frame((3, 3), (14, 6))[None])
    assert {f.state for f in faces} == {FaceState.UNSURE}
    assert {f.revealed_0_1 for f in faces} == {0.5}
    assert most_exposing(f.state for f in faces) is FaceState.UNSURE


@pytest.mark.parametrize(("library", "mean", "scale"), [("sface", 0, 1), ("arcface", 127.5, 127.5)])
def test_crops_reach_the_embedder_red_first_in_its_own_range(write_pack, library, mean, scale):
    crops = np.random.default_rng(2).integers(0, 256, (3, 112, 112, 3), np.uint8)
    crops[:, :, :56, 0] //= 4
    crops[:, :, 56:, 2] //= 8
    vectors = loaded(write_pack(library=library)).embed(crops)
    numbers = (crops.astype(np.float64) - mean) / scale
    expected = np.concatenate(
        [numbers[:, :, :56].mean((1, 2)), numbers[:, :, 56:].mean((1, 2))], axis=1
    )
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, expected, atol=1e-5)


def test_sface_vectors_are_those_of_opencvs_own_recogniser(write_pack):
    rng = np.random.default_rng(4)
    pack = write_pack(kernel=rng.normal(0, 0.01, (16, 3, 112, 112)).astype(np.float32))
    crops = rng.integers(0, 256, (2, 112, 112, 3), np.uint8)
    own = cv2.FaceRecognizerSF.create(str(pack.identity.embedder.weights), "")
    theirs = np.concatenate([own.feature(np.ascontiguousarray(c[..., ::-1])).copy() for c in crops])
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    assert np.allclose(loaded(pack).embed(crops), theirs, atol=1e-5)


def smooth(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width].astype(float)
    waves = [127 + 100 * np.sin(x / 23 + k) * np.cos(y / (17 + 5 * k)) for k in range(3)]
    return np.stack(waves, axis=-1).astype(np.uint8)


@pytest.mark.parametrize("turn_deg", [-30.0, 0.0, 20.0])
@pytest.mark.parametrize("size", [0.7, 1.0, 2.2])
def test_alignment_agrees_with_opencvs_own(write_pack, turn_deg, size):
    pack = write_pack()
    frame = smooth(480, 640)
    angle = np.deg2rad(turn_deg)
    turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    jitter = np.random.default_rng(3).normal(0, 2, (5, 2))  # no similarity fits five points exactly
    points = (np.array(ARCFACE_TEMPLATE) - 56 + jitter) @ turn.T + [330, 250]
    row = np.array([[0, 0, 1, 1, *points.ravel(), 1]], np.float32)
    own = cv2.FaceRecognizerSF.create(str(pack.identity.embedder.weights), "")
    theirs = own.alignCrop(frame, row)
    ours = loaded(pack).align(frame, tuple(map(tuple, points)))
    assert ours.shape == theirs.shape == (112, 112, 3)
    # A shift by one pixel costs 3.5 levels on this picture at least; averaging costs below one.
    assert np.abs(ours.astype(float) - theirs).mean() < 1


def test_a_mirrored_order_of_points_would_show(write_pack):
    frame = smooth(480, 640)
    points = np.array(ARCFACE_TEMPLATE) * 2 + 100
    right = aligned(frame, tuple(map(tuple, points)), template=ARCFACE_TEMPLATE, side_px=112)
    swapped = points[[1, 0, 2, 4, 3]]
    wrong = aligned(frame, tuple(map(tuple, swapped)), template=ARCFACE_TEMPLATE, side_px=112)
    assert np.abs(right.astype(float) - wrong).mean() > 20


def test_crops_of_another_size_are_refused(write_pack):
    with pytest.raises(MisuseError, match="112"):
        loaded(write_pack()).embed(np.zeros((1, 64, 64, 3), np.uint8))


def test_a_finder_that_sees_faces_on_a_grey_wall_is_refused(write_pack):
    eager = yunet_bytes().replace(
        np.array([-1, -1, 1], np.float32).repeat(64).__truediv__(255 * 64).astype("<f4").tobytes(),
        np.array([1, 1, 1], np.float32).repeat(64).__truediv__(255 * 64).astype("<f4").tobytes(),
    )
    assert eager != yunet_bytes()
    answer = load_identity(write_pack(finder=eager), "cpu")
    assert isinstance(answer, Unavailable)
    assert "finds a face on a grey wall" in answer.reason
    assert not isinstance(
        load_identity(write_pack(finder=eager, is_demo="true"), "cpu"), Unavailable
    )


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        (np.zeros((6, 3, 112, 112), np.float32), "not of length one"),
        (np.full((1, 3, 112, 112), 1e-4, np.float32), "all the same"),
    ],
)
def test_an_embedder_without_sense_is_refused(write_pack, kernel, said):
    answer = load_identity(write_pack(kernel=kernel), "cpu")
    assert isinstance(answer, Unavailable)
    assert said in answer.reason


def test_a_file_that_is_no_network_is_refused_in_one_sentence(write_pack):
    answer = load_identity(write_pack(finder=b"not a network at all"), "cpu")
    assert isinstance(answer, Unavailable)
    assert "cannot be run by OpenCV" in answer.reason
    assert "finder.onnx" in answer.reason
    assert "\n" not in answer.reason


def test_the_key_follows_library_and_search_size(write_pack):
    keys = [
        loaded(write_pack(library=library, search_px=px)).key
        for library, px in (("sface", 960), ("arcface", 960), ("sface", 640))
    ]
    assert len(set(keys)) == 3
    assert loaded(write_pack()).key == keys[0]


def test_loading_opencvs_models_says_nothing(write_pack, capfd):
    loaded(write_pack()).find(a_frame((3, 3))[None])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('state = "none"\n', "", "give \"none\", since 'sface' cannot tell"),
        ('state = "none"', 'state = "embedder"', "give \"none\", since 'sface' cannot tell"),
        ('state = "none"', 'state = "none"\nunsure = [0.3, 0.7]', "leave it out"),
        ('library = "yunet"', 'library = "sface"', "one of 'roundtable', 'yunet'"),
        ('library = "sface"', 'library = "yunet"', "one of 'arcface', 'roundtable', 'sface'"),
        ("search_px = 960", "search_px = 6", "from 64"),
        ('weights = "finder.onnx"', "", "in one way"),
        ('weights = "finder.onnx"', 'weights = "a"\naddress = "https://b.example/c"', "in one way"),
        ('weights = "finder.onnx"', 'address = "ftp://b.example/c.onnx"', "https address"),
        ('weights = "finder.onnx"', 'address = "https://b.example/"', "name of a file"),
        ('weights = "finder.onnx"', 'repository = "a/b"\nfile = "c"', "40 hexadecimal"),
        ('weights = "finder.onnx"', 'repository = "a"\nfile = "c"', "owner/name"),
        (
            'weights = "finder.onnx"',
            f'repository = "a/b"\nfile = "../c"\nrevision = "{"ab" * 20}"',
            "without folders",
        ),
    ],
)
def test_manifest_mistakes_are_named(write_pack, old, new, said):
    path = write_pack().folder / "pack.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(PackError) as caught:
        read_pack(path.parent)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_http_is_trusted_only_with_a_digest(write_pack):
    path = write_pack().folder / "pack.toml"
    text = path.read_text().replace(
        'weights = "finder.onnx"', 'address = "http://b.example/finder.onnx"', 1
    )
    path.write_text(text)
    assert read_pack(path.parent).identity.finder.origin.file == "finder.onnx"
    lines = [line for line in text.splitlines() if not line.startswith("sha256")]
    path.write_text("\n".join(lines))
    with pytest.raises(PackError, match="only https can be trusted"):
        read_pack(path.parent)


def test_a_file_that_was_not_pulled_names_the_command(write_pack):
    pack = write_pack()
    path = pack.folder / "pack.toml"
    address = 'address = "https://b.example/nowhere.onnx"'
    path.write_text(path.read_text().replace('weights = "finder.onnx"', address, 1))
    pack = read_pack(pack.folder)
    assert "roundtable packs pull faces" in load_identity(pack, "cpu").reason
    (sentence,) = missing_weights(pack)
    assert "nowhere.onnx is not here" in sentence
    moved = replace(pack.identity.finder, weights=pack.folder / "finder.onnx")
    assert missing_weights(replace(pack, identity=replace(pack.identity, finder=moved))) == []
